# -*- test-case-name: harness.test.test_isolation -*-
"""Keep a test to its network, and see that nothing of it is left.

This is what `harness.HarnessTestCase` does around each test, for whoever runs tests
in another way.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import NoneType, TracebackType

from twisted.python.failure import Failure

from harness._arguments import require_count, require_type
from harness._baton import ThreadScheduler
from harness._errors import LeftBehind
from harness._fence import Fence
from harness._installation import network_as_told
from harness._leftovers import (
    KINDS,
    Leftover,
    left_on,
    lines_noted,
    release_threads,
    stop_idle_pools,
)
from harness._network import Network
from harness._new_networks import told_of_networks
from harness._open_files import OpenFiles
from harness._reactor import VirtualReactor
from harness._seams import seams_closed
from harness._traced_blocks import traced_block
from harness._unhandled import DeferredErrors, LoggedErrors

#: Pytest shows the lines of tests, and not those below.
__tracebackhide__ = True


#: Those within which the code is that runs now, the innermost last.
_standing: list["Isolation"] = []


class Isolation:
    """A context manager, within which a test has nothing but its network.

    In the block Twisted finds the network wherever it reaches round its reactor, and
    the real network, real time and real threads are refused with `NotSimulated`. At the
    end of the block what is left of the test is an error, unless there is another. That
    is what is left on its network, and on any other that is made in the block.

    Args:
        network: Where the test is. Its first machine is the one whose reactor is that
            of the process; one without any is given ``localhost``. Without it, a new
            one, which ``HARNESS_SEED`` and ``HARNESS_SEGMENTS`` may describe.
        conversation: How many lines of what was said on the network an error of the
            block ends with, as a note, from Python 3.11 on. 0: none.

    Attributes:
        network: The same.
        reactor: That of the first machine.

    Raises:
        TypeError: The network is none, or the number of lines.
        ValueError: The number of lines is negative.
        LeftBehind: At the end of the block, something is left.
    """

    network: Network
    reactor: VirtualReactor

    def __init__(
        self, network: Network | None = None, *, conversation: int = 40
    ) -> None:
        require_type("network", network, (Network, NoneType), "a Network")
        require_count("conversation", conversation, "lines")
        self.network = network_as_told(os.environ) if network is None else network
        if not self.network.hosts:
            self.network.host("localhost")
        self.reactor = next(iter(self.network.hosts.values())).reactor
        self._networks: list[Network] = []
        self._threads: list[ThreadScheduler] = []
        self._fence = Fence(self._threads)
        self._files = OpenFiles(self._fence.holds_this_thread)
        self._deferreds = DeferredErrors()
        self._log = LoggedErrors()
        self._allowed: list[tuple[tuple[str, ...], str]] = []
        self._conversation = conversation
        self._block = self._isolated()

    def __enter__(self) -> "Isolation":
        """Begin."""
        self._block.__enter__()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End, and see that nothing is left, unless something has gone wrong."""
        self._block.__exit__(exception_type, exception, traceback)

    @contextmanager
    def _isolated(self) -> Iterator[None]:
        traced = traced_block(self.network, self._conversation, os.environ)
        with traced, self.begun():
            try:
                yield
            except BaseException:
                self._forget_demands()
                raise
            self.check()

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Do the same, but leave it to others to `check`."""
        with ExitStack() as undo:
            undo.enter_context(self._log.watched())
            undo.enter_context(self._deferreds.watched())
            undo.enter_context(self._files.watched())
            take = partial(self._take, undo)
            take(self.network)
            undo.enter_context(told_of_networks(take))
            undo.enter_context(self._standing())
            undo.enter_context(seams_closed(self.reactor))
            undo.enter_context(self._fence.up())
            undo.callback(self._release_threads)
            yield

    def allow_leftovers(self, *kinds: str, matching: str = "") -> None:
        """Declare that something may be left behind.

        Args:
            kinds: What, in the words of the report: ``"connection"``, ``"port"``,
                ``"look-up"``, ``"delayed call"``, ``"thread"``, ``"file"``,
                ``"invariant"``, ``"unhandled error"``, ``"logged error"``,
                ``"refused call"``.
            matching: Only what has this text in its line of the report.

        Raises:
            ValueError: There is no such kind, or none is given.
        """
        unknown = sorted(set(kinds) - set(KINDS))
        if unknown or not kinds:
            raise ValueError(f"{unknown} is not among what can be left: {KINDS}")
        self._allowed.append((kinds, matching))

    def check(self) -> None:
        """See that nothing is left, but for what is allowed.

        What is still to happen at this instant happens first.

        Raises:
            LeftBehind: Something is.
        """
        for network in self._networks:
            network.flush()
            stop_idle_pools(network)
        left = [each for network in self._networks for each in left_on(network)]
        self._raise_for([*left, *self._left_elsewhere()])

    def check_refused(self, error: BaseException) -> None:
        """See that a test which fails with an error has not hushed up a refused call.

        Raises:
            LeftBehind: There was one that the error does not tell of.
        """
        self._fence.forgive(error)
        self._forget_demands()
        self._raise_for(self._refused())

    def take_errors(self, *types: type[BaseException]) -> list[Failure]:
        """Return unhandled errors of Deferreds that are no more, and forget them.

        Args:
            types: Of which types; of all if there are none.
        """
        return [failure for failure, _ in self._deferreds.take_freed(*types)]

    def _forget_demands(self) -> None:
        for network in self._networks:
            if network.invariants is not None:
                network.invariants.take_left()

    def _take(self, undo: ExitStack, network: Network) -> None:
        """Reckon a network among those of the test."""
        self._networks.append(network)
        self._threads.append(network.scheduler.threads)
        undo.enter_context(lines_noted(network))

    @contextmanager
    def _standing(self) -> Iterator[None]:
        """Relieve those that stand around this one of its network."""
        for outer in _standing:
            if self.network in outer._networks:
                outer._networks.remove(self.network)
        _standing.append(self)
        try:
            yield
        finally:
            _standing.remove(self)

    def _release_threads(self) -> None:
        for network in self._networks:
            release_threads(network)

    def _left_elsewhere(self) -> Iterator[Leftover]:
        for name, made_at in self._files.still_open():
            yield Leftover("file", name, made_at)
        for network in self._networks:
            if network.invariants is not None:
                yield from network.invariants.take_left()
        for failure, made_at in self._deferreds.take():
            yield Leftover("unhandled error", repr(failure.value), made_at)
        for failure, made_at in self._log.take():
            yield Leftover("logged error", repr(failure.value), made_at)
        yield from self._refused()

    def _refused(self) -> Iterator[Leftover]:
        for refusal in self._fence.refused:
            yield Leftover("refused call", refusal.call, refusal.made_at)

    def _raise_for(self, leftovers: Iterable[Leftover]) -> None:
        lines = [str(left) for left in leftovers if not self._is_allowed(left)]
        if lines:
            raise LeftBehind("\n  ".join(["the test has left behind", *lines]))

    def _is_allowed(self, leftover: Leftover) -> bool:
        return any(
            leftover.kind in kinds and matching in str(leftover)
            for kinds, matching in self._allowed
        )
