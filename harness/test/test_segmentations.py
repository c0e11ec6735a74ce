"""Tests of the ways of cutting bytes."""

from twisted.trial.unittest import SynchronousTestCase

from harness import segmentations


class SegmentationsTests(SynchronousTestCase):
    """What a test may rely on when it goes through all segmentations."""

    def test_systematic_ways_come_first(self) -> None:
        """Whole, byte by byte, then cut in two at each place."""
        ways = segmentations(b"abcd", random_cuts=0)

        self.assertEqual(
            list(ways),
            [
                [b"abcd"],
                [b"a", b"b", b"c", b"d"],
                [b"a", b"bcd"],
                [b"ab", b"cd"],
                [b"abc", b"d"],
            ],
        )

    def test_no_way_comes_twice(self) -> None:
        """However many random ways are asked for, three bytes have four."""
        ways = list(segmentations(b"xyz", random_cuts=500))

        self.assertEqual(
            ways,
            [[b"xyz"], [b"x", b"y", b"z"], [b"x", b"yz"], [b"xy", b"z"]],
        )

    def test_random_ways_are_added(self) -> None:
        """Ten bytes have 512 ways: the random ones reach beyond the systematic ones."""
        systematic = list(segmentations(b"0123456789", random_cuts=0))
        ways = list(segmentations(b"0123456789", random_cuts=50))

        self.assertEqual(len(systematic), 11)
        self.assertEqual(ways[:11], systematic)
        self.assertGreater(len(ways), 40)

    def test_every_way_joins_to_the_whole(self) -> None:
        """Nothing is lost or moved, and no piece is empty."""
        for pieces in segmentations(b"to and fro\r\n", random_cuts=50):
            self.assertEqual(b"".join(pieces), b"to and fro\r\n")
            self.assertNotIn(b"", pieces)

    def test_same_seed_same_ways(self) -> None:
        """A seed names its ways: they can be had again."""
        first = list(segmentations(b"0123456789", seed=7))
        again = list(segmentations(b"0123456789", seed=7))

        self.assertEqual(first, again)

    def test_another_seed_other_ways(self) -> None:
        """Two seeds do not draw the same."""
        self.assertNotEqual(
            list(segmentations(b"0123456789", seed=1)),
            list(segmentations(b"0123456789", seed=2)),
        )

    def test_no_bytes(self) -> None:
        """Nothing can only come in no piece at all."""
        self.assertEqual(list(segmentations(b"")), [[]])

    def test_one_byte(self) -> None:
        """One byte cannot be cut."""
        self.assertEqual(list(segmentations(b"!")), [[b"!"]])
