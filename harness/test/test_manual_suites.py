"""Suites that others wrote for `MemoryReactorClock`, on the manual reactor.

Twisted's own tests of endpoints and of its web client use it most. Each module is read
a second time, with the name changed before, and run in this process.
"""

import sys
from importlib import import_module
from types import ModuleType

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL.crypto import PKey
from twisted.internet import testing
from twisted.internet.ssl import KeyPair
from twisted.test import proto_helpers, test_sslverify  # noqa: TID251
from twisted.trial.reporter import TestResult
from twisted.trial.runner import TestLoader
from twisted.trial.unittest import SynchronousTestCase

from harness import ManualReactor

#: Tests that fail on old versions of Twisted, by how their names end.
EXCEPTIONS = (
    "MemoryIPv4ReactorTests.test_deprecation",  # demands the name of Twisted's class
    "MemoryIPv6ReactorTests.test_deprecation",  # ... too
    "WrapClientTLSParserTests.test_tls",  # fails on Twisted's class as well
)


class SuitesTests(SynchronousTestCase):
    """What passes with Twisted's own reactor in memory passes with ours."""

    def test_endpoints(self) -> None:
        """Endpoints of all kinds, which connect and listen."""
        self.assert_passes("twisted.internet.test.test_endpoints", 200)

    def test_agent(self) -> None:
        """The web client, which connects, waits and times out."""
        self.assert_passes("twisted.web.test.test_agent", 170)

    def assert_passes(self, name: str, at_least: int) -> None:
        """Assert that so many tests of a module or more pass."""
        module = self.load_changed(name)
        result = TestResult()
        TestLoader().loadModule(module).run(result)
        failed = [test.id() for test, _ in [*result.failures, *result.errors]]

        self.assertIn(ManualReactor, vars(module).values())
        self.assertGreater(result.testsRun, at_least)
        self.assertEqual([test for test in failed if not test.endswith(EXCEPTIONS)], [])

    def load_changed(self, name: str) -> ModuleType:
        """Load a module once more, for this test only, with the name changed."""
        original = import_module(name)
        package, _, leaf = name.rpartition(".")
        self.addCleanup(sys.modules.__setitem__, name, original)
        self.patch(sys.modules[package], leaf, original)  # and so it will be again
        # Until Twisted 22.10 its tests take the names from the older module.
        for source in (testing, proto_helpers):
            self.patch(source, "MemoryReactor", ManualReactor)
            self.patch(source, "MemoryReactorClock", ManualReactor)
        # Keys of the kind that they make take longer than all the rest. From Twisted
        # 23.8 on they know the function by a name of their own.
        is_known = hasattr(test_sslverify, "generate_private_key")
        maker = test_sslverify if is_known else rsa
        self.patch(maker, "generate_private_key", make_short_key)
        self.patch(KeyPair, "generate", make_short_pair)
        del sys.modules[name]
        return import_module(name)


def make_short_key(**options: int) -> ec.EllipticCurvePrivateKey:
    """Make a key, no matter how strong."""
    return ec.generate_private_key(ec.SECP256R1())


def make_short_pair() -> KeyPair:
    """Make the same, as Twisted has it."""
    return KeyPair(PKey.from_cryptography_key(make_short_key()))
