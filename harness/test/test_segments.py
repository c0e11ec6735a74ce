"""Tests of the cutting of streams into pieces."""

from twisted.internet.protocol import ClientFactory, Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol
from harness._installation import network_as_told
from harness._segments import parse_segments, random_segments
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
