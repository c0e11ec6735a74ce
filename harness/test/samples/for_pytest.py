"""Tests of a door, for pytest."""

from collections.abc import Iterator

import pytest
from twisted.internet.endpoints import HostnameEndpoint

from harness import HarnessTestCase, Isolation, Network
from harness.test.samples.greeting import Door, visit


@pytest.fixture
def network() -> Iterator[Network]:
    """A network of a test's own, on which nothing may be left."""
    with Isolation() as isolation:
        yield isolation.network


def test_greets(network: Network) -> None:
    """Whoever says a name is greeted by it."""
    www = network.host("www.example", "192.0.2.1").reactor
    ada = network.host("ada.example", "192.0.2.2").reactor
    port = www.listenTCP(4000, Door(www))

    greeting = network.run_until(
        visit(HostnameEndpoint(ada, "www.example", 4000), b"Ada")
    )

    assert greeting == b"Hello, Ada"
    port.stopListening()


@pytest.fixture
def isolation() -> Iterator[Isolation]:
    """The same, for a test that has more to say about it."""
    with Isolation(Network(seed=42)) as isolation:
        yield isolation


def test_server_for_ever(isolation: Isolation) -> None:
    """What a test declares may be left."""
    isolation.allow_leftovers("port", matching=":4000")
    isolation.reactor.listenTCP(4000, Door(isolation.reactor))


class DoorTests(HarnessTestCase):
    """Pytest runs trial's test cases too."""

    async def test_greets(self) -> None:
        """Also a test that is a coroutine function."""
        port = self.reactor.listenTCP(4000, Door(self.reactor))
        endpoint = HostnameEndpoint(self.reactor, "localhost", 4000)

        self.assertEqual(await visit(endpoint, b"Ada"), b"Hello, Ada")
        await port.stopListening()
