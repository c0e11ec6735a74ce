# -*- test-case-name: harness.test.test_suites_comparing -*-
"""The differences between two runs of a suite, and those that have a known reason."""

from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from harness.suites.outcomes import PASSED, Outcome
from harness.suites.running import Run

NOT_RUN = Outcome("not run")


@dataclass(frozen=True)
class Difference:
    """A test that came out differently.

    Attributes:
        test: Its name.
        expected: Its outcome on the reactor that is right by definition.
        actual: Its outcome on the other.
    """

    test: str
    expected: Outcome
    actual: Outcome


class Comparison:
    """A suite on two reactors.

    Args:
        suite: The name of the suite.
        expected: The run that is right by definition.
        actual: The other.
        known: Why a test may come out differently, by the name of the test.

    Attributes:
        differences: The tests that came out differently.
        unlisted: Those of them without a known reason.
        outdated: The tests that are listed, and pass on both. (One that neither ran
            may need a library that is not here.)
    """

    def __init__(
        self, suite: str, expected: Run, actual: Run, known: Mapping[str, str]
    ) -> None:
        self.suite = suite
        self.expected = expected
        self.actual = actual
        self.differences = list(_differences(expected.outcomes, actual.outcomes))
        self.unlisted = [each for each in self.differences if each.test not in known]
        self.outdated = [
            test
            for test in known
            if expected.outcomes.get(test) == actual.outcomes.get(test) == PASSED
        ]

    @property
    def complaints(self) -> list[str]:
        """Why one of the runs did not come to its end."""
        return [
            f"{run.reactor}: {run.complaint}"
            for run in (self.expected, self.actual)
            if run.complaint
        ]

    @property
    def is_as_expected(self) -> bool:
        """Whether nothing differs but what is listed, and nothing listed passes."""
        return not (self.unlisted or self.outdated or self.complaints)


def _differences(
    expected: Mapping[str, Outcome], actual: Mapping[str, Outcome]
) -> Iterable[Difference]:
    for test in dict.fromkeys([*expected, *actual]):
        one, other = expected.get(test, NOT_RUN), actual.get(test, NOT_RUN)
        if one.kind != other.kind:
            yield Difference(test, one, other)


def read_known(paths: Iterable[Path]) -> dict[str, str]:
    """Read lists of differences with a known reason.

    The reason is written in brackets, the names of the tests under it, one a line::

        [child processes]
        twisted.web.test.test_cgi.CGITests.test_CGI

    Returns:
        The reason of each test.

    Raises:
        configparser.Error: A list is not written like that, or has a name twice.
    """
    known: dict[str, str] = {}
    for path in paths:
        lists = ConfigParser(allow_no_value=True, delimiters=("=",))
        lists.optionxform = str  # type: ignore[assignment, method-assign]
        lists.read_string(path.read_text(), str(path))
        for reason in lists.sections():
            known.update(dict.fromkeys(lists[reason], reason))
    return known
