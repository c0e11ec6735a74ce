"""Tests of keeping a test to its network, without trial."""

import os
import random
import socket
from threading import Condition

from twisted.internet.defer import fail
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import Isolation, LeftBehind, Network, NotSimulated
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
