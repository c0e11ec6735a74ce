"""Tests of a program that tests a connection."""

import io
from contextlib import redirect_stdout

from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint
from twisted.internet.interfaces import IProtocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness import run_program
from twisted_examples.ch02_clients_servers.connectiontest import (
    check_connection,
    main,
)
from twisted_examples.ch02_clients_servers.test.attempts import accept, fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor
from twisted_examples.command import command


class CheckConnectionTests(SynchronousTestCase):
    """The Deferred and each of its outcomes."""

    def setUp(self) -> None:
        self.reactor = NamesReactor({"silent.test": None})

    def check(self) -> Deferred[None]:
        """Start a check that may take 8 seconds."""
        endpoint = TCP4ClientEndpoint(self.reactor, "192.0.2.1", 80)
        return check_connection(endpoint, 8, self.reactor)

    def assert_fails(self, reason: Exception) -> None:
        """Assert that the failure of an attempt is passed on as it is."""
        checking = self.check()
        fail(self.reactor, reason)

        self.assertIs(self.failureResultOf(checking).value, reason)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def connected(self) -> tuple[Deferred[None], IProtocol, StringTransport]:
        """Start a check and let it succeed."""
        checking = self.check()
        return checking, *accept(self.reactor)

    def test_fires_when_the_connection_is_made(self) -> None:
        """Not before; and then the connection is closed, and no call is left over."""
        checking = self.check()
        self.assertNoResult(checking)
        _, transport = accept(self.reactor)

        self.assertIsNone(self.successResultOf(checking))
        self.assertTrue(transport.disconnecting)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_fails_when_refused(self) -> None:
        """Nobody listens there."""
        self.assert_fails(error.ConnectionRefusedError(111, "Connection refused"))

    def test_fails_when_the_system_gives_up(self) -> None:
        """The operating system's own timeout is as good as ours."""
        self.assert_fails(error.TCPTimedOutError(110, "Connection timed out"))

    def test_fails_when_lost_before_it_was_made(self) -> None:
        """A connection that is lost on the way is no connection."""
        self.assert_fails(error.ConnectionLost())

    def test_fails_when_the_name_is_unknown(self) -> None:
        """An endpoint that fails at once is no different."""
        endpoint = HostnameEndpoint(self.reactor, "no.test", 80)
        checking = check_connection(endpoint, 8, self.reactor)

        self.failureResultOf(checking, error.DNSLookupError)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_fails_when_time_is_up(self) -> None:
        """At that very instant the attempt is given up."""
        checking = self.check()
        instants = [call.getTime() for call in self.reactor.getDelayedCalls()]
        self.reactor.advance(7.75)
        self.assertNoResult(checking)
        self.reactor.advance(0.25)

        self.assertEqual(instants, [8])
        self.failureResultOf(checking, error.TimeoutError)
        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)

    def test_fails_when_the_lookup_takes_too_long(self) -> None:
        """The look-up of the name counts too."""
        endpoint = HostnameEndpoint(self.reactor, "silent.test", 80)
        checking = check_connection(endpoint, 8, self.reactor)
        self.reactor.advance(7.75)
        self.assertNoResult(checking)
        self.reactor.advance(0.25)

        self.failureResultOf(checking, error.TimeoutError)

    def test_ends_although_the_connection_was_lost_in_silence(self) -> None:
        """A connection that goes before it is made leaves nobody waiting for ever."""
        checking = self.check()
        protocol = self.reactor.tcpClients[0][2].buildProtocol(None)
        assert protocol is not None
        protocol.connectionLost(Failure(error.ConnectionLost()))
        self.reactor.advance(8)

        self.failureResultOf(checking, error.TimeoutError)

    def test_may_connect_at_the_last_moment(self) -> None:
        """Whoever connects in time is not asked again."""
        checking = self.check()
        self.reactor.advance(7.75)
        accept(self.reactor)
        self.reactor.advance(8)

        self.assertIsNone(self.successResultOf(checking))

    def test_does_not_care_how_the_connection_ends(self) -> None:
        """What was connected stays connected to the caller, even after a reset."""
        checking, protocol, _ = self.connected()
        protocol.connectionLost(Failure(error.ConnectionLost()))

        self.assertIsNone(self.successResultOf(checking))

    def test_ignores_what_the_peer_says(self) -> None:
        """A greeting, such as a mail server's, neither hurts nor is answered."""
        checking, protocol, transport = self.connected()
        protocol.dataReceived(b"220 ready\r\n")

        self.assertIsNone(self.successResultOf(checking))
        self.assertEqual(transport.value(), b"")

    def test_can_be_cancelled(self) -> None:
        """Cancelling gives the attempt up and leaves no call behind."""
        checking = self.check()
        checking.cancel()

        self.failureResultOf(checking, error.ConnectingCancelledError)
        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class FullDisk(io.StringIO):
    """A place where nothing can be written."""

    def write(self, text: str, /) -> int:
        raise OSError(28, "No space left on device")


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        self.reactor = NamesReactor(
            {
                "one.test": ["192.0.2.1"],
                "two.test": ["2001:db8::2", "192.0.2.2"],
                "silent.test": None,
            }
        )

    def assert_times_out(self, seconds: float, *argv: str) -> None:
        """Assert that the program gives up after just so many seconds."""
        with run_program(main, *argv, reactor=self.reactor) as program:
            self.reactor.advance(seconds - 0.25)
            early = program.stderr
            self.reactor.advance(0.25)

        self.assertEqual(early, "")
        self.assertEqual(
            program.stderr,
            "Error connecting to port 80: User timeout caused connection failure.\n",
        )
        self.assertEqual(program.exit_status, 1)

    def test_says_that_it_connected(self) -> None:
        """The port is named; success has status 0."""
        with run_program(main, "one.test", "80", reactor=self.reactor) as program:
            before = program.stdout
            accept(self.reactor)

        self.assertEqual(before, "")
        self.assertEqual(program.stdout, "Connected to port 80.\n")
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 0)
        self.assertEqual(self.reactor.tcpClients[0][:2], ("192.0.2.1", 80))

    def test_says_why_it_did_not_connect(self) -> None:
        """The port and the reason are named on standard error, with status 1."""
        with run_program(main, "one.test", "81", reactor=self.reactor) as program:
            fail(self.reactor, error.ConnectionRefusedError(111, "Connection refused"))
            self.reactor.advance(0.3)  # HostnameEndpoint asks whether there are more

        self.assertEqual(program.stdout, "")
        self.assertEqual(
            program.stderr,
            "Error connecting to port 81: "
            "Connection was refused by other side: 111: Connection refused.\n",
        )
        self.assertEqual(program.exit_status, 1)

    def test_cancelled(self) -> None:
        """An attempt that somebody takes back has not failed."""
        argv = ("one.test", "80")
        with run_program(command(main), *argv, reactor=self.reactor) as program:
            fail(self.reactor, error.ConnectingCancelledError(None))
            self.reactor.advance(0.3)

        self.assertEqual(program.stderr, "Error: cancelled.\n")
        self.assertEqual(program.exit_status, 1)

    def test_says_that_a_name_is_unknown(self) -> None:
        """What DNS does not know is not dialled."""
        with run_program(main, "no.test", "80", reactor=self.reactor) as program:
            pass

        self.assertEqual(
            program.stderr,
            "Error connecting to port 80: "
            "DNS lookup failed: no results for hostname lookup: no.test.\n",
        )
        self.assertEqual(program.exit_status, 1)
        self.assertEqual(self.reactor.tcpClients, [])

    def test_tries_every_address(self) -> None:
        """One address that answers is enough."""
        with run_program(main, "two.test", "80", reactor=self.reactor) as program:
            fail(self.reactor, error.ConnectionRefusedError())
            self.reactor.advance(0.3)
            accept(self.reactor)

        self.assertEqual(program.stdout, "Connected to port 80.\n")

    def test_gives_up_after_ten_seconds(self) -> None:
        """Unless told otherwise, whether it is the host or DNS that is silent."""
        self.assert_times_out(10, "one.test", "80")
        self.assert_times_out(10, "silent.test", "80")

    def test_gives_up_when_told(self) -> None:
        """The time may be shorter or longer, and need not be a whole number."""
        self.assert_times_out(2.5, "one.test", "80", "--timeout", "2.5")
        self.assert_times_out(60, "one.test", "80", "--timeout", "60")

        self.assertEqual([attempt[3] for attempt in self.reactor.tcpClients], [2.5, 60])

    def test_does_not_blame_the_connection_for_its_own_errors(self) -> None:
        """What goes wrong after connecting is not an error of connecting."""
        program = run_program(main, "one.test", "80", reactor=self.reactor)
        with program, redirect_stdout(FullDisk()):
            accept(self.reactor)

        self.assertTrue(program.stderr.startswith("main function encountered error\n"))
        self.assertEqual(program.exit_status, 1)
        self.assertEqual(len(self.flushLoggedErrors(OSError)), 1)

    def test_can_be_interrupted(self) -> None:
        """Ctrl-C gives the attempt up, and is not reported as a failure."""
        with run_program(
            command(main), "one.test", "80", reactor=self.reactor
        ) as program:
            program.interrupt()

        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(program.stderr, "")
        self.assertEqual(program.exit_status, 130)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_refuses_wrong_usage(self) -> None:
        """Host and port are needed, and a time that is one."""
        for argv in (
            ["one.test"],
            ["", "80"],
            ["one.test", "http"],
            ["one.test", "80", "--timeout", "0"],
        ):
            with run_program(main, *argv, reactor=self.reactor) as program:
                pass

            self.assertEqual(program.exit_status, 2)
            self.assertEqual(program.stdout, "")
        self.assertEqual(self.reactor.tcpClients, [])
