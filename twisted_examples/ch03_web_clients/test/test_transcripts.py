"""What the documentation shows of chapter 3's programs is what they print."""

import os
from pathlib import Path

from harness import HTTPFixture, VirtualReactor
from twisted_examples.ch03_web_clients import (
    download,
    prompting,
    updatecheck,
    upload,
    webcat,
    webcat_auth,
)
from twisted_examples.ch03_web_clients.test.terminals import leave_own_terminal_alone
from twisted_examples.test.terminal import TranscriptTestCase


class TranscriptTests(TranscriptTestCase):
    """Each program of the chapter, as it is shown."""

    def setUp(self) -> None:
        super().setUp()
        self.reactor = VirtualReactor()
        self.host = self.reactor.host
        self.site = HTTPFixture(self.host, port=8080)
        self.addCleanup(lambda: self.reactor.run_until(self.site.stop()))
        self.addCleanup(os.chdir, os.getcwd())
        folder = self.mktemp()
        os.mkdir(folder)
        os.chdir(folder)

    def test_webcat(self) -> None:
        """A page, and one that is not there."""
        self.site.page("/", b"<p>Welcome.</p>\n")
        for path in ("/", "/no"):
            url = self.site.url(path)
            with self.terminal.run(webcat, url, host=self.host) as program:
                program.wait()

        self.assert_shown("webcat")

    def test_download(self) -> None:
        """A file that comes in large pieces."""
        self.site.page("/a.bin", bytes(10**6))
        self.host.network.segments = lambda: 250_000
        url = self.site.url("/a.bin")
        with self.terminal.run(download, url, host=self.host) as program:
            program.wait()

        self.assert_shown("download")

    def test_webcat_auth(self) -> None:
        """A password, which is not shown."""
        leave_own_terminal_alone(self, prompting)
        self.site.protect("/", {"alice": "wonderland"}, "Digest SHA-256", realm="staff")
        self.site.page("/", b"<p>Welcome, alice.</p>\n")
        url = self.site.url()
        with self.terminal.run(webcat_auth, url, host=self.host) as program:
            self.reactor.advance(1)
            self.terminal.type(program, "alice\n")
            self.reactor.advance(1)
            program.console.type(b"wonderland\n")
            program.wait()

        self.assert_shown("webcat_auth")

    def test_upload(self) -> None:
        """A file, and what comes back."""
        self.site.page("/check", b"<p>It is valid.</p>\n\n")
        Path("index.html").write_bytes(b"<p>Hello.</p>\n")
        argv = ("index.html", "--url", self.site.url("/check"))
        with self.terminal.run(upload, *argv, host=self.host) as program:
            program.wait()

        self.assert_shown("upload")

    def test_updatecheck(self) -> None:
        """A page that stays as it is, and one that does not."""
        self.site.page("/", b"page", etag='"1"')
        self.site.page("/news", b"old", etag='"1"')
        self.site.page("/news", b"new", etag='"2"')
        for path in ("/", "/news"):
            url = self.site.url(path)
            with self.terminal.run(updatecheck, url, host=self.host) as program:
                program.wait()

        self.assert_shown("updatecheck")
