# -*- test-case-name: harness.test.test_traced_tests -*-
"""The trace of a test: for its report if it fails, and for files if they are wanted.

``HARNESS_TRACE=DIR`` in the environment asks for files.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness._conversation import describe_conversation
from harness._network import Network
from harness._pages import save_page
from harness._told_failures import TellingReporter
from harness._trace import Trace
from harness._trace_files import save_trace

#: How many of the last events are kept if it is only for the report.
KEPT = 500

#: The longest name of a file, without what says its type.
_LONGEST = 200


class TracedTest:
    """What is recorded of one test.

    Attributes:
        lines: How many lines of the conversation its report has at most.
        folder: Where files are to be written, or None.
    """

    def __init__(
        self, network: Network, lines: int, environment: Mapping[str, str]
    ) -> None:
        """Begin to record, if that is wanted for anything.

        Args:
            network: The network of the test.
            lines: How many lines the report is to have at most.
            environment: The variables of the environment.
        """
        folder = environment.get("HARNESS_TRACE")
        self.lines = lines
        self.folder = Path(folder) if folder else None
        self._network = network
        self._trace = Trace()
        if folder:
            self._trace = network.start_trace(packets=True, timers=True, deferreds=True)
        elif lines:
            self._trace = network.start_trace(packets=True, timers=True, last=KEPT)

    def reporter(self, result: Any) -> TellingReporter:
        """Return a reporter that passes on to another, and tells the conversation."""
        return TellingReporter(result, self.describe)

    def describe(self) -> str:
        """Write down what was said last."""
        trace = self._whole()
        return describe_conversation(trace, self.lines) if self.lines else ""

    def end(self, name: str, failure: str) -> None:
        """Stop recording, and write the files.

        Args:
            name: The name of the test.
            failure: How it failed, or "".
        """
        trace = self._whole()
        self._network.stop_trace()
        if self.folder is None:
            return
        trace.title = name
        trace.outcome = "failed" if failure else "passed"
        trace.failure = failure
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / re.sub(r"[^\w.-]", "_", name)[-_LONGEST:]
        save_trace(trace, f"{path}.json")
        save_page(trace, f"{path}.html")

    def _whole(self) -> Trace:
        """Return all events: the test may have begun a trace of its own meanwhile."""
        own = self._network.trace
        if own is None or own is self._trace:
            return self._trace
        whole = Trace()
        whole.seed, whole.machines, whole.details = own.seed, own.machines, own.details
        whole.events.extend([*self._trace, *own])
        return whole
