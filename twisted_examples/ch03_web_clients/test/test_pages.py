"""Tests of asking for a page."""

from twisted.internet.defer import ensureDeferred
from twisted.trial.unittest import SynchronousTestCase

from twisted_examples.ch03_web_clients.errors import StatusError
from twisted_examples.ch03_web_clients.pages import (
    get_page,
    post_form,
    require_success,
)
from twisted_examples.ch03_web_clients.test.answering import (
    Answer,
    BytesBody,
    ScriptedAgent,
)

PAGE = b"http://example.org/"


class RequireSuccessTests(SynchronousTestCase):
    """Which answers are pages."""

    def test_success(self) -> None:
        """Whatever begins with a 2."""
        for code in (200, 201, 204, 299):
            answer = Answer(code=code)

            self.assertIs(require_success(answer), answer)
            self.assertFalse(answer.is_discarded)

    def test_anything_else(self) -> None:
        """Is an error, whose text nobody waits for."""
        for code in (199, 300, 304, 401, 404, 500, 600):
            answer = Answer(code=code)
            with self.assertRaises(StatusError) as caught:
                require_success(answer)

            self.assertEqual(caught.exception.code, code)
            self.assertTrue(answer.is_discarded)


class RequestTests(SynchronousTestCase):
    """What is sent."""

    def test_get(self) -> None:
        """With a name of ours, and what the caller wants to be sent."""
        agent = ScriptedAgent([Answer()])
        self.successResultOf(ensureDeferred(get_page(agent, PAGE, {b"Accept": b"*/*"})))
        (asked,) = agent.asked

        self.assertEqual(str(asked), "GET http://example.org/")
        self.assertEqual(
            sorted(asked.headers.getAllRawHeaders()),
            [(b"Accept", [b"*/*"]), (b"User-Agent", [b"twisted-examples"])],
        )

    def test_post(self) -> None:
        """With the body, and what it is."""
        agent = ScriptedAgent([Answer()])
        body = BytesBody(b"a=b")
        self.successResultOf(
            ensureDeferred(post_form(agent, PAGE, b"text/plain", body))
        )
        (asked,) = agent.asked

        self.assertEqual(str(asked), "POST http://example.org/")
        self.assertEqual(asked.header(b"Content-Type"), b"text/plain")
        self.assertEqual(asked.body, b"a=b")

    def test_status(self) -> None:
        """An error is raised where the answer is none."""
        agent = ScriptedAgent([Answer(code=404), Answer(code=500)])

        self.failureResultOf(ensureDeferred(get_page(agent, PAGE)), StatusError)
        posting = post_form(agent, PAGE, b"text/plain", BytesBody(b""))
        self.failureResultOf(ensureDeferred(posting), StatusError)
