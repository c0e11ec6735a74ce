"""Tests of a program that prints a page for which a password is needed."""

from typing import Any

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.web.guard import (
    BasicCredentialFactory,
    DigestCredentialFactory,
    HTTPAuthSessionWrapper,
)
from twisted.web.iweb import ICredentialFactory
from twisted.web.resource import IResource
from twisted.web.static import Data
from zope.interface import implementer

from harness import RunningProgram
from twisted_examples.ch03_web_clients import prompting, webcat_auth
from twisted_examples.ch03_web_clients.test.terminals import leave_own_terminal_alone
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase

SECRET = b"<p>Welcome, alice.</p>\n"
QUESTION = "http://server asks for a password for 'fixture'.\nUser name: Password:\n"


@implementer(IRealm)
class SecretRealm:
    """Has one page, for everybody who is let in."""

    def requestAvatar(self, avatarId: object, mind: object, *interfaces: object) -> Any:
        """Return the page."""
        return IResource, Data(SECRET, "text/html"), lambda: None


def guard(*factories: ICredentialFactory) -> HTTPAuthSessionWrapper:
    """Make the page that Twisted's own guard protects."""
    checker = InMemoryUsernamePasswordDatabaseDontUse(alice=b"wonderland")
    portal = Portal(SecretRealm(), [checker])
    return HTTPAuthSessionWrapper(portal, factories)


class WebcatAuthTestCase(WebsiteTestCase):
    """With a user at the keyboard."""

    program = webcat_auth

    def setUp(self) -> None:
        super().setUp()
        leave_own_terminal_alone(self, prompting)
        self.site.page("/secret/page", SECRET)

    def visit(self, path: str, *typed: str) -> RunningProgram:
        """Ask for a page, pipe some lines into it, and wait for the end."""
        with self.start(self.site.url(path)) as running:
            for line in typed:
                running.console.type(f"{line}\n".encode())
            running.console.end_input()
            running.wait()
        return running

    def assert_let_in(self, path: str, questions: int, *typed: str) -> None:
        """Assert that the page is printed, after a number of questions."""
        running = self.visit(path, *typed)

        self.assertEqual(running.stderr, QUESTION * questions)
        self.assertEqual(running.stdout_bytes, SECRET)
        self.assertEqual(running.exit_status, 0)

    def authorizations(self) -> list[str | None]:
        """List what the server was shown."""
        return [request.header("Authorization") for request in self.site.requests]


class SchemeTests(WebcatAuthTestCase):
    """Every scheme, against a server of each kind."""

    def test_schemes(self) -> None:
        """One question each; on a second connection the answer."""
        for scheme in (
            "Basic",
            "Digest MD5",
            "Digest MD5-sess",
            "Digest SHA-256",
            "Digest SHA-256-sess",
        ):
            path = f"/{scheme.replace(' ', '_')}"
            self.site.protect(path, {"alice": "wonderland"}, scheme)
            self.site.page(path, SECRET)
            self.assert_let_in(path, 1, "alice", "wonderland")

            self.assertTrue(
                (self.authorizations()[-1] or "").startswith(scheme.partition(" ")[0])
            )

    def test_the_best_of_several(self) -> None:
        """In one field or in several."""
        for path, joined in (("/one", True), ("/several", False)):
            self.site.protect(
                path,
                {"alice": "wonderland"},
                "Basic",
                "Digest MD5",
                "Digest SHA-256",
                joined=joined,
            )
            self.site.page(path, SECRET)
            self.assert_let_in(path, 1, "alice", "wonderland")

            self.assertIn("algorithm=SHA-256", self.authorizations()[-1] or "")

    def test_users_beyond_ascii(self) -> None:
        """In UTF-8, as the challenge says."""
        self.site.protect("/secret", {"Jäsøn": "größer"})

        self.assert_let_in("/secret/page", 1, "Jäsøn", "größer")

    def test_twisted_guard(self) -> None:
        """A server that was written by others, with Basic and with Digest."""
        self.site.mount("/basic", guard(BasicCredentialFactory(b"fixture")))
        for path, algorithm in (("/md5", b"md5"), ("/sha", b"sha")):
            digest = DigestCredentialFactory(algorithm, b"fixture")
            self.site.mount(path, guard(digest))
        for path in ("/basic", "/md5"):
            self.assert_let_in(path, 1, "alice", "wonderland")
        # SHA-1 is in no standard of HTTP's.
        self.assert_fails("401 Unauthorized", self.site.url("/sha"))


class RefusalTests(WebcatAuthTestCase):
    """Whom the server does not let in."""

    def setUp(self) -> None:
        super().setUp()
        self.site.protect("/secret", {"alice": "wonderland"})

    def test_asks_at_most_twice_again(self) -> None:
        """The third answer may be right."""
        wrong = ["alice", "rabbit"]

        self.assert_let_in("/secret/page", 3, *wrong, *wrong, "alice", "wonderland")

    def test_gives_up(self) -> None:
        """After three wrong answers, whatever else is typed."""
        running = self.visit("/secret/page", *["alice", "rabbit"] * 4)

        self.assertEqual(running.stderr, QUESTION * 3 + "Error: 401 Unauthorized\n")
        self.assertEqual(running.exit_status, 1)
        self.assertEqual(len(self.site.requests), 4)

    def test_sends_nothing_unasked(self) -> None:
        """The first request comes without, and so does all for which nobody asks."""
        self.site.page("/public", SECRET)
        self.visit("/public")
        self.visit("/secret/page", "alice", "wonderland")

        self.assertEqual(self.authorizations()[:2], [None, None])

    def test_cannot_send_a_colon(self) -> None:
        """With Basic, it would be another name and another password."""
        running = self.visit("/secret/page", "a:b", "c")

        self.assertEqual(
            running.stderr,
            QUESTION + "Error: a user name with a colon cannot be sent\n",
        )
        self.assertEqual(running.exit_status, 1)

    def test_keeps_the_password_to_itself(self) -> None:
        """It is not shown, whatever happens."""
        running = self.visit("/secret/page", "alice", "rabbit")

        self.assertNotIn("rabbit", running.stdout + running.stderr)

    def test_unknown_schemes(self) -> None:
        """Nobody is asked for a password that could not be sent."""
        for fields in (["Negotiate"], ['Basic realm="'], []):
            self.site.status("/x", 401, headers={"WWW-Authenticate": fields})
            self.assert_fails("401 Unauthorized", self.site.url("/x"))


class RedirectTests(WebcatAuthTestCase):
    """Passwords and redirects."""

    def test_tells_nothing_to_another_origin(self) -> None:
        """Not even by the way of a page that was let in."""
        other = self.serve(port=81)
        other.page("/page", SECRET)
        self.site.protect("/secret", {"alice": "wonderland"})
        self.site.redirect("/secret/moved", other.url("/page"))
        self.assert_let_in("/secret/moved", 1, "alice", "wonderland")

        self.assertIsNone(other.requests[0].header("Authorization"))

    def test_asks_for_another_origin(self) -> None:
        """Which has to be named: the user decides."""
        other = self.serve(port=81)
        other.protect("/", {"bob": "builder"})
        other.page("/page", SECRET)
        self.site.protect("/secret", {"alice": "wonderland"})
        self.site.redirect("/secret/moved", other.url("/page"))
        running = self.visit("/secret/moved", "alice", "wonderland", "bob", "builder")

        self.assertEqual(running.stdout_bytes, SECRET)
        self.assertIn("http://server:81 asks for a password", running.stderr)

    def test_asks_once_for_the_same(self) -> None:
        """On the same site, for the same realm."""
        self.site.protect("/secret", {"alice": "wonderland"}, "Digest SHA-256")
        self.site.redirect("/secret/moved", "page")

        self.assert_let_in("/secret/moved", 1, "alice", "wonderland")


class StaleTests(WebcatAuthTestCase):
    """Nonces that grow old."""

    def test_waits_as_long_as_the_user_thinks(self) -> None:
        """The nonce of the first challenge is too old by then; nobody is told."""
        self.site.protect(
            "/secret",
            {"alice": "wonderland"},
            "Digest SHA-256",
            nonce_lifetime=60,
        )
        with self.start(self.site.url("/secret/page")) as running:
            running.console.type(b"alice\n", after=100)
            running.console.type(b"wonderland\n", after=200)
            running.wait()

        self.assertEqual(running.stderr, QUESTION)
        self.assertEqual(running.stdout_bytes, SECRET)
        self.assertEqual(len(self.site.requests), 3)


class CommandTests(WebcatAuthTestCase):
    """The program and its shell."""

    def setUp(self) -> None:
        super().setUp()
        self.site.protect("/secret", {"alice": "wonderland"})

    def test_no_answer(self) -> None:
        """The input ends, before either question is answered."""
        for typed in ([], ["alice"], ["alice", "rabbit"]):
            running = self.visit("/secret/page", *typed)

            self.assertTrue(running.stderr.endswith("Error: there was no answer\n"))
            self.assertEqual(running.exit_status, 1)

    def test_interrupt(self) -> None:
        """Ctrl-C works while a question is asked, though there is no answer."""
        with self.start(self.site.url("/secret/page")) as running:
            running.interrupt(after=1000)
            running.wait()

        self.assertEqual(running.exit_status, 130)

    def test_wrong_usage(self) -> None:
        """Credentials are asked for, and not taken from the command line."""
        self.assert_wrong_usage(
            [], ["server"], ["http://alice:wonderland@server/"], ["x", "y"]
        )
