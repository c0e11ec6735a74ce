"""Tests of a program that saves a page."""

import sys
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.iweb import UNKNOWN_LENGTH

from harness import run_program
from twisted_examples.ch03_web_clients import download
from twisted_examples.ch03_web_clients.download import name_for, total_of
from twisted_examples.ch03_web_clients.test.answering import Answer
from twisted_examples.ch03_web_clients.test.disks import fill_disk
from twisted_examples.ch03_web_clients.test.website import WebsiteTestCase
from twisted_examples.command import IReactor

FILE = bytes(range(256)) * 40
CUT = "the server closed the connection before its answer was complete"


class NameTests(SynchronousTestCase):
    """Under which name a page is saved."""

    def test_is_the_last_one(self) -> None:
        """Decoded, and without any way out of the folder."""
        for url, expected in (
            (b"http://example.org/a/b.html", "b.html"),
            (b"http://example.org/b.html?c=d/e", "b.html"),
            (b"http://example.org/", "index.html"),
            (b"http://example.org/a/", "index.html"),
            (b"http://example.org/a%20b.html", "a b.html"),
            (b"http://example.org/B%C3%BCro.pdf", "Büro.pdf"),
            (b"http://example.org/..", "index.html"),
            (b"http://example.org/%2e%2e", "index.html"),
            (b"http://example.org/.", "index.html"),
            (b"http://example.org/..%2f..%2fetc%2fpasswd", "passwd"),
            (b"http://example.org/a%2f", "index.html"),
            (b"http://example.org/a%2f..", "index.html"),
            (b"http://example.org/a%00b%1b%0a", "ab"),
        ):
            self.assertEqual(name_for(url), expected)


class TotalTests(SynchronousTestCase):
    """How much there will be."""

    def test_is_the_length(self) -> None:
        """Unless it is not known, or is that of something else."""
        packed = {b"Content-Encoding": [b"gzip"]}

        self.assertEqual(total_of(Answer(length=5)), 5)
        self.assertEqual(total_of(Answer(length=0)), 0)
        self.assertIsNone(total_of(Answer(length=UNKNOWN_LENGTH)))
        self.assertIsNone(total_of(Answer(length=5, headers=packed)))


class DownloadTests(WebsiteTestCase):
    """The program."""

    program = download

    def assert_nothing_left(self, message: str, path: str, *argv: str) -> None:
        """Assert that a download fails, and leaves nothing in the folder."""
        running = self.run_to_end(self.site.url(path), *argv)

        self.assertEqual(running.stderr.splitlines()[-1], f"Error: {message}")
        self.assertEqual(running.exit_status, 1)
        self.assertEqual(running.stdout, "")
        self.assertEqual(self.files(), [])

    def test_saves_the_bytes(self) -> None:
        """Whatever they are, and however their end is told."""
        for framing in ("length", "chunked", "close"):
            self.site.page(f"/{framing}", FILE, framing=framing)
            running = self.run_to_end(self.site.url(f"/{framing}"))

            self.assertEqual(running.stdout, f"Saved {framing} (10240 bytes).\n")
            self.assertEqual(running.exit_status, 0)
            self.site.assert_body(Path(framing).read_bytes(), FILE)
        self.assertEqual(self.files(), ["chunked", "close", "length"])

    def test_saves_however_the_bytes_arrive(self) -> None:
        """Pieces of any size make the same file."""
        self.site.page("/file", FILE[:300], framing="chunked")
        for size in (1, 2, 3, 5, 8):
            self.network.segments = lambda size=size: size
            self.run_to_end(self.site.url("/file"), "--output", f"{size}")

            self.assertEqual(Path(f"{size}").read_bytes(), FILE[:300])

    def test_tells_the_progress(self) -> None:
        """In a few lines, where nobody watches; the result is not among them."""
        self.site.page("/file", FILE)
        self.network.segments = lambda: 512
        running = self.run_to_end(self.site.url("/file"))

        lines = running.stderr.splitlines()
        self.assertEqual(len(lines), 10)
        self.assertEqual(lines[-1], "100% of 10240 bytes")

    def test_asks_for_the_file_as_it_is(self) -> None:
        """And unpacks what comes packed all the same, as the standard has it."""
        self.site.page("/file", FILE, coding="gzip")
        self.run_to_end(self.site.url("/file"))
        self.assertEqual(self.site.requests[0].header("Accept-Encoding"), "identity")
        self.assertEqual(Path("file").read_bytes(), FILE)

    def test_follows_redirects(self) -> None:
        """The name is the one that was typed: the server has no say in it."""
        self.site.redirect("/wanted", "/.bashrc")
        self.site.page("/.bashrc", FILE)
        self.run_to_end(self.site.url("/wanted"))

        self.assertEqual(self.files(), ["wanted"])

    def test_output(self) -> None:
        """Another name or folder, where something else may be replaced."""
        self.site.page("/file", FILE)
        Path("folder").mkdir()
        Path("folder/old").write_bytes(b"old")
        running = self.run_to_end(self.site.url("/file"), "--output", "folder/old")

        self.assertEqual(running.stdout, "Saved folder/old (10240 bytes).\n")
        self.assertEqual(Path("folder/old").read_bytes(), FILE)

    def test_replaces_nothing_unasked(self) -> None:
        """The server is not even asked."""
        Path("file").write_bytes(b"old")
        self.assert_fails(
            "cannot write file: it exists already; name it with --output",
            self.site.url("/file"),
        )

        self.assertEqual(Path("file").read_bytes(), b"old")
        self.assertEqual(self.site.requests, [])

    def test_needs_a_place(self) -> None:
        """Before anybody is asked."""
        self.assert_nothing_left(
            "cannot write no/file: No such file or directory",
            "/file",
            "--output",
            "no/file",
        )

        self.assertEqual(self.site.requests, [])

    def test_needs_a_name(self) -> None:
        """A URL can have a longer one than a file."""
        self.assert_nothing_left("File name too long", "/" + "n" * 300)

    def test_leaves_nothing_behind(self) -> None:
        """Whatever the server does."""
        self.site.truncate("/length", FILE)
        self.site.truncate("/chunk", FILE, chunked=True)
        self.site.stall("/stall", FILE)
        self.site.status("/status", 404)
        silence = "the server did nothing for 30 seconds"
        for path, message in (
            ("/length", CUT),
            ("/chunk", CUT),
            ("/stall", silence),
            ("/status", "404 Not Found"),
        ):
            self.assert_nothing_left(message, path)

    def test_keeps_what_was_there(self) -> None:
        """A file that is to be replaced is there until another one is whole."""
        Path("old").write_bytes(b"old")
        self.site.truncate("/", FILE)
        self.run_to_end(self.site.url(), "--output", "old")

        self.assertEqual(Path("old").read_bytes(), b"old")
        self.assertEqual(self.files(), ["old"])

    def test_interrupt(self) -> None:
        """Ctrl-C leaves nothing behind either."""
        self.site.drip("/file", b"slow", every=10)
        with self.start(self.site.url("/file")) as running:
            self.network.advance(15)
            before = self.files()
            running.interrupt()
            running.wait()

        self.assertEqual(len(before), 1)
        self.assertEqual(self.files(), [])
        self.assertEqual(running.exit_status, 130)

    def test_a_full_disk(self) -> None:
        """One line, and nothing left: what was written is given back at once."""
        self.site.page("/file", FILE)
        self.network.segments = lambda: 512
        with self.start(self.site.url("/file")) as running:
            fill_disk(self, self.folder / self.files()[0])
            running.wait()

        self.assertEqual(
            running.stderr.splitlines()[-1],
            "Error: cannot write file: No space left on device",
        )
        self.assertEqual(running.exit_status, 1)
        self.assertEqual(self.files(), [])

    def test_without_standard_error(self) -> None:
        """Where it is closed there is nobody to be told."""
        self.site.page("/file", FILE)

        async def main(reactor: IReactor, *argv: str) -> None:
            sys.stderr = None
            await download.main(reactor, *argv)

        with run_program(main, self.site.url("/file"), host=self.client) as running:
            running.wait()

        self.assertEqual(running.exit_status, 0)
        self.assertEqual(self.files(), ["file"])

    def test_wrong_usage(self) -> None:
        """There is one thing to be downloaded."""
        self.assert_wrong_usage([], ["file"], ["http://server/", "http://server/"])
