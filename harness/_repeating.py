# -*- test-case-name: harness.test.test_repeating -*-
"""Run a test again and again, each time on networks that are explored anew."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from twisted.python.failure import Failure
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SkipTest, SynchronousTestCase, TestCase

from harness._choices import Deviation
from harness._errors import InvariantBroken
from harness._faults import Fault
from harness._interrupts import interrupts_kept
from harness._recipes import Recipe
from harness._sessions import Session

#: After how many runs there is a full collection of garbage.
RUNS_BETWEEN = 50


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        deviations: What was chosen in it, but for first options.
        networks: How many networks it made.
        kind: The name of the exception, or "" if it passed.
        message: The first line of what it says.
        report: The traceback.
        skipped: Why the test was skipped, or "".
        missed: The deviations of its recipe that never came up.
        error: The exception, where there is one.
    """

    deviations: tuple[Deviation, ...]
    networks: int = 1
    kind: str = ""
    message: str = ""
    report: str = ""
    skipped: str = ""
    missed: tuple[str, ...] = ()
    error: BaseException | None = field(default=None, compare=False, repr=False)


class Repeatable(Protocol):
    """A test that can be run again and again."""

    name: str

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None) -> Outcome:
        """Run it once.

        Args:
            recipe: What the run is made by.
            faults: What may go wrong. None: what the recipe says.

        Raises:
            KeyboardInterrupt: Somebody has had enough.
        """


class ProblemsInOrder(TestResult):
    """What became of a test.

    Attributes:
        problems: What went wrong, in order, and be it expected.
    """

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Failure] = []

    def addError(self, test: Any, error: Any) -> None:
        """Take an error down."""
        super().addError(test, error)
        self.problems.append(self._getFailure(error))

    def addFailure(self, test: Any, failure: Any) -> None:
        """Take a failure down."""
        super().addFailure(test, failure)
        self.problems.append(self._getFailure(failure))

    def addExpectedFailure(self, test: Any, failure: Any, todo: Any = None) -> None:
        """Take a failure down that the test is known for."""
        super().addExpectedFailure(test, failure, todo)
        self.problems.append(self._getFailure(failure))


class RepeatedTest:
    """A method of a test case: each run has a test case of its own.

    Args:
        case: The class of the test case.
        method: The name of the method.

    Attributes:
        name: What trial calls the test.

    Raises:
        TypeError: It is an asynchronous test case, which needs a reactor for itself.
    """

    def __init__(self, case: type[SynchronousTestCase], method: str) -> None:
        if issubclass(case, TestCase):
            raise TypeError(f"{case.__qualname__} is no SynchronousTestCase")
        self.name = f"{case.__module__}.{case.__qualname__}.{method}"
        self._case = case
        self._method = method

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None = None) -> Outcome:
        session = Session(recipe, faults)
        result = ProblemsInOrder()
        case = self._case(self._method)
        # An error that nobody has handled is reported when its Deferred is collected.
        case.addCleanup(_collect)
        with old_garbage_aside(), session.running(), interrupts_kept():
            case.run(result)
        for problem in result.problems:
            if problem.check(KeyboardInterrupt):
                problem.raiseException()
        skipped = "".join(str(reason) for _, reason in result.skips)
        return _outcome(session, result.problems, skipped)


class RepeatedCall:
    """A function without arguments that raises if it fails."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.name = _name_of(call)
        self._call = call

    def run(self, recipe: Recipe, faults: Sequence[Fault] | None = None) -> Outcome:
        session = Session(recipe, faults)
        problems = []
        skipped = ""
        with session.running(), interrupts_kept():
            try:
                self._call()
            except SkipTest as reason:
                skipped = str(reason)
            except Exception:
                problems.append(Failure())
        return _outcome(session, problems, skipped)


def _name_of(call: Any) -> str:
    """Name a function: of a ``partial`` what it calls, of others the class."""
    while isinstance(call, partial):
        call = call.func
    named = call if hasattr(call, "__qualname__") else type(call)
    return f"{named.__module__}.{named.__qualname__}"


def repeatable(test: Callable[[], object]) -> Repeatable:
    """Make a test repeatable, be it a method of a test case or any function."""
    case = getattr(test, "__self__", None)
    if isinstance(case, SynchronousTestCase):
        return RepeatedTest(type(case), test.__name__)
    return RepeatedCall(test)


@contextmanager
def old_garbage_aside() -> Iterator[None]:
    """Let garbage be collected after each run, and only look at what that has made.

    Otherwise it takes longer than most tests. What is garbage already stays until the
    end, so that no run is told of its errors.
    """
    if not gc.isenabled():  # it is aside already
        yield
        return
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def _collect() -> None:
    """Collect what a run has made: while nobody else does, it is all that is young.

    What was still in use then, such as the test case itself, is found by a full
    collection, from time to time.
    """
    is_full = gc.get_count()[1] >= RUNS_BETWEEN
    gc.collect(2 if is_full else 0)


def _outcome(session: Session, problems: Sequence[Failure], skipped: str) -> Outcome:
    failure = problems[0] if problems else None if skipped else _judged(session)
    outcome = Outcome(
        deviations=tuple(session.deviations),
        networks=session.networks,
        skipped=skipped,
        missed=session.recipe.missed(session.deviations),
    )
    if failure is None:
        return outcome
    return replace(
        outcome,
        kind=type(failure.value).__qualname__,
        message=failure.getErrorMessage().partition("\n")[0],
        report=failure.getTraceback(),
        error=failure.value,
    )


def _judged(session: Session) -> Failure | None:
    try:
        session.judge()
    except InvariantBroken:
        return Failure()
    return None
