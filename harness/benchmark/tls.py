# -*- test-case-name: harness.test.test_benchmark_tls -*-
"""Round trips through TLS, which is Twisted's own on every reactor."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.internet.interfaces import IProtocolFactory, IReactorTime
from twisted.internet.protocol import Protocol
from twisted.internet.ssl import PrivateCertificate, optionsForClientTLS
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory

from harness._old_twisted import tls_factory
from harness.benchmark.echo import Pinger, echo_server, ping
from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_least, ratio
from harness.benchmark.loopback import FactoryOf
from harness.benchmark.measuring import Contender
from harness.benchmark.reactors import Job, Reactor, contender, epoll, virtual

HOST = "localhost"


@cache
def certificate() -> PrivateCertificate:
    """Make a self-signed certificate for localhost, once in the life of a process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made: PrivateCertificate = PrivateCertificate.loadPEM(
        signed.public_bytes(pem) + private
    )
    return made


def tls_server(wrapped: IProtocolFactory, clock: IReactorTime) -> TLSMemoryBIOFactory:
    """Put the server's TLS below ``wrapped``."""
    return tls_factory(certificate().options(), False, wrapped, clock)


def tls_client(wrapped: IProtocolFactory, clock: IReactorTime) -> TLSMemoryBIOFactory:
    """Put TLS that trusts the server's certificate, and no other, below ``wrapped``."""
    options = optionsForClientTLS(HOST, trustRoot=certificate())
    return tls_factory(options, True, wrapped, clock)


def tls_job(round_trips: int) -> Job:
    """Echo through TLS, handshake included."""

    async def job(reactor: Reactor) -> int:
        server = tls_server(echo_server(), reactor)
        return await ping(
            reactor, server, round_trips, lambda factory: tls_client(factory, reactor)
        )

    return job


class Wire:
    """Carries bytes between two protocols, in order and never re-entrantly."""

    def __init__(self) -> None:
        self._under_way: deque[tuple[Protocol, bytes]] = deque()

    def join(self, one: Protocol, other: Protocol) -> None:
        """Connect both."""
        one.makeConnection(WireTransport(self._under_way, other))
        other.makeConnection(WireTransport(self._under_way, one))

    def deliver(self) -> bool:
        """Deliver all that is under way, and say whether there was any."""
        busy = bool(self._under_way)
        while self._under_way:
            protocol, data = self._under_way.popleft()
            protocol.dataReceived(data)
        return busy


class WireTransport:
    """One end of a `Wire`: as little of a transport as TLS can do with."""

    disconnecting = False

    def __init__(self, wire: deque[tuple[Protocol, bytes]], peer: Protocol) -> None:
        self._wire = wire
        self._peer = peer

    def write(self, data: bytes) -> None:
        """Send it on its way."""
        self._wire.append((self._peer, data))

    def loseConnection(self) -> None:
        """Stay open: nobody is waiting for the end."""


def tls_floor(round_trips: int) -> Contender:
    """Hand what one TLS protocol writes to the other.

    Recorded bytes would not do: each handshake makes a new key.
    """

    @contextmanager
    def prepare() -> Iterator[Callable[[], int]]:
        clock, wire, pinger = Clock(), Wire(), Pinger(round_trips)
        client = tls_client(FactoryOf(pinger), clock).buildProtocol(None)
        server = tls_server(echo_server(), clock).buildProtocol(None)

        def work() -> int:
            wire.join(server, client)
            while wire.deliver():
                clock.advance(0)
            return pinger.round_trips

        yield work

    return Contender(prepare, round_trips)


def tls_entries(round_trips: int) -> Sequence[Entry]:
    """List the entry about TLS."""
    job = tls_job(round_trips)
    return [
        Race(
            "tls-echo",
            f"one TLS handshake and {round_trips:,} round trips",
            {
                "virtual": contender(virtual, job, round_trips),
                "epoll": contender(epoll, job, round_trips),
                "floor": tls_floor(round_trips),
            },
            [ratio("epoll", "virtual", at_least(2.5)), ratio("virtual", "floor")],
        )
    ]
