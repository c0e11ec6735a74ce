"""The contract of multicast: datagrams to groups."""

from typing import Any

from harness.contracts._datagrams import RecordingDatagrams
from harness.contracts._running import Reactor, ReactorContract, in_reactor, settle

#: A group of the range for documentation (RFC 5771).
GROUP = "233.252.0.1"


class MulticastContract(ReactorContract):
    """Datagrams to groups. They stay on the loopback interface."""

    @in_reactor
    async def test_member(self, reactor: Reactor) -> None:
        """A datagram to a group reaches its members."""
        member, sender = await self.group_of_two(reactor)

        sender.transport.write(b"to the group", (GROUP, member.address[1]))
        await member.has_received(1)

        self.assertEqual(member.datagrams[0][0], b"to the group")

    @in_reactor
    async def test_former_member(self, reactor: Reactor) -> None:
        """Who has left a group hears nothing of it any more."""
        member, sender = await self.group_of_two(reactor)
        await member.transport.leaveGroup(GROUP, "127.0.0.1")

        sender.transport.write(b"to the group", (GROUP, member.address[1]))
        await settle(reactor)

        self.assertEqual(member.datagrams, [])

    @in_reactor
    async def test_defaults(self, reactor: Reactor) -> None:
        """A port sends to groups on one's own network, oneself included."""
        transport = self.multicast(reactor).transport

        self.assertEqual(transport.getTTL(), 1)
        self.assertTrue(transport.getLoopbackMode())
        self.assertEqual(transport.getOutgoingInterface(), "0.0.0.0")

    @in_reactor
    async def test_settings(self, reactor: Reactor) -> None:
        """How far datagrams go, and whether they come back, can be set."""
        transport = self.multicast(reactor).transport

        transport.setTTL(3)
        transport.setLoopbackMode(False)
        await transport.setOutgoingInterface("127.0.0.1")

        self.assertEqual(transport.getTTL(), 3)
        self.assertFalse(transport.getLoopbackMode())
        self.assertEqual(transport.getOutgoingInterface(), "127.0.0.1")

    @in_reactor
    async def test_shared_address(self, reactor: Reactor) -> None:
        """Several ports may listen for one group, and each gets its copy."""
        first = self.multicast(reactor, listenMultiple=True)
        second = self.multicast(reactor, first.address[1], listenMultiple=True)
        for member in (first, second):
            await member.transport.joinGroup(GROUP, "127.0.0.1")
        await first.transport.setOutgoingInterface("127.0.0.1")

        first.transport.write(b"to the group", (GROUP, first.address[1]))
        await first.has_received(1)
        await second.has_received(1)

        self.assertEqual(first.datagrams[0][0], b"to the group")
        self.assertEqual(second.datagrams[0][0], b"to the group")

    def multicast(
        self, reactor: Reactor, number: int = 0, **options: Any
    ) -> RecordingDatagrams:
        """Open a port that may join groups."""
        protocol = RecordingDatagrams(reactor)
        reactor.listenMulticast(number, protocol, **options)
        return protocol

    async def group_of_two(
        self, reactor: Reactor
    ) -> tuple[RecordingDatagrams, RecordingDatagrams]:
        """Open a port in the group, and one that sends to it."""
        member, sender = self.multicast(reactor), self.multicast(reactor)
        await member.transport.joinGroup(GROUP, "127.0.0.1")
        await sender.transport.setOutgoingInterface("127.0.0.1")
        return member, sender
