# -*- test-case-name: harness.test.test_wall_clock -*-
"""What the module ``time`` says where time is virtual."""

import time
from collections.abc import Callable
from time import struct_time
from typing import Any

#: The date at which virtual time is zero, in seconds since 1970: the first of January
#: of the year 2000, 0:00 UTC. It was a Saturday.
EPOCH = 946_684_800.0


class WallClock:
    """Stands before the module ``time`` and tells virtual time, in UTC.

    What it does not know itself it has from the module.

    Args:
        seconds: Tells the virtual time.
    """

    timezone = altzone = 0

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds

    def time(self) -> float:
        """Return the seconds since 1970."""
        return EPOCH + self._seconds()

    def gmtime(self, seconds: float | None = None) -> struct_time:
        """Return a date, that of now unless another is given."""
        return time.gmtime(self.time() if seconds is None else seconds)

    localtime = gmtime

    def asctime(self, date: Any = None) -> str:
        """Write a date with the names of its day and its month."""
        return time.asctime(self.gmtime() if date is None else date)

    def ctime(self, seconds: float | None = None) -> str:
        """Write a date in the same way."""
        return self.asctime(self.gmtime(seconds))

    def strftime(self, form: str, date: Any = None) -> str:
        """Write a date in the form that is given."""
        return time.strftime(form, self.gmtime() if date is None else date)

    def in_place_of(self, told_by: object) -> object:
        """Return what takes the place of the module, or of a function of it."""
        if told_by is time or isinstance(told_by, WallClock):
            return self
        return getattr(self, told_by.__name__)  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
