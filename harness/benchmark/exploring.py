# -*- test-case-name: harness.test.test_benchmark_exploring -*-
"""Tests that are explored: how many seeds a second, and what a trace adds to that.

They run as those do that `harness.explore` decorates. ``traced`` records what
`harness.HarnessTestCase` does for its reports. ``off`` is the same test without a
trace, and ``bare`` is that with a harness which cannot trace at all: see
`harness.benchmark.hooks`. What these two differ in is the price of having the
choice. It is smaller than what a machine's speed drifts by from one moment to the next,
so they take many short turns, and between the brackets stand the quartiles.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.client import Agent

from harness import HTTPFixture, Network
from harness._recipes import Recipe
from harness._repeating import RepeatedTest, old_garbage_aside
from harness._traced_tests import KEPT
from harness.benchmark.echo import Pinger, echo_server
from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_most, quartiles, rate
from harness.benchmark.hooks import hooks_removed
from harness.benchmark.loopback import FactoryOf
from harness.benchmark.measuring import Contender
from harness.benchmark.website import BODY, fetch

#: How often a test exchanges something with its server.
ROUND_TRIPS = 10
GETS = 3

#: How many virtual seconds a test has: more than the slowest links need.
PATIENCE = 3600


class ExploredTests(SynchronousTestCase):
    """An echo server and a web server, each with a client on another machine."""

    traced = False

    def setUp(self) -> None:
        self.network = Network()
        self.server = self.network.host("server", "192.0.2.1")
        self.client = self.network.host("client", "192.0.2.2")
        if self.traced:
            self.network.start_trace(packets=True, timers=True, last=KEPT)

    def test_echo(self) -> None:
        """All lines come back."""
        self.server.reactor.listenTCP(7, echo_server())
        pinger = Pinger(ROUND_TRIPS)
        endpoint = TCP4ClientEndpoint(self.client.reactor, "192.0.2.1", 7)
        endpoint.connect(FactoryOf(pinger))
        lost: Deferred[None] = pinger.lost
        self.network.run_until(lost, timeout=PATIENCE)

        self.assertEqual(pinger.round_trips, ROUND_TRIPS)

    def test_http(self) -> None:
        """All pages come."""
        with HTTPFixture(self.server) as fixture:
            fixture.page("/hello", BODY)
            agent = Agent(self.client.reactor)
            url = fixture.url("/hello").encode()
            bodies = [
                self.network.run_until(fetch(agent, url), timeout=PATIENCE)
                for _ in range(GETS)
            ]

        self.assertEqual(bodies, [BODY] * GETS)


class TracedTests(ExploredTests):
    """The same, recorded."""

    traced = True


def exploring(
    case: type[ExploredTests],
    method: str,
    seeds: int,
    harness: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Contender:
    """Enter a test that is run with as many seeds."""

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        test = RepeatedTest(case, method)

        def work() -> int:
            gc.enable()  # it is put aside as it is when a test is explored
            with old_garbage_aside():
                kinds = [test.run(Recipe.of_seed(n)).kind for n in range(seeds)]
            return kinds.count("")

        with harness():
            yield work

    return Contender(prepare, seeds)


def exploring_entries(seeds: int, turns: int) -> Sequence[Entry]:
    """List the entries about tests that are explored.

    Args:
        seeds: How many each contender tries in a turn.
        turns: How many turns it has in each round.
    """
    return [
        Race(
            f"explore-{name}",
            f"seeds of a test with {what}; with a trace, without, without hooks",
            {
                "traced": exploring(TracedTests, f"test_{name}", seeds),
                "off": exploring(ExploredTests, f"test_{name}", seeds),
                "bare": exploring(ExploredTests, f"test_{name}", seeds, hooks_removed),
            },
            [
                rate("off"),
                rate("traced"),
                quartiles("traced", "off"),
                quartiles("off", "bare", at_most(1.02)),
            ],
            turns,
        )
        for name, what in (
            ("echo", f"{ROUND_TRIPS} round trips by TCP"),
            ("http", f"{GETS} GETs by Agent from HTTPFixture"),
        )
    ]
