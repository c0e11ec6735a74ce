"""Tests of captures with the program that they are for."""

import shutil
import subprocess
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from harness import Trace, save_capture
from harness.test.scenario import everything, trace_of
from harness.test.traces import greeting, many_events

TSHARK = shutil.which("tshark")

#: What Wireshark does not look at unless it is told to.
_CHECKS = ("tcp.check_checksum", "udp.check_checksum", "ip.check_checksum")


class WiresharkTests(SynchronousTestCase):
    """What Wireshark finds in a capture."""

    skip = None if TSHARK else "needs tshark"

    def tshark(self, trace: Trace, *options: str) -> list[str]:
        """Read a capture, and return the lines of the output."""
        path = Path(self.mktemp())
        save_capture(trace, path)
        assert TSHARK is not None
        checks = [word for check in _CHECKS for word in ("-o", f"{check}:TRUE")]
        command = [TSHARK, "-n", "-r", str(path), *checks, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def test_frames(self) -> None:
        """Hands are shaken, bytes sent and acknowledged, and both sides closed."""
        lines = self.tshark(greeting(), "-T", "fields", "-e", "_ws.col.Info")
        lines = [line.replace(" 32768 → 80 ", ">").replace(" ", "") for line in lines]

        self.assertEqual(
            [line[line.index("[") : line.index("]") + 1] for line in lines],
            [
                *("[SYN]", "[SYN,ACK]", "[ACK]"),
                *("[PSH,ACK]", "[ACK]", "[PSH,ACK]", "[ACK]"),
                *("[FIN,ACK]", "[ACK]", "[FIN,ACK]", "[ACK]"),
            ],
        )

    def test_nothing_is_wrong(self) -> None:
        """Neither with numbers nor with checksums, nor with TLS in it."""
        bad = " or ".join(
            f"{name}.checksum.status == 0" for name in ("ip", "tcp", "udp")
        )

        for trace in (greeting(), trace_of(everything)):
            self.assertEqual(
                self.tshark(trace, "-Y", f"tcp.analysis.flags or {bad}"), []
            )
            self.assertGreater(
                len(self.tshark(trace, "-Y", "tcp.checksum.status == 1")), 9
            )

    def test_losses(self) -> None:
        """What is sent again is recognized, and what was lost is marked."""
        trace = many_events(2_000)
        lost = sum(event.kind == "lost" for event in trace)
        marked = self.tshark(trace, "-Y", 'frame.comment == "lost"')
        again = self.tshark(trace, "-Y", "tcp.analysis.retransmission")

        self.assertEqual(len(marked), lost)
        self.assertGreater(len(again), 0)
