"""A name server that a test can fill: Twisted's own, with a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.names import dns
from twisted.names.common import ResolverBase
from twisted.names.error import AuthoritativeDomainError
from twisted.names.server import DNSServerFactory

from harness import Host


class Zone(ResolverBase):
    """Knows the records of some names, and that there are no others."""

    def __init__(self, records: Mapping[bytes, Sequence[Any]]) -> None:
        super().__init__()
        self.records = dict(records)

    def _lookup(self, name: bytes, cls: int, type: int, timeout: object) -> Any:  # noqa: A002
        if name not in self.records:
            return fail(AuthoritativeDomainError(name))
        answers = [
            dns.RRHeader(name, record.TYPE, cls, 60, record, auth=True)
            for record in self.records[name]
            if type in (record.TYPE, dns.ALL_RECORDS)
        ]
        found: Deferred[Any] = succeed((answers, [], []))
        return found


class NameServer(DNSServerFactory):
    """A server whose datagrams are no larger than they may be (RFC 1035, 4.2.1)."""

    def sendReply(self, protocol: Any, message: dns.Message, address: Any) -> None:
        by_udp = address is not None
        message.maxSize = 512 if by_udp else 0
        super().sendReply(protocol, message, address)


def serve_names(host: Host, records: Mapping[bytes, Sequence[Any]]) -> None:
    """Let a machine be a name server, on port 53 of both protocols."""
    server = NameServer(authorities=[Zone(records)])
    host.reactor.listenUDP(53, dns.DNSDatagramProtocol(server, host.reactor))
    host.reactor.listenTCP(53, server)
