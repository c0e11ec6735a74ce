# -*- test-case-name: harness.test.test_benchmark_simulations -*-
"""Small simulations: what a test pays before it has done anything of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from harness import VirtualReactor
from harness.benchmark.echo import Pinger, echo_server
from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_least, rate
from harness.benchmark.loopback import LOOPBACK, FactoryOf, local, port_number
from harness.benchmark.measuring import Contender


def simulate() -> bool:
    """Make a reactor, a server and a client, let them exchange a line, and check.

    Returns:
        Whether the line came back and nothing was left: no call, no socket.
    """
    reactor = VirtualReactor()
    port = reactor.listenTCP(0, echo_server(), interface=LOOPBACK)
    pinger = Pinger(1)
    local(reactor, port_number(port)).connect(FactoryOf(pinger))
    reactor.flush()
    port.stopListening()
    reactor.flush()
    return pinger.round_trips == 1 and is_clean(reactor)


def is_clean(reactor: VirtualReactor) -> bool:
    """Say whether nothing is left on a reactor."""
    return not reactor.getDelayedCalls() and not reactor.removeAll()


def simulations(wanted: int) -> Contender:
    """Enter simulations, one after the other."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        yield lambda: sum(simulate() for _ in range(wanted))

    return Contender(prepare, wanted)


def simulation_entries(wanted: int) -> Sequence[Entry]:
    """List the entry about small simulations."""
    return [
        Race(
            "simulations",
            f"{wanted:,} times a reactor, a server, one exchange, all checks",
            {"virtual": simulations(wanted)},
            [rate("virtual", at_least(2000))],
        )
    ]
