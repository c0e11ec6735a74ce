"""A test for pytest that leaves something behind."""

import socket

from twisted.internet.protocol import Factory

from harness import HarnessTestCase, Network
from harness.test.samples.for_pytest import network

__all__ = ["network"]


def test_leaves_a_port(network: Network) -> None:
    """It is told in the end, when the fixture is left."""
    network.hosts["localhost"].reactor.listenTCP(80, Factory())


def test_opens_a_socket(network: Network) -> None:
    """It is told at once."""
    socket.socket()


class CaseTests(HarnessTestCase):
    """The same in a test case."""

    def test_leaves_a_port(self) -> None:
        """It fails itself."""
        self.reactor.listenTCP(80, Factory())
