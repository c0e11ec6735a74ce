"""Tests of the cutting of streams into pieces."""

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import ClientFactory, Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Network, RecordingProtocol, VirtualReactor, connect_pair
from harness._installation import network_as_told
from harness._segments import WrongSegment, parse_segments, random_segments
from harness._sockets import BUFFER
from harness._sockets_tcp import TCPSocket
from harness.test.kernel import lone_host, tcp_pair


def write_to(protocol: Protocol, data: bytes) -> None:
    """Send data from one end of a connection."""
    assert protocol.transport is not None
    protocol.transport.write(data)


class RandomSegmentsTests(SynchronousTestCase):
    """What `random_segments` draws."""

    def test_draws_every_size(self) -> None:
        """Both ends of the range are in it, and nothing beyond."""
        draw = random_segments(2, 4)

        self.assertEqual({draw() for _ in range(100)}, {2, 3, 4})

    def test_the_same_seed_draws_the_same(self) -> None:
        """So a failure can be had again."""
        sizes = [
            [draw() for _ in range(10)]
            for draw in (
                random_segments(1, 7, seed=1),
                random_segments(1, 7, seed=1),
                random_segments(1, 7, seed=2),
            )
        ]

        self.assertEqual(sizes[0], sizes[1])
        self.assertNotEqual(sizes[0], sizes[2])

    def test_no_empty_piece(self) -> None:
        """A read that returns nothing is the end of a stream."""
        error = self.assertRaises(ValueError, random_segments, 0, 7)

        self.assertEqual(str(error), "no sizes of pieces from 0 to 7")

    def test_no_empty_range(self) -> None:
        """The smallest is not greater than the largest."""
        self.assertRaises(ValueError, random_segments, 3, 2)

    def test_no_parts_of_a_byte(self) -> None:
        """Both are whole numbers."""
        for sizes, name, wrong in (
            ((1.5, 3), "smallest", "1.5"),
            ((1, "3"), "largest", "'3'"),
        ):
            error = self.assertRaises(TypeError, random_segments, *sizes)
            self.assertEqual(
                str(error), f"{name} must be a whole number of bytes, not {wrong}"
            )


class NetworkSegmentsTests(SynchronousTestCase):
    """What a network is told about the pieces of its streams."""

    def setUp(self) -> None:
        self.network = Network()
        self.reactor = self.network.host("localhost").reactor

    def joined(self, segments: Any) -> RecordingProtocol:
        """Send three bytes over a network that cuts them, up to the last turn."""
        sender, receiver = RecordingProtocol(), RecordingProtocol()
        connect_pair(sender, receiver, reactor=self.reactor, segments=segments)
        write_to(sender, b"abc")
        return receiver

    def test_kept(self) -> None:
        """It is a function, and can be asked for and taken away."""
        draw = random_segments(1, 7)
        self.network.segments = draw
        self.assertIs(self.network.segments, draw)

        self.network.segments = None
        self.assertIsNone(self.network.segments)

    def test_no_function(self) -> None:
        """What cannot be called is refused at once, and the rest stays as it was."""
        draw = self.network.segments = random_segments(1, 7)
        for wrong in (5, "1-7", (1, 7)):
            error = self.assertRaises(
                TypeError, setattr, self.network, "segments", wrong
            )
            self.assertEqual(
                str(error),
                "segments must be a function that returns a number of bytes,"
                f" or None, not {wrong!r}",
            )

        self.assertIs(self.network.segments, draw)

    def test_no_piece(self) -> None:
        """Who drives the network is told of a size that is none, whoever that is."""
        drives: list[Callable[[VirtualReactor], object]] = [
            lambda reactor: reactor.flush(),
            lambda reactor: reactor.advance(1),
            lambda reactor: reactor.run_until(Deferred()),
            lambda reactor: reactor.run(),
        ]
        for wrong in (0, -1, 2.5, None):
            for drive in drives:
                self.setUp()
                receiver = self.joined(lambda wrong=wrong: wrong)
                error = self.assertRaises(WrongSegment, drive, self.reactor)
                self.assertEqual(
                    str(error),
                    "segments must return a whole number of bytes, 1 or more, not"
                    f" {wrong!r}",
                )
                self.assertEqual(receiver.events, ["connectionMade"])


class ParseSegmentsTests(SynchronousTestCase):
    """How the range is written."""

    def test_a_range(self) -> None:
        """From one size to another."""
        self.assertEqual(parse_segments("1-7"), (1, 7))

    def test_a_single_size(self) -> None:
        """All pieces alike."""
        self.assertEqual(parse_segments("3"), (3, 3))

    def test_nothing_else(self) -> None:
        """What is no range of sizes is refused."""
        for text in ("", "-7", "seven", "1-7-9", "0-7", "7-1"):
            self.assertRaises(ValueError, parse_segments, text)


class EnvironmentTests(SynchronousTestCase):
    """What ``trial --reactor=virtual`` is told by variables of the environment."""

    def pieces_of(self, data: bytes, environment: dict[str, str]) -> list[bytes]:
        """Send data over a network made as told, and return how it is read."""
        network = network_as_told(environment)
        reactor = network.host("localhost").reactor
        sender, receiver = RecordingProtocol(), RecordingProtocol()
        server = Factory.forProtocol(lambda: receiver)
        client = ClientFactory.forProtocol(lambda: sender)
        reactor.listenTCP(80, server)
        reactor.connectTCP("127.0.0.1", 80, client)
        reactor.flush()
        write_to(sender, data)
        reactor.flush()
        return receiver.pieces

    def test_streams_are_whole_as_a_rule(self) -> None:
        """Without a variable, what is sent at once is read at once."""
        self.assertEqual(self.pieces_of(b"abcdef", {}), [b"abcdef"])

    def test_segments(self) -> None:
        """Every read returns as many bytes as drawn."""
        self.assertEqual(
            self.pieces_of(b"abcdef", {"HARNESS_SEGMENTS": "2"}), [b"ab", b"cd", b"ef"]
        )

    def test_seed(self) -> None:
        """The network's seed is given, and the sizes depend on it."""
        told = [{"HARNESS_SEGMENTS": "1-7", "HARNESS_SEED": seed} for seed in "12"]

        self.assertEqual(network_as_told(told[0]).seed, 1)
        self.assertNotEqual(
            self.pieces_of(bytes(50), told[0]), self.pieces_of(bytes(50), told[1])
        )


class SillyWindowTests(SynchronousTestCase):
    """What small pieces cost a sender that waits for room."""

    def test_a_sender_is_not_told_of_every_piece(self) -> None:
        """It is when there is room for a good deal more, or for everything."""
        told: list[int] = []
        credited = TCPSocket.credited

        def count(socket: TCPSocket, size: int) -> None:
            told.append(size)
            credited(socket, size)

        self.patch(TCPSocket, "credited", count)
        client, server = tcp_pair(lone_host())
        client.send(bytes(BUFFER))
        client.send(bytes(10_000))
        while server.readable:
            server.recv(4090)

        # Whenever 4096 have been read, as long as there is more to be sent.
        self.assertEqual(told, [8180, 8180])
