"""Faults in the loop and in threads."""

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.test.breakages.planting import noticed_by, replace


@noticed_by("VirtualLifeCycleTests.test_shutdown_takes_a_turn")
def shutdown_inside_stop(case: SynchronousTestCase) -> None:
    """Shutdown is triggered inside ``stop``."""

    def stop(self: VirtualReactor) -> None:
        original(self)
        self._justStopped = False
        self.fireSystemEvent("shutdown")

    original = VirtualReactor.stop
    replace(case, VirtualReactor, "stop", stop)


@noticed_by("VirtualLifeCycleTests.test_shutdown_waits")
def shutdown_does_not_wait(case: SynchronousTestCase) -> None:
    """Shutdown does not wait for the Deferreds of its first phase."""

    def add(
        self: VirtualReactor, phase: str, event: str, call: Any, *args: Any, **kw: Any
    ) -> Any:
        return original(self, phase, event, lambda: call(*args, **kw) and None)

    original = VirtualReactor.addSystemEventTrigger
    replace(case, VirtualReactor, "addSystemEventTrigger", add)


@noticed_by(
    "VirtualThreadTests.test_life_of_the_pool",
    "VirtualThreadTests.test_work_handed_in_at_the_end",
)
def threads_not_waited_for(case: SynchronousTestCase) -> None:
    """The loop ends without waiting for threads."""

    def forget(self: VirtualReactor) -> None:
        assert self.threadpool is not None
        case.addCleanup(self.threadpool.stop)
        self.threadpool = None

    replace(case, VirtualReactor, "_stopThreadPool", forget)


@noticed_by(
    "VirtualThreadTests.test_call_from_own_thread",
    "VirtualThreadTests.test_error_in_call_from_thread",
)
def call_from_thread_at_once(case: SynchronousTestCase) -> None:
    """``callFromThread`` calls at once, wherever it is called from."""
    replace(
        case,
        VirtualReactor,
        "callFromThread",
        lambda self, f, *args, **kw: f(*args, **kw),
    )
