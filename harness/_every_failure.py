# -*- test-case-name: harness.test.test_every_failure -*-
"""Let one operation after the other fail, as SQLite tests its allocator.

See "How SQLite Is Tested", 3.1: the first allocation fails, then the second, and so on,
until a run gets through without meeting the one that should have failed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from twisted.trial.unittest import FailTest

from harness._choices import Place
from harness._explore import replay
from harness._faults import FAILURES, Fault
from harness._finding import command
from harness._recipes import Recipe, recipe_text
from harness._repeating import Outcome, Repeatable, old_garbage_aside, repeatable
from harness._sessions import running_session

#: What went wrong in the first run.
NOTHING = "nothing went wrong"


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
            off and to keep silent.

    Returns:
        How many runs there were.

    Raises:
        AssertionError: The test has failed in some of these runs. They are listed, each
            with the line that makes it again, and with the traceback of the first.
    """
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
        self._test: Repeatable = repeatable(test)
        identify = getattr(getattr(test, "__self__", None), "id", None)
        # The test of trial's that is under way, which calls this one.
        self._command_name = identify() if identify else self._test.name
        self._faults = dict(zip(_labels(faults), faults, strict=True))
        self._runs = 0
        self._failed: list[str] = []
        self._report = ""

    def run(self) -> int:
        text = recipe_text()
        if text and not text.isdigit():
            recipe = Recipe.parse(text)
            replay(self._test, recipe, [self._faults[name] for name in recipe.faults])
            return 1
        with old_garbage_aside():
            usual = self._run_once(Recipe(deviations={}), ())
            for label in () if usual.kind else self._faults:
                for network in range(1, usual.networks + 1):
                    self._fail_each(label, network)
        if self._failed:
            listed = "\n".join(self._failed)
            raise FailTest(
                f"fails in {len(self._failed)} of {self._runs} runs\n{listed}\n\n"
                f"The first of them:\n{self._report}"
            )
        return self._runs

    def _fail_each(self, label: str, network: int) -> None:
        fault = self._faults[label]
        for number in range(1, self.ENDLESS + 1):
            place = Place(f"fault.{fault.operation}", number, network)
            recipe = Recipe(deviations={place: 1}, faults=(label,))
            if not self._run_once(recipe, (fault,)).deviations:
                return
        self._failed.append(f"\n{fault}: more than {self.ENDLESS} operations")

    def _run_once(self, recipe: Recipe, faults: Sequence[Fault]) -> Outcome:
        self._runs += 1
        outcome = self._test.run(recipe, faults)
        if outcome.kind:
            what = "".join(each.words for each in outcome.deviations)
            line = command(recipe, self._command_name)
            how = f"{outcome.kind}: {outcome.message}"
            self._failed.append(f"\n{what or NOTHING}\n  {how}\n  {line}")
            self._report = self._report or outcome.report
        return outcome


def _labels(faults: Sequence[Fault]) -> Iterator[str]:
    """Name faults: the second ``reset`` is ``reset-2``."""
    counts: Counter[str] = Counter()
    for fault in faults:
        counts[fault.name] += 1
        number = counts[fault.name]
        yield fault.name if number == 1 else f"{fault.name}-{number}"
