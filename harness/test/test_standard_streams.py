"""Tests of the standard streams that programs of one process share by turns."""

import os
import sys
from io import StringIO, UnsupportedOperation

from twisted.internet import stdio
from twisted.trial.unittest import SynchronousTestCase

from harness._standard_streams import OutputPipe, StandardStreams


def make_streams() -> StandardStreams:
    """Make the streams of a program that opens no console."""
    return StandardStreams(open_console=lambda protocol: None)


class OutputPipeTests(SynchronousTestCase):
    """Where a program's output goes."""

    def setUp(self) -> None:
        self.pipe = OutputPipe()
        self.addCleanup(self.pipe.close)

    def test_keeps_what_is_written(self) -> None:
        """It is there for the test."""
        self.pipe.write(b"one ")
        self.pipe.write(b"two")

        self.assertEqual(self.pipe.getvalue(), b"one two")
        self.assertFalse(self.pipe.is_broken)

    def test_broken(self) -> None:
        """Without a reader writing fails as it does with a real pipe."""
        self.pipe.write(b"one")
        self.pipe.break_off()
        self.pipe.break_off()
        with self.assertRaises(BrokenPipeError) as caught:
            self.pipe.write(b"two")

        self.assertEqual(str(caught.exception), "[Errno 32] Broken pipe")
        self.assertEqual(self.pipe.getvalue(), b"one")
        self.assertTrue(self.pipe.is_broken)

    def test_no_descriptor(self) -> None:
        """A program that writes to a descriptor would write past the test."""
        with self.assertRaises(UnsupportedOperation):
            self.pipe.fileno()

    def test_descriptor_of_a_broken_pipe(self) -> None:
        """A program may redirect it, and then it is closed with the program."""
        self.pipe.break_off()
        descriptor = self.pipe.fileno()
        os.write(descriptor, b"into the void")
        self.pipe.close()

        self.assertRaises(OSError, os.fstat, descriptor)

    def test_closed(self) -> None:
        """After the end of its program it keeps no more, and nothing fails."""
        self.pipe.close()
        self.pipe.break_off()
        taken = self.pipe.write(b"late")

        self.assertEqual(taken, 4)
        self.assertEqual(self.pipe.getvalue(), b"")


class StandardStreamsTests(SynchronousTestCase):
    """Turns with the streams of the process."""

    def test_a_turn(self) -> None:
        """In its turn a program prints to its own streams; then they are given back."""
        before = sys.stdout, sys.stderr, stdio.StandardIO
        streams = make_streams()
        with streams:
            print("words")
            print("complaint", file=sys.stderr)

        self.assertEqual(streams.output.getvalue(), b"words\n")
        self.assertEqual(streams.errors.getvalue(), b"complaint\n")
        self.assertEqual((sys.stdout, sys.stderr, stdio.StandardIO), before)

    def test_console(self) -> None:
        """In its turn a program that opens StandardIO opens its own console."""

        def open_console(protocol: object) -> str:
            return f"console of {protocol}"

        with StandardStreams(open_console):
            console: object = stdio.StandardIO("protocol")

        self.assertEqual(console, "console of protocol")

    def test_a_program_may_replace_its_streams(self) -> None:
        """It finds them as it left them, and nobody else does."""
        ada, bob = make_streams(), make_streams()
        replaced = StringIO()
        with ada:
            sys.stdout = replaced
        with bob:
            print("Bob")
        with ada:
            print("Ada")

        self.assertEqual(replaced.getvalue(), "Ada\n")
        self.assertEqual(bob.output.getvalue(), b"Bob\n")
        self.assertEqual(ada.output.getvalue(), b"")

    def test_a_program_may_close_its_streams(self) -> None:
        """What it has written remains."""
        streams = make_streams()
        with streams:
            print("words")
            sys.stdout.close()

        self.assertEqual(streams.output.getvalue(), b"words\n")

    def test_a_turn_within_another(self) -> None:
        """Whoever was interrupted goes on with the streams that it had."""
        ada, bob = make_streams(), make_streams()
        replaced = StringIO()
        with ada:
            sys.stdout = replaced
            with bob:
                print("Bob")
                with ada:
                    print("Ada within Bob")
            print("Ada")

        self.assertEqual(replaced.getvalue(), "Ada within Bob\nAda\n")
        self.assertEqual(bob.output.getvalue(), b"Bob\n")

    def test_a_turn_within_ones_own(self) -> None:
        """What is replaced in the inner turn is so in the outer."""
        streams = make_streams()
        first, second = StringIO(), StringIO()
        with streams:
            sys.stdout = first
            with streams:
                print("inner")
                sys.stdout = second
            print("outer")

        self.assertEqual(first.getvalue(), "inner\n")
        self.assertEqual(second.getvalue(), "outer\n")

    def test_an_error(self) -> None:
        """It passes through, and takes no stream with it."""
        before = sys.stdout
        with self.assertRaises(ZeroDivisionError), make_streams():
            raise ZeroDivisionError

        self.assertIs(sys.stdout, before)

    def test_closed(self) -> None:
        """What a program says after its end is lost."""
        streams = make_streams()
        streams.close()
        with streams:
            print("words")
            print("complaint", file=sys.stderr)

        self.assertEqual(streams.output.getvalue(), b"")
        self.assertEqual(streams.errors.getvalue(), b"")
