"""Tests of what a good server can be furnished with."""

from collections.abc import Iterable
from http.cookiejar import CookieJar
from typing import Any

import treq
from klein import Klein
from treq.client import HTTPClient
from twisted.web.client import (
    CookieAgent,
    HTTPConnectionPool,
    RedirectAgent,
    ResponseFailed,
)
from twisted.web.resource import Resource
from twisted.web.static import Data

from harness.test.http_case import HTTPCase, ask


class RouteTests(HTTPCase):
    """What is found where."""

    def test_nothing(self) -> None:
        """Where nothing is, a client is told so."""
        answer = self.ask("/a?b")

        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.body, b"There is nothing at /a?b.\n")

    def test_turns(self) -> None:
        """Answers take turns, and the last one stays."""
        self.fixture.status("/", 503, retry_after=2)
        self.fixture.page("/", b"well again")

        self.assertEqual([self.ask("/").status for _ in range(3)], [503, 200, 200])

    def test_later(self) -> None:
        """What is added later is for the next request, however many there were."""
        self.fixture.page("/", b"one")
        for _ in range(3):
            self.ask("/")
        self.fixture.page("/", b"two")

        self.assertEqual(self.ask("/").body, b"two")

    def test_query(self) -> None:
        """A page can be for one query; the others go to the path without one."""
        self.fixture.page("/a", b"any")
        self.fixture.page("/a?b=c", b"this")

        self.assertEqual(self.ask("/a?b=c").body, b"this")
        self.assertEqual(self.ask("/a?b=d").body, b"any")

    def test_paths_begin_with_a_slash(self) -> None:
        """What is no path fails at once."""
        for furnish in (
            lambda: self.fixture.page("a", b""),
            lambda: self.fixture.mount("a", Resource()),
            lambda: self.fixture.protect("a", {}),
        ):
            with self.assertRaisesRegex(ValueError, "begins with a slash, unlike 'a'"):
                furnish()

    def test_star(self) -> None:
        """What is asked of the server as a whole is dated virtually, too."""
        received = self.send(b"OPTIONS * HTTP/1.1\r\n\r\n").received

        self.assertIn(b"\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n", received)


class StatusTests(HTTPCase):
    """Any status."""

    def test_naive(self) -> None:
        """Twisted's agent takes an error for a page like any other."""
        self.fixture.status("/", 500)
        answer = self.ask("/")

        self.assertEqual(
            (answer.status, answer.body), (500, b"Internal Server Error\n")
        )

    def test_unknown(self) -> None:
        """A status that nobody knows is sent all the same."""
        self.fixture.status("/", 799, b"hm\n", headers={"X-A": "1"})
        answer = self.ask("/")

        self.assertEqual((answer.status, answer.body), (799, b"hm\n"))
        self.assertEqual(answer.headers["X-A"], "1")

    def test_unknown_and_without_body(self) -> None:
        """It says itself what it is."""
        self.fixture.status("/", 799)

        self.assertEqual(self.ask("/").body, b"Unknown Status\n")

    def test_retry_after(self) -> None:
        """A server can say when to come again, in seconds or as a date."""
        date = "Thu, 01 Jan 1970 00:10:00 GMT"
        self.fixture.status("/", 429, retry_after=120)
        self.fixture.status("/", 503, retry_after=date)
        answers = [self.ask("/") for _ in range(2)]

        self.assertEqual([answer.status for answer in answers], [429, 503])
        self.assertEqual(
            [answer.headers["Retry-After"] for answer in answers], ["120", date]
        )


class RedirectTests(HTTPCase):
    """Ways to somewhere else."""

    def test_naive(self) -> None:
        """Twisted's agent goes nowhere by itself."""
        self.fixture.redirect("/a", "/b", status=308)
        answer = self.ask("/a")

        self.assertEqual(answer.status, 308)
        self.assertEqual(answer.headers["Location"], "/b")

    def test_chain(self) -> None:
        """Each leads to the next, and the last may be anywhere."""
        other = self.serve(port=8080)
        other.page("/c", b"here")
        self.fixture.redirect("/a", "/b", other.url("/c"))
        agent = RedirectAgent(self.agent)
        answer = self.network.run_until(ask(agent, self.fixture.url("/a")))

        self.assertEqual(answer.body, b"here")
        self.fixture.assert_requests("GET /a", "GET /b")
        other.assert_requests("GET /c")

    def test_loop(self) -> None:
        """A chain can be a ring; Twisted's agent goes round until it has had enough."""
        self.fixture.redirect("/a", "/b", "/a")
        agent = RedirectAgent(self.agent, redirectLimit=3)

        with self.assertRaises(ResponseFailed):
            self.network.run_until(ask(agent, self.fixture.url("/a")))
        self.fixture.assert_requests("GET /a", "GET /b", "GET /a", "GET /b")

    def test_relative(self) -> None:
        """A location may be relative to where it stands, and is sent as it is."""
        self.fixture.redirect("/a/b/c", "../d")
        self.fixture.page("/a/d", b"here")
        agent = RedirectAgent(self.agent)
        answer = self.network.run_until(ask(agent, self.fixture.url("/a/b/c")))

        self.assertEqual(answer.body, b"here")


class CookieTests(HTTPCase):
    """Pages that want to be remembered."""

    def test_cookie(self) -> None:
        """A naive client forgets what a server has given it; another does not."""
        self.fixture.page("/", b"", headers={"Set-Cookie": "a=1; Path=/; HttpOnly"})
        for agent in (self.agent, CookieAgent(self.agent, CookieJar())):
            for _ in range(2):
                self.network.run_until(ask(agent, self.fixture.url()))

        self.assertEqual(
            [request.cookies for request in self.fixture.requests],
            [{}, {}, {}, {"a": "1"}],
        )


def word_count(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Count the words of a body: a WSGI application."""
    words = len(environ["wsgi.input"].read().split())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']} {words}".encode()]


class Greeter:
    """A klein application."""

    app = Klein()

    @app.route("/hello/<name>")
    def hello(self, request: object, name: str) -> str:
        """Greet."""
        return f"Hello, {name}!"


class MountTests(HTTPCase):
    """Whole applications."""

    def test_resource(self) -> None:
        """A resource finds what is below it."""
        root = Resource()
        root.putChild(b"b", Data(b"page", "text/plain"))
        self.fixture.mount("/a", root)

        self.assertEqual(self.ask("/a/b").body, b"page")
        self.assertEqual(self.ask("/a/c").status, 404)
        self.assertEqual(self.ask("/b").status, 404)

    def test_at_the_root(self) -> None:
        """One can be mounted below all else, and pages go first."""
        root = Resource()
        root.putChild(b"b", Data(b"below", "text/plain"))
        root.putChild(b"c", Data(b"below", "text/plain"))
        self.fixture.mount("/", root)
        self.fixture.page("/c", b"above")

        self.assertEqual(self.ask("/b").body, b"below")
        self.assertEqual(self.ask("/c").body, b"above")

    def test_nearest(self) -> None:
        """Of two the nearer one answers."""
        self.fixture.mount("/a", Data(b"far", "text/plain"))
        self.fixture.mount("/a/b", Data(b"near", "text/plain"))

        self.assertEqual(self.ask("/a/b").body, b"near")
        self.assertEqual(self.ask("/a").body, b"far")

    def test_wsgi(self) -> None:
        """A WSGI application runs on virtual threads."""
        self.fixture.wsgi("/count", word_count)
        answer = self.ask("/count/words", "POST", body=b"one two three")

        self.assertEqual(answer.body, b"/count /words 3")
        self.network.run_until(self.fixture.stop())
        self.assertEqual(self.network.scheduler.threads.living, [])

    def test_klein(self) -> None:
        """A klein application is a resource."""
        self.fixture.mount("/", Greeter().app.resource())

        self.assertEqual(self.ask("/hello/Ada").body, b"Hello, Ada!")


class TreqTests(HTTPCase):
    """The client library that many use."""

    def test_unmodified(self) -> None:
        """It works as it is, with https and with a pool of its own."""
        secure = self.serve("valid")
        secure.page("/", b"secret", coding="gzip")
        pool = HTTPConnectionPool(self.client.reactor)
        client = HTTPClient(secure.agent(self.client, pool))

        async def get(url: str) -> tuple[int, bytes]:
            response = await client.get(url)
            return response.code, await treq.content(response)

        for _ in range(2):
            self.assertEqual(
                self.network.run_until(get(secure.url())), (200, b"secret")
            )
        secure.assert_requests("GET /", "GET /", connections=1)
        self.network.run_until(pool.closeCachedConnections())
