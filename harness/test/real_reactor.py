"""Whether tests that need a reactor of the kernel's can be run in this process."""

from collections.abc import Callable
from typing import TypeVar

from harness import VirtualReactor
from harness._process_reactor import installed_reactor

#: Why they are skipped, or None. Twisted's TLS, cooperator and names take their clock
#: from the reactor of the process; where that is virtual, they would wait for ever.
SKIP = (
    "the reactor of the process is virtual"
    if isinstance(installed_reactor(), VirtualReactor)
    else None
)

TestT = TypeVar("TestT", bound=Callable[..., None])


def on_real_reactor(test: TestT) -> TestT:
    """Skip a test where the reactor of the process is virtual."""
    test.skip = SKIP  # type: ignore[attr-defined]
    return test
