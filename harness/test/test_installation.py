"""Tests of making a virtual reactor the reactor of the process."""

import sys
import time
from typing import Any

from twisted import internet
from twisted.application.reactors import IReactorInstaller
from twisted.internet import default, task
from twisted.internet.error import ReactorAlreadyInstalledError
from twisted.plugin import getPlugins
from twisted.python.reflect import namedModule
from twisted.python.threadpool import ThreadPool
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, VirtualReactor, _blocking
from harness._installation import install, settle, starts_workers
from harness._thread_pools import pool_in_order
from harness.test.apart import run_apart
from harness.test.settings import settings

MODULE = "twisted.internet.reactor"


class SettlingTestCase(SynchronousTestCase):
    """A test after which all that `settle` replaces is what it was."""

    def setUp(self) -> None:
        for name in "threadFactory", "_pool":
            self.addCleanup(setattr, ThreadPool, name, vars(ThreadPool)[name])
        self.patch(task, "_theCooperator", task._theCooperator)
        self.patch(_blocking, "_sleep_at_rest", list(_blocking._sleep_at_rest))
        self.addCleanup(setattr, time, "sleep", time.sleep)  # noqa: TID251 - put back


class SettleTests(SettlingTestCase):
    """What reaches round the reactor."""

    def setUp(self) -> None:
        super().setUp()
        self.reactor = VirtualReactor()
        settle(self.reactor)

    def work(self, *call: Any) -> list[float]:
        """Work in a thread of a pool of one's own; return the time before and after."""
        pool = ThreadPool()
        pool.start()
        times = [self.reactor.seconds()]
        pool.callInThreadWithCallback(
            lambda success, result: times.append(self.reactor.seconds()), *call
        )
        self.reactor.advance(100)
        pool.stop()
        return times

    def test_pools_run_on_virtual_threads(self) -> None:
        """Whoever makes them."""
        self.assertEqual(self.work(lambda: time.sleep(0.5)), [0.0, 0.5])  # noqa: TID251

    def test_sleep_may_be_bound_before(self) -> None:
        """It is that of virtual threads although none lives."""
        self.assertEqual(self.work(time.sleep, 0.5), [0.0, 0.5])  # noqa: TID251

    def test_sleep_is_kept_when_threads_have_ended(self) -> None:
        """The next finds the same."""
        bound = time.sleep  # noqa: TID251 - the one that is to stay
        self.work(len, "done")

        self.assertIs(time.sleep, bound)  # noqa: TID251

    def test_pools_choose_among_workers_in_order(self) -> None:
        """As the reactor's own does."""
        self.assertIs(ThreadPool._pool, pool_in_order)

    def test_cooperation_goes_by_steps(self) -> None:
        """One in a turn, however fast the machine is."""
        steps = iter(range(3))
        self.patch(task._theCooperator, "_scheduler", self.call_soon)
        task.coiterate(steps)
        self.reactor.advance(0)

        self.assertEqual(list(steps), [1, 2])

    def call_soon(self, call: Any) -> Any:
        """Do what the cooperator does with the reactor of the process."""
        return self.reactor.callLater(0, call)


class InstallTests(SettlingTestCase):
    """What ``--reactor=virtual`` does."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(sys.modules.__setitem__, MODULE, namedModule(MODULE))
        self.patch(internet, "reactor", namedModule(MODULE))
        self.patch(sys, "argv", ["trial", "--reactor=virtual"])
        del sys.modules[MODULE]

    def test_the_reactor_of_the_process_is_virtual(self) -> None:
        """Whoever imports it has it, and what reaches round it is settled."""
        install()

        reactor = namedModule(MODULE)
        self.assertIsInstance(reactor, VirtualReactor)
        self.assertIs(vars(internet)["reactor"], reactor)
        self.assertIs(ThreadPool._pool, pool_in_order)

    def test_its_machine_is_called_localhost(self) -> None:
        """And is alone in its network."""
        install()

        reactor: Any = namedModule(MODULE)
        self.assertEqual(list(reactor.host.network.hosts), ["localhost"])

    def test_it_is_not_counted(self) -> None:
        """Deviations are those of networks that tests make, and it keeps to its own."""
        with settings(HARNESS_SEED="0:user.1=1"):
            run_apart(install)

            reactor: Any = namedModule(MODULE)
            self.assertEqual(reactor.host.network.choose("ab"), "a")
            networks: list[Network] = []
            run_apart(lambda: networks.append(Network()))
            self.assertEqual(networks[0].choose("ab"), "b")

    def test_a_process_has_one_reactor(self) -> None:
        """Another is not installed, as is usual."""
        install()

        self.assertRaises(ReactorAlreadyInstalledError, install)

    def test_a_process_that_starts_workers_has_a_real_one(self) -> None:
        """It runs no test, and needs processes."""
        sys.argv.append("--jobs=2")
        installed: list[str] = []
        self.patch(default, "install", lambda: installed.append("default"))
        install()

        self.assertEqual(installed, ["default"])
        self.assertNotIn(MODULE, sys.modules)

    def test_is_found_as_a_plugin(self) -> None:
        """By trial and by twist, under its short name."""
        (plugin,) = (
            plugin
            for plugin in getPlugins(IReactorInstaller)
            if plugin.shortName == "virtual"
        )
        plugin.install()

        self.assertIsInstance(namedModule(MODULE), VirtualReactor)


class StartsWorkersTests(SynchronousTestCase):
    """Which command lines are those of a trial with workers."""

    def test_trial_with_jobs(self) -> None:
        """However it is written."""
        for argv in [
            ["/usr/bin/trial", "-j2", "harness"],
            ["/usr/bin/trial", "-j", "2", "harness"],
            ["/usr/bin/trial", "--reactor=virtual", "--jobs=2", "harness"],
            ["/usr/bin/trial", "--jobs", "auto", "harness"],
            ["/lib/python3/site-packages/twisted/trial/__main__.py", "-j2"],
        ]:
            self.assertTrue(starts_workers(argv), argv)

    def test_others(self) -> None:
        """Without workers, or another program."""
        for argv in [
            ["/usr/bin/trial", "--reactor=virtual", "harness.test.test_jobs"],
            ["/usr/bin/trial", "--joke"],
            ["/usr/bin/twist", "-j2", "web"],
        ]:
            self.assertFalse(starts_workers(argv), argv)
