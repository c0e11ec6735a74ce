"""Tests of keeping a test to its network, without trial."""

import os
import random
import socket
from queue import Queue
from threading import Condition
from typing import Any

from twisted.internet.defer import fail
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread, deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import (
    Fault,
    Isolation,
    LeftBehind,
    Network,
    NotSimulated,
    RecordingProtocol,
    VirtualReactor,
    connect_pair,
    every_failure,
)
from harness._leftovers import KINDS
from harness._process_reactor import installed_reactor
from harness.test.samples.greeting import Door, visit


class NetworkTests(SynchronousTestCase):
    """What a test within the block has."""

    def test_one_of_its_own(self) -> None:
        """With one machine, whose reactor is that of the process."""
        with Isolation() as isolation:
            self.assertIs(installed_reactor().host, isolation.reactor.host)

        self.assertEqual(list(isolation.network.hosts), ["localhost"])

    def test_as_the_environment_says(self) -> None:
        """Its seed comes from there."""
        self.patch(os, "environ", {"HARNESS_SEED": "42"})

        self.assertEqual(Isolation().network.seed, 42)

    def test_one_that_is_given(self) -> None:
        """Then its first machine stands for the process."""
        network = Network(seed=7)
        network.host("www", "192.0.2.1")
        network.host("ada", "192.0.2.2")
        isolation = Isolation(network)

        self.assertIs(isolation.network, network)
        self.assertEqual(list(network.hosts), ["www", "ada"])
        self.assertEqual(isolation.reactor.host.name, "www")

    def test_code_that_takes_the_reactor_of_the_process(self) -> None:
        """It waits, and works in threads, on virtual time."""
        with Isolation() as isolation:
            isolation.network.run_until(deferLater(installed_reactor(), 60))
            worked = isolation.network.run_until(deferToThread(lambda: "work"))

        self.assertEqual((isolation.network.seconds(), worked), (60, "work"))

    def test_no_network(self) -> None:
        """What is none is refused before anything has begun."""
        wrong: Any = "x"
        error = self.assertRaises(TypeError, Isolation, wrong)

        self.assertEqual(str(error), "network must be a Network, not 'x'")

    def test_no_number_of_lines(self) -> None:
        """So is what cannot be the length of a conversation."""
        wrong: Any = "x"
        error = self.assertRaises(TypeError, Isolation, conversation=wrong)
        self.assertEqual(
            str(error), "conversation must be a whole number of lines, not 'x'"
        )

        negative = self.assertRaises(ValueError, Isolation, conversation=-1)
        self.assertEqual(
            str(negative),
            "conversation must be a whole number of lines, 0 or more, not -1",
        )

    def test_everything_is_put_back(self) -> None:
        """Also where the block fails; and its error passes."""
        before = random.getstate(), open, Condition.wait
        with self.assertRaises(ZeroDivisionError), Isolation() as isolation:
            random.seed(1)
            isolation.network.run_until(deferToThread(len, "a"))
            raise ZeroDivisionError

        self.assertEqual((random.getstate(), open, Condition.wait), before)
        self.assertEqual(isolation.network.scheduler.threads.living, [])


class LeftBehindTests(SynchronousTestCase):
    """What is left at the end of the block."""

    def test_nothing(self) -> None:
        """What is closed at the last moment still has time to be closed."""
        with Isolation() as isolation:
            port = isolation.reactor.listenTCP(80, Door(isolation.reactor))
            endpoint = HostnameEndpoint(isolation.reactor, "localhost", 80)
            greeting = isolation.network.run_until(visit(endpoint, b"Ada"))
            port.stopListening()

        self.assertEqual(greeting, b"Hello, Ada")

    def test_all_of_it(self) -> None:
        """Each in a line, with its kind and the line that has made it."""
        with self.assertRaises(LeftBehind) as caught, Isolation() as isolation:
            isolation.reactor.listenTCP(80, Factory())
            isolation.reactor.callLater(60, len, "a")

        self.assertRegex(
            str(caught.exception),
            r"^the test has left behind\n"
            r"  \[port\] localhost: listening 0\.0\.0\.0:80, made at .*\.py:\d+\n"
            r"  \[delayed call\] localhost: call at 60\.0 s: .*, made at .*\.py:\d+$",
        )

    def test_not_asked_of_one_that_fails(self) -> None:
        """Its error counts."""
        with self.assertRaises(ZeroDivisionError), Isolation() as isolation:
            isolation.reactor.listenTCP(80, Factory())
            raise ZeroDivisionError

    def test_logged_errors(self) -> None:
        """Without trial, nobody else reports them."""
        with self.assertRaises(LeftBehind) as caught, Isolation():
            Logger().failure("an error", Failure(ValueError("odd")))
        self.flushLoggedErrors()

        self.assertRegex(
            str(caught.exception),
            r"\n  \[logged error\] ValueError\('odd'\), made at .*isolation\.py:\d+$",
        )

    def test_refused_calls(self) -> None:
        """One that the program has hushed up."""
        with self.assertRaises(LeftBehind) as caught, Isolation():
            self.assertRaises(NotSimulated, socket.socket)

        self.assertRegex(
            str(caught.exception),
            r"\n  \[refused call\] socket\.socket\(AF_INET\), made at .*\.py:\d+$",
        )


def open_socket() -> None:
    """Reach out of the test."""
    socket.socket()


class OtherNetworksTests(SynchronousTestCase):
    """Networks that are made within the block, beside that of the test."""

    def assert_left(self, error: LeftBehind, *kinds: str) -> None:
        """Check what kinds of things are left, each with a line of this file."""
        left = str(error).splitlines()[1:]
        self.assertEqual([line.split("]")[0] for line in left], list(kinds))
        for line in left:
            self.assertRegex(line, r", made at .*test_isolation\.py:\d+$")

    def test_what_is_left_there(self) -> None:
        """It is left by the test too."""
        with self.assertRaises(LeftBehind) as caught, Isolation():
            Network().host("www").reactor.listenTCP(80, Factory())
            VirtualReactor().callLater(60, len, "a")
            connect_pair(RecordingProtocol(), RecordingProtocol())

        self.assert_left(
            caught.exception,
            "  [port",
            "  [delayed call",
            "  [connection",
            "  [connection",
        )

    def test_what_was_demanded_there(self) -> None:
        """It is judged at the end, unless the test has failed anyway."""
        with self.assertRaises(LeftBehind) as caught, Isolation():
            Network().eventually("done", lambda: False, within=60)
        self.assert_left(caught.exception, "  [invariant")

        with self.assertRaises(ZeroDivisionError), Isolation():
            network = Network()
            network.eventually("done", lambda: False, within=60)
            raise ZeroDivisionError
        assert network.invariants is not None
        self.assertEqual(network.invariants.take_left(), [])

    def test_nothing_is_left(self) -> None:
        """What is still to happen there happens first, and idle threads end."""
        with Isolation():
            reactor = VirtualReactor()
            reactor.run_until(deferToThreadPool(reactor, reactor.getThreadPool(), int))
            port = reactor.listenTCP(80, Factory())
            client = Protocol()
            connect_pair(client, Protocol())
            client.transport.loseConnection()  # type: ignore[union-attr]
            port.stopListening()

        self.assertEqual(reactor.host.scheduler.threads.living, [])

    def test_their_threads(self) -> None:
        """They are held by the fence, and let go at the end."""
        before = Condition.wait
        items: Queue[str] = Queue()
        with self.assertRaises(LeftBehind) as caught, Isolation():
            pool = VirtualReactor().getThreadPool()
            pool.callInThread(self.assertRaises, NotSimulated, open_socket)
            VirtualReactor().getThreadPool().callInThread(items.get)

        self.assert_left(caught.exception, "  [thread", "  [refused call")
        self.assertIs(Condition.wait, before)

    def test_one_that_is_isolated_itself(self) -> None:
        """It is a test of its own, whatever it has left."""
        with Isolation():
            inner = Isolation()
            with self.assertRaises(LeftBehind), inner:
                inner.reactor.listenTCP(80, Factory())

        self.assertEqual(len(inner.reactor.host.sockets), 1)

    def test_one_from_before(self) -> None:
        """It is of no concern to a test around the one that is given it."""
        network = Network()
        with Isolation(), self.assertRaises(LeftBehind), Isolation(network) as inner:
            inner.reactor.listenTCP(80, Factory())

        self.assertEqual(len(inner.reactor.host.sockets), 1)

    def test_runs_of_a_test(self) -> None:
        """They are of no concern to the test that makes them."""
        ports: list[object] = []

        def run() -> None:
            ports.append(VirtualReactor().listenTCP(80, Factory()))

        with Isolation():
            every_failure(run, Fault.refuse())

        self.assertEqual(len(ports), 2)

    def test_afterwards(self) -> None:
        """Nobody is told of a network that is made after the block."""
        with Isolation():
            pass
        reactor = VirtualReactor()

        self.assertEqual(reactor.callLater(0, len, "a").made_at, "")


class AllowTests(SynchronousTestCase):
    """What a test may leave."""

    def test_every_kind(self) -> None:
        """Those that reports name, and no others."""
        isolation = Isolation()
        isolation.allow_leftovers(*KINDS)

        error = self.assertRaises(ValueError, isolation.allow_leftovers, "mess", "port")
        self.assertIn("['mess'] is not among what can be left: (", str(error))
        self.assertRaises(ValueError, isolation.allow_leftovers)

    def test_kind(self) -> None:
        """Others are reported."""
        with self.assertRaises(LeftBehind), Isolation() as isolation:
            isolation.allow_leftovers("port")
            isolation.reactor.listenTCP(80, Factory())
            isolation.reactor.callLater(60, len, "a")

    def test_matching(self) -> None:
        """Others of the same kind are reported."""
        with Isolation() as isolation:
            isolation.allow_leftovers("unhandled error", matching="KeyError")
            fail(KeyError())

        with self.assertRaises(LeftBehind), Isolation() as isolation:
            isolation.allow_leftovers("unhandled error", matching="KeyError")
            fail(ValueError())

    def test_errors_that_are_taken(self) -> None:
        """They are no more."""
        with Isolation() as isolation:
            fail(ValueError())
            (failure,) = isolation.take_errors(ValueError)

        self.assertEqual(failure.type, ValueError)
