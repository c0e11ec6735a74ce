"""Tests of a door, each on a network of its own."""

from pathlib import Path
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall, deferLater
from twisted.protocols.wire import Discard
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import HarnessTestCase, Network, fixture_bytes
from harness.test.samples.greeting import Door, visit

HERE = str(Path(__file__).parent)


class GreetingTests(HarnessTestCase):
    """A server and its client, on two machines."""

    def setUp(self) -> None:
        self.www = self.network.host("www.example", "192.0.2.1").reactor
        self.ada = self.network.host("ada.example", "192.0.2.2").reactor
        self.port = self.www.listenTCP(4000, Door(self.www))
        self.endpoint = HostnameEndpoint(self.ada, "www.example", 4000)

    def tearDown(self) -> None:
        self.port.stopListening()

    def test_greets(self) -> None:
        """Whoever says a name is greeted by it."""
        greeting = self.network.run_until(visit(self.endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")

    async def test_greets_each_by_name(self) -> None:
        """However many come, and whenever."""
        self.assertEqual(await visit(self.endpoint, b"Ada"), b"Hello, Ada")
        await deferLater(self.ada, 3600)
        self.assertEqual(await visit(self.endpoint, b"Alan"), b"Hello, Alan")


class ToleranceTests(HarnessTestCase):
    """A test that may leave something."""

    def test_server_for_ever(self) -> None:
        """A program that never closes its port is not the subject of this one."""
        self.allow_leftovers("port", matching=":4000")
        self.reactor.listenTCP(4000, Door(self.reactor))
        endpoint = HostnameEndpoint(self.reactor, "localhost", 4000)

        greeting = self.network.run_until(visit(endpoint, b"Ada"))

        self.assertEqual(greeting, b"Hello, Ada")


class TwoMachinesTestCase(HarnessTestCase):
    """A network for many tests: the program under test runs on the first machine."""

    def make_network(self) -> Network:
        network = super().make_network()
        network.host("app.example", "192.0.2.1")
        network.host("backend.example", "192.0.2.2")
        return network


class TwoMachinesTests(TwoMachinesTestCase):
    """Which machine is the process."""

    def test_process(self) -> None:
        """The first, for code that takes the reactor of the process."""
        self.assertEqual(self.reactor.host.name, "app.example")


class Forgetful(HarnessTestCase):
    """A test that leaves much behind."""

    def runTest(self) -> None:
        """Open a port, connect to it, and begin to count the minutes."""
        self.reactor.listenTCP(4000, Factory.forProtocol(Discard))
        minutes = LoopingCall(list)
        minutes.start(60)
        endpoint = HostnameEndpoint(self.reactor, "localhost", 4000)
        self.network.run_until(endpoint.connect(Factory.forProtocol(Discard)))
        self.network.advance(90)


class ReportTests(SynchronousTestCase):
    """What a test is told that leaves much behind."""

    def test_names_what_and_where(self) -> None:
        """Each in a line, with the line of the test that has made it."""
        result: Any = TestResult()
        Forgetful().run(result)

        ((_, failure),) = result.errors
        shown = str(failure.value).replace(HERE, "harness/test/samples")
        self.assertEqual(
            f"{shown}\n".encode(), fixture_bytes("messages/left_behind.txt")
        )
