"""Collect garbage without looking at what was there before: that takes a while."""

import gc

from twisted.trial.unittest import SynchronousTestCase


class FrozenTestCase(SynchronousTestCase):
    """A test in which the garbage collector looks at what the test has made."""

    def setUp(self) -> None:
        super().setUp()
        gc.freeze()
        self.addCleanup(gc.unfreeze)
