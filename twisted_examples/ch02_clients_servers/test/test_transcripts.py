"""What the documentation shows of chapter 2's programs is what they print."""

import os
import sys
import time
from io import StringIO

from twisted.internet import error
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from twisted_examples.ch02_clients_servers import (
    calllater,
    connection,
    connectiontest,
    dataforward,
    echoserver,
    portscan,
    runreactor,
)
from twisted_examples.ch02_clients_servers.test.attempts import accept, fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor
from twisted_examples.test.terminal import TranscriptTestCase


def refused() -> error.ConnectionRefusedError:
    """Make a new error each time: one that is raised again grows a traceback."""
    return error.ConnectionRefusedError(111, "Connection refused")


class TranscriptTests(TranscriptTestCase):
    """Each program of the chapter, as it is shown."""

    def setUp(self) -> None:
        super().setUp()
        self.reactor = NamesReactor({"localhost": ["127.0.0.1"]})

    def leave_own_terminal_alone(self) -> None:
        """Keep a program from looking at the test's own, which may well be closed."""
        null = os.open(os.devnull, os.O_RDWR)
        self.addCleanup(os.close, null)
        self.patch(sys, "stdin", StringIO())
        self.patch(dataforward, "STDIN", null)
        self.patch(dataforward, "STDOUT", null)

    def test_runreactor(self) -> None:
        """Ctrl-C, after a while."""
        with self.terminal.run(runreactor, reactor=self.reactor) as program:
            self.reactor.advance(60)
            self.terminal.interrupt(program)

        self.assert_shown("runreactor")

    def test_calllater(self) -> None:
        """Five seconds of a morning, local time."""
        start = time.mktime((2026, 11, 23, 10, 33, 43, 0, 0, -1))
        self.reactor.advance(start)
        with self.terminal.run(calllater, reactor=self.reactor) as program:
            self.reactor.pump([1] * 5)
            program.interrupt()  # the reactor in memory stops, and tells nobody

        self.assert_shown("calllater")

    def test_connection(self) -> None:
        """A server that answers."""
        with self.terminal.run(connection, "localhost", "22", reactor=self.reactor):
            protocol, _ = accept(self.reactor)
            protocol.connectionLost(Failure(error.ConnectionDone()))

        self.assert_shown("connection")

    def test_connectiontest(self) -> None:
        """A port that is open, and one that is not."""
        with self.terminal.run(connectiontest, "localhost", "80", reactor=self.reactor):
            accept(self.reactor)
        with self.terminal.run(connectiontest, "localhost", "81", reactor=self.reactor):
            fail(self.reactor, refused())
            self.reactor.advance(1)  # the endpoint looks for another address

        self.assert_shown("connectiontest")

    def test_portscan(self) -> None:
        """Two open ports among many that refuse."""
        scan = ("localhost", "--ports", "1-6000")
        with self.terminal.run(portscan, *scan, reactor=self.reactor):
            for attempt, (_, port, *_) in enumerate(self.reactor.tcpClients):
                if port in (22, 5001):
                    accept(self.reactor, attempt)
                else:
                    fail(self.reactor, refused(), attempt)

        self.assert_shown("portscan")

    def test_echoserver(self) -> None:
        """A client comes, in another terminal."""
        client = IPv4Address("TCP", "127.0.0.1", 50_000)
        with self.terminal.run(echoserver, reactor=self.reactor):
            _, factory, *_ = self.reactor.tcpServers[0]
            protocol = factory.buildProtocol(client)
            assert protocol is not None
            protocol.makeConnection(StringTransport(peerAddress=client))

        self.assert_shown("echoserver")

    def test_dataforward(self) -> None:
        """A conversation with the echo server."""
        self.leave_own_terminal_alone()
        with self.terminal.run(
            dataforward, "127.0.0.1", "5001", reactor=self.reactor
        ) as program:
            server, transport = accept(self.reactor)
            for line in ("hello", "quit"):
                self.terminal.type(program, f"{line}\n")
                sent = transport.value().removesuffix(b"\r\n")
                transport.clear()
                server.dataReceived(echoserver.reply(sent) + b"\r\n")
            server.connectionLost(Failure(error.ConnectionDone()))
            self.reactor.advance(0)

        self.assert_shown("dataforward")
