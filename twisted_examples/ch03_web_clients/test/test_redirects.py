"""Tests of redirects."""

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer, IResponse

from twisted_examples.ch03_web_clients.redirects import (
    RedirectError,
    RedirectingAgent,
    Request,
    location_of,
    method_after,
    redirected,
)
from twisted_examples.ch03_web_clients.test.answering import (
    Answer,
    BytesBody,
    OnceBody,
    ScriptedAgent,
    redirect,
)

PAGE = b"http://example.org/a/page"


class MethodTests(SynchronousTestCase):
    """What becomes of the method."""

    def test_after_each_status(self) -> None:
        """303 makes a GET, 301 and 302 make one of POST, 307 and 308 never do."""
        for codes, method, expected in (
            ((301, 302, 303, 307, 308), b"GET", b"GET"),
            ((301, 302, 303, 307, 308), b"HEAD", b"HEAD"),
            ((301, 302, 303), b"POST", b"GET"),
            ((307, 308), b"POST", b"POST"),
            ((301, 302, 307, 308), b"PUT", b"PUT"),
            ((303,), b"PUT", b"GET"),
        ):
            for code in codes:
                self.assertEqual(method_after(code, method), expected, (code, method))


class RedirectedTests(SynchronousTestCase):
    """The request that follows."""

    def follow(
        self,
        location: bytes = b"/next",
        code: int = 302,
        method: bytes = b"GET",
        body: IBodyProducer | None = None,
    ) -> Request:
        """Follow a redirect of a request with all kinds of headers."""
        headers = Headers(
            {
                b"Accept": [b"*/*"],
                b"Authorization": [b"Basic eDp5"],
                b"Content-Type": [b"text/plain"],
                b"Cookie": [b"a=b"],
                b"Host": [b"example.org"],
                b"Proxy-Authorization": [b"Basic eDp5"],
            }
        )
        return redirected(Request(method, PAGE, headers, body), code, location)

    def names(self, request: Request) -> list[bytes]:
        """List the headers of a request."""
        return sorted(name for name, _ in request.headers.getAllRawHeaders())

    def test_goes_to_the_location(self) -> None:
        """Seen from the page that has sent it."""
        self.assertEqual(self.follow(b"next").url, b"http://example.org/a/next")

    def test_takes_all_along_within_the_origin(self) -> None:
        """But for what describes a body that is no more."""
        self.assertEqual(
            self.names(self.follow(b"http://example.org:80/x")),
            [b"Accept", b"Authorization", b"Cookie", b"Host", b"Proxy-Authorization"],
        )

    def test_tells_nothing_to_another_origin(self) -> None:
        """Another scheme, host or port, and credentials stay at home."""
        for location in (
            b"https://example.org/",
            b"//www.example.org/",
            b"http://example.org:8080/",
            b"http://example.com/",
        ):
            self.assertEqual(self.names(self.follow(location)), [b"Accept"], location)

    def test_sends_the_body_again(self) -> None:
        """With its description, where the method stays."""
        body = BytesBody(b"data")
        for code in (307, 308):
            following = self.follow(code=code, method=b"POST", body=body)

            self.assertIs(following.body, body)
            self.assertEqual(following.method, b"POST")
            self.assertIn(b"Content-Type", self.names(following))

    def test_forgets_the_body(self) -> None:
        """And its description, where the method becomes GET."""
        for code in (301, 302, 303):
            following = self.follow(code=code, method=b"POST", body=BytesBody(b"data"))

            self.assertIsNone(following.body)
            self.assertEqual(following.method, b"GET")
            self.assertNotIn(b"Content-Type", self.names(following))

    def test_leaves_the_request_as_it_was(self) -> None:
        """What was sent is not changed afterwards."""
        request = Request(b"GET", PAGE, Headers({b"Cookie": [b"a=b"]}))
        redirected(request, 302, b"http://example.com/")

        self.assertTrue(request.headers.hasHeader(b"Cookie"))

    def test_refuses_what_it_cannot_send_again(self) -> None:
        """A body that is gone; half a request would be worse than none."""
        with self.assertRaises(RedirectError):
            self.follow(code=307, method=b"POST", body=OnceBody(b"data"))
        self.assertIsNone(
            self.follow(code=303, method=b"POST", body=OnceBody(b"data")).body
        )

    def test_refuses_to_leave_the_web(self) -> None:
        """The reason is given."""
        with self.assertRaises(RedirectError) as caught:
            self.follow(b"file:///etc/passwd")

        self.assertEqual(
            str(caught.exception),
            "a redirect leads nowhere: a URL must begin with http:// or https://, "
            "not 'file:///etc/passwd'",
        )


class LocationTests(SynchronousTestCase):
    """Which answers redirect."""

    def test_takes_status_and_location(self) -> None:
        """One without the other is an answer like any other."""
        self.assertEqual(location_of(redirect(302, b"/x")), b"/x")
        self.assertEqual(location_of(redirect(302, b"/x", b"/x")), b"/x")
        self.assertIsNone(location_of(redirect(302)))
        for code in (200, 201, 300, 304, 305, 306, 404):
            self.assertIsNone(location_of(redirect(code, b"/x")), code)

    def test_must_be_one(self) -> None:
        """If there are several, nobody knows which one others would follow."""
        with self.assertRaises(RedirectError) as caught:
            location_of(redirect(302, b"/b\x1b", b"/a"))

        self.assertEqual(
            str(caught.exception), "a redirect leads to several places: /a and /b"
        )


class RedirectingAgentTests(SynchronousTestCase):
    """The agent around an agent."""

    def get(self, *answers: Answer, limit: int = 10) -> IResponse:
        """Get the page from an agent that gives these answers."""
        self.agent = ScriptedAgent([*answers])
        getting = RedirectingAgent(self.agent, limit).request(b"GET", PAGE)
        return self.successResultOf(getting)

    def assert_fails(self, message: str, *answers: Answer) -> None:
        """Assert that it is an error to be redirected like this."""
        self.agent = ScriptedAgent([*answers])
        getting = RedirectingAgent(self.agent).request(b"GET", PAGE)

        error = self.failureResultOf(getting, RedirectError).value
        self.assertEqual(str(error), message)
        self.assertTrue(answers[-1].is_discarded)

    def test_follows(self) -> None:
        """Each relative location is seen from the page that has sent it."""
        page = Answer()
        first, second = redirect(302, b"../b/"), redirect(301, b"c")
        answer = self.get(first, second, page)

        self.assertIs(answer, page)
        self.assertEqual(
            [str(asked) for asked in self.agent.asked],
            [
                "GET http://example.org/a/page",
                "GET http://example.org/b/",
                "GET http://example.org/b/c",
            ],
        )

    def test_wants_no_bodies_on_the_way(self) -> None:
        """But that of the page, which is not touched."""
        page, way = Answer(), redirect(302, b"/b")
        self.get(way, page)

        self.assertTrue(way.is_discarded)
        self.assertFalse(page.is_discarded)

    def test_remembers_the_way(self) -> None:
        """As Twisted's agents do."""
        first, second = redirect(302, b"/b"), redirect(302, b"/c")
        answer = self.get(first, second, Answer())

        self.assertIs(answer.previousResponse, second)
        self.assertIs(second.previousResponse, first)
        self.assertIsNone(first.previousResponse)

    def test_returns_any_other_answer(self) -> None:
        """Whatever its status."""
        self.assertEqual(self.get(Answer(code=404)).code, 404)
        self.assertEqual(self.get(redirect(302)).code, 302)

    def test_goes_ten_times(self) -> None:
        """And not eleven times, even without a circle."""
        ten = [redirect(302, b"/%d" % number) for number in range(10)]
        self.assertEqual(self.get(*ten, Answer()).code, 200)
        self.assert_fails(
            "there are more than 10 redirects", *ten, redirect(302, b"/10")
        )

        self.assertEqual(len(self.agent.asked), 11)

    def test_does_not_go_round_in_circles(self) -> None:
        """Neither back to the beginning, nor on the spot, nor further on."""
        message = "the redirects go round in a circle"
        self.assert_fails(message, redirect(302, b"#top"))
        self.assert_fails(message, redirect(302, b"/b"), redirect(302, PAGE))
        self.assert_fails(
            message,
            redirect(302, b"/b"),
            redirect(302, b"/c"),
            redirect(302, b"/b"),
        )

    def test_may_come_back_in_another_way(self) -> None:
        """What was posted to a page can lead to the same page."""
        agent = ScriptedAgent([redirect(303, PAGE), Answer()])
        body = BytesBody(b"data")
        posting = RedirectingAgent(agent).request(b"POST", PAGE, None, body)

        self.assertEqual(self.successResultOf(posting).code, 200)
        self.assertEqual([asked.body for asked in agent.asked], [b"data", None])

    def test_sends_the_body_to_each(self) -> None:
        """All of it."""
        agent = ScriptedAgent([redirect(307, b"/b"), redirect(308, b"/c"), Answer()])
        body = BytesBody(b"data")
        RedirectingAgent(agent).request(b"POST", PAGE, None, body)

        self.assertEqual([asked.body for asked in agent.asked], [b"data"] * 3)

    def test_reports_what_leads_nowhere(self) -> None:
        """And wants to hear no more of it."""
        self.assert_fails(
            "a redirect leads to several places: /a and /b",
            redirect(302, b"/a", b"/b"),
        )
