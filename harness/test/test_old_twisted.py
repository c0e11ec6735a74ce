"""Tests of what differs between versions of Twisted."""

from types import SimpleNamespace
from typing import Any

from twisted.internet.protocol import Factory
from twisted.internet.ssl import optionsForClientTLS, trustRootFromCertificates
from twisted.internet.task import Clock
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.trial.unittest import SynchronousTestCase

from harness import RecordingProtocol, VirtualReactor
from harness._old_twisted import TLS_HAS_CLOCK, adapt, tls_factory
from harness._sockets import FIRST_DESCRIPTOR
from harness.contracts._certificates import certificate
from harness.test.clients import RecordingClientFactory


class CloseOnExecTests(SynchronousTestCase):
    """Marking descriptors, as old versions do."""

    def test_real_descriptors(self) -> None:
        """What is real is marked as before, what is simulated is not."""
        marked: list[int] = []
        module = SimpleNamespace(fdesc=SimpleNamespace(_setCloseOnExec=marked.append))
        adapt(module)
        for descriptor in (3, FIRST_DESCRIPTOR, 4):
            module.fdesc._setCloseOnExec(descriptor)

        self.assertEqual(marked, [3, 4])

    def test_new_versions(self) -> None:
        """A module that marks nothing is left as it is."""
        module = SimpleNamespace()
        adapt(module)

        self.assertEqual(vars(module), {})


class ClockOfTLSTests(SynchronousTestCase):
    """Small writes, which TLS collects until a clock's next turn."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.server: Any = RecordingProtocol()
        self.client = RecordingClientFactory()
        self.factory = Factory.forProtocol(lambda: self.server)
        self.trust = optionsForClientTLS(
            "localhost", trustRootFromCertificates([certificate()])
        )

    def test_tls_without_a_clock_has_that_of_the_reactor(self) -> None:
        """On either side, where a program has made it."""
        self.reactor.listenTCP(
            443, TLSMemoryBIOFactory(certificate().options(), False, self.factory)
        )
        self.reactor.connectTCP(
            "127.0.0.1", 443, TLSMemoryBIOFactory(self.trust, True, self.client)
        )
        self.reactor.flush()
        self.client.protocol.transport.write(b"question")
        self.server.transport.write(b"answer")
        self.reactor.flush()

        self.assertEqual(
            (self.server.received, self.client.protocol.received),
            (b"question", b"answer"),
        )

    def test_tls_with_a_clock_keeps_it(self) -> None:
        """It is for the program to let that clock advance."""
        clock = Clock()
        self.reactor.listenSSL(443, self.factory, certificate().options())
        secure = tls_factory(self.trust, True, self.client, clock)
        self.reactor.connectTCP("127.0.0.1", 443, secure)
        self.reactor.flush()
        self.client.protocol.transport.write(b"question")
        self.reactor.flush()

        self.assertEqual(self.server.received, b"" if TLS_HAS_CLOCK else b"question")
        clock.advance(0)
        self.reactor.flush()
        self.assertEqual(self.server.received, b"question")
