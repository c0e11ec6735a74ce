"""Tests for the loop that takes events one at a time."""

from collections.abc import Hashable, Sequence
from typing import Any

from twisted.internet.protocol import DatagramProtocol
from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness._choices import Choices, Deviation, Place
from harness._policies import Policy, Replay
from harness._stepping import PATIENCE


class Last(Policy):
    """Always lets the last go first."""

    def choose(
        self, place: Place, count: int, actors: Sequence[Hashable] | None
    ) -> int:
        return count - 1


class SteppingTestCase(SynchronousTestCase):
    """Two machines, and a list of what happens."""

    def setUp(self) -> None:
        self.network = Network()
        self.ada = self.network.host("ada", "192.0.2.1")
        self.bob = self.network.host("bob", "192.0.2.2")
        self.events: list[str] = []
        self.deviations: list[Deviation] = []

    def choose_by(self, policy: Policy) -> None:
        """Let a policy decide who goes first."""
        choices = Choices(policy, 1, self.deviations)
        self.network.scheduler.step().choices = choices

    def note(self, event: str) -> Any:
        """Make a function that notes something."""

        def noted() -> None:
            self.events.append(event)

        return noted


class CallsTests(SteppingTestCase):
    """Calls that are due at the same instant."""

    def run_calls(self, policy: Policy, delay: float) -> list[str]:
        """Let both machines make two calls at an instant."""
        self.choose_by(policy)
        for name in ("ada 1", "bob 1", "ada 2", "bob 2"):
            host = self.network.hosts[name[:3]]
            host.reactor.callLater(delay, self.note(name))
        self.network.advance(delay)
        return self.events

    def test_usual_order(self) -> None:
        """Unless something else is chosen it is that in which they were scheduled."""
        for delay in (1.0, 1e-8, 0):
            self.events.clear()
            self.assertEqual(
                self.run_calls(Replay({}), delay), ["ada 1", "bob 1", "ada 2", "bob 2"]
            )

    def test_machines_can_overtake_each_other(self) -> None:
        """The calls of one keep their order, whatever is chosen."""
        for delay in (1.0, 0):
            self.events.clear()
            self.assertEqual(
                self.run_calls(Last(), delay), ["bob 1", "bob 2", "ada 1", "ada 2"]
            )

    def test_said_in_words(self) -> None:
        """Who went first, and with what."""
        self.run_calls(Replay({Place("schedule.calls", 1): 1}), 1.0)

        self.assertEqual(
            [each.words for each in self.deviations],
            ["first bob: call SteppingTestCase.note.<locals>.noted"],
        )

    def test_calls_that_are_taken_back(self) -> None:
        """Or put off, or brought forward: nothing is made that should not be."""
        self.choose_by(Last())
        reactor = self.ada.reactor
        cancelled = reactor.callLater(1, self.note("cancelled"))
        put_off = reactor.callLater(1, self.note("put off"))
        sooner = reactor.callLater(3, self.note("sooner"))
        soon = reactor.callLater(0, self.note("never"))
        at_once = reactor.callLater(0, self.note("put off to the end"))
        reactor.callLater(0, self.note("at once"))
        cancelled.cancel()
        put_off.reset(2)
        sooner.reset(1)
        soon.cancel()
        at_once.reset(4)
        self.network.advance(5)

        self.assertEqual(
            self.events, ["at once", "sooner", "put off", "put off to the end"]
        )

    def test_calls_that_are_taken_back_by_one_another(self) -> None:
        """At the very instant at which they are due."""
        self.choose_by(Last())
        victim = self.ada.reactor.callLater(1, self.note("never"))
        late = self.ada.reactor.callLater(1, self.note("late"))
        self.bob.reactor.callLater(1, victim.cancel)
        self.bob.reactor.callLater(1, late.reset, 1)
        self.network.advance(5)

        self.assertEqual(self.events, ["late"])
        self.assertEqual(self.network.seconds(), 5.0)

    def test_errors_are_logged(self) -> None:
        """A call that raises does not keep others from being made."""
        self.choose_by(Replay({}))
        self.ada.reactor.callLater(1, self.fail, "on purpose")
        self.ada.reactor.callLater(1, self.note("next"))
        self.network.advance(1)

        self.assertEqual(self.events, ["next"])
        self.assertEqual(len(self.flushLoggedErrors(self.failureException)), 1)

    def test_time_waits_for_work(self) -> None:
        """It does not move on while a socket is ready or a thread has called."""
        self.choose_by(Replay({}))
        reactor = self.ada.reactor
        reactor.callLater(1, lambda: reactor.callFromThread(self.note("from thread")))
        reactor.callLater(1 + 1e-12, self.note("later"))
        self.network.advance(2)

        self.assertEqual(self.events, ["from thread", "later"])


class Listener(DatagramProtocol):
    """Notes what comes."""

    transport: Any

    def __init__(self, events: list[str]) -> None:
        self._events = events

    def datagramReceived(self, datagram: bytes, address: object) -> None:
        self._events.append(datagram.decode())


class SocketsTests(SteppingTestCase):
    """Sockets that are ready at once."""

    def setUp(self) -> None:
        super().setUp()
        for port in (1, 2, 3):
            self.ada.reactor.listenUDP(port, Listener(self.events))
        self.sender = Listener(self.events)
        self.bob.reactor.listenUDP(0, self.sender)

    def send(self, port: int, word: str) -> None:
        """Send a word."""
        self.sender.transport.write(word.encode(), ("192.0.2.1", port))

    def receive(self, policy: Policy) -> list[str]:
        """Send something to three sockets, and see in which order it is read."""
        self.choose_by(policy)
        for port in (1, 2, 3):
            self.send(port, f"to {port}")
        self.network.flush()
        return self.events

    def test_usual_order(self) -> None:
        """Unless something else is chosen it is that in which they became ready."""
        self.assertEqual(self.receive(Replay({})), ["to 1", "to 2", "to 3"])

    def test_another_order(self) -> None:
        """Any of them can be first."""
        policy = Replay({Place("schedule.sockets", 1): 2})

        self.assertEqual(self.receive(policy), ["to 3", "to 1", "to 2"])
        self.assertEqual(
            [each.words for each in self.deviations], ["first ada: UDP 0.0.0.0:3"]
        )

    def test_pause(self) -> None:
        """The others may be ready a moment later only."""
        self.ada.reactor.callLater(0, self.note("call"))
        self.ada.reactor.callLater(
            0, lambda: self.ada.reactor.callLater(0, self.note("a turn later"))
        )
        policy = Replay({Place("schedule.sockets", 2): 2})

        self.assertEqual(
            self.receive(policy), ["call", "to 1", "a turn later", "to 2", "to 3"]
        )
        self.assertEqual([each.words for each in self.deviations], ["first the loop"])

    def test_nobody_waits_for_ever(self) -> None:
        """Whoever has often let others go first goes first."""
        self.choose_by(Last())
        answers = iter(range(3 * PATIENCE))

        def again(datagram: bytes, address: object) -> None:
            self.events.append("impatient")
            if next(answers, None) is not None:
                self.ada.reactor.callLater(0, self.send, 4, "again")

        impatient = Listener(self.events)
        impatient.datagramReceived = again  # type: ignore[method-assign]
        self.ada.reactor.listenUDP(4, impatient)
        self.send(1, "patient")
        self.send(4, "first")
        self.network.flush()

        self.assertEqual(self.events.index("patient"), PATIENCE)

    def test_nested_loop(self) -> None:
        """Who is served may serve the others itself: then nobody is left."""
        self.choose_by(Replay({}))
        reader = Listener(self.events)
        reader.datagramReceived = (  # type: ignore[method-assign]
            lambda datagram, address: self.network.flush()
        )
        self.ada.reactor.listenUDP(4, reader)
        for port in (4, 1, 2):
            self.send(port, f"to {port}")
        self.network.flush()

        self.assertEqual(self.events, ["to 1", "to 2"])


class ArrivalTests(SteppingTestCase):
    """What arrives at one instant over different ways."""

    def order(self, policy: Policy) -> list[str]:
        """Let two machines send two datagrams each to a third, at one instant."""
        server = self.network.host("server", "192.0.2.3")
        server.reactor.listenUDP(7, Listener(self.events))
        self.network.shape(latency=1)
        self.choose_by(policy)
        for word in ("ada 1", "bob 1", "ada 2", "bob 2"):
            sender = Listener(self.events)
            self.network.hosts[word[:3]].reactor.listenUDP(0, sender)
            sender.transport.write(word.encode(), ("192.0.2.3", 7))
        self.network.advance(2)
        return self.events

    def test_one_way_keeps_its_order(self) -> None:
        """Two ways can overtake each other."""
        self.assertEqual(self.order(Last()), ["bob 1", "bob 2", "ada 1", "ada 2"])
        self.assertEqual(
            self.deviations[0].words, "first network: <Link bob -> server>"
        )

    def test_kernel_calls_that_are_plain_functions(self) -> None:
        """They are ways of their own."""
        self.choose_by(Last())
        for event in ("one", "two"):
            self.network.scheduler.callLater(1, self.note(event))
        self.network.advance(1)

        self.assertEqual(self.events, ["two", "one"])
        self.assertEqual(
            [each.words for each in self.deviations],
            ["first network: SteppingTestCase.note.<locals>.noted"],
        )
