# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_large -*-
"""Measure how much memory it takes to download and to upload a large file.

Run it, with a number of MiB if not 1024::

    $ python -m twisted_examples.ch03_web_clients.test.large

Both programs run in this process, on a simulated network. So their memory is that of
the client, the server and the network together. The file is real, in a temporary
folder. What is printed is by how much the peak of the process has grown.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from types import ModuleType

from twisted.internet.protocol import Factory, Protocol

from harness import HTTPFixture, Network, run_program
from twisted_examples.ch03_web_clients import download, upload

MIB = 2**20
PIECE = bytes(2**16)


class Sink(Protocol):
    """Takes a form, forgets it, and answers when its end has come."""

    def dataReceived(self, data: bytes) -> None:
        if data.endswith(b"--\r\n"):
            assert self.transport is not None
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


class Measurement:
    """Two machines, and files of one size.

    Args:
        size: How many bytes each of them has.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        network = Network()
        server = network.host("server", "192.0.2.1")
        self._client = network.host("client", "192.0.2.2")
        server.reactor.listenTCP(81, Factory.forProtocol(Sink))
        site = HTTPFixture(server)
        site.stream("/large", lambda: repeat(PIECE, size // len(PIECE)), length=size)
        site.page("/small", b"")

    def download(self) -> int:
        """Download a file; return by how many bytes the memory has grown."""
        self._run(download, "http://server/small")
        return self._run(download, "http://server/large", "--output", "large")

    def upload(self) -> int:
        """Upload a file; return by how many bytes the memory has grown."""
        with open("large", "wb") as file:
            file.truncate(self.size)
        return self._run(upload, "large", "--url", "http://server:81/")

    def _run(self, program: ModuleType, *argv: str) -> int:
        before = peak_memory()
        with run_program(program.main, *argv, host=self._client) as running:
            running.wait(timeout=float("inf"))
        if running.exit_status:
            raise SystemExit(running.stderr)
        return peak_memory() - before


def peak_memory() -> int:
    """Return the most bytes that this process has ever had in memory."""
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def temporary_folder() -> Iterator[None]:
    """Work in a folder that is removed in the end."""
    before = os.getcwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def main(mebibytes: str = "1024") -> None:
    """Measure both, and print the figures."""
    with temporary_folder():
        measurement = Measurement(int(mebibytes) * MIB)
        for measure in (measurement.download, measurement.upload):
            grown = measure() / MIB
            print(f"{measure.__name__}: {mebibytes} MiB with {grown:.1f} MiB of memory")


if __name__ == "__main__":
    main(*sys.argv[1:])
