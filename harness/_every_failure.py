# -*- test-case-name: harness.test.test_every_failure -*-
"""Let one operation after the other fail, as SQLite tests its allocator.

See "How SQLite Is Tested", 3.1: the first allocation fails, then the second, and so on,
until a run gets through without meeting the one that should have failed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from unittest import TestCase
from weakref import WeakKeyDictionary

from twisted.trial.unittest import FailTest

from harness._choices import Place
from harness._current_test import at_end_of, current_test
from harness._explore import replay
from harness._faults import FAILURES, Fault, require_faults
from harness._finding import command, require_network
from harness._recipes import Recipe, no_such_run, recipe_text
from harness._repeating import Outcome, Repeatable, old_garbage_aside, repeatable
from harness._sessions import replayed_test, running_session

#: What went wrong in the first run.
NOTHING = "nothing went wrong"

#: How many faults of each name a test has given so far.
_given: "WeakKeyDictionary[TestCase, Counter[str]]" = WeakKeyDictionary()


def every_failure(test: Callable[[], object], *faults: Fault) -> int:
    """Run a test with the first operation of a kind failing, then the second ...

    Operations are what programs ask of their machines, and each ``await``: see `Fault`.
    For each fault there are as many runs as there are operations that it can befall,
    and one more, which meets none. The test decides what is right when something goes
    wrong: it is to pass as long as the program does the right thing.

    Args:
        test: A function without arguments that makes its own `Network`. If it is a
            method of a test case, each run has a test case of its own, with ``setUp``
            and ``tearDown``, and errors that it logs are its own.
        faults: What goes wrong, one after the other. Without them: every way to break
            off and to keep silent. One that is confined, as by ``host="server"``, has
            to befall something.

    Returns:
        How many runs there were.

    Raises:
        AssertionError: The test has failed in some of these runs. They are listed, each
            with the line that makes it again, and with the traceback of the first. Or
            a fault that is confined has befallen nothing.
        SkipTest: The test is skipped where nothing goes wrong.
        TypeError: The test cannot be called, or a fault is none.
        ValueError: The test has made no network.
    """
    if not callable(test):
        raise TypeError(f"test must be a function without arguments, not {test!r}")
    require_faults(faults)
    if running_session() is not None:
        test()
        return 1
    return Survey(test, faults or FAILURES).run()


class Survey:
    """Runs a test with one fault after the other.

    Attributes:
        ENDLESS: After how many operations of a kind there seems to be no end.
    """

    ENDLESS = 1000

    def __init__(self, test: Callable[[], object], faults: Sequence[Fault]) -> None:
        self._call = test
        self._test: Repeatable = repeatable(test)
        # The test of trial's that is under way, which calls this one.
        self._under_way = current_test()
        self._faults = dict(zip(_labels(faults, self._under_way), faults, strict=True))
        self._runs = 0
        self._failed: list[str] = []
        self._unmet: list[str] = []
        self._report = ""

    def run(self) -> int:
        text = recipe_text()
        if text and not text.isdigit():
            return self._replay(Recipe.parse(text))
        with old_garbage_aside():
            usual = self._run_once(Recipe(deviations={}), ())
            if not usual.kind:
                require_network(self._test, usual)
                for label, fault in self._faults.items():
                    self._fail_each(label, fault, usual.networks)
        if self._failed or self._unmet:
            raise FailTest("\n".join(self._describe()))
        return self._runs

    def _describe(self) -> Iterator[str]:
        """Write down what was found, in lines."""
        for fault in self._unmet:
            yield f"there is no operation that {fault} could befall"
        if self._failed:
            yield f"fails in {len(self._failed)} of {self._runs} runs"
            yield from self._failed
            yield f"\nThe first of them:\n{self._report}"

    def _replay(self, recipe: Recipe) -> int:
        if not recipe.names_given_faults:
            self._call()  # the networks of the test that is under way are that run's
            return 1
        faults = [self._faults[each] for each in recipe.faults if each in self._faults]
        if self._under_way is not None:
            # It fails in the end if no call of `every_failure` has these faults.
            replayed = replayed_test(self._under_way, recipe)
            replayed.is_replayed = replayed.is_replayed or bool(faults)
        elif not faults:
            raise FailTest(no_such_run(recipe.faults))
        if faults:
            replay(self._test, recipe, faults)
        return 1

    def _fail_each(self, label: str, fault: Fault, networks: int) -> None:
        befallen = [
            self._fail_in(label, operation, each + 1)
            for operation in fault.operations
            for each in range(networks)
        ]
        if _is_confined(fault) and not any(befallen):
            self._unmet.append(str(fault))

    def _fail_in(self, label: str, operation: str, network: int) -> int:
        """Let the operations of one network fail, and return how many there were."""
        fault = self._faults[label]
        for number in range(1, self.ENDLESS + 1):
            place = Place(f"fault.{operation}", number, network)
            recipe = Recipe(deviations={place: 1}, faults=(label,))
            if not self._run_once(recipe, (fault,)).deviations:
                return number - 1
        self._failed.append(f"\n{fault}: more than {self.ENDLESS} operations")
        return self.ENDLESS

    def _run_once(self, recipe: Recipe, faults: Sequence[Fault]) -> Outcome:
        self._runs += 1
        outcome = self._test.run(recipe, faults)
        if outcome.kind:
            what = "".join(each.words for each in outcome.deviations)
            line = command(recipe, self._name())
            how = f"{outcome.kind}: {outcome.message}"
            self._failed.append(f"\n{what or NOTHING}\n  {how}\n  {line}")
            self._report = self._report or outcome.report
        return outcome

    def _name(self) -> str:
        return self._test.name if self._under_way is None else self._under_way.id()


def _is_confined(fault: Fault) -> bool:
    where = (fault.host, fault.target, fault.port, fault.nth)
    return any(each is not None for each in where)


def _labels(faults: Sequence[Fault], test: TestCase | None) -> list[str]:
    """Name faults: the second ``reset`` of a test is ``reset-2``."""
    counts = Counter[str]() if test is None else _counts_of(test)
    labels = []
    for fault in faults:
        counts[fault.name] += 1
        labels.append(f"{fault.name}-{counts[fault.name]}")
    return labels


def _counts_of(test: TestCase) -> Counter[str]:
    if test not in _given:
        _given[test] = Counter()
        at_end_of(test, lambda: _given.pop(test, None))
    return _given[test]
