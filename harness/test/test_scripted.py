"""Tests of the peer that plays a written conversation."""

import re
from abc import abstractmethod
from typing import TYPE_CHECKING

from twisted.internet.endpoints import (
    TCP4ClientEndpoint,
    TCP4ServerEndpoint,
    connectProtocol,
)
from twisted.internet.error import ConnectionDone, ConnectionLost, NoProtocol
from twisted.internet.interfaces import (
    IHalfCloseableProtocol,
    IProtocol,
    IProtocolFactory,
    ITCPTransport,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from harness import (
    Deadlock,
    RecordingProtocol,
    ScriptedPeer,
    VirtualReactor,
    connect_pair,
    fixture_bytes,
    fixture_path,
)
from harness.test.test_pairs import tls_of_both

if TYPE_CHECKING:
    _Mixin = SynchronousTestCase
else:
    _Mixin = object


class Program(RecordingProtocol):
    """What a script is played with: it does what the test says."""

    transport: ITCPTransport


class FullCloseProgram(Protocol):
    """Knows no half close."""

    transport: ITCPTransport


class ScriptedPeerContract(_Mixin):
    """What a script does, however the peer is connected."""

    @abstractmethod
    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        """Connect the peer with a program."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.program = Program()

    def peer(self) -> ScriptedPeer:
        """Make a peer whose script is still to be written."""
        return ScriptedPeer(self.reactor)

    def start(self, peer: ScriptedPeer) -> None:
        """Connect, and let all happen that happens by itself."""
        self.connect(peer, self.program)
        self.reactor.flush()

    def write(self, data: bytes) -> None:
        """Let the program send something, and let it arrive."""
        self.program.transport.write(data)
        self.reactor.flush()

    def assert_lost(self, reason: type[Exception]) -> None:
        """Check why the program has lost its connection."""
        assert self.program.lost_reason is not None
        self.assertIs(self.program.lost_reason.type, reason)

    def test_conversation(self) -> None:
        """What is scripted is sent when its turn comes, and not before."""
        peer = (
            self.peer()
            .send_line(b"Who is there?")
            .expect_line(b"Ada")
            .send(b"Hello, ")
            .expect(b"yes?")
            .send_line(b"Ada")
        )
        self.start(peer)
        self.assertEqual(self.program.received, b"Who is there?\r\n")

        self.write(b"Ada\r\n")
        self.assertEqual(self.program.received, b"Who is there?\r\nHello, ")
        self.assertNoResult(peer.finished)

        self.write(b"yes?")
        self.assertEqual(self.program.received, b"Who is there?\r\nHello, Ada\r\n")
        self.assertIsNone(self.successResultOf(peer.finished))
        peer.check()

    def test_all_at_once(self) -> None:
        """What comes before its turn is kept until then."""
        peer = (
            self.peer().expect_line(b"one").wait(5).expect_line(b"two").send(b"three")
        )
        self.start(peer)
        self.write(b"one\r\ntwo\r\n")
        self.assertEqual(self.program.received, b"")

        self.reactor.run_until(peer.finished)
        self.reactor.flush()
        self.assertEqual(self.program.received, b"three")
        self.assertEqual(self.reactor.seconds(), 5)

    def test_patterns(self) -> None:
        """Patterns match lines, and bytes."""
        peer = self.peer().expect_line(re.compile(b"A.*")).expect(re.compile(b"[!?]+;"))
        self.start(peer)
        self.write(b"Ada\r\n?!")
        self.assertNoResult(peer.finished)

        self.write(b"!;")
        self.successResultOf(peer.finished)

    def test_difference(self) -> None:
        """At the first difference the connection breaks, and the message shows it."""
        peer = self.peer().send(b"?").expect_line(b"Ada").send_line(b"Hello, Ada")
        self.start(peer)
        self.write(b"Adi")

        reason = self.failureResultOf(peer.finished, AssertionError)
        self.assertEqual(
            str(reason.value),
            "the conversation is not that of the script: step 2 of 3, byte 2\n"
            "   1 send(b'?')\n"
            "-> 2 expect_line(b'Ada')\n"
            "     expected b'Ada\\r\\n'\n"
            "     received b'Adi'\n"
            "                  ^",
        )
        self.assert_lost(ConnectionLost)
        self.assertEqual(self.program.received, b"?")

    def test_wait(self) -> None:
        """A script takes its time, to the instant."""
        self.start(self.peer().send(b"one ").wait(2.5).send(b"two"))
        self.reactor.advance(2.25)
        self.reactor.flush()
        self.assertEqual(self.program.received, b"one ")

        self.reactor.advance(0.25)
        self.reactor.flush()
        self.assertEqual(self.program.received, b"one two")

    def test_close(self) -> None:
        """A script that closes is at its end when the connection is closed."""
        peer = self.peer().send(b"bye").close()
        self.start(peer)
        self.program.transport.loseConnection()
        self.reactor.flush()

        self.assertEqual(self.program.received, b"bye")
        self.assert_lost(ConnectionDone)
        self.successResultOf(peer.finished)
        peer.check()

    def test_end_of_what_has_ended(self) -> None:
        """A script that ends later than the program does is at its end as well."""
        for end in (ScriptedPeer.close, ScriptedPeer.abort):
            self.setUp()
            peer = end(self.peer().wait(1))
            self.start(peer)
            self.program.transport.loseConnection()
            self.reactor.flush()
            self.assertNoResult(peer.finished)

            self.reactor.run_until(peer.finished)
            peer.check()

    def test_abort(self) -> None:
        """A script can break the connection."""
        peer = self.peer().expect(b"hello").abort()
        self.start(peer)
        self.write(b"hello")

        self.assert_lost(ConnectionLost)
        self.successResultOf(peer.finished)
        peer.check()

    def test_expect_close(self) -> None:
        """A script that expects the end tidies up after it."""
        peer = self.peer().send(b"go").expect_close()
        self.start(peer)
        self.assertNoResult(peer.finished)

        self.program.transport.loseConnection()
        self.reactor.flush()
        self.successResultOf(peer.finished)
        self.assert_lost(ConnectionDone)
        peer.check()

    def test_expect_abort(self) -> None:
        """A script may expect that the program breaks the connection."""
        peer = self.peer().expect_abort()
        self.start(peer)
        self.assertNoResult(peer.finished)

        self.program.transport.abortConnection()
        self.reactor.flush()
        self.successResultOf(peer.finished)
        peer.check()

    def test_close_is_no_abort(self) -> None:
        """An orderly end is not what a script expects that expects another."""
        peer = self.peer().expect_abort()
        self.start(peer)
        self.program.transport.loseConnection()
        self.reactor.flush()

        self.failureResultOf(peer.finished, AssertionError)

    def test_abort_is_no_close(self) -> None:
        """A broken connection is not the end that a script expects."""
        peer = self.peer().expect_close()
        self.start(peer)
        self.program.transport.abortConnection()
        self.reactor.flush()

        reason = self.failureResultOf(peer.finished, AssertionError)
        self.assertIn("received nothing, then this: ", str(reason.value))

    def test_end_too_early(self) -> None:
        """What is missing when the program closes is a difference."""
        peer = self.peer().expect_line(b"Ada")
        self.start(peer)
        self.write(b"Ad")
        self.program.transport.loseConnection()
        self.reactor.flush()

        reason = self.failureResultOf(peer.finished, AssertionError)
        self.assertIn("received b'Ad', then the end\n", str(reason.value))
        self.assert_lost(ConnectionDone)

    def test_more_than_the_script(self) -> None:
        """What comes after the last step is a difference."""
        peer = self.peer().expect(b"Ada").wait(1)
        self.start(peer)
        self.write(b"Ada!")
        self.reactor.advance(1)

        reason = self.failureResultOf(peer.finished, AssertionError)
        self.assertIn("script: after the last step\n", str(reason.value))

    def test_more_than_anybody_reads(self) -> None:
        """What comes after a close is nobody's affair."""
        peer = self.peer().expect(b"Ada").wait(1).close()
        self.start(peer)
        self.write(b"Ada!")
        self.reactor.run_until(peer.finished)

        peer.check()

    def test_more_after_success(self) -> None:
        """What comes when all was well is a difference too, and is logged."""
        peer = self.peer().expect(b"Ada")
        self.start(peer)
        self.write(b"Ada")
        self.successResultOf(peer.finished)
        self.write(b"!")

        self.assertEqual(len(self.flushLoggedErrors(AssertionError)), 1)
        error = self.assertRaises(AssertionError, peer.check)
        self.assertIn("received b'!'", str(error))
        self.assert_lost(ConnectionLost)

    def test_nothing_is_left(self) -> None:
        """A connection that both have closed is gone, and so is every timer."""
        peer = self.peer().expect(b"Ada").wait(1).expect(b"?")
        self.start(peer)
        self.write(b"Ada!")
        self.program.transport.loseConnection()
        self.reactor.run_until(peer.finished.addErrback(lambda reason: None))
        self.reactor.flush()

        self.assertEqual(self.reactor.getDelayedCalls(), [])
        self.assertEqual(self.reactor.getWriters(), [])


class HalfCloseContract(ScriptedPeerContract):
    """What a script does with connections that can be closed by halves."""

    def test_half_close(self) -> None:
        """A script that has said all goes on reading."""
        peer = self.peer().send(b"all").half_close().expect(b"answer").close()
        self.start(peer)
        self.assertEqual(
            self.program.events,
            ["connectionMade", "dataReceived", "readConnectionLost"],
        )

        self.write(b"answer")
        self.successResultOf(peer.finished)

    def test_half_closed(self) -> None:
        """A script goes on after the end of what the program says."""
        peer = self.peer().expect(b"all").expect_close().send(b"answer").close()
        self.start(peer)
        self.write(b"all")
        self.program.transport.loseWriteConnection()
        self.reactor.flush()

        self.assertEqual(self.program.received, b"answer")
        self.successResultOf(peer.finished)

    def test_end_of_a_program_that_knows_no_halves(self) -> None:
        """When it closes, a script that is at its end closes too."""
        peer = self.peer().send(b"all")
        program = FullCloseProgram()
        self.connect(peer, program)
        self.reactor.flush()
        program.transport.loseConnection()
        self.reactor.flush()

        sockets = self.reactor.host.sockets
        self.assertEqual([one for one in sockets if not one.is_listening], [])
        peer.check()


class WithPairTests(HalfCloseContract, SynchronousTestCase):
    """Joined with the program."""

    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        connect_pair(program, peer, reactor=self.reactor)


class WithPairInPiecesTests(HalfCloseContract, SynchronousTestCase):
    """Joined with the program, byte by byte."""

    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        connect_pair(peer, program, reactor=self.reactor, segments=lambda: 1)


class WithSecurePairTests(ScriptedPeerContract, SynchronousTestCase):
    """Joined with the program, over TLS."""

    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        connect_pair(program, peer, reactor=self.reactor, tls=tls_of_both())


class ListeningTests(HalfCloseContract, SynchronousTestCase):
    """As the factory of a server."""

    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        self.reactor.listenTCP(4000, peer)
        endpoint = TCP4ClientEndpoint(self.reactor, "127.0.0.1", 4000)
        self.reactor.run_until(connectProtocol(endpoint, program))


class EndpointTests(HalfCloseContract, SynchronousTestCase):
    """As the factory of a client, at an endpoint."""

    def connect(self, peer: ScriptedPeer, program: Protocol) -> None:
        factory = Factory.forProtocol(lambda: program)
        self.successResultOf(TCP4ServerEndpoint(self.reactor, 4000).listen(factory))
        endpoint = TCP4ClientEndpoint(self.reactor, "127.0.0.1", 4000)
        self.reactor.run_until(endpoint.connect(peer))


class FactoryTests(SynchronousTestCase):
    """The factory of the one protocol that it is itself."""

    def test_is_a_protocol_and_a_factory(self) -> None:
        """It provides what Twisted asks for."""
        peer = ScriptedPeer()

        self.assertTrue(verifyObject(IProtocol, peer))
        self.assertTrue(verifyObject(IHalfCloseableProtocol, peer))
        self.assertTrue(verifyObject(IProtocolFactory, peer))

    def test_second_connection(self) -> None:
        """A second connection is a difference, and is not served."""
        reactor = VirtualReactor()
        peer = ScriptedPeer(reactor).wait(1).send(b"served")
        reactor.listenTCP(4000, peer)
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", 4000)
        programs = [Program(), Program()]
        for program in programs:
            reactor.run_until(connectProtocol(endpoint, program))
        reactor.flush()

        reason = self.failureResultOf(peer.finished, AssertionError)
        self.assertIn("somebody has connected a second time: step 1", str(reason.value))
        self.assertEqual(programs[0].events, ["connectionMade", "connectionLost"])
        self.assertEqual(programs[1].events, ["connectionMade", "readConnectionLost"])
        self.assertEqual(reactor.getDelayedCalls(), [])

    def test_second_connection_of_a_client(self) -> None:
        """A client that connects again is told that there is no protocol."""
        reactor = VirtualReactor()
        reactor.listenTCP(4000, Factory.forProtocol(Program))
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", 4000)
        peer = ScriptedPeer().expect_close()
        self.assertIs(reactor.run_until(endpoint.connect(peer)), peer)

        self.assertRaises(NoProtocol, reactor.run_until, endpoint.connect(peer))
        self.assertRaises(AssertionError, peer.check)

    def test_second_connection_in_vain(self) -> None:
        """The first that is asked for may never come to be."""
        peer = ScriptedPeer().send(b"data")
        peer.buildProtocol(None)

        self.assertIsNone(peer.buildProtocol(None))
        self.assertIsNone(peer.buildProtocol(None))
        error = self.assertRaises(AssertionError, peer.check)
        self.assertIn("nothing: nobody has connected", str(error))


class CheckTests(SynchronousTestCase):
    """What the test is told when it asks."""

    def test_not_connected(self) -> None:
        """A script with which nobody has begun is not at its end."""
        error = self.assertRaises(AssertionError, ScriptedPeer().expect(b"x").check)

        self.assertEqual(
            str(error),
            "the script is not at its end: step 1 of 1\n"
            "-> 1 expect(b'x')\n"
            "     expected b'x'\n"
            "     received nothing: nobody has connected",
        )

    def test_not_at_its_end(self) -> None:
        """What is missing so far is shown, and can still come."""
        peer = ScriptedPeer().expect_line(b"Ada")
        peer.makeConnection(StringTransport())
        peer.dataReceived(b"Ad")
        error = self.assertRaises(AssertionError, peer.check)
        peer.dataReceived(b"a\r\n")

        self.assertIn("is not at its end: step 1 of 1, byte 2\n", str(error))
        peer.check()

    def test_difference(self) -> None:
        """A difference is told by either, and need not be asked for twice."""
        peer = ScriptedPeer().expect_line(b"Ada")
        peer.makeConnection(StringTransport())
        peer.dataReceived(b"Eve")

        error = self.assertRaises(AssertionError, peer.check)
        self.assertIn("script: step 1 of 1, byte 0", str(error))
        self.successResultOf(peer.finished)

    def test_empty(self) -> None:
        """A script without steps is at its end when there is a connection."""
        peer = ScriptedPeer()
        self.assertNoResult(peer.finished)
        peer.makeConnection(StringTransport())

        self.successResultOf(peer.finished)
        peer.check()

    def test_deadlock(self) -> None:
        """Who waits for a script in vain is told where it stands."""
        peer = ScriptedPeer().send(b"Name?").expect_line(b"Ada")
        pair = connect_pair(Program(), peer)
        error = self.assertRaises(Deadlock, pair.run_until, peer.finished)

        self.assertIn(
            "for a script, at step 2 of 2: expect_line(b'Ada'), received nothing\n",
            str(error),
        )

    def test_too_late(self) -> None:
        """While a script is played nothing can be added."""
        peer = ScriptedPeer().expect(b"x")
        peer.makeConnection(StringTransport())
        error = self.assertRaises(RuntimeError, peer.send, b"y")

        self.assertEqual(
            str(error), "the script is being played: send(b'y') is too late"
        )

    def test_transport_that_calls_back(self) -> None:
        """A transport may deliver the answer inside of what the script does."""
        peer = ScriptedPeer().send(b"a").expect(b"a").expect(b"more")
        peer.makeConnection(HastyTransport(peer))
        self.assertNoResult(peer.finished)
        peer.dataReceived(b"more")

        self.successResultOf(peer.finished)
        peer.check()


class HastyTransport(StringTransport):
    """Says what it is told inside of ``write``, as no real one does."""

    def __init__(self, protocol: IProtocol) -> None:
        super().__init__()
        self._protocol = protocol

    def write(self, data: bytes) -> None:
        self._protocol.dataReceived(data)


class ConversationFileTests(SynchronousTestCase):
    """Conversations that are in files."""

    def test_both_ends(self) -> None:
        """Two peers that play the two ends of a file agree, down to the clock."""
        conversation = fixture_path("conversations", "greeting.txt")
        reactor = VirtualReactor()
        visitor = ScriptedPeer(reactor).play(conversation, "visitor")
        doorkeeper = ScriptedPeer(reactor).play(conversation, "doorkeeper")
        pair = connect_pair(visitor, doorkeeper, reactor=reactor)
        pair.run_until(visitor.finished)
        pair.run_until(doorkeeper.finished)

        self.assertEqual(reactor.seconds(), 1.6)

    def test_raw_bytes(self) -> None:
        """A file can be sent as it is, whatever is in it."""
        data = fixture_bytes("conversations", "greeting.txt")
        program = Program()
        connect_pair(program, ScriptedPeer().send(data)).flush()

        self.assertEqual(program.received, data)
