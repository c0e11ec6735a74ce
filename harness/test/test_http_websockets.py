"""Tests of the websocket that echoes."""

from base64 import b64encode

from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, segmentations
from harness._http.websockets import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Frame,
    FrameReader,
    accept_key,
    write_frame,
)
from harness.test.http_case import HTTPCase

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
MASK = b"\x37\xfa\x21\x3d"
HANDSHAKE = (
    b"GET /echo HTTP/1.1\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: " + KEY + b"\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)
ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def masked(opcode: int, payload: bytes, final: bool = True) -> bytes:
    """Write a frame as a client does."""
    return write_frame(Frame(opcode, payload, final), MASK)


def plain(opcode: int, payload: bytes) -> bytes:
    """Write a frame as a server does."""
    return write_frame(Frame(opcode, payload))


class FrameTests(SynchronousTestCase):
    """Frames as bytes."""

    def test_examples_of_the_rfc(self) -> None:
        """The examples of RFC 6455 come out as they stand there."""
        self.assertEqual(accept_key(KEY), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        self.assertEqual(plain(TEXT, b"Hello").hex(), "810548656c6c6f")
        self.assertEqual(masked(TEXT, b"Hello").hex(), "818537fa213d7f9f4d5158")
        self.assertEqual(plain(BINARY, bytes(256))[:4].hex(), "827e0100")
        self.assertEqual(
            plain(BINARY, bytes(1 << 16))[:10].hex(), "827f0000000000010000"
        )

    def test_round_trip(self) -> None:
        """A frame of any length is read as it was written, however it arrives."""
        for length in (0, 1, 125, 126, 127, 300):
            frame = Frame(BINARY, bytes(range(256))[:length] * 1, False)
            written = write_frame(frame, MASK)
            for pieces in segmentations(written):
                reader = FrameReader()
                frames = [frame for piece in pieces for frame in reader.feed(piece)]
                self.assertEqual(frames, [frame])

    def test_long(self) -> None:
        """So is one whose length takes eight bytes."""
        frame = Frame(BINARY, bytes(1 << 16))

        self.assertEqual(list(FrameReader().feed(write_frame(frame, MASK))), [frame])


class EchoTests(HTTPCase):
    """A conversation."""

    def setUp(self) -> None:
        super().setUp()
        self.fixture.websocket_echo("/echo")

    def talk(self, *frames: bytes) -> tuple[RecordingProtocol, bytes]:
        """Shake hands and say something; return what is said after the handshake."""
        protocol = self.send(HANDSHAKE + b"".join(frames))
        head, rest = (
            protocol.received[: len(ACCEPTED)],
            protocol.received[len(ACCEPTED) :],
        )
        self.assertEqual(head, ACCEPTED)
        return protocol, rest

    def test_messages(self) -> None:
        """Each message comes back as what it was."""
        protocol, first = self.talk(masked(TEXT, b"Hello"))
        assert protocol.transport is not None
        protocol.transport.write(masked(BINARY, b"\0\xff"))
        self.network.flush()

        self.assertEqual(first, plain(TEXT, b"Hello"))
        self.assertTrue(protocol.received.endswith(plain(BINARY, b"\0\xff")))

    def test_fragments(self) -> None:
        """A message in pieces comes back whole, though others come between them."""
        _, said = self.talk(
            masked(TEXT, b"Hel", final=False),
            masked(PING, b"?"),
            masked(PONG, b"!"),
            masked(CONTINUATION, b"lo"),
        )

        self.assertEqual(said, plain(PONG, b"?") + plain(TEXT, b"Hello"))

    def test_close(self) -> None:
        """Who takes leave is seen off, and nothing more is said."""
        goodbye = (1000).to_bytes(2, "big") + b"bye"
        protocol, said = self.talk(masked(CLOSE, goodbye), masked(TEXT, b"Hello"))

        self.assertEqual(said, plain(CLOSE, goodbye))
        self.assertIn("readConnectionLost", protocol.events)

    def test_violations(self) -> None:
        """Who breaks the protocol is told so, and is gone."""
        for frames, code in (
            (plain(TEXT, b"Hello"), 1002),
            (b"\xc1\x80" + MASK, 1002),
            (masked(CONTINUATION, b"lo"), 1002),
            (masked(TEXT, b"", False) + masked(TEXT, b""), 1002),
            (masked(PING, bytes(126)), 1002),
            (masked(PING, b"", False), 1002),
            (masked(3, b""), 1002),
            (masked(TEXT, b"\xff"), 1007),
        ):
            protocol, said = self.talk(frames)
            self.assertEqual(said, plain(CLOSE, code.to_bytes(2, "big")), frames)
            self.assertIn("readConnectionLost", protocol.events)

    def test_stop(self) -> None:
        """A conversation does not outlive the fixture."""
        self.talk()
        self.network.run_until(self.fixture.stop())
        self.network.flush()

        self.assertEqual(self.network.describe_pending(), "  nothing is pending")

    def test_no_handshake(self) -> None:
        """What is none gets an ordinary answer."""
        for wrong, right in (
            (b"GET", b"POST"),
            (b"Upgrade: websocket", b"Upgrade: h2c"),
            (b"keep-alive, Upgrade", b"keep-alive"),
            (KEY, b64encode(b"too short")),
            (KEY, b"%%%"),
            (b"Sec-WebSocket-Key", b"X-Key"),
            (b"Upgrade: websocket\r\n", b""),
            (b"Connection", b"X-Connection"),
        ):
            received = self.send(HANDSHAKE.replace(wrong, right)).received
            self.assertTrue(received.startswith(b"HTTP/1.1 400 "), received)

    def test_other_version(self) -> None:
        """Who speaks another version is told which is spoken here."""
        received = self.send(HANDSHAKE.replace(b": 13", b": 8")).received

        self.assertTrue(received.startswith(b"HTTP/1.1 426 "), received)
        self.assertIn(b"\r\nSec-Websocket-Version: 13\r\n", received)
