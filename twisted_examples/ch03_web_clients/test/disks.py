"""A disk that is full, for one file."""

import os
from contextlib import suppress
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase


def fill_disk(test: SynchronousTestCase, path: Path) -> None:
    """Let the system take no more for a file that this process has open.

    Its descriptors lead to a device that is always full, from now on.

    Args:
        test: Ends with the full disk.
        path: The file.
    """
    full = os.open("/dev/full", os.O_WRONLY)
    test.addCleanup(os.close, full)
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # one of them has listed the folder, and is gone
            if os.path.samefile(f"/proc/self/fd/{name}", path):
                os.dup2(full, int(name))
