# -*- test-case-name: harness.test.test_scheduler,harness.test.test_invariants -*-
"""What the harness raises: for what it will not pretend, and for what would hang."""


class NotSimulated(NotImplementedError):
    """Code asked the simulated machine for something that it does not have.

    Or a test that is kept to its network reached out of it. The message names the call.
    Nothing is pretended: a test that meets this error needs a real reactor, or code
    that is given less to do.
    """


class Deadlock(Exception):
    """Code waits for what can never happen.

    No timer is pending, no byte is under way and no thread is at work, so that
    waiting longer changes nothing. The message lists what is there: see
    `harness._pending.describe`.
    """


class VirtualTimeoutError(TimeoutError):
    """What ``run_until`` waited for had not happened when its virtual time was over.

    The message lists what was pending, as that of `Deadlock` does.
    """


class Livelock(Exception):
    """One instant never ends: something happens again and again, and no time passes.

    Raised by ``flush``, which would never return. The other ways of running let time
    move on: see `harness._scheduler`.
    """


class InvariantBroken(AssertionError):
    """What should always be true is not, or what should have become true has not.

    Or nobody can say, for the predicate has failed: that error is the cause. The
    message tells the virtual time, and the event after which it was seen. See
    `Network.always` and `Network.eventually`.
    """


class LeftBehind(AssertionError):
    """A test is over, and something of it is not.

    The message lists what, with its kind and the line that has made it: see
    `harness.Isolation`.
    """
