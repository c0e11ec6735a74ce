"""Tests of what a page is given to draw."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, TraceEvent, save_page
from harness._pages import LONGEST, as_page, model_of
from harness._rows import CATEGORIES
from harness.test.traces import greeting, trace_of

ENDS = ("127.0.0.1:40000", "127.0.0.1:80")


def rows_of(*events: TraceEvent) -> list[dict[str, Any]]:
    """Return the rows of a page."""
    rows: list[dict[str, Any]] = model_of(trace_of(*events))["rows"]
    return rows


class ModelTests(SynchronousTestCase):
    """What there is to be drawn."""

    def test_the_whole(self) -> None:
        """What the page says of the run."""
        trace = greeting()
        trace.title, trace.outcome, trace.failure = "test", "failed", "1 != 2"
        model = model_of(trace)
        rows = model.pop("rows")

        self.assertEqual(
            model,
            {
                "title": "test",
                "outcome": "failed",
                "failure": "1 != 2",
                "seed": 1,
                "events": len(trace),
                "digest": trace.digest(),
                "categories": CATEGORIES,
                "lanes": [
                    {"machine": "one", "service": ""},
                    {"machine": "two", "service": ":80"},
                    {"machine": "", "service": ""},
                ],
            },
        )
        self.assertTrue(all(0 <= row["lane"] <= 2 for row in rows))

    def test_an_arrow(self) -> None:
        """From a lane to another, and what it says."""
        (row,) = rows_of(TraceEvent(0.5, "one", "data", *ENDS, b"hello"))

        self.assertEqual(
            row,
            {
                "time": 0.5,
                "about": CATEGORIES.index("data"),
                "kind": "data",
                "lane": 0,
                "to": 1,
                "source": "one:40000",
                "destination": "one:80",
                "subject": "127.0.0.1:40000 127.0.0.1:80",
                "text": "hello",
                "wire": 5,
                "size": 5,
                "fate": "arrived",
                "end": 0.5,
                "payload": {"text": "hello"},
            },
        )

    def test_an_arrival(self) -> None:
        """It is on the lane of the receiver, and knows what arrives."""
        rows = model_of(greeting())["rows"]
        arrivals = [row for row in rows if "of" in row]
        syn = arrivals[0]

        self.assertEqual((syn["lane"], syn["text"]), (1, "SYN arrives"))
        self.assertEqual(rows[syn["of"]]["text"], "connects")
        self.assertEqual(
            [row.get("text") for row in arrivals if rows[row["of"]]["text"] == "hello"],
            [None, None],
        )

    def test_a_packet_from_nowhere(self) -> None:
        """It is where it is sent, and where it arrives."""
        trace = trace_of(
            TraceEvent(0, "one", "send", None, None, b"", "packet", 1),
            TraceEvent(1, "two", "arrive", None, None, b"", "packet", 1),
            details=("packets",),
        )
        sent, arrival = model_of(trace)["rows"]

        self.assertNotIn("to", sent)
        self.assertEqual((sent["lane"], arrival["lane"]), (0, 1))

    def test_bytes(self) -> None:
        """What is no text is in base 64, and there is not too much of it."""
        (row,) = rows_of(TraceEvent(0, "one", "data", *ENDS, b"\xff" * 10_000))

        self.assertEqual(row["size"], 10_000)
        self.assertEqual(len(row["payload"]["base64"]), (LONGEST + 2) // 3 * 4)


class PageTests(SynchronousTestCase):
    """The file."""

    def embedded(self, page: str) -> Any:
        """Read back what a page is given."""
        match = re.search(
            r'<script id="model" type="application/json">(.*?)</script>',
            page,
            re.DOTALL,
        )
        assert match is not None
        return json.loads(match[1])

    def test_model(self) -> None:
        """It is in the page."""
        trace = greeting()
        model = json.loads(json.dumps(model_of(trace)))

        self.assertEqual(self.embedded(as_page(trace)), model)

    def test_nothing_breaks_out(self) -> None:
        """Whatever is sent, and however a test is named."""
        evil = "</script><script>alert(1)</script><!-- %%script%% é"
        trace = trace_of(TraceEvent(0, "one", "data", *ENDS, evil.encode()))
        trace.title = evil
        page = as_page(trace)
        match = re.search("<title>(.*)</title>", page)

        self.assertNotIn("alert(1)</script>", page)
        self.assertEqual(self.embedded(page)["rows"][0]["payload"]["text"], evil)
        assert match is not None
        self.assertEqual(unescape(match[1]), evil)

    def test_nothing_is_fetched(self) -> None:
        """The page forbids itself to, and has no address of anything."""
        page = as_page(Trace())

        self.assertIn("default-src 'none'", page)
        self.assertIsNone(re.search(r"(src|href)=\"(?!#)|@import|url\(|https?:", page))

    def test_a_file(self) -> None:
        """Also where a name has something that is no text."""
        path = Path(self.mktemp())
        trace = trace_of(TraceEvent(0, "one", "listen", b"/tmp/\xe9"))
        save_page(trace, path)

        self.assertIn("/tmp/\\udce9", path.read_text("utf-8"))
        self.assertIn("<title>Trace</title>", path.read_text("utf-8"))
