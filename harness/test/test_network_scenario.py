"""A run over links that leave much to chance is the same run each time."""

from twisted.internet.endpoints import HostnameEndpoint
from twisted.trial.unittest import SynchronousTestCase

from harness import Network
from harness.benchmark.echo import PING, Pinger, echo_server
from harness.benchmark.loopback import FactoryOf
from harness.test.test_links import Numbered

#: What the seeds 0 and 1 come to, on each machine and with each Python.
DIGESTS = (
    "3c45a8be7b288b76cb1f6d0a8774221df8bbaad07d2e1f4620089b877c771840",
    "fa60c0bebdb54859042eb2c8b0ab0a43bc0a7f01298c848dfef347041d1788d9",
)


def trace_of(seed: int) -> str:
    """Let three machines talk over a bad network, and return the digest of it."""
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


class NetworkScenarioTests(SynchronousTestCase):
    """Whether a seed says all."""

    def test_seed(self) -> None:
        """The same seed gives the same run, another seed another."""
        self.assertEqual((trace_of(0), trace_of(1)), DIGESTS)
