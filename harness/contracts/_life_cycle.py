"""The contract of the loop itself: its start, its end, and what they trigger."""

from twisted.internet.defer import Deferred
from twisted.internet.error import (
    ConnectionLost,
    ReactorAlreadyRunning,
    ReactorNotRestartable,
    ReactorNotRunning,
)
from twisted.internet.task import deferLater

from harness.contracts._peers import Peer
from harness.contracts._running import Reactor, in_reactor
from harness.contracts._transports import OverTCP


class LifeCycleContract(OverTCP):
    """``run``, ``stop``, ``crash``, and triggers."""

    @in_reactor
    async def test_running(self, reactor: Reactor) -> None:
        """While it runs, a reactor says so."""
        self.assertTrue(reactor.running)

    @in_reactor
    async def test_run_twice(self, reactor: Reactor) -> None:
        """A reactor that runs cannot be run."""
        with self.assertRaises(ReactorAlreadyRunning):
            reactor.run(installSignalHandlers=False)

    def test_stop_before_run(self) -> None:
        """A reactor that does not run cannot be stopped."""
        reactor = self.build_reactor()

        with self.assertRaises(ReactorNotRunning):
            reactor.stop()

    def test_stop_twice(self) -> None:
        """A reactor is stopped once."""
        reactor = self.build_reactor()
        errors: list[ReactorNotRunning] = []

        def stop() -> None:
            reactor.stop()
            try:
                reactor.stop()
            except ReactorNotRunning as error:
                errors.append(error)

        reactor.callWhenRunning(stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(len(errors), 1)

    def test_run_again(self) -> None:
        """A reactor that was stopped cannot be run again."""
        reactor = self.build_reactor()
        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        with self.assertRaises(ReactorNotRestartable):
            reactor.run(installSignalHandlers=False)

    def test_stop_before_first_turn(self) -> None:
        """A reactor that is stopped as it starts comes to its end all the same."""
        reactor = self.build_reactor()
        events: list[str] = []
        reactor.addSystemEventTrigger("before", "startup", events.append, "startup")
        reactor.addSystemEventTrigger("after", "startup", reactor.stop)
        reactor.addSystemEventTrigger("during", "shutdown", events.append, "shutdown")

        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["startup", "shutdown"])

    def test_crash(self) -> None:
        """A reactor that crashes triggers no shutdown, and may be run again."""
        reactor = self.build_reactor()
        events: list[str] = []
        reactor.addSystemEventTrigger("during", "shutdown", events.append, "shutdown")
        reactor.callWhenRunning(reactor.crash)
        reactor.run(installSignalHandlers=False)
        events.append("crashed")

        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["crashed", "shutdown"])

    def test_shutdown_takes_a_turn(self) -> None:
        """Shutdown is the loop's: no trigger is fired inside ``stop``."""
        reactor = self.build_reactor()
        events: list[str] = []
        reactor.addSystemEventTrigger("before", "shutdown", events.append, "shutdown")

        def stop() -> None:
            reactor.stop()
            events.append("stopped")

        reactor.callWhenRunning(lambda: reactor.callLater(0, stop))
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["stopped", "shutdown"])

    def test_phases(self) -> None:
        """Triggers are fired by phase, and in the order of asking within each."""
        reactor = self.build_reactor()
        events: list[str] = []
        for phase in ("after", "during", "before"):
            for number in (1, 2):
                reactor.addSystemEventTrigger(
                    phase, "shutdown", events.append, f"{phase} {number}"
                )

        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(
            events,
            ["before 1", "before 2", "during 1", "during 2", "after 1", "after 2"],
        )

    def test_removed_trigger(self) -> None:
        """A trigger that was removed is not fired."""
        reactor = self.build_reactor()
        events: list[str] = []
        trigger = reactor.addSystemEventTrigger(
            "during", "shutdown", events.append, "removed"
        )

        reactor.removeSystemEventTrigger(trigger)
        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, [])

    def test_error_in_trigger(self) -> None:
        """An exception in a trigger is logged, and the next one is fired."""
        reactor = self.build_reactor()
        events: list[str] = []

        def fail() -> None:
            raise RuntimeError("on purpose")

        reactor.addSystemEventTrigger("during", "shutdown", fail)
        reactor.addSystemEventTrigger("during", "shutdown", events.append, "next")
        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["next"])
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 1)

    def test_shutdown_waits(self) -> None:
        """Shutdown waits for the Deferreds of its first phase; the loop goes on."""
        reactor = self.build_reactor()
        events: list[str] = []

        def finish() -> Deferred[None]:
            events.append("before")
            return deferLater(reactor, 0.01, events.append, "finished")

        reactor.addSystemEventTrigger("before", "shutdown", finish)
        reactor.addSystemEventTrigger("during", "shutdown", events.append, "during")
        reactor.callWhenRunning(reactor.stop)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["before", "finished", "during"])

    def test_when_running(self) -> None:
        """What waits for the start is called in order; what comes later, at once."""
        reactor = self.build_reactor()
        events: list[str] = []

        def start() -> None:
            events.append("second")
            reactor.callWhenRunning(events.append, "at once")
            reactor.stop()

        reactor.callWhenRunning(events.append, "first")
        reactor.callWhenRunning(start)
        reactor.run(installSignalHandlers=False)

        self.assertEqual(events, ["first", "second", "at once"])

    def test_connections_at_the_end(self) -> None:
        """Connections that are open when the loop ends are lost, not forgotten."""
        reactor = self.build_reactor()
        peers: list[Peer] = []

        async def connect(reactor: Reactor) -> None:
            connection = await self.connection(reactor)
            peers.extend(connection)

        self.run_scenario(reactor, connect)

        for peer in peers:
            self.assertEqual(peer.events, ["connectionMade", "connectionLost"])
            assert peer.reason is not None
            self.assertIs(peer.reason.type, ConnectionLost)

    def test_factories_at_the_end(self) -> None:
        """Factories are stopped with the loop."""
        reactor = self.build_reactor()
        events: list[list[str]] = []

        async def connect(reactor: Reactor) -> None:
            connection = await self.connection(reactor)
            events.append(connection.client_factory.events)
            events.append(connection.server_factory.events)

        self.run_scenario(reactor, connect)

        self.assertEqual([seen[-1] for seen in events], ["stopFactory"] * 2)

    def test_listen_before_run(self) -> None:
        """A port that is opened before the loop runs takes connections when it does."""
        reactor = self.build_reactor()
        connecting: list[Deferred[object]] = []
        connecting.append(Deferred.fromCoroutine(self.connection(reactor)))

        async def wait(reactor: Reactor) -> None:
            await connecting[0]

        self.run_scenario(reactor, wait)
