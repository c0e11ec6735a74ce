"""Twisted's own tests of reactors, on the virtual reactor.

Twisted makes a test case for each of its reactors out of each of its builders. Here
the same builders are given `VirtualReactor`. What does not apply is skipped, and its
reason said, test by test.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from twisted.internet import task
from twisted.internet.test.reactormixins import ReactorBuilder
from twisted.trial.unittest import SynchronousTestCase

from harness import VirtualReactor
from harness.test.garbage import FrozenTestCase

MODULES = (
    "test_core",
    "test_fdset",
    "test_newtls",
    "test_process",
    "test_socket",
    "test_stdio",
    "test_tcp",
    "test_threads",
    "test_time",
    "test_tls",
    "test_udp",
    "test_unix",
)

#: The tests that need the operating system, by what they need of it. A name without a
#: test stands for all tests of the builder.
NOT_APPLICABLE = {
    "child processes": (
        "ProcessTestsBuilder",
        "PTYProcessTestsBuilder",
    ),
    "real descriptors, for the reactor to watch": (
        "ReactorFDSetTestsBuilder.test_addReader",
        "ReactorFDSetTestsBuilder.test_addWriter",
        "ReactorFDSetTestsBuilder.test_lostFileDescriptor",
        "ReactorFDSetTestsBuilder.test_negativeOneFileDescriptor",
        "ReactorFDSetTestsBuilder.test_removedFromReactor",
        "StdioFilesTests",
    ),
    "real descriptors, for the reactor to adopt": (
        "AdoptDatagramPortErrorsTestsBuilder",
        "AdoptStreamConnectionErrorsTestsBuilder",
        "AdoptStreamConnectionTestsBuilder",
        "AdoptStreamPortErrorsTestsBuilder",
        "IReactorSocketVerificationTestsBuilder",
        "TCPFDPortTestsBuilder",
        "UDPFDServerTestsBuilder",
        "UNIXAdoptStreamConnectionTestsBuilder",
        "UNIXFDPortTestsBuilder",
    ),
    "real descriptors, sent over a UNIX socket": (
        "UNIXTestsBuilder.test_avoidLeakingFileDescriptors",
        "UNIXTestsBuilder.test_descriptorDeliveredBeforeBytes",
        "UNIXTestsBuilder.test_fileDescriptorOverrun",
        "UNIXTestsBuilder.test_sendFileDescriptor",
        "UNIXTestsBuilder.test_sendFileDescriptorTriggersPauseProducing",
    ),
    "real descriptors, until there are none left": (
        "TCPPortTestsBuilder.test_closePeerOnEMFILE",
        "TLSPortTestsBuilder.test_closePeerOnEMFILE",
        "UNIXPortTestsBuilder.test_closePeerOnEMFILE",
    ),
    "a real socket, which connects to the port": (
        "TCPPortTestsBuilder.test_buildProtocolIPv4Address",
        "TCPPortTestsBuilder.test_buildProtocolIPv6Address",
        "TCPPortTestsBuilder.test_buildProtocolIPv6AddressScopeID",
        "TCPPortTestsBuilder.test_serverGetHostOnIPv4",
        "TCPPortTestsBuilder.test_serverGetHostOnIPv6",
        "TCPPortTestsBuilder.test_serverGetHostOnIPv6ScopeID",
        "TCPPortTestsBuilder.test_serverGetPeerOnIPv4",
        "TCPPortTestsBuilder.test_serverGetPeerOnIPv6",
        "TCPPortTestsBuilder.test_serverGetPeerOnIPv6ScopeID",
    ),
    "a real socket, which cannot be made": ("UNIXTestsBuilder.test_listenFailure",),
    "a real file, which stands for the socket": (
        "UNIXDatagramTestsBuilder.test_listenMode",
        "UNIXTestsBuilder.test_mode",
    ),
}


def builders(module: Any) -> Iterator[type[ReactorBuilder]]:
    """Find what a module of Twisted's makes its test cases of."""
    for name, case in sorted(vars(module).items()):
        if name.endswith("_SelectReactorTests") and issubclass(case, ReactorBuilder):
            yield case.__mro__[1]


class InSmallSlices(FrozenTestCase):
    """Lets Twisted's cooperator give way earlier: it measures by the wall clock."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(task._Timer, "MAX_SLICE", 0.0001)


def on_virtual_reactor(builder: type[ReactorBuilder]) -> type[SynchronousTestCase]:
    """Make the test case of a builder that uses the virtual reactor."""
    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": builder.__doc__,
        "reactorFactory": VirtualReactor,
    }
    for reason, names in NOT_APPLICABLE.items():
        for name in names:
            builder_name, _, test = name.partition(".")
            if builder_name == builder.__name__ and test:
                attributes[test] = skipped(reason)
            elif builder_name == builder.__name__:
                attributes["skip"] = f"needs {reason}"
    bases = (InSmallSlices, builder, SynchronousTestCase)
    return type(f"{builder.__name__}VirtualTests", bases, attributes)


def skipped(reason: str) -> Callable[[object], None]:
    """Make a test that is skipped."""

    def test(self: object) -> None:
        """Never run."""

    test.skip = f"needs {reason}"  # type: ignore[attr-defined]
    return test


for _module in MODULES:
    for _builder in builders(import_module(f"twisted.internet.test.{_module}")):
        _case = on_virtual_reactor(_builder)
        globals()[_case.__name__] = _case
