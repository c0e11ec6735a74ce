"""Machines that talk over links which leave much to chance, to compare the traces."""

from twisted.internet.endpoints import HostnameEndpoint

from harness import Network
from harness.benchmark.echo import PING, Pinger, echo_server
from harness.benchmark.loopback import FactoryOf
from harness.test.streams import Numbered


def digest_of(seed: int) -> str:
    """Let three machines talk over a bad network, and return the digest of that."""
    network = Network(seed)
    network.shape(latency=0.05, jitter=0.05, loss=0.1, bandwidth=1e6, segment=48)
    network.shape(duplication=0.1, reordering=0.1)
    trace = network.start_trace()
    hosts = [network.host(f"host{n}", f"192.0.2.{n}") for n in (1, 2, 3)]
    for host in hosts:
        host.reactor.listenTCP(7, echo_server())
    for host in hosts:
        for other in hosts:
            pinger = Pinger(5)
            endpoint = HostnameEndpoint(host.reactor, other.name, 7)
            endpoint.connect(FactoryOf(pinger))
            udp = Numbered(network.seconds)
            host.reactor.listenUDP(0, udp)
            udp.transport.write(PING, (other.addresses[0], 5000))
    network.advance(5)
    hosts[0].crash()
    network.advance(2000)
    return trace.digest()
