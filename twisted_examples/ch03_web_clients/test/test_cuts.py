"""Tests of all clients against answers that are cut anywhere.

Every answer is cut after no byte, after one, and so on to the last. Each time, the
program has to end: with all that it should have done, or with one line that says why
not. Then the answers come whole, but in pieces of every size.
"""

import gc
import gzip
from pathlib import Path
from types import ModuleType

from harness import RunningProgram
from twisted_examples.ch03_web_clients import (
    download,
    prompting,
    updatecheck,
    upload,
    webcat,
    webcat_auth,
)
from twisted_examples.ch03_web_clients.test.terminals import leave_own_terminal_alone
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase

OK = b"HTTP/1.1 200 OK\r\n"
PAGE = b"<p>Hello</p>"
LENGTH = OK + b"Content-Length: 12\r\n\r\n" + PAGE
CHUNKED = (
    OK + b"Transfer-Encoding: chunked\r\n\r\n"
    b"5\r\n<p>He\r\n7;x=y\r\nllo</p>\r\n0\r\n\r\n"
)
CLOSE = OK + b"\r\n" + PAGE
PACKED = OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE, mtime=0)
TAGGED = OK + b'ETag: "1"\r\nContent-Length: 12\r\n\r\n' + PAGE
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
CHALLENGE = (
    b"HTTP/1.1 401 Unauthorized\r\n"
    b'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n\r\n'
)
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\n\r\n"

#: Every way in which a connection can end.
ENDS = ("close", "abort", "silence")

#: Numbers of bytes that come at once.
SIZES = (1, 2, 3, 5, 8, 13, 21, 34)


class CutTestCase(WebsiteTestCase):
    """With the means to run one client after the other."""

    def setUp(self) -> None:
        super().setUp()
        gc.freeze()  # what was there before is not to be looked at each time
        self.addCleanup(gc.unfreeze)
        # An error that nobody asks for is reported when it is forgotten.
        self.addCleanup(gc.collect)
        leave_own_terminal_alone(self, prompting)
        Path("file").write_bytes(b"data")

    def visit(
        self, program: ModuleType, *answers: bytes, end: str = "close"
    ) -> RunningProgram:
        """Run a program on a page whose answers these are, in turn."""
        path = f"/{len(self.site.requests)}"
        for answer in answers[:-1]:
            self.site.raw(path, answer)
        # A reset would overtake what has just been sent.
        self.site.raw(path, answers[-1], 1.0, end=end)
        url = self.site.url(path)
        self.program = program
        argv = {
            download: [url, "--output", "saved"],
            upload: ["file", "--url", url, "--output", "saved"],
        }.get(program, [url])
        with self.start(*argv) as running:
            running.console.type(b"alice\nsecret\n")
            running.wait()
        return running

    def assert_cut(
        self,
        program: ModuleType,
        *answers: bytes,
        whole: int | None = None,
        ends: tuple[str, ...] = ("close",),
    ) -> None:
        """Cut the last answer everywhere, and end it in every way.

        Args:
            program: What visits.
            answers: The last is cut.
            whole: How many of its bytes are as good as all.
            ends: How the connection ends.
        """
        *before, last = answers
        needed = len(last) if whole is None else whole
        for end in ends:
            for length in range(len(last) + 1):
                running = self.visit(program, *before, last[:length], end=end)
                is_whole = length >= needed

                self.assert_ended(running, is_whole, f"{end} after {last[:length]!r}")

    def assert_ended(self, running: RunningProgram, well: bool, case: str) -> None:
        """Assert that a program has done all, or has said why not."""
        errors = [line for line in running.stderr.split("\n") if "Error: " in line]
        saved = Path("saved")
        self.assertEqual(running.exit_status, 0 if well else 1, case)
        self.assertEqual(len(errors), 0 if well else 1, case)
        self.assertNotIn("Traceback", running.stderr, case)
        if self.program in (webcat, webcat_auth):
            self.assertTrue(PAGE.startswith(running.stdout_bytes), case)
            self.assertTrue(running.stdout_bytes == PAGE or not well, case)
        elif self.program in (download, upload):
            self.assertEqual(
                self.files(), ["file", "saved"] if well else ["file"], case
            )
            if well:
                self.assertEqual(saved.read_bytes(), PAGE, case)
                saved.unlink()
        else:
            self.assertEqual(running.stdout.count("\n"), 1 if well else 0, case)


class CutTests(CutTestCase):
    """Answers that break off."""

    def test_webcat(self) -> None:
        """However the end of the page would have been told."""
        self.assert_cut(webcat, LENGTH, ends=ENDS)
        self.assert_cut(webcat, CHUNKED)
        self.assert_cut(webcat, PACKED)

    def test_webcat_by_close(self) -> None:
        """Then a proper close is the end, wherever it comes, and no other is."""
        self.assert_cut(webcat, CLOSE, whole=len(CLOSE) + 1, ends=("abort",))
        for length in range(len(OK) + 2, len(CLOSE) + 1):
            running = self.visit(webcat, CLOSE[:length])

            self.assertEqual(running.stdout_bytes, CLOSE[len(OK) + 2 : length])
            self.assertEqual(running.exit_status, 0)

    def test_webcat_after_redirect(self) -> None:
        """Of a redirect, only the head is needed."""
        self.site.page("/page", PAGE)

        self.assert_cut(webcat, MOVED)

    def test_download(self) -> None:
        """The file is whole, or not there."""
        self.assert_cut(download, LENGTH, ends=("close", "abort"))

    def test_webcat_auth(self) -> None:
        """Whether the challenge is cut or the page."""
        self.assert_cut(webcat_auth, CHALLENGE, LENGTH)
        for length in range(len(CHALLENGE)):
            running = self.visit(webcat_auth, CHALLENGE[:length])

            self.assert_ended(running, False, f"{length}")
            self.assertEqual(running.stderr.count("User name"), 0)

    def test_upload(self) -> None:
        """Though the file was sent, without an answer nobody knows."""
        self.assert_cut(upload, LENGTH)

    def test_updatecheck(self) -> None:
        """Of a page, the head is all that is needed."""
        head = len(TAGGED) - len(PAGE)
        for length in range(len(TAGGED)):
            running = self.visit(updatecheck, TAGGED[:length], UNCHANGED)

            self.assert_ended(running, length >= head, f"{length}")
        self.assert_cut(updatecheck, TAGGED, UNCHANGED)


class PieceTests(CutTestCase):
    """Answers that come in pieces."""

    def test_every_size(self) -> None:
        """From one byte to dozens of them; and nobody can tell."""
        for program, answers in (
            (webcat, [LENGTH]),
            (webcat, [CHUNKED]),
            (webcat, [CLOSE]),
            (webcat, [PACKED]),
            (download, [CHUNKED]),
            (webcat_auth, [CHALLENGE, LENGTH]),
            (upload, [CHUNKED]),
            (updatecheck, [TAGGED, UNCHANGED]),
        ):
            for size in SIZES:
                self.network.segments = lambda size=size: size
                running = self.visit(program, *answers)

                self.assert_ended(running, True, f"{program.__name__} by {size}")
