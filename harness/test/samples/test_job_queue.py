"""A race in a queue of jobs: found, shown, and mended."""

from typing import Any

from twisted.internet.defer import ensureDeferred, gatherResults
from twisted.internet.task import deferLater
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SynchronousTestCase

from harness import InvariantBroken, Network, explore, fixture_bytes
from harness.test.samples.job_queue import JobQueue, MendedQueue, serve, work
from harness.test.settings import settings

JOBS = (b"sweep", b"cook", b"wash")


class Queues(SynchronousTestCase):
    """A queue, and two workers of which one comes a little later."""

    def setUp(self) -> None:
        self.network = Network()
        self.server: Any = self.network.host("server", "192.0.2.1").reactor
        self.addCleanup(self.server.getThreadPool().stop)
        self.done: list[bytes] = []

    async def come(self, name: str, address: str, delay: float) -> None:
        """Let a worker come from another machine, and work."""
        reactor: Any = self.network.host(name, address).reactor
        await deferLater(reactor, delay)
        await work(reactor, "server", self.done.append)

    def run_workers(self) -> None:
        """Let both work until all is done."""
        workers = [self.come("ada", "192.0.2.2", 0), self.come("bob", "192.0.2.3", 0.5)]
        self.network.run_until(gatherResults(map(ensureDeferred, workers)))


class RacyQueueTests(Queues):
    """The queue as it was."""

    def setUp(self) -> None:
        super().setUp()
        serve(self.server, JobQueue(self.server, JOBS, lambda job: None))

    def check_each_job_is_done_once(self) -> None:
        """As long as nothing unusual happens."""
        self.run_workers()

        self.assertEqual(sorted(self.done), sorted(JOBS))

    @explore(seeds=200)
    def find_the_race(self) -> None:
        """With some seed it is not so."""
        self.run_workers()

        self.assertEqual(sorted(self.done), sorted(JOBS))

    @explore(seeds=200)
    def find_it_at_once(self) -> None:
        """An invariant tells when it happens, rather than what became of it."""
        self.network.always(
            "no job is done twice", lambda: len(self.done) == len(set(self.done))
        )

        self.run_workers()


class MendedQueueTests(Queues):
    """The queue as it is now."""

    def setUp(self) -> None:
        super().setUp()
        serve(self.server, MendedQueue(self.server, JOBS, lambda job: None))

    @explore(seeds=60)
    def test_each_job_is_done_once(self) -> None:
        """However long threads and ways take, and whoever comes first."""
        self.network.always(
            "no job is done twice", lambda: len(self.done) == len(set(self.done))
        )

        self.run_workers()

        self.assertEqual(sorted(self.done), sorted(JOBS))


class FindingTests(SynchronousTestCase):
    """What trial says of the queue as it was."""

    def failure(self, name: str, seed: str = "") -> str:
        """Run a test of it; return how it failed, or nothing."""
        result = TestResult()
        with settings(HARNESS_SEED=seed):
            RacyQueueTests(name).run(result)
        failures: list[Any] = [failure for _, failure in result.failures]
        return "".join(failure.getErrorMessage() for failure in failures)

    def test_an_ordinary_test_finds_nothing(self) -> None:
        """It passes, each time."""
        self.assertEqual(self.failure("check_each_job_is_done_once"), "")

    def test_a_seed_finds_the_race(self) -> None:
        """The failure says what it takes."""
        said, _, _ = self.failure("find_the_race").partition("Traceback")

        self.assertEqual(f"{said.strip()}\n".encode(), fixture_bytes(REPORT))

    def test_replay(self) -> None:
        """The line that is told makes the same run again."""
        line = fixture_bytes(REPORT).decode().splitlines()[3]
        seed = line.split()[0].removeprefix("HARNESS_SEED=")

        self.assertIn("b'wash', b'wash'", self.failure("find_the_race", seed))

    def test_invariant(self) -> None:
        """It is told when the second of two workers had done the same job."""
        said = self.failure("find_it_at_once")

        self.assertIn(InvariantBroken.__name__, said)
        self.assertIn("'no job is done twice' is broken at ", said)


REPORT = "messages/explored.txt"
