"""Tests of a program that asks whether a page has changed."""

import os
from pathlib import Path

from twisted.internet import task
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.static import File

from twisted_examples.ch03_web_clients import updatecheck
from twisted_examples.ch03_web_clients.test.answering import Answer
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase
from twisted_examples.ch03_web_clients.updatecheck import (
    CHANGED,
    UNKNOWN,
    Version,
    compare,
    version_of,
)

MONDAY = b"Mon, 23 Nov 2026 10:00:00 GMT"
TUESDAY = b"Tue, 24 Nov 2026 10:00:00 GMT"


class VersionTests(SynchronousTestCase):
    """What a server says about a page."""

    def test_is_read_from_the_header(self) -> None:
        """As it stands there."""
        answer = Answer(headers={b"ETag": [b'W/"1"'], b"Last-Modified": [MONDAY]})

        self.assertEqual(version_of(answer), Version(b'W/"1"', MONDAY))
        self.assertEqual(version_of(Answer()), Version(None, None))

    def test_is_sent_back(self) -> None:
        """All that is known, and nothing else."""
        for version, condition in (
            (Version(None, None), {}),
            (Version(b'"1"', None), {b"If-None-Match": b'"1"'}),
            (Version(None, MONDAY), {b"If-Modified-Since": MONDAY}),
            (
                Version(b'"1"', MONDAY),
                {b"If-None-Match": b'"1"', b"If-Modified-Since": MONDAY},
            ),
        ):
            self.assertEqual(version.condition, condition)

    def test_is_compared(self) -> None:
        """By its tag, or else by its date; without either, nobody knows."""
        for before, after, outcome in (
            (Version(b'"1"', None), Version(b'"2"', None), CHANGED),
            (Version(b'"1"', MONDAY), Version(b'"2"', MONDAY), CHANGED),
            (Version(None, MONDAY), Version(None, TUESDAY), CHANGED),
            (Version(None, MONDAY), Version(b'"2"', TUESDAY), CHANGED),
            (Version(None, None), Version(None, None), UNKNOWN),
            (Version(None, None), Version(b'"1"', MONDAY), UNKNOWN),
            (Version(b'"1"', None), Version(b'"1"', None), UNKNOWN),
            (Version(b'"1"', MONDAY), Version(None, TUESDAY), UNKNOWN),
            (Version(b'"1"', MONDAY), Version(b'"1"', TUESDAY), UNKNOWN),
            (Version(None, MONDAY), Version(None, None), UNKNOWN),
        ):
            self.assertEqual(compare(before, after), outcome, (before, after))


class UpdateCheckTests(WebsiteTestCase):
    """The program."""

    program = updatecheck

    def assert_outcome(self, path: str, outcome: str, *argv: str) -> None:
        """Assert what is said about a page."""
        running = self.run_to_end(self.site.url(path), *argv)

        self.assertEqual(running.stderr, "")
        self.assertEqual(running.stdout, f"{self.site.url(path)} {outcome}.\n")
        self.assertEqual(running.exit_status, 0)

    def test_unchanged(self) -> None:
        """Whether the server knows it by a tag or by a date."""
        self.site.page("/tag", b"page", etag='"1"')
        self.site.page("/date", b"page", last_modified=1.0)
        for path in ("/tag", "/date"):
            self.assert_outcome(path, "has not changed")

        first, second = self.site.requests[:2]
        self.assertIsNone(first.header("If-None-Match"))
        self.assertEqual(second.header("If-None-Match"), '"1"')

    def test_changed(self) -> None:
        """The tag is another one."""
        self.site.page("/", b"page", etag='"1"')
        self.site.page("/", b"other", etag='"2"')

        self.assert_outcome("/", "has changed")

    def test_the_server_does_not_say(self) -> None:
        """It names no version, or sends the same one in full."""
        self.site.page("/plain", b"page")
        self.site.page("/stubborn", b"page", headers={"ETag": '"1"'})
        for path in ("/plain", "/stubborn"):
            self.assert_outcome(path, "may have changed: the server does not say")

    def test_waits(self) -> None:
        """So long between the two questions."""
        self.site.page("/", b"page", etag='"1"')
        self.assert_outcome("/", "has not changed")
        self.assert_outcome("/", "has not changed", "--wait", "3600")

        times = [request.time for request in self.site.requests]
        self.assertEqual(times, [0, 5, 5, 3605])

    def test_static_file(self) -> None:
        """Twisted's own file, which knows when it was written."""
        self.patch(task, "_theCooperator", self.cooperator())
        file = Path("file.txt")
        file.write_bytes(b"page")
        os.utime(file, (10**9, 10**9))
        self.site.mount("/file", File("file.txt"))
        self.assert_outcome("/file", "has not changed")

        self.at(3, lambda: os.utime(file, (10**9 + 1, 10**9 + 1)))
        self.assert_outcome("/file", "has changed")

    def cooperator(self) -> task.Cooperator:
        """Make one on the server's time: static files have no reactor of their own."""
        call_later = self.server.reactor.callLater
        return task.Cooperator(lambda: lambda: True, lambda call: call_later(0, call))

    def test_asks_where_the_page_was_found(self) -> None:
        """A redirect has no version."""
        self.site.redirect("/old", "/new")
        self.site.page("/new", b"page", etag='"1"')
        running = self.run_to_end(self.site.url("/old"))

        self.assertEqual(running.stdout, "http://server/new has not changed.\n")
        self.site.assert_requests("GET /old", "GET /new", "GET /new")

    def test_needs_no_body(self) -> None:
        """Of a page without an end, it asks for the beginning."""
        self.site.stall("/", b"part")

        self.assert_outcome("/", "may have changed: the server does not say")

    def test_errors(self) -> None:
        """At the first question, or at the second."""
        self.site.status("/gone", 404)
        self.site.page("/soon", b"page")
        self.site.status("/soon", 410)
        self.site.status("/304", 304)
        for path, message in (
            ("/gone", "404 Not Found"),
            ("/soon", "410 Gone"),
            ("/304", "304 Not Modified"),
        ):
            self.assert_fails(message, self.site.url(path))

    def test_unasked(self) -> None:
        """Who was not asked for a change cannot say that there was none."""
        self.site.page("/", b"page")
        self.site.status("/", 304)

        self.assert_fails("304 Not Modified", self.site.url())

    def test_interrupt(self) -> None:
        """Ctrl-C ends the waiting, too."""
        self.site.page("/", b"page")
        with self.start(self.site.url()) as running:
            running.interrupt(after=2)
            running.wait()

        self.assertEqual(running.exit_status, 130)
        self.assertEqual(self.network.seconds(), 2)

    def test_wrong_usage(self) -> None:
        """Times are some."""
        self.assert_wrong_usage([], ["server"], ["http://server/", "--wait", "0"])
