"""Tests of traces in files."""

import json
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, TraceEvent, load_trace, save_trace
from harness._trace_files import TraceFileError, as_document, as_json, from_document
from harness.test.traces import greeting, trace_of


def document(**changes: Any) -> dict[str, Any]:
    """Make a whole document of a trace, with some changes."""
    whole: dict[str, Any] = json.loads(as_json(Trace()))
    return whole | changes


class RoundTripTests(SynchronousTestCase):
    """What comes out is what went in."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp())

    def round_trip(self, trace: Trace) -> Trace:
        """Write a trace to a file, and read it."""
        save_trace(trace, self.path)
        return load_trace(self.path)

    def test_a_whole_trace(self) -> None:
        """Its text and its digest are the same, and all that it says of itself."""
        trace = greeting()
        trace.title, trace.outcome, trace.failure = "test", "failed", "1 != 2\n"
        read = self.round_trip(trace)

        self.assertEqual((str(read), read.digest()), (str(trace), trace.digest()))
        self.assertEqual(read.machines, {"one": ("192.0.2.1",), "two": ("192.0.2.2",)})
        self.assertEqual(
            (read.seed, read.details), (1, ("packets", "timers", "deferreds"))
        )
        self.assertEqual(
            (read.title, read.outcome, read.failure), ("test", "failed", "1 != 2\n")
        )

    def test_bytes(self) -> None:
        """Those that are no text, too, and file names that are none."""
        trace = trace_of(
            TraceEvent(0.1, "one", "data", b"\0\xff", b"/tmp/\xe9", b"\x16\x03\xff"),
            TraceEvent(1 / 3, "one", "data", "é", None, "né".encode()),
        )
        read = self.round_trip(trace)

        self.assertEqual(
            [bytes(event.data) for event in read], [b"\x16\x03\xff", b"n\xc3\xa9"]
        )
        self.assertEqual(read.digest(), trace.digest())
        self.assertEqual([event.time for event in read], [0.1, 1 / 3])

    def test_a_line_for_each_event(self) -> None:
        """So that tools can compare files."""
        trace = trace_of(
            TraceEvent(0.5, "one", "send", "a", "b", b"hi", "data", 3, 1),
            TraceEvent(1.0, "one", "crash", "one"),
        )
        lines = as_json(trace).splitlines()

        self.assertEqual(
            lines[1:],
            [
                '{"time": 0.5, "host": "one", "kind": "send", "source": "a",'
                ' "destination": "b", "note": "data", "packet": 3, "segment": 1,'
                ' "text": "hi"},',
                '{"time": 1.0, "host": "one", "kind": "crash", "source": "one"}',
                "]}",
            ],
        )
        self.assertEqual(json.loads(as_json(trace))["digest"], trace.digest())

    def test_base_64(self) -> None:
        """What is no text."""
        event = TraceEvent(0.0, "one", "data", "a", "b", b"\xff\x00")

        self.assertEqual(as_document(event)["base64"], "/wA=")


class ErrorTests(SynchronousTestCase):
    """What is no trace."""

    def error(self, whole: object) -> str:
        """Return what is said of a document."""
        return str(self.assertRaises(TraceFileError, from_document, whole))

    def test_no_trace(self) -> None:
        """Something else in JSON."""
        self.assertEqual(self.error([]), "this is not a trace")
        self.assertEqual(self.error({"format": "har"}), "this is not a trace")

    def test_another_version(self) -> None:
        """One that is not known."""
        self.assertEqual(
            self.error(document(version=2)), "version 2 is not one that can be read"
        )

    def test_fields(self) -> None:
        """One that is missing, or something else."""
        whole = document()
        del whole["seed"]

        self.assertEqual(self.error(whole), "it has no seed")
        self.assertEqual(self.error(document(seed="x")), "its seed is 'x'")
        self.assertEqual(self.error(document(machines=[])), "its machines is []")
        self.assertEqual(self.error(document(seed=True)), "its seed is True")
        self.assertEqual(
            self.error(document(version=["x" * 99])),
            "version ['xxxxxxxxxxxx...xxxxxxxxxxxxx'] is not one that can be read",
        )

    def test_what_lists_hold(self) -> None:
        """Texts; and those of a machine are addresses."""
        self.assertEqual(self.error(document(details=[[1]])), "its details is [[1]]")
        for own in ("null", "5", '"x"', "[5]", "{}"):
            self.error(document(machines={"one": json.loads(own)}))
        self.assertEqual(
            self.error(document(machines={"one": 5})), "its machine 'one' is 5"
        )
        self.assertEqual(
            self.error(document(machines={"one": ["::1", "home"]})),
            "'home' is no address of a machine",
        )

    def test_times(self) -> None:
        """Numbers from zero on."""
        event = {"host": "", "kind": "", "source": ""}
        for time, shown in (
            (-1, "-1"),
            (float("inf"), "inf"),
            (float("nan"), "nan"),
            (10**400, f"{10**17}...{'0' * 19}"),
            (False, "False"),
        ):
            self.assertEqual(
                self.error(document(events=[event | {"time": time}])),
                f"event 0: its time is {shown}",
            )

    def test_events(self) -> None:
        """Which of them is bad is told."""
        good = {"time": 0, "host": "", "kind": "", "source": ""}

        self.assertEqual(self.error(document(events=[7])), "event 0: it is no object")
        self.assertEqual(
            self.error(document(events=[good, {"time": 1}])), "event 1: it has no host"
        )
        self.assertEqual(
            self.error(document(events=[good | {"packet": "x"}])),
            "event 0: its packet is 'x'",
        )
        self.assertIn(
            "event 0: ", self.error(document(events=[good | {"base64": "!"}]))
        )

    def test_files(self) -> None:
        """Each error is one line, which names the file."""
        path = Path(self.mktemp())
        for content in (b"[1,\n 2", b"\xff\xfe", b"[" * 100_000, b'{"x": NaN}'):
            path.write_bytes(content)
            self.assertRegex(
                str(self.assertRaises(TraceFileError, load_trace, path)),
                rf"^{path}: this is not JSON: .*$",
            )
        path.write_text("{}")
        self.assertEqual(
            str(self.assertRaises(TraceFileError, load_trace, path)),
            f"{path}: this is not a trace",
        )
