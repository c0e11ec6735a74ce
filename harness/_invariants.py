# -*- test-case-name: harness.test.test_invariants -*-
"""What is to be true of the programs on a network, whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from harness._errors import InvariantBroken
from harness._leftovers import Leftover
from harness._scheduler import Scheduler
from harness._seconds import require_seconds

Predicate = Callable[[], object]


@dataclass(frozen=True, eq=False)
class Demand:
    """What is to be true, or to become true.

    Attributes:
        name: How it is called.
        predicate: Whether it is.
        made_at: The line that demands it.
        within: Within how many seconds it is to become true. None: it is to be so
            always.
        deadline: The call at which they are over.
    """

    name: str
    predicate: Predicate
    made_at: str
    within: float | None = None
    deadline: Any = None


class Invariants:
    """Checks what is to be true, after each event of a network.

    Args:
        scheduler: The loop of the network. Its events are looked at one by one from
            now on.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._demands: dict[str, Demand] = {}
        self._broken: list[Leftover] = []
        self._event: Callable[[], str] = lambda: "the test"
        scheduler.step().after_event.append(self._check)

    def always(self, name: str, predicate: Predicate, made_at: str) -> None:
        """Let something be true now, and after each event.

        Raises:
            InvariantBroken: It is not true now, or the predicate fails.
            TypeError: The predicate cannot be called, or says None.
            ValueError: Something of this name is demanded already.
        """
        self._require_new(name, predicate)
        self._demands[name] = Demand(name, predicate, made_at)
        self._check_always(self._demands[name])

    def eventually(
        self, name: str, predicate: Predicate, within: float, made_at: str
    ) -> None:
        """Let something be true before ``within`` seconds are over.

        Raises:
            InvariantBroken: The predicate fails now.
            TypeError: The predicate cannot be called, or says None; or ``within`` is no
                number.
            ValueError: Something of this name is demanded already, or that is no time.
        """
        self._require_new(name, predicate)
        require_seconds("eventually: within", within)
        hope = Demand(name, predicate, made_at, within)
        holds, _ = self._judge(hope)
        if not holds:
            deadline = self._scheduler.callLater(within, self.hope_no_longer)
            self._demands[name] = replace(hope, deadline=deadline)

    def hope_no_longer(self) -> None:
        """Do nothing; that this is called, is the event that shows what is missing."""

    def judge(self) -> None:
        """See that nothing is left, at the end of a run.

        Raises:
            InvariantBroken: Something is. Where something was found broken before, that
                error was caught by somebody.
        """
        _require_none(self.take_left())

    def require_none_open(self) -> None:
        """See that nothing is still to become true, at the end of a test.

        Raises:
            InvariantBroken: Something is.
        """
        _require_none(self._take_open())

    def take_left(self) -> list[Leftover]:
        """Return what was found broken, and what is not judged yet; and forget it."""
        broken, self._broken = self._broken, []
        return broken + self._take_open()

    def _take_open(self) -> list[Leftover]:
        hopes = [each for each in self._demands.values() if each.within is not None]
        for hope in hopes:
            self._forget(hope)
        return [self._leftover(hope, self._not_judged(hope)) for hope in hopes]

    def _require_new(self, name: str, predicate: Predicate) -> None:
        if not callable(predicate):
            raise TypeError(f"predicate must be a function, not {predicate!r}")
        if name in self._demands:
            where = self._demands[name].made_at
            raise ValueError(f"{name!r} is demanded already, at {where}")

    def _check(self, event: Callable[[], str]) -> None:
        self._event = event
        for demand in list(self._demands.values()):
            if demand.within is None:
                self._check_always(demand)
            else:
                self._check_hope(demand)

    def _check_always(self, demand: Demand) -> None:
        holds, error = self._judge(demand)
        if not holds:
            self._fail(demand, "is broken", error)

    def _check_hope(self, hope: Demand) -> None:
        holds, error = self._judge(hope)
        if holds:
            self._forget(hope)
        elif not hope.deadline.active():
            self._fail(hope, f"has not come true within {hope.within} s", error)

    def _forget(self, demand: Demand) -> None:
        self._demands.pop(demand.name, None)  # it may have failed before it was in
        if demand.deadline is not None and demand.deadline.active():
            demand.deadline.cancel()

    def _judge(self, demand: Demand) -> tuple[bool, AssertionError | None]:
        """Say whether something is true, and why not if the predicate says so.

        Raises:
            InvariantBroken: The predicate raises any other error.
            TypeError: It says None. It may have come to its end without an assertion
                that failed, or have found nothing: nobody knows.
        """
        try:
            holds = demand.predicate()
        except AssertionError as error:
            return False, error
        except Exception as error:
            self._fail(demand, "cannot be judged", error)
        if holds is None:
            raise TypeError(
                f"{demand.name!r} must say true or false: its predicate returned None"
            )
        return bool(holds), None

    def _fail(self, demand: Demand, what: str, reason: Exception | None) -> NoReturn:
        self._forget(demand)  # what is broken stays so: it is said once
        if reason is not None:
            is_told = isinstance(reason, AssertionError)
            what += f", for {reason if is_told else repr(reason)},"
        time = self._scheduler.seconds()
        words = f"{what} at {time} s, by {self._event()}"
        self._broken.append(self._leftover(demand, words))
        raise InvariantBroken(f"{demand.name!r} {words}") from reason

    def _not_judged(self, demand: Demand) -> str:
        now, end = self._scheduler.seconds(), demand.deadline.time
        return (
            f"had not come true when the test ended, at {now} s; it had until {end} s"
        )

    @staticmethod
    def _leftover(demand: Demand, what: str) -> Leftover:
        return Leftover("invariant", f"{demand.name!r} {what}", demand.made_at)


def _require_none(left: Sequence[Leftover]) -> None:
    if left:
        raise InvariantBroken("; ".join(each.what for each in left))
