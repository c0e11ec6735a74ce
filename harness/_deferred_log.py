# -*- test-case-name: harness.test.test_deferred_log -*-
"""Deferreds, from how they are made to what becomes of them, for a trace.

Twisted tells nobody of these things. So while a log is kept, methods of `Deferred` are
replaced by such as record what they do and go on to do it. That holds for the whole
process, as a Deferred belongs to no machine and no network.
"""

import os
import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from twisted.internet.defer import Deferred, passthru
from twisted.python.failure import Failure
from twisted.python.reflect import safe_repr

from harness._call_sites import call_site
from harness._sessions import running_session
from harness._timer_log import name_of
from harness._trace import TraceEvent

if TYPE_CHECKING:
    from harness._network import Network

#: How many characters of a result are kept.
LONGEST = 120

#: What differs in each run, in what objects say of themselves.
_ADDRESS = re.compile(r" (at )?0x[0-9a-fA-F]+")

Callback = Callable[..., Any]

#: Adds a callback and an errback to a Deferred.
Adding = Callable[..., Any]


class DeferredLog:
    """Records the Deferreds that are made between `begin` and `end`.

    If a test makes runs of itself meanwhile, on other networks, theirs are left out. So
    are those that no line of a program has asked for, as trial's with ``--jobs``.
    """

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._session = running_session()
        self._numbers: WeakKeyDictionary[Deferred[Any], int] = WeakKeyDictionary()
        self._made = 0
        self._replaced: dict[str, Any] = {}

    def begin(self) -> None:
        """Begin to record."""
        self._replace("__init__", self._making(Deferred.__init__))
        self._replace("_startRunCallbacks", self._firing(Deferred._startRunCallbacks))
        # In some versions of Twisted these call each other. Here all call this one.
        add: Adding = Deferred.addCallbacks
        self._replace("addCallback", self._adding_callback(add))
        self._replace("addErrback", self._adding_errback(add))
        self._replace("addBoth", self._adding_both(add))
        self._replace("addCallbacks", self._adding_callbacks(add))

    def end(self) -> None:
        """Leave Twisted as it was."""
        for name, method in self._replaced.items():
            setattr(Deferred, name, method)
        self._replaced.clear()

    def _replace(self, name: str, method: Callable[..., Any]) -> None:
        self._replaced[name] = getattr(Deferred, name)
        setattr(Deferred, name, method)

    def _record(self, kind: str, deferred: Deferred[Any], note: str) -> None:
        if running_session() is not self._session:
            return
        trace = self._network.trace
        number = self._numbers.get(deferred)
        if trace is not None and number is not None:  # or it is older than the trace
            now = self._network.seconds()
            event = TraceEvent(now, "", kind, f"Deferred {number}", note=note)
            trace.events.append(event)

    def _describe(self, result: object) -> str:
        """Write a result down: the same text in each run, and not too long."""
        if isinstance(result, Deferred):
            number = self._numbers.get(result)
            return "a Deferred" if number is None else f"Deferred {number}"
        if isinstance(result, Failure):
            text = f"{type(result.value).__name__}: {result.getErrorMessage()}"
        else:
            text = safe_repr(result)
        text = _ADDRESS.sub("", text)
        return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."

    # What replaces the methods of Deferred

    def _making(self, method: Callback) -> Any:
        @wraps(method)
        def make(deferred: Deferred[Any], *args: Any, **kwargs: Any) -> None:
            method(deferred, *args, **kwargs)
            if running_session() is not self._session:
                return
            site = call_site(sys._getframe(1), or_outermost=False)
            if not site:
                return
            self._made += 1
            self._numbers[deferred] = self._made
            self._record("deferred", deferred, f"at {_importable(site)}")

        return make

    def _firing(self, method: Callback) -> Any:
        @wraps(method)
        def fire(deferred: Deferred[Any], result: object) -> None:
            if not deferred.called:
                self._record("fired", deferred, self._describe(result))
            method(deferred, result)

        return fire

    def _adding_callback(self, add: Adding) -> Any:
        def add_callback(deferred: Any, call: Callback, *args: Any, **kw: Any) -> Any:
            step = self._recorded("callback", deferred, call)
            return add(deferred, step, None, args, kw)

        return add_callback

    def _adding_errback(self, add: Adding) -> Any:
        def add_errback(deferred: Any, call: Callback, *args: Any, **kw: Any) -> Any:
            step = self._recorded("errback", deferred, call)
            return add(deferred, passthru, step, errbackArgs=args, errbackKeywords=kw)

        return add_errback

    def _adding_both(self, add: Adding) -> Any:
        def add_both(deferred: Any, call: Callback, *args: Any, **kw: Any) -> Any:
            step = self._recorded("callback", deferred, call)
            return add(deferred, step, step, args, kw, args, kw)

        return add_both

    def _adding_callbacks(self, add: Adding) -> Any:
        def add_callbacks(
            deferred: Any,
            callback: Callback,
            errback: Callback | None = None,
            *args: Any,
            **kw: Any,
        ) -> Any:
            callback = self._recorded("callback", deferred, callback)
            if errback is not None:
                errback = self._recorded("errback", deferred, errback)
            return add(deferred, callback, errback, *args, **kw)

        return add_callbacks

    def _recorded(self, kind: str, deferred: Deferred[Any], call: Callback) -> Callback:
        """Make a callback that records what it comes to."""

        @wraps(call, updated=())
        def step(result: object, *args: Any, **kwargs: Any) -> Any:
            try:
                returned = call(result, *args, **kwargs)
            except BaseException as error:
                raised = self._describe(Failure(error))
                self._record(kind, deferred, f"{name_of(call)} raised {raised}")
                raise
            done = f"{name_of(call)} -> {self._describe(returned)}"
            self._record(kind, deferred, done)
            return returned

        return step


def _importable(site: str) -> str:
    """Name a line so that it is the same wherever its file is installed."""
    roots = [root for root in sys.path if root and site.startswith(root + os.sep)]
    return site[len(max(roots, key=len)) + 1 :] if roots else site
