"""Tests of what a test is kept from."""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Queue

from twisted.internet.endpoints import TCP6ClientEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from harness import NotSimulated, VirtualReactor
from harness._fence import Fence
from harness.test.real_reactor import on_real_reactor

#: As a program may have bound it, long before.
bound_sleep = time.sleep  # noqa: TID251 - to see that it is refused


class FenceTestCase(SynchronousTestCase):
    """A test with a fence."""

    def setUp(self) -> None:
        self.reactor = VirtualReactor()
        self.fence = Fence([self.reactor.host.scheduler.threads])

    def refused(self, call: Callable[[], object]) -> str:
        """Make a call within the fence; return what it is answered with."""
        with self.fence.up():
            return str(self.assertRaises(NotSimulated, call))

    def allowed(self, call: Callable[[], object]) -> None:
        """Make a call within the fence, which is not refused."""
        with self.fence.up():
            call()
        self.assertEqual(self.fence.refused, [])


class SocketTests(FenceTestCase):
    """The real network."""

    def test_socket(self) -> None:
        """No socket can be opened, of either family."""
        self.assertRegex(
            self.refused(socket.socket),
            r"^socket\.socket\(AF_INET\), at .*test_fence\.py:\d+: a real socket; ",
        )
        self.assertIn("(AF_INET6)", self.refused(lambda: socket.socket(10)))

    def test_however_it_is_asked_for(self) -> None:
        """The standard library's own uses are refused too, on the program's line."""
        error = self.refused(lambda: socket.create_server(("127.0.0.1", 0)))

        self.assertRegex(error, r"at .*test_fence\.py:\d+: ")

    def test_in_a_thread_of_the_network(self) -> None:
        """Those are threads of the test."""
        results: list[object] = []
        pool = self.reactor.getThreadPool()
        with self.fence.up():
            pool.callInThreadWithCallback(
                lambda success, result: results.append(result.type), socket.socket
            )
            self.reactor.flush()
            pool.stop()

        self.assertEqual(results, [NotSimulated])

    def test_pair(self) -> None:
        """Python makes pairs of UNIX sockets for its own ends."""

        def use_pair() -> None:
            one, two = socket.socketpair()
            with one, two:
                one.sendmsg([b"data"])
                self.assertEqual(two.recv(4), b"data")

        self.allowed(use_pair)

    def test_one_from_before(self) -> None:
        """A socket that was opened before the test is of no more use."""
        address = ("192.0.2.1", 9)
        with socket.socket(type=socket.SOCK_DGRAM) as before:
            errors = [
                self.refused(lambda: before.connect(address)),
                self.refused(lambda: before.bind(("127.0.0.1", 0))),
                self.refused(lambda: before.sendto(b"data", address)),
                self.refused(lambda: before.sendmsg([b"data"], [], 0, address)),
                self.refused(lambda: before.sendmsg([b"data"])),
            ]

        self.assertEqual(
            [error.partition(", at ")[0] for error in errors],
            [
                "socket.connect(('192.0.2.1', 9))",
                "socket.bind(('127.0.0.1', 0))",
                "socket.sendto(..., ('192.0.2.1', 9))",
                "socket.sendmsg(..., ('192.0.2.1', 9))",
                "socket.sendmsg(..., None)",
            ],
        )

    def test_descriptor_from_before(self) -> None:
        """No socket is made of a descriptor: which kind it is is not known then."""
        with socket.socket() as before:
            error = self.refused(lambda: socket.socket(fileno=before.fileno()))

        self.assertIn("socket.socket(fileno=...), at ", error)

    def test_paths(self) -> None:
        """A UNIX socket would lead to other programs of the real machine."""
        with socket.socket(socket.AF_UNIX) as unix:
            connecting = self.refused(lambda: unix.connect_ex("/no/such/socket"))
            listening = self.refused(lambda: unix.bind("/no/such/socket"))

        self.assertIn("socket.connect('/no/such/socket'), at ", connecting)
        self.assertIn("socket.bind('/no/such/socket'), at ", listening)


class NamesTests(FenceTestCase):
    """The real DNS."""

    def test_look_up(self) -> None:
        """No name is looked up."""
        for look_up in (
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: socket.gethostbyname("localhost"),
            lambda: socket.gethostbyname_ex("localhost"),
        ):
            self.assertIn("a look-up of 'localhost', at ", self.refused(look_up))

    def test_look_up_of_an_address(self) -> None:
        """Nor is an address."""
        error = self.refused(lambda: socket.gethostbyaddr("192.0.2.1"))

        self.assertIn("a look-up of '192.0.2.1', at ", error)

    def test_name_of_an_address_and_port(self) -> None:
        """Nor is one with a port, even where its name is not asked for."""
        numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
        for flags in socket.NI_NAMEREQD, numeric:
            error = self.refused(partial(socket.getnameinfo, ("192.0.2.1", 53), flags))

            self.assertIn("a look-up of ('192.0.2.1', 53), at ", error)

    def test_addresses_that_twisted_writes_out(self) -> None:
        """It does that with each IPv6 address of a connection."""
        ends: list[Protocol] = []

        def connect() -> None:
            self.reactor.listenTCP(80, Factory.forProtocol(Protocol), interface="::1")
            endpoint = TCP6ClientEndpoint(self.reactor, "::1", 80)
            connecting = endpoint.connect(Factory.forProtocol(Protocol))
            ends.append(self.reactor.run_until(connecting))

        self.allowed(connect)
        self.assertEqual(ends[0].transport.getPeer().host, "::1")  # type: ignore

    def test_own_name(self) -> None:
        """That of the machine, which modules ask for when they are imported, is."""
        self.allowed(lambda: sys.audit("socket.gethostbyaddr", socket.gethostname()))

    def test_addresses(self) -> None:
        """To take an address apart needs nobody's help."""
        for host in "127.0.0.1", b"127.0.0.1", "::1", None:
            self.allowed(partial(socket.getaddrinfo, host, 80))


class ThreadTests(FenceTestCase):
    """Real threads."""

    def test_thread(self) -> None:
        """None can be started by hand."""
        thread = threading.Thread(target=len, name="by hand")

        error = self.refused(lambda: thread.start())  # noqa: PLW0108 - it is replaced
        self.assertIn("the start of a thread, by hand, at ", error)
        self.assertNotIn(thread, threading.enumerate())

    def test_of_a_pool(self) -> None:
        """Nor by the standard library."""
        with ThreadPoolExecutor() as pool:
            error = self.refused(lambda: pool.submit(len, "a"))

        self.assertRegex(error, r"ThreadPoolExecutor-.*, at .*test_fence\.py:\d+: ")

    def test_of_the_network(self) -> None:
        """Those that take turns may be."""
        done: list[str] = []

        def work() -> None:
            pool = self.reactor.getThreadPool()
            pool.callInThread(done.append, "work")
            self.reactor.flush()
            pool.stop()

        self.allowed(work)
        self.assertEqual(done, ["work"])


class SleepTests(FenceTestCase):
    """Real time."""

    def test_sleep(self) -> None:
        """The test does not wait."""
        error = self.refused(lambda: time.sleep(0.5))  # noqa: TID251 - refused

        self.assertRegex(error, r"^time\.sleep\(0\.5\), at .*test_fence\.py:\d+: real ")

    @on_real_reactor
    def test_however_early_it_was_bound(self) -> None:
        """Since Python 3.13 the interpreter tells of it; before, it is not seen."""
        with self.fence.up(), contextlib.suppress(NotSimulated):
            bound_sleep(0)

        self.assertEqual(len(self.fence.refused), sys.version_info >= (3, 13))

    def test_in_a_thread_of_the_network(self) -> None:
        """There it takes virtual time, and beside it the test still may not."""
        pool = self.reactor.getThreadPool()
        with self.fence.up():
            pool.callInThread(lambda: time.sleep(60))  # noqa: TID251 - of virtual time
            self.reactor.flush()
            self.assertRaises(NotSimulated, time.sleep, 0.5)  # noqa: TID251 - refused
            self.reactor.advance(60)
            pool.stop()

        self.assertEqual(len(self.fence.refused), 1)

    def test_is_as_it_was_afterwards(self) -> None:
        """Where one fence stands within another, as long as the outer one stands."""
        before = time.sleep  # noqa: TID251 - to be compared
        with self.fence.up():
            self.refused(lambda: time.sleep(0.5))  # noqa: TID251 - refused
            self.assertRaises(NotSimulated, time.sleep, 0.5)  # noqa: TID251 - refused

        self.assertIs(time.sleep, before)  # noqa: TID251 - to be compared

    @on_real_reactor
    def test_stays_virtual_while_threads_live(self) -> None:
        """Also those that outlive the fence."""
        before = time.sleep  # noqa: TID251 - to be compared
        pool = self.reactor.getThreadPool()
        with self.fence.up():
            pool.callInThread(lambda: time.sleep(60))  # noqa: TID251 - of virtual time
            self.reactor.flush()
        during = time.sleep  # noqa: TID251 - to be compared
        self.reactor.advance(60)
        pool.stop()

        self.assertIsNot(during, before)
        self.assertIs(time.sleep, before)  # noqa: TID251 - to be compared


class OthersTests(FenceTestCase):
    """Threads that were there before."""

    def test_are_not_held(self) -> None:
        """What a debugger does is no concern of the test."""

        def start_thread() -> None:
            other = threading.Thread(target=len, args=["a"])
            other.start()
            other.join()

        calls: Queue[Callable[[], object]] = Queue()
        results: Queue[object] = Queue()

        def work() -> None:
            for _ in range(3):
                results.put(calls.get()())

        thread = threading.Thread(target=work)
        thread.start()
        with self.fence.up():
            calls.put(lambda: socket.socket().close())
            calls.put(lambda: time.sleep(0))  # noqa: TID251 - of another thread
            calls.put(start_thread)
            returned = [results.get(timeout=5) for _ in range(3)]
        thread.join()

        self.assertEqual(returned, [None, None, None])
        self.assertEqual(self.fence.refused, [])


class RefusedTests(FenceTestCase):
    """What has been refused."""

    def test_is_kept(self) -> None:
        """However the program answers."""
        self.refused(socket.socket)
        (refusal,) = self.fence.refused

        self.assertEqual(refusal.call, "socket.socket(AF_INET)")
        self.assertRegex(refusal.made_at, r"test_fence\.py:\d+$")

    def test_is_forgiven(self) -> None:
        """One that an exception tells of, as its cause or what came before it."""
        for _ in range(2):
            self.refused(socket.socket)
        try:
            try:
                with self.fence.up():
                    socket.socket()
            except NotSimulated as error:
                raise ValueError from error
        except ValueError as error:
            self.fence.forgive(error)

        self.assertEqual(len(self.fence.refused), 2)

    def test_is_allowed_without_a_fence(self) -> None:
        """After the block."""
        with self.fence.up():
            pass
        socket.socket().close()

        self.assertEqual(self.fence.refused, [])
