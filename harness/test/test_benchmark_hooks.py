"""Tests of the harness that cannot trace."""

import ast

from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness.benchmark.hooks import Remover, bare_code, hooks_removed
from harness.test.garbage import FrozenTestCase
from harness.test.traces import greeting

WITH_HOOKS = """
def send(self, data):
    if self.host.network.trace is not None:
        record_stream(self, data)
    else:
        self.count()
    self.host.record('send', data)
    if link.packets is None:
        return self.carry(data)
    if self.peer is not None:
        self.kept = self.record(data)
"""
WITHOUT = """
def send(self, data):
    pass
    self.count()
    pass
    pass
    return self.carry(data)
    if self.peer is not None:
        self.kept = self.record(data)
"""


class RemoverTests(SynchronousTestCase):
    """What is left out, and what is not."""

    def test_source(self) -> None:
        """What is done only with a trace goes, and what only without stays."""
        left = Remover().visit(ast.parse(WITH_HOOKS))

        self.assertEqual(ast.unparse(left).strip(), WITHOUT.strip())


class HooksRemovedTests(FrozenTestCase):
    """What `hooks_removed` promises."""

    def test_nothing_is_recorded(self) -> None:
        """A trace stays empty, for a while."""
        before = len(greeting(picture=False).events)
        with hooks_removed():
            during = len(greeting(picture=False).events)
        after = len(greeting(picture=False).events)

        self.assertGreater(before, 5)
        self.assertEqual((during, after), (0, before))

    def test_after_an_error(self) -> None:
        """The hooks come back, whatever happens."""
        before = {function: function.__code__ for function in bare_code()}
        with self.assertRaises(KeyError), hooks_removed():
            self.assertNotEqual(
                {function: function.__code__ for function in before}, before
            )
            raise KeyError

        self.assertEqual({function: function.__code__ for function in before}, before)

    def test_hot_places(self) -> None:
        """What is done at each event is among what is changed."""
        names = {function.__qualname__ for function in bare_code()}

        self.assertLessEqual(
            {"TCPSocket.send", "TimerQueue.run", "UDPSocket._send", "Link.depart"},
            names,
        )
        self.assertIn(Network.host, bare_code())
