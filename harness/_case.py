# -*- test-case-name: harness.test.test_case -*-
"""Test cases on a network of their own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import iscoroutine, isgenerator, unwrap
from types import FrameType
from typing import Any
from unittest import TestResult

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from harness._arguments import require_type
from harness._call_sites import due_to
from harness._installation import network_as_told
from harness._isolation import Isolation
from harness._network import Network
from harness._reactor import VirtualReactor
from harness._scheduler import DEFAULT_TIMEOUT
from harness._traced_tests import TracedTest, TracingReporter


class HarnessTestCase(SynchronousTestCase):
    """A test case with a network, which leaves nothing behind.

    Around each test there is an `Isolation`: the network is all that it can reach, and
    what is left of it at its end is an error. A test that has failed is not told what
    it has left.

    ``setUp``, ``tearDown`` and test methods may be coroutine functions, or return
    Deferreds. `Network.run_until` waits for them: as no real time passes meanwhile, a
    synchronous test case can do that as well as another.

    Attributes:
        seed: What random choices are drawn from. None: the variable ``HARNESS_SEED`` of
            the environment, or 0 if there is none.
        timeout: How many virtual seconds a method may take at most, or None.
        conversation: How many lines of what was said on the network the report of a
            failure ends with. 0: none, and nothing is recorded for it.
        isolation: What keeps the test to its network.
        network: Its network, with the one machine ``localhost``.
        reactor: That of the machine. It stands for the reactor of the process.
    """

    seed: int | None = None
    timeout: float | None = DEFAULT_TIMEOUT
    conversation: int = 40
    isolation: Isolation
    network: Network
    reactor: VirtualReactor

    def make_network(self) -> Network:
        """Make the network of a test.

        Override it for another one. Its first machine stands for the process.
        """
        return network_as_told(os.environ, self.seed)

    def allow_leftovers(self, *kinds: str, matching: str = "") -> None:
        """Declare what this test may leave: see `Isolation.allow_leftovers`."""
        self.isolation.allow_leftovers(*kinds, matching=matching)

    def flushLoggedErrors(self, *errorTypes: type[BaseException]) -> list[Failure]:
        """Return errors that were logged, and those of Deferreds, and forget them.

        Args:
            errorTypes: Of which types; of all if there are none.
        """
        logged: list[Failure] = super().flushLoggedErrors(*errorTypes)
        return logged + self.isolation.take_errors(*errorTypes)

    def run(self, result: TestResult | None = None) -> None:
        """Run the test, isolated."""
        self._error: BaseException | None = None
        name = self._testMethodName
        methods = {
            "setUp": partial(self._finish, self.setUp),
            name: partial(self._finish, getattr(self, name)),
            "tearDown": partial(self._tear_down, self.tearDown),
        }
        # Before there is a network: what that may add to ``tearDown`` comes after ours.
        with _replaced(vars(self), methods):
            self._run_isolated(result)

    def _run_isolated(self, result: TestResult | None) -> None:
        try:
            network = self.make_network()
            require_type("make_network()", network, Network, "a Network")
        except Exception as error:
            self._run_in_vain(error, result)
            return
        self.isolation = Isolation(network)
        self.network = self.isolation.network
        self.reactor = self.isolation.reactor
        self.allow_leftovers("logged error")  # which trial reports itself
        traced = TracedTest(self.network, self.conversation, os.environ)
        with traced.under_way(), self.isolation.begun():
            super().run(TracingReporter(result, traced))

    def _run_in_vain(self, error: Exception, result: TestResult | None) -> None:
        """Let the test fail before it begins, unless it is to be skipped."""

        def fail() -> None:
            raise error

        with _replaced(vars(self), {"setUp": fail}):
            super().run(result)

    def _finish(self, method: Callable[[], object]) -> None:
        """Call a method and wait until it is done."""
        try:
            returned = method()
            if isinstance(returned, Deferred) or iscoroutine(returned):
                self.network.run_until(returned, self.timeout)
            elif isgenerator(returned):
                raise TypeError(f"{method} is a generator, which nobody will run")
        except BaseException as error:
            self._error = error
            raise

    def _tear_down(self, method: Callable[[], object]) -> None:
        """Call ``tearDown``, and see what is left: it is the last to be called."""
        self._finish(method)
        error, self._error = self._error, None
        if error is None:
            self.isolation.check()
        else:
            self.isolation.check_refused(error)


def _line_of_method(frame: FrameType) -> str:
    """Return the line at which the method begins that is being called in a frame.

    What a coroutine asks for by way of Twisted has no line of its own on the stack.
    """
    method: Any = unwrap(frame.f_locals["method"])
    code = getattr(method, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else ""


due_to[id(HarnessTestCase._finish.__code__)] = _line_of_method


@contextmanager
def _replaced(attributes: dict[str, Any], others: dict[str, Any]) -> Iterator[None]:
    """Replace attributes of an object, which may have them from its class only."""
    before = {name: attributes[name] for name in others if name in attributes}
    attributes.update(others)
    try:
        yield
    finally:
        for name in others:
            del attributes[name]
        attributes.update(before)
