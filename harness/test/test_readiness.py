"""Tests of how ready sockets are served."""

from socket import AF_INET

from twisted.internet.error import ConnectionDone
from twisted.internet.main import CONNECTION_DONE, CONNECTION_LOST
from twisted.python import context, log
from twisted.trial.unittest import SynchronousTestCase

from harness._sockets_udp import UDPSocket
from harness.test.kernel import Watcher, lone_host


class ServingTests(SynchronousTestCase):
    """Who is called, and what becomes of the answer."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.reactor = self.host.reactor
        self.socket = UDPSocket(self.host, AF_INET)
        self.socket.bind(("", 80))

    def watch(self, *, read: bool = False, write: bool = False) -> Watcher:
        watcher = Watcher(self.socket)
        if read:
            self.socket.sendto(b"x", ("127.0.0.1", 80))
            self.reactor.addReader(watcher)
        if write:
            self.reactor.addWriter(watcher)
        return watcher

    def test_reads_before_it_writes(self) -> None:
        """Who waits for both is first told that it can read."""
        watcher = self.watch(read=True, write=True)
        self.reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "write"])

    def test_until_it_is_done(self) -> None:
        """It is told again in each turn, as long as it waits."""
        watcher = self.watch(write=True)
        self.reactor.advance(0)
        self.reactor.advance(0)
        self.reactor.removeWriter(watcher)
        self.reactor.advance(0)

        self.assertEqual(watcher.events, ["write", "write"])

    def test_whoever_begins_to_wait(self) -> None:
        """Who begins to wait while others are served is served in the next turn."""
        watcher = self.watch(read=True)
        watcher.doRead = lambda: self.reactor.addWriter(watcher)  # type: ignore
        self.reactor.advance(0)
        self.assertEqual(watcher.events, [])
        self.reactor.advance(0)

        self.assertEqual(watcher.events, ["write"])

    def test_whoever_ceases_to_wait(self) -> None:
        """Who ceases to wait is not called any more, even in the same turn."""
        watcher = self.watch(read=True, write=True)
        watcher.doRead = lambda: self.reactor.removeWriter(watcher)  # type: ignore
        self.reactor.advance(0)

        self.assertEqual(watcher.events, [])

    def test_not_ready(self) -> None:
        """Who waits for what does not come is not called."""
        watcher = Watcher(self.socket)
        self.reactor.addReader(watcher)
        self.reactor.flush()

        self.assertEqual(watcher.events, [])

    def test_connection_lost(self) -> None:
        """An answer that is an error is the end."""
        for watcher in (self.watch(read=True), self.watch(write=True)):
            watcher.outcome = CONNECTION_LOST
            self.reactor.advance(0)
            self.assertEqual(watcher.events[1:], ["lost"])

        self.assertEqual(self.reactor.getReaders() + self.reactor.getWriters(), [])

    def test_no_write_after_the_end(self) -> None:
        """After an error in reading nothing is written."""
        watcher = self.watch(read=True, write=True)
        watcher.outcome = CONNECTION_DONE
        self.reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "lost"])

    def test_exception(self) -> None:
        """An exception is logged, and is the end."""
        watcher = self.watch(read=True)
        watcher.outcome = RuntimeError
        self.reactor.advance(0)

        self.assertEqual(watcher.events, ["read", "lost"])
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_exception_at_the_end(self) -> None:
        """An exception even then is logged, and the loop goes on."""
        watcher = self.watch(read=True)
        watcher.outcome = ConnectionDone()
        watcher.connectionLost = lambda reason: 1 // 0  # type: ignore
        self.reactor.advance(0)

        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_nested_turn(self) -> None:
        """A turn within an event serves the others; nobody is served twice."""
        served: list[str] = []

        def serve_others() -> None:
            served.append("first")
            self.reactor.removeWriter(first)
            self.reactor.iterate(0)

        def serve_once() -> None:
            served.append("second")
            self.reactor.removeWriter(second)

        first = self.watch(write=True)
        first.doWrite = serve_others  # type: ignore
        second = Watcher(UDPSocket(self.host, AF_INET))
        second.doWrite = serve_once  # type: ignore
        self.reactor.addWriter(second)
        self.reactor.advance(0)

        self.assertEqual(served, ["first", "second"])


class LogContextTests(SynchronousTestCase):
    """What is logged in an event names who was served."""

    def setUp(self) -> None:
        self.host = lone_host()
        self.systems: list[str] = []
        log.addObserver(self.note)
        self.addCleanup(log.removeObserver, self.note)

    def note(self, event: dict[str, object]) -> None:
        if event["message"] == ("here",):
            self.systems.append(str(event["system"]))

    def watch(self, name: str) -> Watcher:
        watcher = Watcher(UDPSocket(self.host, AF_INET), name)
        watcher.doWrite = lambda: log.msg("here")  # type: ignore
        self.host.reactor.addWriter(watcher)
        return watcher

    def test_system(self) -> None:
        """The system is what each of them says, and what it was outside of events."""
        for name in ("one", "two"):
            self.watch(name)
        self.host.reactor.callLater(0, log.msg, "here")
        self.host.reactor.advance(0)
        log.msg("here")

        self.assertEqual(self.systems, ["-", "one", "two", "-"])

    def test_what_is_around_is_kept(self) -> None:
        """The context around the loop is that of its events, but for the system."""
        seen: list[object] = []
        watcher = self.watch("one")
        watcher.doWrite = lambda: seen.append(  # type: ignore
            context.get(log.ILogContext)
        )
        for colour in ("red", "blue"):
            around = {"colour": colour}
            log.callWithContext(around, self.host.reactor.advance, 0)

        self.assertEqual(
            seen,
            [
                {"colour": "red", "system": "one"},
                {"colour": "blue", "system": "one"},
            ],
        )

    def test_context_of_another_kind(self) -> None:
        """A context that has nothing to do with logging is in nobody's way."""
        self.watch("one")
        context.call({"key": "value"}, self.host.reactor.advance, 0)

        self.assertEqual(self.systems, ["one"])

    def test_context_can_be_kept(self) -> None:
        """Who keeps the context of an event keeps it as it was."""
        kept: list[dict[str, str]] = []
        for name in ("one", "two"):
            watcher = self.watch(name)
            watcher.doWrite = lambda: kept.append(  # type: ignore
                context.get(log.ILogContext)
            )
        self.host.reactor.advance(0)

        self.assertEqual([entry["system"] for entry in kept], ["one", "two"])

    def test_many_systems(self) -> None:
        """Any number of systems can be served."""
        for number in range(1500):
            self.watch(f"system {number}")
        self.host.reactor.advance(0)

        self.assertEqual(self.systems[-1], "system 1499")

    def test_buggy_log_prefix(self) -> None:
        """Who cannot say what it is is served all the same, as on a real reactor."""
        watcher = self.watch("never said")
        watcher.logPrefix = lambda: 1 // 0  # type: ignore
        self.host.reactor.advance(0)

        self.assertEqual(self.systems, ["(buggy logPrefix method)"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
