"""Tests of a port scanner."""

import argparse
import errno
from itertools import permutations

from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.trial.unittest import SynchronousTestCase

from harness import RunningProgram, run_program
from twisted_examples.ch02_clients_servers.portscan import (
    InOrder,
    Prober,
    look_up,
    main,
    ports,
    scan,
)
from twisted_examples.ch02_clients_servers.test.attempts import accept, fail
from twisted_examples.ch02_clients_servers.test.names import NamesReactor
from twisted_examples.command import command


def refuse(reactor: MemoryReactorClock, attempt: int = -1) -> None:
    """Let an attempt meet a closed port."""
    fail(reactor, error.ConnectionRefusedError(111, "Connection refused"), attempt)


class PortsTests(SynchronousTestCase):
    """Ports on the command line."""

    def test_accepts(self) -> None:
        """Single ports, ranges and lists of both."""
        self.assertEqual(ports("80"), [80])
        self.assertEqual(ports("1-4"), [1, 2, 3, 4])
        self.assertEqual(ports("7-7"), [7])
        self.assertEqual(ports("22,80,443"), [22, 80, 443])
        self.assertEqual(ports("8000-8002,80"), [80, 8000, 8001, 8002])
        self.assertEqual(len(ports("1-65535")), 65_535)

    def test_takes_each_port_once(self) -> None:
        """However often it is named, and wherever."""
        self.assertEqual(ports("5,1-3,2-4,5"), [1, 2, 3, 4, 5])

    def test_refuses(self) -> None:
        """Numbers that are no ports, ranges with no end, and what is no number."""
        for text in (
            "",
            "0",
            "65536",
            "1-65536",
            "-5",
            "5-",
            "-",
            "1-2-3",
            "80,",
            "http",
        ):
            self.assertRaises(argparse.ArgumentTypeError, ports, text)

    def test_refuses_a_range_that_runs_backwards(self) -> None:
        """It is more likely a slip than a wish for nothing."""
        with self.assertRaisesRegex(
            argparse.ArgumentTypeError, "^the range 5-1 runs backwards$"
        ):
            ports("80,5-1")


class InOrderTests(SynchronousTestCase):
    """Answers, put in order."""

    def test_order_of_answers_does_not_matter(self) -> None:
        """In whichever order they come, the open ports are reported ascending."""
        answers = {1: True, 2: False, 3: True, 5: True, 8: False}
        for order in permutations(answers):
            in_order = InOrder([1, 2, 3, 5, 8])
            reported = [
                port
                for number in order
                for port in in_order.settle(number, answers[number])
            ]

            self.assertEqual(reported, [1, 3, 5], order)

    def test_reports_as_soon_as_possible(self) -> None:
        """A port waits for the lower ones, and for no others."""
        in_order = InOrder([1, 2, 3, 4])

        self.assertEqual(list(in_order.settle(3, True)), [])
        self.assertEqual(list(in_order.settle(1, True)), [1])
        self.assertEqual(list(in_order.settle(2, False)), [3])
        self.assertEqual(list(in_order.settle(4, True)), [4])


class LookUpTests(SynchronousTestCase):
    """From a name to addresses."""

    def look_up(self, name: str) -> Deferred[list[IPv4Address | IPv6Address]]:
        """Look a name up in a small table."""
        self.reactor = NamesReactor(
            {"both.test": ["2001:db8::1", "192.0.2.1"], "silent.test": None}
        )
        resolver = self.reactor.nameResolver
        return Deferred.fromCoroutine(look_up(resolver, name, self.reactor))

    def test_finds_all_addresses(self) -> None:
        """A host may have several, of either kind."""
        addresses = self.successResultOf(self.look_up("both.test"))

        self.assertEqual(
            addresses,
            [IPv6Address("TCP", "2001:db8::1", 0), IPv4Address("TCP", "192.0.2.1", 0)],
        )

    def test_unknown_name(self) -> None:
        """A name without addresses is an error of DNS."""
        failure = self.failureResultOf(self.look_up("no.test"), error.DNSLookupError)

        self.assertEqual(
            failure.getErrorMessage(),
            "DNS lookup failed: no results for hostname lookup: no.test.",
        )

    def test_impossible_name(self) -> None:
        """Resolvers would never answer for what cannot be encoded as a name."""
        failure = self.failureResultOf(self.look_up("a..b"), error.DNSLookupError)

        self.assertEqual(
            failure.getErrorMessage(), "DNS lookup failed: invalid hostname: a..b."
        )

    def test_can_be_cancelled(self) -> None:
        """Whoever waits need not wait for the resolver."""
        looking = self.look_up("silent.test")
        self.assertNoResult(looking)
        looking.cancel()

        self.failureResultOf(looking, CancelledError)

    def test_takes_too_long(self) -> None:
        """Nobody waits longer than half a minute for a resolver."""
        looking = self.look_up("silent.test")
        self.reactor.advance(29.5)
        self.assertNoResult(looking)
        self.reactor.advance(0.5)

        failure = self.failureResultOf(looking, error.DNSLookupError)
        self.assertEqual(
            failure.getErrorMessage(),
            "DNS lookup failed: no answer to hostname lookup: silent.test.",
        )

    def test_leaves_no_timer(self) -> None:
        """Who has an answer waits for nothing more."""
        self.successResultOf(self.look_up("both.test"))

        self.assertEqual(self.reactor.getDelayedCalls(), [])


class ProberTests(SynchronousTestCase):
    """One port of one host."""

    def setUp(self) -> None:
        self.reactor = MemoryReactorClock()

    def probe(self, *addresses: IPv4Address | IPv6Address) -> Deferred[bool]:
        """Try port 80; each of the addresses has 5 seconds."""
        prober = Prober(self.reactor, addresses or [self.address()], 5)  # type: ignore[arg-type]
        return Deferred.fromCoroutine(prober.is_open(80))

    def address(self) -> IPv4Address:
        """Return an IPv4 address, as a resolver does: without a port."""
        return IPv4Address("TCP", "192.0.2.1", 0)

    def test_open(self) -> None:
        """A port that accepts is open, and is left at once."""
        probing = self.probe()
        self.assertNoResult(probing)
        _, transport = accept(self.reactor)

        self.assertTrue(self.successResultOf(probing))
        self.assertTrue(transport.disconnecting)
        self.assertEqual(self.reactor.tcpClients[0][:2], ("192.0.2.1", 80))
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_closed(self) -> None:
        """A port that refuses is not open."""
        probing = self.probe()
        refuse(self.reactor)

        self.assertFalse(self.successResultOf(probing))
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_filtered(self) -> None:
        """A port that stays silent is given up when its time is over, no earlier."""
        probing = self.probe()
        self.reactor.advance(4.875)
        self.assertNoResult(probing)
        self.reactor.advance(0.125)

        self.assertFalse(self.successResultOf(probing))
        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_endpoint_has_the_same_time(self) -> None:
        """The system's 30 seconds must not end a longer wait."""
        self.probe()
        refuse(self.reactor)

        self.assertEqual(self.reactor.tcpClients[0][3], 5)

    def test_rejected(self) -> None:
        """A firewall may answer that the host is out of reach: that is no open port."""
        probing = self.probe()
        fail(self.reactor, error.ConnectError(errno.EHOSTUNREACH, "No route to host"))

        self.assertFalse(self.successResultOf(probing))

    def test_connected_to_itself(self) -> None:
        """A port that only our own attempt has opened is not open."""
        probing = self.probe()
        own = IPv4Address("TCP", "192.0.2.1", 80)
        protocol = self.reactor.tcpClients[0][2].buildProtocol(own)
        assert protocol is not None
        protocol.makeConnection(StringTransport(hostAddress=own, peerAddress=own))

        self.assertFalse(self.successResultOf(probing))

    def test_any_address_will_do(self) -> None:
        """Where one address is closed, the next may be open."""
        probing = self.probe(IPv6Address("TCP", "2001:db8::1", 0), self.address())
        refuse(self.reactor)
        self.assertNoResult(probing)
        accept(self.reactor)

        self.assertTrue(self.successResultOf(probing))
        self.assertEqual(
            [client[0] for client in self.reactor.tcpClients],
            ["2001:db8::1", "192.0.2.1"],
        )

    def test_our_own_fault(self) -> None:
        """What fails on this side says nothing about the port, and is not hidden."""
        for reason in (
            error.ConnectBindError(errno.EMFILE, "Too many open files"),
            error.NoRouteError(errno.ENETUNREACH, "Network is unreachable"),
            error.ConnectError(errno.EADDRNOTAVAIL, "Cannot assign requested address"),
        ):
            probing = self.probe()
            fail(self.reactor, reason)

            self.assertIs(self.failureResultOf(probing).value, reason)

    def test_one_answer_is_enough(self) -> None:
        """Without a route to one address, another one still has its say."""
        unreachable = error.NoRouteError(errno.ENETUNREACH, "Network is unreachable")
        probing = self.probe(IPv6Address("TCP", "2001:db8::1", 0), self.address())
        fail(self.reactor, unreachable)
        refuse(self.reactor)

        self.assertFalse(self.successResultOf(probing))

    def test_cancelled(self) -> None:
        """Being cancelled is no answer, and the attempt is given up."""
        probing = self.probe()
        probing.cancel()

        self.failureResultOf(probing, CancelledError, error.ConnectingCancelledError)
        self.assertTrue(self.reactor.connectors[0].stoppedConnecting)
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class ScanTests(SynchronousTestCase):
    """Many ports, with a probe that the test answers."""

    def setUp(self) -> None:
        self.asked: list[int] = []
        self.pending: dict[int, Deferred[bool]] = {}
        self.reported: list[int] = []

    def scan(self, count: int, concurrency: int) -> Deferred[None]:
        """Start to scan the ports from 1 to ``count``."""
        return Deferred.fromCoroutine(
            scan(range(1, count + 1), self.is_open, concurrency, self.reported.append)
        )

    async def is_open(self, port: int) -> bool:
        """Wait for the test's answer."""
        self.asked.append(port)
        self.pending[port] = Deferred()
        try:
            return await self.pending[port]
        finally:
            del self.pending[port]

    def test_tries_a_bounded_number_at_once(self) -> None:
        """As many as allowed are tried, whichever answers, until none is left."""
        scanning = self.scan(20, concurrency=3)
        peaks = []
        while self.pending:
            peaks.append(len(self.pending))
            # The latest one answers first; the first one is silent to the end.
            self.pending[max(self.pending)].callback(False)

        self.assertEqual(peaks, [3] * 18 + [2, 1])
        self.assertEqual(self.asked, list(range(1, 21)))
        self.successResultOf(scanning)

    def test_tries_no_more_than_there_are(self) -> None:
        """Fewer ports than allowed are all tried at once."""
        scanning = self.scan(2, concurrency=50)
        tried = list(self.pending)
        for port in tried:
            self.pending[port].callback(False)

        self.assertEqual(tried, [1, 2])
        self.successResultOf(scanning)

    def test_ends_with_the_last_answer(self) -> None:
        """The scan lasts as long as its slowest port."""
        scanning = self.scan(3, concurrency=3)
        for port in (2, 3):
            self.pending[port].callback(False)
        self.assertNoResult(scanning)
        self.pending[1].callback(False)

        self.successResultOf(scanning)

    def test_reports_in_ascending_order(self) -> None:
        """A report waits for the lower ports, and no longer."""
        self.scan(4, concurrency=4)
        self.pending[4].callback(True)
        self.pending[2].callback(True)
        self.assertEqual(self.reported, [])
        self.pending[1].callback(True)
        self.assertEqual(self.reported, [1, 2])
        self.pending[3].callback(False)

        self.assertEqual(self.reported, [1, 2, 4])

    def test_first_error_ends_it(self) -> None:
        """It is passed on as it is, and no probe is left behind or begun."""
        scanning = self.scan(9, concurrency=3)
        reason = error.ConnectBindError(errno.EMFILE, "Too many open files")
        self.pending[2].errback(reason)

        self.assertIs(self.failureResultOf(scanning).value, reason)
        self.assertEqual(self.pending, {})
        self.assertEqual(self.asked, [1, 2, 3])

    def test_cancelled(self) -> None:
        """Nothing is left behind or begun."""
        scanning = self.scan(9, concurrency=3)
        scanning.cancel()

        self.failureResultOf(scanning, CancelledError)
        self.assertEqual(self.pending, {})
        self.assertEqual(self.asked, [1, 2, 3])


class MainTests(SynchronousTestCase):
    """The program as its user sees it."""

    def setUp(self) -> None:
        self.reactor = NamesReactor({"one.test": ["192.0.2.1"]})

    def scan(self, *argv: str) -> RunningProgram:
        """Start a scan."""
        return run_program(command(main), *argv, reactor=self.reactor)

    def answer(self, open_ports: set[int]) -> None:
        """Answer all attempts there are, and those that follow."""
        for attempt, (_, port, *_) in enumerate(self.reactor.tcpClients):
            if port in open_ports:
                accept(self.reactor, attempt)
            else:
                refuse(self.reactor, attempt)

    def test_prints_the_open_ports(self) -> None:
        """Of ports 1 to 200, tried 50 at a time, those that are open, ascending."""
        with self.scan("one.test") as program:
            self.assertEqual(len(self.reactor.tcpClients), 50)
            self.answer({22, 80, 200})

        self.assertEqual(len(self.reactor.tcpClients), 200)
        self.assertEqual(
            program.stdout,
            "Connected to port 22\nConnected to port 80\nConnected to port 200\n",
        )
        self.assertEqual(program.exit_status, 0)

    def test_says_that_none_is_open(self) -> None:
        """Silence would leave it open whether the scan has worked."""
        with self.scan("one.test") as program:
            self.answer(set())

        self.assertEqual(program.stdout, "No open port found.\n")
        self.assertEqual(program.exit_status, 0)

    def test_silent_ports_are_given_up(self) -> None:
        """All at the same instant, after 5 seconds."""
        with self.scan("one.test", "--ports", "22,80") as program:
            self.reactor.advance(4.875)
            self.assertIsNone(program.exit_status)
            self.reactor.advance(0.125)

        self.assertEqual(program.stdout, "No open port found.\n")
        self.assertEqual(program.exit_status, 0)

    def test_options(self) -> None:
        """Which ports, how many at once and how long is for the user to say."""
        options = ("--ports", "7-9", "--concurrency", "1", "--timeout", "0.5")
        with self.scan("one.test", *options) as program:
            for _ in range(3):
                self.assertIsNone(program.exit_status)
                self.reactor.advance(0.5)

        self.assertEqual([client[1] for client in self.reactor.tcpClients], [7, 8, 9])
        self.assertEqual(program.exit_status, 0)

    def test_looks_the_name_up_once(self) -> None:
        """All attempts go to the address that was found."""
        with self.scan("one.test", "--ports", "1-3"):
            self.answer(set())

        hosts = [client[0] for client in self.reactor.tcpClients]
        self.assertEqual(hosts, ["192.0.2.1"] * 3)

    def test_unknown_host(self) -> None:
        """It is not a host without open ports."""
        with self.scan("no.test") as program:
            pass

        self.assertEqual(
            program.stderr,
            "Error: DNS lookup failed: no results for hostname lookup: no.test.\n",
        )
        self.assertEqual(program.stdout, "")
        self.assertEqual(program.exit_status, 1)

    def test_our_own_fault(self) -> None:
        """A scan that could not be carried out says why."""
        with self.scan("one.test", "--ports", "1-3") as program:
            accept(self.reactor, 0)
            fail(self.reactor, error.ConnectBindError(24, "Too many open files"), 2)

        self.assertEqual(program.stdout, "Connected to port 1\n")
        self.assertEqual(
            program.stderr, "Error: Couldn't bind: 24: Too many open files.\n"
        )
        self.assertEqual(program.exit_status, 1)

    def test_interrupted(self) -> None:
        """Ctrl-C ends all attempts."""
        with self.scan("one.test") as program:
            program.interrupt()

        stopped = [connector.stoppedConnecting for connector in self.reactor.connectors]
        self.assertEqual(stopped, [True] * 50)
        self.assertEqual(self.reactor.getDelayedCalls(), [])
        self.assertEqual(program.exit_status, 130)

    def test_wrong_usage(self) -> None:
        """What cannot be meant is refused before anything is tried."""
        for argv in [
            (),
            ("",),
            ("one.test", "--ports", "9-1"),
            ("one.test", "--ports", ""),
            ("one.test", "--concurrency", "0"),
            ("one.test", "--timeout", "0"),
        ]:
            with self.scan(*argv) as program:
                pass

            self.assertTrue(program.stderr.startswith("usage: portscan "), argv)
            self.assertEqual(program.stdout, "")
            self.assertEqual(program.exit_status, 2)
        self.assertEqual(self.reactor.tcpClients, [])
