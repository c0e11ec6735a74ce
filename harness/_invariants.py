# -*- test-case-name: harness.test.test_invariants -*-
"""What is to be true of the programs on a network, whatever happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from harness._errors import InvariantBroken
from harness._scheduler import Scheduler

Predicate = Callable[[], object]


@dataclass(frozen=True, eq=False)
class Hope:
    """What is to become true.

    Attributes:
        name: How it is called.
        predicate: Whether it is.
        within: Within how many seconds.
        deadline: The call at which they are over.
    """

    name: str
    predicate: Predicate
    within: float
    deadline: Any


class Invariants:
    """Checks what is to be true, after each event of a network.

    Args:
        scheduler: The loop of the network. Its events are looked at one by one from
            now on.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._always: dict[str, Predicate] = {}
        self._hopes: list[Hope] = []
        self._event: Callable[[], str] = lambda: "the test"
        scheduler.step().after_event.append(self._check)

    def always(self, name: str, predicate: Predicate) -> None:
        """Let something be true now, and after each event."""
        self._always[name] = predicate
        self._check_one(name, predicate)

    def eventually(self, name: str, predicate: Predicate, within: float) -> None:
        """Let something be true before ``within`` seconds are over."""
        if not predicate():
            deadline = self._scheduler.callLater(within, self.hope_no_longer)
            self._hopes.append(Hope(name, predicate, within, deadline))

    def hope_no_longer(self) -> None:
        """Do nothing; that this is called, is the event that shows what is missing."""

    def _check(self, event: Callable[[], str]) -> None:
        self._event = event
        for name, predicate in list(self._always.items()):
            self._check_one(name, predicate)
        for hope in list(self._hopes):
            self._check_hope(hope)

    def _check_one(self, name: str, predicate: Predicate) -> None:
        try:
            holds = predicate()
        except AssertionError as error:
            self._fail(name, f"is broken, for {error},", error)
        if not holds:
            self._fail(name, "is broken")

    def _check_hope(self, hope: Hope) -> None:
        if hope.predicate():
            self._hopes.remove(hope)
            if hope.deadline.active():
                hope.deadline.cancel()
        elif not hope.deadline.active():
            self._hopes.remove(hope)
            self._fail(hope.name, f"has not come true within {hope.within} s")

    def _fail(
        self, name: str, what: str, reason: AssertionError | None = None
    ) -> NoReturn:
        self._always.pop(name, None)  # what is broken stays so: it is said once
        time = self._scheduler.seconds()
        raise InvariantBroken(
            f"{name!r} {what} at {time} s, by {self._event()}"
        ) from reason
