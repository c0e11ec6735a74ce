"""`portscan` over a network in memory: open, closed, filtered and slow ports."""

from twisted_examples.ch02_clients_servers.portscan import main
from twisted_examples.ch02_clients_servers.test.network import (
    AbortingAtOnce,
    ProgramTestCase,
)

NONE_OPEN = "No open port found.\n"


class ScanTests(ProgramTestCase):
    """What is found."""

    def test_open_ports(self) -> None:
        """Of ports 1 to 200 those that are open, ascending."""
        self.listen(200, 1, 80, 22, 201)
        program = self.run_to_end(main, "server")

        self.assert_ended(
            program,
            0,
            "Connected to port 1\nConnected to port 22\n"
            "Connected to port 80\nConnected to port 200\n",
        )

    def test_none_open(self) -> None:
        """A host that refuses everything."""
        program = self.run_to_end(main, "server")

        self.assert_ended(program, 0, NONE_OPEN)

    def test_all_open(self) -> None:
        """A host that accepts everything."""
        self.listen(*range(1, 201))
        program = self.run_to_end(main, "server")

        lines = [f"Connected to port {port}\n" for port in range(1, 201)]
        self.assert_ended(program, 0, "".join(lines))

    def test_reset(self) -> None:
        """A port that resets before there is a connection is not open."""
        self.listen(80, protocol=AbortingAtOnce)
        self.listen(81)
        program = self.run_to_end(main, "server", "--ports", "80-82")

        self.assert_ended(program, 0, "Connected to port 81\n")

    def test_server_sees_clean_ends(self) -> None:
        """An open port is connected to once, and the connection is closed properly."""
        self.listen(22, 80)
        trace = self.network.start_trace()
        self.run_to_end(main, "server")
        self.network.flush()

        accepted = [event for event in trace if event.kind == "accept"]
        self.assertEqual(len(accepted), 2)
        self.assertNotIn("reset", {event.kind for event in trace})

    def test_several_addresses(self) -> None:
        """A port that is open at one of the host's addresses is open."""
        self.listen(80)
        self.network.host("other", "192.0.2.3")
        self.network.names["both"] = ["192.0.2.3", "192.0.2.1"]
        trace = self.network.start_trace()
        program = self.run_to_end(main, "both", "--ports", "79-81")

        self.assert_ended(program, 0, "Connected to port 80\n")
        lookups = [event.source for event in trace if event.kind == "lookup"]
        self.assertEqual(lookups, ["both"])

    def test_unknown_name(self) -> None:
        """Nobody is scanned."""
        program = self.run_to_end(main, "nobody")

        self.assert_ended(
            program,
            1,
            "",
            "Error: DNS lookup failed: no results for hostname lookup: nobody.\n",
        )

    def test_no_answer_to_the_lookup(self) -> None:
        """A resolver that says nothing is not waited for for ever."""
        self.network.names.stall("server")
        program = self.run_to_end(main, "server")

        self.assert_ended(
            program,
            1,
            "",
            "Error: DNS lookup failed: no answer to hostname lookup: server.\n",
        )
        self.assertEqual(self.network.seconds(), 30)

    def test_no_route(self) -> None:
        """What fails on our own side is no answer of the port's."""
        self.network.names["far"] = ["2001:db8::1"]
        program = self.run_to_end(main, "far")

        self.assert_ended(
            program, 1, "", "Error: No route to host: 101: Network is unreachable.\n"
        )


class ConcurrencyTests(ProgramTestCase):
    """How many of 200 ports are tried at once."""

    def tried_at_once(self, *options: str) -> list[int]:
        """Scan silent ports; return how many sockets are open in each second."""
        self.server.filtered = set(range(1, 201))
        numbers = []
        with self.start(main, "server", "--timeout", "1", *options) as program:
            while program.exit_status is None:
                self.network.advance(0.5)
                numbers.append(len(self.client.sockets))
                self.network.advance(0.5)
                self.network.flush()
        return numbers

    def test_fifty(self) -> None:
        """Unless told otherwise; no less, for that would be slow, and no more."""
        self.assertEqual(self.tried_at_once(), [50] * 4)

    def test_chosen(self) -> None:
        """One at a time is possible, too."""
        self.assertEqual(self.tried_at_once("--concurrency", "1"), [1] * 200)

    def test_more_than_there_are_ports(self) -> None:
        """There are no more attempts than ports."""
        self.assertEqual(self.tried_at_once("--concurrency", "1000"), [200])

    def test_while_ports_refuse(self) -> None:
        """Answers come all at once, and each makes room for one attempt, no more."""
        peak = 0
        with self.start(main, "server") as program:
            while program.exit_status is None:
                self.network.advance(0)
                peak = max(peak, len(self.client.sockets))

        self.assertEqual(peak, 50)


class FirewallTests(ProgramTestCase):
    """Ports that never answer."""

    def test_all_filtered(self) -> None:
        """200 ports, 50 at a time and 5 seconds each, are 20 seconds: virtual ones."""
        self.listen(*range(1, 201))
        self.server.filtered = set(range(1, 201))
        program = self.run_to_end(main, "server")

        self.assert_ended(program, 0, NONE_OPEN)
        self.assertEqual(self.network.seconds(), 20)

    def test_a_filtered_port_holds_up_one_worker(self) -> None:
        """The others go on meanwhile, so that it costs no more than its own time."""
        self.listen(22, 80, 200)
        self.server.filtered = set(range(30, 79))
        program = self.run_to_end(main, "server")

        self.assert_ended(
            program,
            0,
            "Connected to port 22\nConnected to port 80\nConnected to port 200\n",
        )
        self.assertEqual(self.network.seconds(), 5)

    def test_open_ports_are_printed_as_soon_as_possible(self) -> None:
        """Those before a silent port at once, those after it when it is given up."""
        self.listen(22, 80)
        self.server.filtered = {50}
        with self.start(main, "server") as program:
            self.network.advance(4.75)
            self.assertEqual(program.stdout, "Connected to port 22\n")
            program.wait()

        self.assert_ended(program, 0, "Connected to port 22\nConnected to port 80\n")
        self.assertEqual(self.network.seconds(), 5)

    def test_slow_port(self) -> None:
        """One that answers in time, if late, is open."""
        self.listen(80)
        self.server.filtered = {80}
        self.server.reactor.callLater(2, self.server.filtered.clear)
        program = self.run_to_end(main, "server")

        self.assert_ended(program, 0, "Connected to port 80\n")
        self.assertEqual(self.network.seconds(), 3)

    def test_too_slow_port(self) -> None:
        """One that would answer later than the user waits is not."""
        self.listen(80)
        self.server.filtered = {80}
        self.server.reactor.callLater(2, self.server.filtered.clear)
        program = self.run_to_end(main, "server", "--timeout", "2.5")

        self.assert_ended(program, 0, NONE_OPEN)
        self.assertEqual(self.network.seconds(), 2.5)

    def test_interrupted(self) -> None:
        """Ctrl-C ends all attempts, and what was found has been said."""
        self.listen(22)
        self.server.filtered = set(range(100, 201))
        trace = self.network.start_trace()
        with self.start(main, "server") as program:
            program.interrupt(after=3.5)
            program.wait()
        self.network.advance(60)

        self.assert_ended(program, 130, "Connected to port 22\n")
        self.assertLess(trace.events[-1].time, 3.5)

    def test_nobody_reads(self) -> None:
        """As with ``| head -1``, the scan ends when its output is not wanted."""
        self.listen(22, 80)
        self.server.filtered = {50, 100}
        with self.start(main, "server") as program:
            program.console.break_output(after=1)
            status = program.wait()

        self.assertEqual(status, 1)
        self.assert_ended(program, 1, "Connected to port 22\n")
        self.assertEqual(self.network.seconds(), 5)

    def test_two_scans(self) -> None:
        """When nobody reads the output of one, the other does not end early."""
        self.listen(22, 80)
        self.server.filtered = {50}
        with (
            self.start(main, "server", "--timeout", "2") as unread,
            self.start(main, "server") as read,
        ):
            unread.console.break_output()
            self.assertEqual((unread.wait(), read.wait()), (1, 0))

        self.assertEqual(unread.stdout, "")
        self.assert_ended(read, 0, "Connected to port 22\nConnected to port 80\n")
