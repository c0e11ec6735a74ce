"""Tests of test cases on a network of their own, by running some."""

import contextlib
import re
import socket
import time
from collections.abc import Callable, Generator
from functools import partial
from inspect import getsourcelines
from queue import Queue
from typing import Any

from twisted.internet.defer import Deferred, fail, inlineCallbacks
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall, deferLater
from twisted.internet.threads import deferToThread
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.trial.reporter import TestResult
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from harness import (
    Deadlock,
    HarnessTestCase,
    LeftBehind,
    Network,
    NotSimulated,
    RecordingProtocol,
    VirtualTimeoutError,
)
from harness._leftovers import release_threads
from harness._process_reactor import installed_reactor


def run(test: type[HarnessTestCase]) -> TestResult:
    """Run a test."""
    result = TestResult()
    test().run(result)
    return result


def errors_of(test: type[HarnessTestCase]) -> list[BaseException]:
    """Run a test, and return what it fails with."""
    result: Any = run(test)
    return [failure.value for _, failure in [*result.errors, *result.failures]]


def marked(test: type[HarnessTestCase]) -> str:
    """Return the place of the line of a test that says ``here``."""
    lines, first = getsourcelines(test)
    (line,) = (number for number, text in enumerate(lines) if text.endswith("# here\n"))
    return f"{__file__}:{first + line}"


class Observant(HarnessTestCase):
    """Notes what it sees."""

    seen: Any = None

    def see(self, *what: object) -> None:
        """Note it where the test of this test finds it."""
        type(self).seen = what


def diligent(make_network: Any) -> Any:
    """Make a test that notes how far it comes on a network."""

    class Test(Observant):
        def setUp(self) -> None:
            self.see("set up")

        def runTest(self) -> None:
            self.see(*self.seen, "run")

        def tearDown(self) -> None:
            self.see(*self.seen, "torn down")

    test: Any = Test
    test.make_network = make_network
    return test


class NetworkTests(SynchronousTestCase):
    """What a test has."""

    def test_network(self) -> None:
        """One of its own, whose reactor is the process's."""

        class Test(Observant):
            def runTest(self) -> None:
                self.see(list(self.network.hosts), self.reactor.host.name)
                installed_reactor().callLater(1, self.see, "later")
                self.network.advance(1)

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, ("later",))

    def test_each_has_another(self) -> None:
        """Also where the same test is run again."""

        class Test(Observant):
            def runTest(self) -> None:
                self.see(self.network)
                self.network.advance(1)

        test = Test()
        networks = []
        for _ in range(2):
            test.run(TestResult())
            networks.append(Test.seen[0])

        self.assertIsNot(*networks)
        self.assertEqual([network.seconds() for network in networks], [1, 1])

    def test_seed(self) -> None:
        """That of the class."""

        class Test(Observant):
            seed = 7

            def runTest(self) -> None:
                self.see(self.network.seed)

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, (7,))

    def test_network_as_it_is_made(self) -> None:
        """By a method that can be overridden."""

        class Test(Observant):
            def make_network(self) -> Network:
                network = super().make_network()
                network.host("www", "192.0.2.1")
                return network

            def runTest(self) -> None:
                self.see(self.reactor.host.name)

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, ("www",))

    def test_no_network(self) -> None:
        """A test without one fails, and does not run on another."""
        for wrong in (None, "network"):
            test = diligent(lambda self, wrong=wrong: wrong)
            (error,) = errors_of(test)

            self.assertIsInstance(error, TypeError)
            self.assertEqual(
                str(error), f"make_network() must be a Network, not {wrong!r}"
            )
            self.assertIsNone(test.seen)

    def test_network_that_cannot_be_made(self) -> None:
        """It fails as it would have in ``setUp``, and other tests go on."""
        bad, good = diligent(lambda self: 1 // 0), diligent(lambda self: Network())
        (error,) = errors_of(bad)

        self.assertIsInstance(error, ZeroDivisionError)
        self.assertIsNone(bad.seen)
        self.assertEqual(errors_of(good), [])
        self.assertEqual(good.seen, ("set up", "run", "torn down"))

    def test_no_network_where_none_is_needed(self) -> None:
        """A test that is skipped has none."""
        test = diligent(lambda self: 1 // 0)
        test.skip = "not now"

        self.assertEqual(run(test).skips[0][1], "not now")


class AsynchronousTests(SynchronousTestCase):
    """Methods that have no result at once."""

    def test_coroutine_functions(self) -> None:
        """All of a test can be."""

        class Test(Observant):
            async def setUp(self) -> None:  # type: ignore[override]
                await deferLater(self.reactor, 60)

            async def runTest(self) -> None:
                await deferLater(self.reactor, 60)

            async def tearDown(self) -> None:  # type: ignore[override]
                await deferLater(self.reactor, 60)
                self.see(self.reactor.seconds())

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, (180,))

    def test_deferreds(self) -> None:
        """What a method returns is waited for."""

        class Test(Observant):
            def runTest(self) -> Deferred[None]:
                return deferLater(self.reactor, 60, self.see, "done")

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, ("done",))

    def test_failing(self) -> None:
        """It fails as it would have at once."""

        class Test(HarnessTestCase):
            async def runTest(self) -> None:
                await deferLater(self.reactor, 60)
                self.assertEqual(1, 2)

        (error,) = errors_of(Test)

        self.assertIsInstance(error, self.failureException)

    def test_waiting_for_what_never_comes(self) -> None:
        """Fails at once, with the line at which the method begins."""

        class Test(HarnessTestCase):
            async def runTest(self) -> None:  # here
                await Deferred()

        (error,) = errors_of(Test)

        self.assertIsInstance(error, Deadlock)
        self.assertIn(f"waiting, since {marked(Test)}, for ", str(error))

    def test_waiting_in_a_decorated_method(self) -> None:
        """The line is that of what was decorated."""

        class Test(HarnessTestCase):
            @inlineCallbacks  # here
            def runTest(self) -> Generator["Deferred[None]", None, None]:
                yield Deferred()

        (error,) = errors_of(Test)

        self.assertIn(f"waiting, since {marked(Test)}, for a ", str(error))

    def test_waiting_in_something_else(self) -> None:
        """It has no line of its own."""

        class Test(HarnessTestCase):
            runTest = partial(Deferred)

        (error,) = errors_of(Test)

        self.assertRegex(str(error), r"waiting, since .*:\d+, for a ")

    def test_timeout(self) -> None:
        """A test may have one, of virtual seconds."""

        class Test(HarnessTestCase):
            timeout = 5

            async def runTest(self) -> None:
                self.allow_leftovers("delayed call")
                await deferLater(self.reactor, 6)

        (error,) = errors_of(Test)

        self.assertIsInstance(error, VirtualTimeoutError)

    def test_generators(self) -> None:
        """One that nobody runs is an error, not a success."""

        class Test(HarnessTestCase):
            def runTest(self) -> object:
                return (self.fail(reason) for reason in "ab")

        (error,) = errors_of(Test)

        self.assertIsInstance(error, TypeError)

    def test_skipped(self) -> None:
        """By either kind of method, or as a whole."""

        class Late(HarnessTestCase):
            async def runTest(self) -> None:
                self.reactor.listenTCP(80, Factory())
                raise SkipTest("not now")

        class Whole(Late):
            skip = "not now"

        for test in Late, Whole:
            result = run(test)
            self.assertEqual(result.skips[0][1], "not now")
            self.assertTrue(result.wasSuccessful())

    def test_methods_are_put_back(self) -> None:
        """Also those that somebody has set on the test itself, as pytest does."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                """Pass."""

        test: Any = Test()
        test.runTest = own = lambda: None
        before = set(vars(test))
        test.run(TestResult())

        self.assertIs(test.runTest, own)
        self.assertEqual(set(vars(test)) & {"setUp", "tearDown"}, set())
        self.assertLessEqual(before, set(vars(test)))


class LeftoverTests(SynchronousTestCase):
    """A test that leaves something behind, of each kind."""

    def assert_left(self, test: type[HarnessTestCase], *what: str) -> None:
        """Check that one is told of all that it has left, made on the marked line."""
        (error,) = errors_of(test)
        self.assertIsInstance(error, LeftBehind)
        lines = [f"\n  {each}, made at {marked(test)}" for each in what]
        self.assertEqual(
            re.sub(r":3\d{4}\b", ":PORT", str(error)),
            "".join(["the test has left behind", *lines]),
        )

    def test_port(self) -> None:
        """That nobody has closed."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.reactor.listenTCP(80, Factory())  # here

        self.assert_left(Test, "[port] localhost: listening 0.0.0.0:80")

    def test_look_up_that_has_failed(self) -> None:
        """Though its end comes when the test has ended, and nothing was raised."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.reactor.resolve("x.example")  # here

        what = "[unhandled error] DNSLookupError('x.example')"
        self.assert_left(Test, what)

    def test_connection(self) -> None:
        """On whichever machine."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                www = self.network.host("www", "192.0.2.1").reactor
                ada = self.network.host("ada", "192.0.2.2").reactor
                endpoint = TCP4ClientEndpoint(ada, "192.0.2.1", 80)
                factory = Factory.forProtocol(RecordingProtocol)
                port, _ = www.listenTCP(80, factory), endpoint.connect(factory)  # here
                self.network.flush()
                port.stopListening()

        self.assert_left(
            Test,
            "[connection] www: connection 192.0.2.1:80 -> 192.0.2.2:PORT",
            "[connection] ada: connection 192.0.2.2:PORT -> 192.0.2.1:80",
        )

    def test_delayed_call(self) -> None:
        """That is still to come."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.reactor.callLater(60, len, "a")  # here

        self.assert_left(Test, "[delayed call] localhost: call at 60.0 s: len('a')")

    def test_loop(self) -> None:
        """That asks for each call in the one before: its start counts."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                loop = LoopingCall(list)
                loop.start(2)  # here
                self.network.advance(5)

        self.assert_left(
            Test,
            "[delayed call] localhost: call at 6.0 s:"
            " LoopingCall<2>(list, *(), **{})()",
        )

    def test_thread(self) -> None:
        """That waits for what does not come."""
        items: Queue[str] = Queue()
        networks: list[Network] = []

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                networks.append(self.network)
                deferToThread(items.get)  # here

        self.assert_left(Test, "[thread] PoolThread-twisted.internet.reactor-0")
        networks[0].scheduler.threads.watch_waits()
        items.put("item")
        networks[0].flush()
        release_threads(networks[0])

    def test_file(self) -> None:
        """That somebody still holds."""
        path = self.mktemp()
        opened: list[Any] = []

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                opened.append(open(path, "w"))  # noqa: SIM115  # here

        self.assert_left(Test, f"[file] {path!r}")
        opened[0].close()

    def test_unhandled_error(self) -> None:
        """Of a Deferred, whether it is still there or not."""

        class Gone(HarnessTestCase):
            def runTest(self) -> None:
                fail(ValueError("odd"))  # here

        class Kept(HarnessTestCase):
            def runTest(self) -> None:
                self.kept: Deferred[None] = fail(ValueError("odd"))  # here

        for test in Gone, Kept:
            self.assert_left(test, "[unhandled error] ValueError('odd')")

    def test_refused_call(self) -> None:
        """That the program has hushed up."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                with contextlib.suppress(NotSimulated):
                    socket.socket()  # here

        self.assert_left(Test, "[refused call] socket.socket(AF_INET)")

    def test_until_the_end(self) -> None:
        """What cleanups and ``tearDown`` close is not left behind."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.port = self.reactor.listenTCP(80, Factory())
                self.addCleanup(self.reactor.listenTCP(81, Factory()).stopListening)

            def tearDown(self) -> None:
                self.port.stopListening()

        self.assertTrue(run(Test).wasSuccessful())

    def test_allowed(self) -> None:
        """What a test has declared."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.allow_leftovers("port", matching=":80")
                self.reactor.listenTCP(80, Factory())

        self.assertTrue(run(Test).wasSuccessful())

    def test_of_one_that_fails(self) -> None:
        """It had no chance to clean up, and is told of its failure only."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                self.reactor.listenTCP(80, Factory())
                raise ZeroDivisionError

        (error,) = errors_of(Test)

        self.assertIsInstance(error, ZeroDivisionError)


class RefusedTests(SynchronousTestCase):
    """A test that reaches out."""

    def error_of(self, call: Callable[[], object]) -> str:
        """Let a test make a call, and return the error that it fails with."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                call()

        (error,) = errors_of(Test)
        self.assertIsInstance(error, NotSimulated)
        return str(error)

    def test_fails_with_the_line(self) -> None:
        """Once, whatever it has asked for."""
        for call in (
            socket.socket,
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: time.sleep(60),  # noqa: TID251 - refused
        ):
            self.assertRegex(self.error_of(call), r", at .*test_case\.py:\d+: ")

    def test_hushed_up_by_one_that_fails(self) -> None:
        """Both are told."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                refused = self.assertRaises(NotSimulated, socket.socket)
                refused.__traceback__ = None
                del refused
                self.reactor.listenTCP(80, Factory())
                await_for_ever: Deferred[None] = Deferred()
                self.network.run_until(await_for_ever)

        errors = errors_of(Test)

        self.assertEqual([type(error) for error in errors], [Deadlock, LeftBehind])
        self.assertNotIn("[port]", str(errors[1]))


class LoggedErrorsTests(SynchronousTestCase):
    """Errors that trial looks after."""

    def test_logged_once(self) -> None:
        """It is for trial to report them."""

        class Test(HarnessTestCase):
            def runTest(self) -> None:
                Logger().failure("an error", Failure(ValueError("odd")))

        (error,) = errors_of(Test)

        self.assertIsInstance(error, ValueError)

    def test_flushed(self) -> None:
        """In the usual way, and so are those of Deferreds."""

        class Test(Observant):
            def runTest(self) -> None:
                Logger().failure("an error", Failure(ValueError()))
                fail(ValueError())
                fail(KeyError())
                flushed = self.flushLoggedErrors(ValueError)
                self.see(len(flushed), len(self.flushLoggedErrors()))

        self.assertTrue(run(Test).wasSuccessful())
        self.assertEqual(Test.seen, (2, 1))
