"""Tests of networks as such."""

from math import inf, nan
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.trial.unittest import SynchronousTestCase

from harness._host import Host
from harness._network import Network
from harness._reactor import VirtualReactor


class SeedTests(SynchronousTestCase):
    """What every random choice is drawn from."""

    def test_whole_number(self) -> None:
        """It is one, whether negative or not."""
        self.assertEqual([Network(seed).seed for seed in (-1, 0, 7)], [-1, 0, 7])

    def test_no_whole_number(self) -> None:
        """What is none is refused when the network is made."""
        wrongs: list[Any] = ["1", True, 2.5, None]
        for seed in wrongs:
            error = self.assertRaises(TypeError, Network, seed)
            self.assertEqual(str(error), f"seed must be a whole number, not {seed!r}")


class HostsTests(SynchronousTestCase):
    """Adding machines."""

    def test_names(self) -> None:
        """A machine's name can be looked up by the others."""
        network = Network()
        host = network.host("www", "192.0.2.1", "2001:DB8::1")

        self.assertEqual(host.addresses, ("192.0.2.1", "2001:db8::1"))
        self.assertEqual(network.names["www"], host.addresses)
        self.assertEqual(network.hosts, {"www": host})

    def test_no_address(self) -> None:
        """One without addresses cannot be found by its name."""
        network = Network()
        network.host("lonely")

        self.assertNotIn("lonely", network.names)

    def test_twice(self) -> None:
        """Neither name nor address can be had twice."""
        network = Network()
        network.host("www", "192.0.2.1")

        for name in ("www", "WWW", "www."):
            error = self.assertRaises(ValueError, network.host, name)
            self.assertEqual(str(error), "there is a host www")
        error = self.assertRaises(ValueError, network.host, "ftp", "192.0.2.1")
        self.assertEqual(str(error), "192.0.2.1 is an address of the host www")

    def test_localhost(self) -> None:
        """One is called what all call themselves, if no other can look it up."""
        network = Network()

        error = self.assertRaises(ValueError, network.host, "localhost", "192.0.2.1")
        self.assertEqual(
            str(error), "each machine calls itself localhost: no address has it"
        )
        self.assertEqual(network.host("localhost").addresses, ())

    def test_nothing_half_made(self) -> None:
        """A machine that cannot be leaves nothing behind, and takes nothing."""

        def no_reactor(host: Host) -> VirtualReactor:
            raise ZeroDivisionError("on purpose")

        network = Network()
        trace = network.start_trace()
        refused: list[tuple[type[Exception], Any, dict[str, Any]]] = [
            (ValueError, "a..b", {}),
            (TypeError, None, {}),
            (TypeError, "www", {"reactor": 5}),
            (ZeroDivisionError, "www", {"reactor": no_reactor}),
        ]
        for kind, name, how in refused:
            self.assertRaises(kind, network.host, name, "192.0.2.1", **how)
        self.assertRaises(ValueError, network.host, "www", "192.0.2.1", "127.0.0.1")

        self.assertEqual(network.hosts, {})
        self.assertEqual(list(network.names), ["localhost"])
        self.assertEqual(trace.machines, {})
        self.assertEqual(network.host("www", "192.0.2.1").addresses, ("192.0.2.1",))

    def test_no_maker_of_reactors(self) -> None:
        """What is to make a reactor can be called."""
        error = self.assertRaises(TypeError, Network().host, "www", reactor=5)

        self.assertEqual(str(error), "reactor must make a reactor for a host, not 5")

    def test_reactor(self) -> None:
        """A machine can be given a reactor of another kind."""

        class OtherReactor(VirtualReactor):
            pass

        host = Network().host("www", reactor=OtherReactor)

        self.assertIsInstance(host.reactor, OtherReactor)
        self.assertIs(host.reactor.host, host)

    def test_lone_reactor(self) -> None:
        """A reactor that is made alone brings a network with one machine."""
        reactor = VirtualReactor()

        self.assertEqual(list(reactor.host.network.hosts), ["localhost"])
        self.assertIs(reactor.host.reactor, reactor)


class RouteTests(SynchronousTestCase):
    """Which machine an address leads to."""

    def setUp(self) -> None:
        self.network = Network()
        self.one = self.network.host("one", "192.0.2.1", "fe80::1")
        self.two = self.network.host("two", "192.0.2.2")

    def route(self, address: str) -> Host | None:
        return self.network.host_at(address, self.two)

    def test_owner(self) -> None:
        """An address leads to whom it belongs to."""
        self.assertIs(self.route("192.0.2.1"), self.one)
        self.assertIs(self.route("192.0.2.2"), self.two)

    def test_nobody(self) -> None:
        """An address that nobody has leads nowhere."""
        self.assertIsNone(self.route("192.0.2.9"))

    def test_loopback(self) -> None:
        """Loopback leads to who asks."""
        self.assertIs(self.route("127.0.0.9"), self.two)
        self.assertIs(self.route("::1"), self.two)

    def test_link_local(self) -> None:
        """So does a link-local address that nobody was given."""
        self.assertIs(self.route("fe80::1"), self.one)
        self.assertIs(self.route("fe80::9"), self.two)


class RunUntilTests(SynchronousTestCase):
    """Waiting for a result."""

    def setUp(self) -> None:
        self.network = Network()
        self.reactor = self.network.host("one").reactor

    def test_coroutine(self) -> None:
        """A coroutine can be waited for as well as a Deferred."""

        async def sleep() -> str:
            await deferLater(self.reactor, 2)
            return "slept"

        self.assertEqual(self.network.run_until(sleep()), "slept")
        self.assertEqual(self.network.seconds(), 2)

    def test_failure(self) -> None:
        """A failure is raised."""
        awaited: Deferred[None] = Deferred()
        self.reactor.callLater(1, awaited.errback, ZeroDivisionError("on purpose"))

        self.assertRaises(ZeroDivisionError, self.network.run_until, awaited)

    def test_has_it_already(self) -> None:
        """What is there already takes no time, not even a turn."""
        awaited: Deferred[str] = Deferred()
        awaited.callback("there")
        self.reactor.callLater(0, self.fail)

        self.assertEqual(self.network.run_until(awaited), "there")

    def test_wrong_timeout(self) -> None:
        """A limit that is none is found before anything is waited for."""
        awaited: Deferred[None] = Deferred()
        for wrong, kind in ((-1, ValueError), (nan, ValueError), ("1", TypeError)):
            error = self.assertRaises(kind, self.network.run_until, awaited, wrong)
            self.assertEqual(
                str(error),
                "run_until: timeout must be a number of seconds, 0 or more, "
                f"not {wrong!r}",
            )

        self.assertEqual(awaited.callbacks, [])

    def test_without_limit(self) -> None:
        """There need be none."""
        for endless in (None, inf):
            late = deferLater(self.reactor, 10_000, lambda: "late")

            self.assertEqual(self.network.run_until(late, endless), "late")

    def test_advance_and_flush(self) -> None:
        """A network is driven as its reactors are."""
        made: list[str] = []
        self.reactor.callLater(1, self.reactor.callLater, 0, made.append, "x")
        self.network.advance(1)
        self.assertEqual(made, [])
        self.network.flush()

        self.assertEqual(made, ["x"])
