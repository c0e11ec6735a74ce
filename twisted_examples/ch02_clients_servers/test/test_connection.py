"""Tests of a program that connects and hangs up."""

import io
from contextlib import redirect_stdout

from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.ch02_clients_servers.connection import (
    QuickDisconnectFactory,
    main,
)
from twisted_examples.ch02_clients_servers.test.attempts import accept, fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor
from twisted_examples.command import command


class QuickDisconnectTests(SynchronousTestCase):
    """One connection, seen from the factory."""

    def connect(self, peer: IAddress) -> str:
        """Make a connection, and return what is said about it."""
        self.factory = QuickDisconnectFactory()
        self.protocol = self.factory.buildProtocol(peer)
        self.transport = StringTransport(peerAddress=peer)
        with redirect_stdout(io.StringIO()) as stdout:
            self.protocol.makeConnection(self.transport)
        return stdout.getvalue()

    def test_says_who_answered(self) -> None:
        """The peer is shown by its address, be it IPv4 or IPv6."""
        ipv4 = self.connect(IPv4Address("TCP", "192.0.2.1", 80))
        ipv6 = self.connect(IPv6Address("TCP", "2001:db8::1", 80))

        self.assertEqual(ipv4, "Connected to 192.0.2.1.\n")
        self.assertEqual(ipv6, "Connected to 2001:db8::1.\n")

    def test_hangs_up(self) -> None:
        """The connection is asked to close, and nothing is sent."""
        self.connect(IPv4Address("TCP", "192.0.2.1", 80))

        self.assertTrue(self.transport.disconnecting)
        self.assertEqual(self.transport.value(), b"")

    def test_knows_why_the_connection_was_lost(self) -> None:
        """The factory's Deferred waits for the loss and passes on the reason."""
        self.connect(IPv4Address("TCP", "192.0.2.1", 80))
        self.assertNoResult(self.factory.lost)
        self.protocol.connectionLost(Failure(error.ConnectionLost()))

        self.failureResultOf(self.factory.lost, error.ConnectionLost)


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        self.reactor = NamesReactor(
            {"one.test": ["192.0.2.1"], "two.test": ["2001:db8::2", "192.0.2.2"]}
        )

    def assert_failed(self, expected: str, error: Exception) -> None:
        """Assert what is said when the connection fails with an error."""
        with run_program(main, "one.test", reactor=self.reactor) as program:
            fail(self.reactor, error)
            self.reactor.advance(0.3)  # HostnameEndpoint asks whether there are more

        self.assertEqual(program.stdout, "")
        self.assertEqual(program.stderr, expected)
        self.assertEqual(program.exit_status, 1)

    def test_dials_port_80_unless_told(self) -> None:
        """The port may be left out."""
        with run_program(main, "one.test", reactor=self.reactor):
            pass
        with run_program(main, "one.test", "8080", reactor=self.reactor):
            pass

        dialled = [attempt[:2] for attempt in self.reactor.tcpClients]
        self.assertEqual(dialled, [("192.0.2.1", 80), ("192.0.2.1", 8080)])

    def test_connects_and_disconnects(self) -> None:
        """The end is reported when it has come, and not when it was asked for."""
        with run_program(main, "one.test", reactor=self.reactor) as program:
            before = program.stdout
            protocol, transport = accept(self.reactor)
            between = program.stdout
            status = program.exit_status
            protocol.connectionLost(Failure(error.ConnectionDone()))

        self.assertEqual(before, "")
        self.assertEqual(between, "Connected to 192.0.2.1.\n")
        self.assertIsNone(status)
        self.assertTrue(transport.disconnecting)
        self.assertEqual(
            program.stdout,
            "Connected to 192.0.2.1.\n"
            "Lost connection: Connection was closed cleanly.\n",
        )
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 0)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_tries_the_next_address(self) -> None:
        """Where IPv6 does not answer for 0.3 s, IPv4 is tried beside it."""
        with run_program(main, "two.test", reactor=self.reactor) as program:
            self.reactor.advance(0.25)
            early = len(self.reactor.tcpClients)
            self.reactor.advance(0.05)
            accept(self.reactor)

        self.assertEqual(early, 1)
        self.assertEqual(
            [attempt[0] for attempt in self.reactor.tcpClients],
            ["2001:db8::2", "192.0.2.2"],
        )
        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(program.stdout, "Connected to 192.0.2.2.\n")

    def test_reports_a_reset(self) -> None:
        """A connection that does not end cleanly is a failure, and is called one."""
        with run_program(main, "one.test", reactor=self.reactor) as program:
            protocol, _ = accept(self.reactor)
            protocol.connectionLost(Failure(error.ConnectionLost()))

        self.assertEqual(program.stdout, "Connected to 192.0.2.1.\n")
        self.assertEqual(
            program.stderr,
            "Lost connection: Connection to the other side was lost in a non-clean "
            "fashion.\n",
        )
        self.assertEqual(program.exit_status, 1)

    def test_reports_a_refusal(self) -> None:
        """Nobody listens there."""
        self.assert_failed(
            "Connection failed: "
            "Connection was refused by other side: 111: Connection refused.\n",
            error.ConnectionRefusedError(111, "Connection refused"),
        )

    def test_cancelled(self) -> None:
        """An attempt that somebody takes back has not failed."""
        with run_program(command(main), "one.test", reactor=self.reactor) as program:
            fail(self.reactor, error.ConnectingCancelledError(None))
            self.reactor.advance(0.3)

        self.assertEqual(program.stderr, "Error: cancelled.\n")
        self.assertEqual(program.exit_status, 1)

    def test_reports_a_timeout(self) -> None:
        """Nobody answers."""
        self.assert_failed(
            "Connection failed: User timeout caused connection failure.\n",
            error.TimeoutError(),
        )

    def test_reports_a_connection_lost_before_it_was_made(self) -> None:
        """Who hung up before the connection was there has not been connected to."""
        self.assert_failed(
            "Connection failed: Connection was closed cleanly.\n",
            error.ConnectionDone(),
        )

    def test_waits_no_longer_than_half_a_minute(self) -> None:
        """The reactor is asked to give up on an address after 30 s."""
        with run_program(main, "one.test", reactor=self.reactor):
            pass

        self.assertEqual([attempt[3] for attempt in self.reactor.tcpClients], [30])

    def test_reports_an_unknown_name(self) -> None:
        """What DNS does not know is not dialled."""
        with run_program(main, "no.test", reactor=self.reactor) as program:
            pass

        self.assertEqual(
            program.stderr,
            "Connection failed: "
            "DNS lookup failed: no results for hostname lookup: no.test.\n",
        )
        self.assertEqual(program.exit_status, 1)
        self.assertEqual(self.reactor.tcpClients, [])

    def test_reports_what_cannot_be_a_name(self) -> None:
        """A text that is no host name fails as a connection does."""
        with run_program(main, "a..test", reactor=self.reactor) as program:
            pass

        self.assertEqual(
            program.stderr, "Connection failed: invalid hostname: a..test\n"
        )
        self.assertEqual(program.exit_status, 1)

    def test_can_be_interrupted_while_it_dials(self) -> None:
        """Ctrl-C gives the attempt up, and is not reported as a failure."""
        with run_program(command(main), "one.test", reactor=self.reactor) as program:
            program.interrupt()

        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 130)

    def test_can_be_interrupted_while_it_hangs_up(self) -> None:
        """Ctrl-C ends the wait; that the connection then goes is no news."""
        with run_program(command(main), "one.test", reactor=self.reactor) as program:
            protocol, _ = accept(self.reactor)
            program.interrupt()
            protocol.connectionLost(Failure(error.ConnectionLost()))

        self.assertEqual(program.stdout, "Connected to 192.0.2.1.\n")
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 130)

    def test_refuses_wrong_usage(self) -> None:
        """Without a host, or with a port that is none, nothing is dialled."""
        for argv in ([], [""], ["one.test", "0"], ["one.test", "80", "81"]):
            with run_program(main, *argv, reactor=self.reactor) as program:
                pass

            self.assertEqual(program.exit_status, 2)
            self.assertEqual(program.stdout, "")
        self.assertEqual(self.reactor.tcpClients, [])
