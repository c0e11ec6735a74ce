"""What becomes of each web client when one thing after the other goes wrong."""

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from harness import Fault, every_failure
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
from twisted_examples.test.faults import REACHING, SAYING, WAITING

#: All that befalls a client. Its server here is the test's own and no program.
FAULTS = [*REACHING, *SAYING, *WAITING]

#: What is another matter where what is said is encrypted.
ENCRYPTED = [
    Fault.garble(),
    Fault.garble(after=10),
    Fault.tls_alert(),
    Fault.disconnect(),
]

PAGE = b"a page of some length\n" * 10


class EveryFailureTests(WebsiteTestCase):
    """Each ends well, or says in one line why not; and leaves nothing half done."""

    def setUp(self) -> None:
        super().setUp()
        leave_own_terminal_alone(self, prompting)
        # Hundreds of times a disk would be waited for, about which nothing is asked.
        self.patch(os, "fsync", lambda descriptor: None)
        Path("file").write_bytes(b"data")
        self.site.page("/page", PAGE, etag='"1"')
        self.site.redirect("/moved", "/page")
        self.site.status("/form", 200, PAGE)

    def check(
        self, program: ModuleType, *argv: str, saved: str = "", said: bytes | None
    ) -> None:
        """Run a program to its end, and look at what it says and leaves.

        Args:
            program: Its module.
            argv: Its arguments.
            saved: What file it saves the page in, if it does.
            said: What it prints when all goes well, or None for one line.
        """
        self.program = program
        running = self.run_to_end(*argv)
        errors = [line for line in running.stderr.split("\n") if "Error: " in line]
        well = running.exit_status == 0

        self.assertIn(running.exit_status, (0, 1))
        self.assertEqual(len(errors), running.exit_status, running.stderr)
        self.assertNotIn("Traceback", running.stderr)
        self.assertEqual(self.files(), ["file", saved] if well and saved else ["file"])
        if saved and well:
            self.assertEqual(Path(saved).read_bytes(), PAGE)
        if said is not None and well:
            self.assertEqual(running.stdout_bytes, said)
        self.assert_nothing_left()

    def assert_nothing_left(self) -> None:
        """Assert that the client's machine is as it was."""
        self.network.advance(2000)
        self.assertEqual(self.client.sockets, [])

    def survive(self, check: Callable[[], None]) -> None:
        """Let one thing after the other fail, each at least once."""
        self.assertGreater(every_failure(check, *FAULTS), len(FAULTS))

    def check_webcat(self) -> None:
        """Read a page by way of a redirect."""
        self.check(webcat, "http://server/moved", said=PAGE)

    def test_webcat(self) -> None:
        """`webcat` prints the whole page or fails."""
        self.survive(self.check_webcat)

    def check_webcat_https(self) -> None:
        """Read a page in secret."""
        self.site = self.serve("valid")
        self.site.page("/page", PAGE)
        self.check(webcat, "https://server/page", said=PAGE)

    def test_webcat_https(self) -> None:
        """What TLS notices is said in one line as well."""
        runs = every_failure(self.check_webcat_https, *ENCRYPTED)

        self.assertGreater(runs, 3 * len(ENCRYPTED))

    def check_download(self) -> None:
        """Save a page."""
        argv = ("http://server/page", "--output", "saved")
        self.check(download, *argv, saved="saved", said=b"Saved saved (220 bytes).\n")

    def test_download(self) -> None:
        """`download` saves the whole page or leaves nothing."""
        self.survive(self.check_download)

    def check_webcat_auth(self) -> None:
        """Read a page that asks for nothing."""
        self.check(webcat_auth, "http://server/page", said=PAGE)

    def test_webcat_auth(self) -> None:
        """`webcat_auth` does as `webcat` does."""
        self.survive(self.check_webcat_auth)

    def check_asking(self) -> None:
        """Read a page for which a password is needed, which is typed slowly."""
        self.program = webcat_auth
        self.site.protect("/page", {"alice": "wonderland"})
        with self.start("http://server/page") as running:
            running.console.type(b"alice\n", after=1)
            running.console.type(b"wonderland\n", after=2)
            running.wait()
        well = running.exit_status == 0
        errors = [line for line in running.stderr.split("\n") if "Error" in line]

        self.assertEqual(running.stdout_bytes, PAGE if well else b"")
        self.assertEqual(len(errors), running.exit_status, running.stderr)
        self.assertTrue(all(line.startswith("Error: ") for line in errors), errors)
        self.assert_nothing_left()

    def test_asking(self) -> None:
        """Who is asked for a password is not asked in vain, or told why."""
        self.assertGreater(every_failure(self.check_asking, *WAITING), 10)

    def check_upload(self) -> None:
        """Send a file, and save the answer."""
        argv = ("file", "--url", "http://server/form", "--output", "saved")
        self.check(upload, *argv, saved="saved", said=None)

    def test_upload(self) -> None:
        """`upload` saves the whole answer or leaves nothing."""
        self.survive(self.check_upload)

    def check_updatecheck(self) -> None:
        """Ask twice."""
        self.check(updatecheck, "http://server/page", said=None)

    def test_updatecheck(self) -> None:
        """`updatecheck` says what it has learnt, or fails."""
        self.survive(self.check_updatecheck)
