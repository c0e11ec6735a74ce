"""Tests of an agent that asks for passwords."""

from collections.abc import Sequence
from itertools import count

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer, IResponse

from twisted_examples.ch03_web_clients.authenticating import AuthenticatingAgent
from twisted_examples.ch03_web_clients.authorization import Credentials
from twisted_examples.ch03_web_clients.prompting import NoAnswerError
from twisted_examples.ch03_web_clients.test.answering import (
    Answer,
    BytesBody,
    OnceBody,
    ScriptedAgent,
    challenge,
)
from twisted_examples.ch03_web_clients.urls import Origin

PAGE = b"http://example.org/page?x=y"
BASIC = b'Basic realm="staff"'
DIGEST = b'Digest realm="staff", nonce="n1", qop="auth"'
STALE = b'Digest realm="staff", nonce="n2", qop="auth", stale=true'


class User:
    """Answers questions from a list, and remembers them."""

    def __init__(self, *passwords: str) -> None:
        self.asked: list[tuple[Origin, str]] = []
        self._passwords = list(passwords)

    async def ask(self, origin: Origin, realm: str) -> Credentials:
        """Give the next password, or no answer."""
        self.asked.append((origin, realm))
        if not self._passwords:
            raise NoAnswerError("gone")
        return Credentials("alice", self._passwords.pop(0))


class AgentTestCase(SynchronousTestCase):
    """With a user, and an agent that answers from a list."""

    def setUp(self) -> None:
        self.user = User("one", "two", "three", "four")
        self.server = ScriptedAgent([])
        numbers = count(1)
        self.agent = AuthenticatingAgent(
            self.server, self.user.ask, lambda: f"c{next(numbers)}"
        )

    def get(
        self,
        *answers: Answer,
        url: bytes = PAGE,
        headers: Headers | None = None,
        body: IBodyProducer | None = None,
    ) -> IResponse:
        """Get a page, with these answers on the way."""
        self.server.answers[:] = answers
        getting: Deferred[IResponse] = self.agent.request(b"GET", url, headers, body)
        response = self.successResultOf(getting)
        self.assertEqual(self.server.answers, [], "not all were asked for")
        return response

    @property
    def sent(self) -> Sequence[bytes | None]:
        """The Authorization headers of all requests so far."""
        return [asked.header(b"Authorization") for asked in self.server.asked]


class AskingTests(AgentTestCase):
    """When the user is asked, and how often."""

    def test_not_without_need(self) -> None:
        """A page that wants no password gets none."""
        answer = self.get(Answer())

        self.assertEqual(answer.code, 200)
        self.assertEqual(self.user.asked, [])
        self.assertEqual(self.sent, [None])

    def test_once(self) -> None:
        """Who asks, and what for, is said; and the answer goes with the request."""
        answer = self.get(challenge(BASIC), Answer())

        self.assertEqual(answer.code, 200)
        self.assertEqual(
            self.user.asked, [(Origin("http", "example.org", 80), "staff")]
        )
        self.assertEqual(self.sent, [None, b"Basic YWxpY2U6b25l"])

    def test_at_most_twice_again(self) -> None:
        """Then the server's refusal is the answer, whose body is still to be had."""
        refusals = [challenge(BASIC) for _ in range(4)]
        answer = self.get(*refusals)

        self.assertEqual(answer.code, 401)
        self.assertEqual(len(self.user.asked), 3)
        self.assertEqual(
            [each.is_discarded for each in refusals], [True, True, True, False]
        )

    def test_not_if_it_can_answer_no_challenge(self) -> None:
        """Nothing is sent where nothing that we know was asked for."""
        for fields in (
            [],
            [b"Negotiate"],
            [b'Bearer realm="x"'],
            [b'Basic realm="staff', b"@"],
            [b'Digest realm="staff", nonce="n", qop="auth", algorithm=X'],
        ):
            self.assertEqual(self.get(challenge(*fields)).code, 401)
        self.assertEqual(self.user.asked, [])

    def test_not_if_the_answer_is_something_else(self) -> None:
        """A challenge that comes with another status is none."""
        forbidden = Answer(code=403, headers={b"WWW-Authenticate": [BASIC]})

        self.assertEqual(self.get(forbidden).code, 403)
        self.assertEqual(self.user.asked, [])

    def test_not_if_the_caller_has_an_answer(self) -> None:
        """Whoever sends credentials wants to send these."""
        headers = Headers({b"Authorization": [b"Bearer x"]})

        self.assertEqual(self.get(challenge(BASIC), headers=headers).code, 401)
        self.assertEqual(self.user.asked, [])

    def test_no_answer(self) -> None:
        """If the user is gone, so is the request."""
        self.user.asked.clear()
        self.server.answers[:] = [challenge(BASIC)] * 5
        agent = AuthenticatingAgent(self.server, User().ask)

        self.failureResultOf(agent.request(b"GET", PAGE), NoAnswerError)


class RememberingTests(AgentTestCase):
    """What need not be asked for twice."""

    def test_a_password_that_was_good(self) -> None:
        """It is shown at the next challenge for the same, without a question."""
        self.get(challenge(BASIC), Answer())
        self.get(challenge(BASIC), Answer(), url=b"http://example.org/other")

        self.assertEqual(len(self.user.asked), 1)
        self.assertEqual(self.sent[1], self.sent[3])

    def test_not_without_a_challenge(self) -> None:
        """It is never sent unless it was asked for."""
        self.get(challenge(BASIC), Answer())
        self.get(Answer())

        self.assertIsNone(self.sent[2])

    def test_not_for_another_origin(self) -> None:
        """Another scheme, host or port may ask, but is told nothing that is known."""
        self.get(challenge(BASIC), Answer())
        for url in (
            b"https://example.org/page",
            b"http://www.example.org/page",
            b"http://example.org:8080/page",
        ):
            self.get(challenge(BASIC), Answer(), url=url)

        self.assertEqual(
            [str(origin) for origin, _ in self.user.asked],
            [
                "http://example.org",
                "https://example.org",
                "http://www.example.org",
                "http://example.org:8080",
            ],
        )
        self.assertEqual(len({*self.sent} - {None}), 4)

    def test_not_for_another_realm(self) -> None:
        """A password is for what it was given for."""
        self.get(challenge(BASIC), Answer())
        self.get(challenge(b'Basic realm="other"'), Answer())

        self.assertEqual([realm for _, realm in self.user.asked], ["staff", "other"])

    def test_not_for_another_scheme(self) -> None:
        """Who was shown a proof cannot ask for the password itself in silence."""
        self.get(challenge(DIGEST), Answer())
        self.get(challenge(BASIC), Answer())

        self.assertEqual(len(self.user.asked), 2)

    def test_not_one_that_was_refused(self) -> None:
        """What was good once is asked for again when it no longer is."""
        self.get(challenge(BASIC), Answer())
        self.get(challenge(BASIC), challenge(BASIC), Answer())
        self.get(challenge(BASIC), Answer())

        self.assertEqual(len(self.user.asked), 2)
        self.assertEqual(self.sent[-1], b"Basic YWxpY2U6dHdv")

    def test_not_one_that_was_refused_to_the_end(self) -> None:
        """The next request begins with a question."""
        self.get(challenge(BASIC), Answer())
        self.get(*[challenge(BASIC) for _ in range(5)])
        self.server.answers[:] = [challenge(BASIC)]

        self.failureResultOf(self.agent.request(b"GET", PAGE), NoAnswerError)


class DigestTests(AgentTestCase):
    """What is different with Digest."""

    def test_is_made_for_the_request(self) -> None:
        """For path and query, with a fresh cnonce."""
        self.get(challenge(BASIC, DIGEST), Answer())

        sent = self.sent[1]
        assert sent is not None
        self.assertTrue(sent.startswith(b'Digest username="alice", realm="staff"'))
        self.assertIn(b'uri="/page?x=y"', sent)
        self.assertIn(b'cnonce="c1", nc=00000001', sent)

    def test_counts_the_uses_of_a_nonce(self) -> None:
        """A server can refuse what it has seen before."""
        self.get(challenge(DIGEST), Answer())
        self.get(challenge(DIGEST), Answer())
        self.get(challenge(STALE), Answer())

        sent = [header for header in self.sent if header is not None]
        self.assertIn(b"nc=00000001", sent[0])
        self.assertIn(b"nc=00000002", sent[1])
        self.assertIn(b"nc=00000001", sent[2])

    def test_does_not_ask_again_when_the_nonce_is_stale(self) -> None:
        """The password was right; only the nonce was too old."""
        self.get(challenge(DIGEST), challenge(STALE), Answer())

        self.assertEqual(len(self.user.asked), 1)
        self.assertIn(b'nonce="n2"', self.sent[2] or b"")

    def test_asks_when_a_first_challenge_is_stale(self) -> None:
        """There is nothing yet that could be shown again."""
        self.get(challenge(STALE), Answer())

        self.assertEqual(len(self.user.asked), 1)

    def test_gives_up_when_every_nonce_is_stale(self) -> None:
        """Some servers would go on for ever."""
        answer = self.get(challenge(DIGEST), *[challenge(STALE) for _ in range(4)])

        self.assertEqual(answer.code, 401)
        self.assertEqual(len(self.user.asked), 1)


class BodyTests(AgentTestCase):
    """Requests with a body."""

    def test_is_sent_again(self) -> None:
        """All of it."""
        self.get(challenge(BASIC), Answer(), body=BytesBody(b"data"))

        self.assertEqual([each.body for each in self.server.asked], [b"data"] * 2)

    def test_is_not_sent_by_half(self) -> None:
        """What cannot be sent again is not asked a password for."""
        answer = self.get(challenge(BASIC), body=OnceBody(b"data"))

        self.assertEqual(answer.code, 401)
        self.assertEqual(self.user.asked, [])
