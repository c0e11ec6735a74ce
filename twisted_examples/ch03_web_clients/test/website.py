"""A web site, and programs that visit it, each on a machine of its own."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import BrowserLikePolicyForHTTPS

from harness import HTTPFixture, Network, RunningProgram, run_program
from twisted_examples.command import command


class WebsiteTestCase(SynchronousTestCase):
    """Tests of one program.

    Attributes:
        program: Its module.
        network: Where all takes place.
        site: A web site on the machine ``server``.
        folder: The current folder while a test runs, empty at first.
    """

    program: ModuleType

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.1")
        self.client = self.network.host("client", "192.0.2.2")
        self.site = self.serve()
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def serve(self, certificate: str | None = None, **options: Any) -> HTTPFixture:
        """Serve another site until the end of the test."""
        site = HTTPFixture(self.server, certificate, **options)
        self.addCleanup(lambda: self.network.run_until(site.stop()))
        return site

    def start(self, *argv: str, **options: Any) -> RunningProgram:
        """Prepare the program, which starts with the ``with`` block.

        It trusts the authority of the sites, and no other.
        """
        policy = BrowserLikePolicyForHTTPS(trustRoot=self.site.authority)
        main = command(partial(self.program.main, policy=policy, **options))
        return run_program(main, *argv, host=self.client)

    def run_to_end(self, *argv: str, **options: Any) -> RunningProgram:
        """Run the program, and let time pass until it has ended."""
        with self.start(*argv, **options) as running:
            running.wait()
        return running

    def assert_fails(self, message: str, *argv: str, **options: Any) -> RunningProgram:
        """Assert that the program ends with one line, status 1 and nothing left."""
        running = self.run_to_end(*argv, **options)

        self.assertEqual(running.stderr, f"Error: {message}\n")
        self.assertEqual(running.exit_status, 1)
        return running

    def assert_wrong_usage(self, *argvs: list[str]) -> None:
        """Assert that these command lines are not understood, and nobody is asked."""
        for argv in argvs:
            running = self.run_to_end(*argv)

            self.assertEqual(running.exit_status, 2, argv)
            self.assertEqual(running.stdout, "")
        self.assertEqual(self.site.connections, [])

    def files(self) -> list[str]:
        """List the folder."""
        return sorted(os.listdir(self.folder))

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something on the server's side, so many seconds from now."""
        self.server.reactor.callLater(seconds, act)
