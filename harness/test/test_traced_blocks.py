"""Tests of what is recorded of tests that are ``with`` blocks."""

import os
import sys
from typing import Any

from twisted.internet.protocol import DatagramProtocol, Factory
from twisted.trial.unittest import SynchronousTestCase

from harness import Isolation, LeftBehind, Network, Trace, load_trace
from harness.test.test_traced_tests import FileTestCase


def say(isolation: Isolation, text: str) -> None:
    """Send a datagram."""
    port: Any = isolation.reactor.listenUDP(7, DatagramProtocol())
    port.write(text.encode(), ("127.0.0.1", 7))
    port.stopListening()
    isolation.network.advance(1)


def notes_of(error: BaseException) -> list[str]:
    """Return the notes of an error."""
    return list(getattr(error, "__notes__", []))


class BlockNoteTests(SynchronousTestCase):
    """The error of a test that is an `Isolation`."""

    skip = None if sys.version_info >= (3, 11) else "exceptions have no notes"

    def test_note(self) -> None:
        """Its error ends with what was said."""
        with self.assertRaises(ValueError) as caught, Isolation() as isolation:
            say(isolation, "hello")
            raise ValueError("boom")

        (note,) = notes_of(caught.exception)
        self.assertRegex(note, r"^The conversation, [^\n]*\n.* UDP hello\n")

    def test_note_of_what_is_left(self) -> None:
        """The same."""
        with self.assertRaises(LeftBehind) as caught, Isolation() as isolation:
            isolation.reactor.listenTCP(80, Factory())

        (note,) = notes_of(caught.exception)
        self.assertIn("localhost:80    listens", note)

    def test_no_note(self) -> None:
        """If none is wanted."""
        isolated = Isolation(conversation=0)
        with self.assertRaises(ValueError) as caught, isolated as isolation:
            say(isolation, "hello")
            raise ValueError("boom")

        self.assertEqual(notes_of(caught.exception), [])


class BlockFileTests(FileTestCase):
    """The files of a test that is an `Isolation`."""

    def setUp(self) -> None:
        super().setUp()
        name = "tests/test_door.py::test_greets[1 (one)] (call)"
        self.patch(os, "environ", os.environ | {"PYTEST_CURRENT_TEST": name})

    def trace_of_block(self) -> Trace:
        """Return the only trace that was written."""
        name = "tests_test_door.py__test_greets_1__one__"
        self.assertEqual(self.files(), [f"{name}.html", f"{name}.json"])
        return load_trace(self.folder / f"{name}.json")

    def test_passes(self) -> None:
        """Files are written, which do not say so, since a fixture does not know."""
        with Isolation() as isolation:
            say(isolation, "hello")
        trace = self.trace_of_block()

        self.assertEqual(trace.title, "tests/test_door.py::test_greets[1 (one)]")
        self.assertEqual((trace.outcome, trace.failure), ("", ""))
        self.assertIn("deferreds", trace.details)
        self.assertIsNone(isolation.network.trace)

    def test_fails(self) -> None:
        """Its files say how."""
        with self.assertRaises(ZeroDivisionError), Isolation():
            raise ZeroDivisionError("boom")
        trace = self.trace_of_block()

        self.assertEqual(trace.outcome, "failed")
        self.assertRegex(trace.failure, r"(?s)^Traceback .*ZeroDivisionError: boom\n$")

    def test_no_name(self) -> None:
        """Without pytest nobody knows what the files are to be called."""
        del os.environ["PYTEST_CURRENT_TEST"]
        with Isolation():
            pass

        self.assertFalse(self.folder.exists())

    def test_traced_by_the_test(self) -> None:
        """Then it is left to that."""
        network = Network()
        trace = network.start_trace()
        with Isolation(network) as isolation:
            say(isolation, "hello")

        self.assertIs(network.trace, trace)
        self.assertFalse(self.folder.exists())

    def test_not_written(self) -> None:
        """It is an error that names the file."""
        self.folder.parent.mkdir(exist_ok=True)
        self.folder.write_text("no folder")
        with self.assertRaises(FileExistsError) as caught, Isolation():
            pass

        self.assertEqual(caught.exception.filename, str(self.folder))
