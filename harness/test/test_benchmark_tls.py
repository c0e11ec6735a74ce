"""Tests of the workload of short messages through TLS."""

from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, VirtualReactor
from harness.benchmark.reactors import run
from harness.benchmark.tls import Wire, certificate, tls_floor, tls_job


class CertificateTests(SynchronousTestCase):
    """The server's certificate."""

    def test_is_made_once(self) -> None:
        """Making keys is no part of any workload."""
        self.assertIs(certificate(), certificate())

    def test_is_for_localhost(self) -> None:
        """So that the client can insist on the name."""
        self.assertEqual(certificate().getSubject().commonName, b"localhost")


class TLSTests(SynchronousTestCase):
    """The workload."""

    def test_makes_the_round_trips(self) -> None:
        """Handshake, echo and orderly end on a reactor."""
        self.assertEqual(run(VirtualReactor(), tls_job(3)), 3)

    def test_the_floor_makes_the_round_trips(self) -> None:
        """The same with the TLS protocols joined directly."""
        with tls_floor(3).prepare() as work:
            self.assertEqual(work(), 3)


class Greeter(Protocol):
    """Says hello, and answers whatever it hears in two pieces."""

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b"hello")

    def dataReceived(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(b"one")
        self.transport.write(b"two")
        self.transport.loseConnection()


class WireTests(SynchronousTestCase):
    """What joins two protocols of the floor."""

    def test_nothing_arrives_before_it_is_delivered(self) -> None:
        """A write returns before the other side reads."""
        wire, recorder = Wire(), RecordingProtocol()
        wire.join(Greeter(), recorder)

        self.assertEqual(recorder.received, b"")

    def test_delivers_in_order_until_nothing_is_under_way(self) -> None:
        """What is written meanwhile is delivered too; then there is nothing to do."""
        wire, recorder, greeter = Wire(), RecordingProtocol(), Greeter()
        wire.join(greeter, recorder)
        assert recorder.transport is not None
        recorder.transport.write(b"?")
        self.assertTrue(wire.deliver())

        self.assertEqual(recorder.pieces, [b"hello", b"one", b"two"])
        self.assertFalse(wire.deliver())
