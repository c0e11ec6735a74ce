"""What the tests of `dataforward` on a network have in common."""

import os
import sys
from contextlib import ExitStack
from io import FileIO, StringIO

from harness import RunningProgram
from twisted_examples.ch02_clients_servers import dataforward
from twisted_examples.ch02_clients_servers.test.network import ProgramTestCase

BANNER = "Connected to server. Press Ctrl-C to close connection.\n"


class DataForwardTestCase(ProgramTestCase):
    """What `dataforward` needs to run in a test.

    Attributes:
        programs: The programs that run until the test ends.
        reader: The reader of its standard output.
    """

    def setUp(self) -> None:
        super().setUp()
        # It changes the mode of real descriptors, and asks for the reader of one.
        reading_end, descriptor = os.pipe()
        self.addCleanup(os.close, descriptor)
        self.reader = FileIO(reading_end)
        self.addCleanup(self.reader.close)
        self.patch(dataforward, "STDIN", descriptor)
        self.patch(dataforward, "STDOUT", descriptor)
        self.patch(sys, "stdin", StringIO())
        self.programs = ExitStack()
        self.addCleanup(self.programs.close)

    def forward(self, *options: str, port: str = "5001") -> RunningProgram:
        """Start it."""
        program = self.start(dataforward.main, "server", port, *options)
        return self.programs.enter_context(program)
