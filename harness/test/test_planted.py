"""Tests that planted bugs are found, come back when told to, and shrink."""

from collections.abc import Callable

from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Factory
from twisted.protocols.wire import Discard
from twisted.trial.unittest import FailTest, SynchronousTestCase

from harness import Network, every_failure, fixture_bytes
from harness._finding import Find, first_failure
from harness._recipes import Recipe
from harness._repeating import Outcome, RepeatedTest, old_garbage_aside
from harness.test.planted import cases
from harness.test.planted.stage import connected, stage_of
from harness.test.settings import settings

#: What it took to find them, as documentation shows it.
TABLE = "messages/planted.txt"


class SearchTests(SynchronousTestCase):
    """Each bug is found from a seed, and seen again just as it was.

    As long as nothing unusual happens the test of its program passes.
    """

    def find(self, bug: cases.Bug) -> Find:
        """Find a bug within 500 seeds."""
        test = RepeatedTest(cases.PlantedTests, f"test_{bug.name}")
        self.assertEqual(test.run(Recipe(deviations={}), bug.faults), Outcome(()))
        with old_garbage_aside():
            find = first_failure(test, map(Recipe.of_seed, range(500)), bug.faults)
        assert find is not None
        return find


class EveryFailureTests(SynchronousTestCase):
    """Those that need a fault are found without a seed."""


class MendedTests(SynchronousTestCase):
    """What was mended passes: it is the bug that was found, and nothing else."""

    def passes(self, bug: cases.Bug) -> None:
        """Try a mended program in the ways in which its bug was looked for."""
        name = f"test_{bug.name}"
        test = RepeatedTest(cases.MendedTests, name)
        recipes = [Recipe(deviations={}), *map(Recipe.of_seed, range(30))]
        with old_garbage_aside(), settings(HARNESS_SEED=""):
            find = first_failure(test, recipes, bug.mended_faults)
            self.assertIsNone(find, str(find))
            if bug.faults:
                mended = getattr(cases.MendedTests(name), name)
                self.assertGreater(every_failure(mended, *bug.mended_faults), 1)


class AskerTests(SynchronousTestCase):
    """What the clients of the programs are told."""

    def test_connection_lost(self) -> None:
        """Whoever waits for an answer that will not come."""
        network = Network()
        stage = stage_of(network)
        port = stage.listen(Factory.forProtocol(Discard))
        connecting = connected(stage.clients[0], stage.addresses[0], port)
        asker = network.run_until(connecting)
        answer = asker.ask(b"hello")
        asker.transport.abortConnection()
        network.flush()

        self.failureResultOf(answer, ConnectionLost)


def _line(bug: cases.Bug, find: Find) -> str:
    """Write down what it took to find a bug."""
    faults = ", ".join(fault.name for fault in bug.faults)
    found, shrunk = len(find.found.deviations), len(find.shrunk.deviations)
    return f"{bug.name:<20}{faults:<12}{find.runs:>8}{found:>8}{shrunk:>8}"


def _finds(bug: cases.Bug) -> Callable[[SearchTests], None]:
    def test(self: SearchTests) -> None:
        find = self.find(bug)

        again = RepeatedTest(cases.PlantedTests, f"test_{bug.name}")
        for recipe, outcome in (
            (find.recipe, find.found),
            (find.shrunk_recipe, find.shrunk),
        ):
            text = Recipe.parse(str(recipe))
            self.assertEqual(again.run(text, bug.faults), outcome)
        self.assertIn(_line(bug, find), fixture_bytes(TABLE).decode().splitlines())

    test.__doc__ = f"{bug.name} is found, replayed and shrunk."
    return test


def _fails(bug: cases.Bug) -> Callable[[EveryFailureTests], None]:
    def test(self: EveryFailureTests) -> None:
        planted = getattr(cases.PlantedTests(f"test_{bug.name}"), f"test_{bug.name}")
        with settings(HARNESS_SEED=""):
            self.assertRaises(FailTest, every_failure, planted, *bug.faults)

    test.__doc__ = f"{bug.name} is found when one thing after the other fails."
    return test


def _passes(bug: cases.Bug) -> Callable[[MendedTests], None]:
    def test(self: MendedTests) -> None:
        self.passes(bug)

    test.__doc__ = f"Without its bug {bug.name} passes."
    return test


for _bug in cases.BUGS:
    setattr(MendedTests, f"test_{_bug.name}", _passes(_bug))
    setattr(SearchTests, f"test_{_bug.name}", _finds(_bug))
    if _bug.faults:
        setattr(EveryFailureTests, f"test_{_bug.name}", _fails(_bug))
