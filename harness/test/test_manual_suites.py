"""Suites that others wrote for `MemoryReactorClock`, on the manual reactor.

Twisted's own tests of endpoints and of its web client use it most. Each module is read
a second time, with the name changed before, and run in this process.
"""

from importlib.util import find_spec, module_from_spec
from types import ModuleType
from unittest import TestResult

from twisted.internet import testing
from twisted.trial.reporter import TestResult as TrialResult
from twisted.trial.runner import TestLoader
from twisted.trial.unittest import SynchronousTestCase

from harness import ManualReactor

#: A test that compares the name of the class with "MemoryReactorClock". Newer versions
#: of Twisted have it no more.
NAMES_THE_CLASS = ("test_deprecation",)


class SuitesTests(SynchronousTestCase):
    """What passes with Twisted's own reactor in memory passes with ours."""

    def test_endpoints(self) -> None:
        """Endpoints of all kinds, which connect and listen."""
        self.assert_same_outcome("twisted.internet.test.test_endpoints", 200)

    def test_agent(self) -> None:
        """The web client, which connects, waits and times out."""
        self.assert_same_outcome("twisted.web.test.test_agent", 170)

    def assert_same_outcome(self, name: str, at_least: int) -> None:
        """Assert that the same tests of a module succeed, and enough of them."""
        theirs = run_suite(load(name))
        self.patch(testing, "MemoryReactor", ManualReactor)
        self.patch(testing, "MemoryReactorClock", ManualReactor)
        changed = load(name)
        ours = run_suite(changed)

        self.assertIs(changed.MemoryReactorClock, ManualReactor)
        self.assertGreater(ours.testsRun, at_least)
        self.assertEqual(unsuccessful(ours) - unsuccessful(theirs), set())


def load(name: str) -> ModuleType:
    """Read a module once more, beside the one that others have imported."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_suite(module: ModuleType) -> TrialResult:
    """Run the tests of a module."""
    result = TrialResult()
    TestLoader().loadModule(module).run(result)
    return result


def unsuccessful(result: TestResult) -> set[str]:
    """Return the names of the tests that failed, whatever they are called for."""
    failed = [test.id() for test, _ in [*result.failures, *result.errors]]
    return {name for name in failed if not name.endswith(NAMES_THE_CLASS)}
