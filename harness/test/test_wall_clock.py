"""Tests of virtual time as a wall clock."""

import time

from twisted.trial.unittest import SynchronousTestCase

from harness._wall_clock import WallClock


class WallClockTests(SynchronousTestCase):
    """A clock that says it is the year 2000."""

    def setUp(self) -> None:
        self.clock = WallClock(lambda: 90.5)

    def test_seconds(self) -> None:
        """They are those since 1970, and virtual time is among them."""
        self.assertEqual(self.clock.time(), 946_684_890.5)

    def test_date(self) -> None:
        """That of now, and the local time is UTC, wherever the machine is."""
        self.assertEqual(self.clock.gmtime()[:6], (2000, 1, 1, 0, 1, 30))
        self.assertEqual(self.clock.localtime(), self.clock.gmtime())
        self.assertEqual((self.clock.timezone, self.clock.altzone), (0, 0))

    def test_written_date(self) -> None:
        """In the forms of the module."""
        self.assertEqual(self.clock.asctime(), "Sat Jan  1 00:01:30 2000")
        self.assertEqual(self.clock.ctime(), "Sat Jan  1 00:01:30 2000")
        self.assertEqual(self.clock.strftime("%Y-%m-%d"), "2000-01-01")

    def test_other_dates(self) -> None:
        """What is given counts."""
        self.assertEqual(self.clock.gmtime(0)[:3], (1970, 1, 1))
        self.assertEqual(self.clock.ctime(0), "Thu Jan  1 00:00:00 1970")
        self.assertEqual(self.clock.asctime(time.gmtime(0)), self.clock.ctime(0))
        self.assertEqual(self.clock.strftime("%Y", time.gmtime(0)), "1970")

    def test_the_rest_is_the_modules(self) -> None:
        """What has nothing to do with now."""
        self.assertIs(self.clock.strptime, time.strptime)

    def test_takes_the_place_of_the_module(self) -> None:
        """And of a clock that has taken it before."""
        self.assertIs(self.clock.in_place_of(time), self.clock)
        self.assertIs(self.clock.in_place_of(WallClock(float)), self.clock)

    def test_takes_the_place_of_functions(self) -> None:
        """By their names."""
        self.assertEqual(self.clock.in_place_of(time.time), self.clock.time)
        self.assertEqual(self.clock.in_place_of(time.gmtime), self.clock.gmtime)
