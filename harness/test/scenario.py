"""A program with all that could make two runs of it differ, to compare their traces.

Pages over HTTP, with threads at work behind them and cookies drawn by chance; TLS from
the first byte and TLS that begins later; datagrams sent on the beat of timers; a thread
that sleeps and asks the reactor for things. ``python -m harness.test.scenario`` prints
the digest, with ``--trace`` every event before, and then the digests of two runs of
`harness.test.network_scenario`.

What would reach round the reactor is settled where it arises: the date of a page is
virtual, its cookie comes from a seed, and what cooperates does so one step at a time.
"""

import io
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from queue import Queue
from random import Random
from threading import current_thread
from typing import Any

from twisted.internet.defer import Deferred, ensureDeferred, gatherResults
from twisted.internet.endpoints import (
    HostnameEndpoint,
    SSL4ClientEndpoint,
    connectProtocol,
)
from twisted.internet.protocol import DatagramProtocol, Factory
from twisted.internet.ssl import (
    optionsForClientTLS,
    trustRootFromCertificates,
)
from twisted.internet.task import Cooperator, LoopingCall, deferLater
from twisted.internet.threads import blockingCallFromThread, deferToThreadPool
from twisted.protocols.basic import LineReceiver
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, readBody
from twisted.web.http import datetimeToString
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from harness import Trace, VirtualReactor
from harness.contracts._certificates import certificate
from harness.test.network_scenario import digest_of

Main = Callable[[VirtualReactor], Coroutine[Any, Any, None]]

#: What every part of the scenario draws from, each its own stream.
SEED = 7


# Pages


class Page(Resource):
    """A page whose words two threads of the reactor's pool have put together."""

    isLeaf = True

    def __init__(self, reactor: Any) -> None:
        super().__init__()
        self._reactor = reactor

    def render(self, request: Request) -> int:
        """Answer when the threads have."""
        request.setHeader(b"server", b"scenario")
        request.setHeader(b"date", datetimeToString(self._reactor.seconds()))
        request.getSession()
        assert request.content is not None
        content = request.content.read()
        threads = self._reactor.getThreadPool()
        words: Queue[str] = Queue()
        halves = [
            deferToThreadPool(self._reactor, threads, _write, words, request.path),
            deferToThreadPool(self._reactor, threads, _read, words, content),
        ]
        both = gatherResults(halves)
        both.addCallback(lambda texts: _finish(request, " ".join(texts).encode()))
        both.addErrback(request.processingFailed)
        return NOT_DONE_YET


def _finish(request: Request, text: bytes) -> None:
    request.setHeader(b"content-length", b"%d" % len(text))
    request.write(text)
    request.finish()


def _write(words: "Queue[str]", path: bytes) -> str:
    for number in range(3):
        time.sleep(0.01 * number)  # noqa: TID251 - virtual time, in a thread
        words.put(f"{path.decode()}{number}")
    return current_thread().name


def _read(words: "Queue[str]", content: bytes) -> str:
    return " ".join([words.get(), content.decode(), words.get(), words.get()])


async def visit_pages(reactor: VirtualReactor) -> None:
    """Fetch some pages at the same time, and then one with a body of some length."""
    site = Site(Page(reactor), reactor=reactor)
    site._entropy = Random(SEED).randbytes  # type: ignore
    port = reactor.listenTCP(80, site)
    reactor.host.network.names["pages.test"] = ["127.0.0.3", "127.0.0.1"]
    pool = HTTPConnectionPool(reactor)
    agent = Agent(reactor, pool=pool)
    fetches = [_fetch(agent, b"GET", path) for path in (b"/", b"/a", b"/b")]
    await _together(*fetches)
    text = io.BytesIO(b"many words, " * 10_000)
    body = FileBodyProducer(text, _one_step_at_a_time(reactor))
    await _fetch(agent, b"POST", b"/c", body)
    await pool.closeCachedConnections()
    for session in list(site.sessions.values()):
        session.expire()
    await _stop(port)


async def _fetch(
    agent: Agent, method: bytes, path: bytes, body: FileBodyProducer | None = None
) -> None:
    url = b"http://pages.test" + path
    await readBody(await agent.request(method, url, None, body))


def _one_step_at_a_time(reactor: VirtualReactor) -> Cooperator:
    return Cooperator(lambda: lambda: True, partial(reactor.callLater, 1e-8))


# Secrets


class Secret(LineReceiver):
    """Answers each line with the line reversed, and begins TLS if asked to."""

    transport: Any

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(line[::-1])
        if line == b"STARTTLS":
            self.transport.startTLS(certificate().options())


class Asker(LineReceiver):
    """Sends a line at a time, and waits for the answer."""

    transport: Any
    _answer: Deferred[bytes]

    def lineReceived(self, line: bytes) -> None:
        self._answer.callback(line)

    async def ask(self, line: bytes) -> bytes:
        """Send a line and return the answer."""
        self._answer = Deferred()
        self.sendLine(line)
        return await self._answer


async def keep_secrets(reactor: VirtualReactor) -> None:
    """Send lines over TLS, begun at once by one client and later by another."""
    factory = Factory.forProtocol(Secret)
    secure = reactor.listenSSL(443, factory, certificate().options())
    later = reactor.listenTCP(25, factory)
    trusted = optionsForClientTLS(
        "localhost", trustRootFromCertificates([certificate()])
    )
    first, second = Asker(), Asker()
    await connectProtocol(SSL4ClientEndpoint(reactor, "127.0.0.1", 443, trusted), first)
    await connectProtocol(HostnameEndpoint(reactor, "localhost", 25), second)
    await first.ask(b"the first secret")
    await second.ask(b"STARTTLS")
    second.transport.startTLS(trusted)
    await second.ask(b"the second secret")
    await first.ask(b"long " * 2_000)
    first.transport.loseConnection()
    second.transport.abortConnection()
    await _stop(secure, later)


# Beats


class Beats(DatagramProtocol):
    """Answers whoever sends to it some time later, with one byte more each time."""

    transport: Any

    def __init__(self, reactor: VirtualReactor, random: Random) -> None:
        self._reactor = reactor
        self._random = random

    def datagramReceived(self, datagram: bytes, address: Any) -> None:
        if len(datagram) < 12:
            delay = self._random.choice([0.0, 1e-8, 0.25, 0.5])
            answer = datagram + b"."
            self._reactor.callLater(delay, self.transport.write, answer, address)


def _end(port: Any) -> tuple[str, int]:
    return "127.0.0.1", port.getHost().port


async def beat(reactor: VirtualReactor) -> None:
    """Let datagrams go to and fro, with many timers of which some fall together."""
    random = Random(SEED)
    ports: list[Any] = [reactor.listenUDP(0, Beats(reactor, random)) for _ in range(3)]
    first = ports[0]
    loop = LoopingCall(lambda: [first.write(b"beat", _end(p)) for p in ports[1:]])
    loop.clock = reactor
    loop.start(0.25)
    calls = [
        reactor.callLater(
            0.125 * random.randrange(8), first.write, b"%d" % n, ("127.0.0.1", 9)
        )
        for n in range(40)
    ]
    for call in random.sample(calls, 20):
        call.reset(0.125 * random.randrange(8))
    await deferLater(reactor, 3.0)
    loop.stop()
    await deferLater(reactor, 6.0)
    await _stop(*ports)


# Questions


async def question(reactor: VirtualReactor) -> None:
    """Let threads ask the reactor for things, and sleep meanwhile."""
    port: Any = reactor.listenUDP(7, DatagramProtocol())
    pool = reactor.getThreadPool()
    await gatherResults(
        [deferToThreadPool(reactor, pool, _ask, reactor, port, n) for n in (1, 2, 3)]
    )
    await _stop(port)


def _wait(reactor: VirtualReactor, turn: int) -> "Deferred[int]":
    return deferLater(reactor, 0.05, lambda: turn)


def _ask(reactor: VirtualReactor, port: Any, number: int) -> None:
    wait: Any = _wait
    for turn in range(3):
        time.sleep(0.1 / number)  # noqa: TID251 - virtual time, in a thread
        told = blockingCallFromThread(reactor, wait, reactor, turn)
        line = b"%d asked, %d answered" % (number, told)
        reactor.callFromThread(port.write, line, ("127.0.0.1", 7))


# All of it


async def _stop(*ports: Any) -> None:
    for port in ports:
        await port.stopListening()


async def _together(*tasks: Coroutine[Any, Any, None]) -> None:
    await gatherResults([ensureDeferred(task) for task in tasks])


async def everything(reactor: VirtualReactor) -> None:
    """Do all of the above at the same time."""
    parts = (visit_pages, keep_secrets, beat, question)
    await _together(*[part(reactor) for part in parts])


def trace_of(main: Main) -> Trace:
    """Run a coroutine function on a reactor of its own and return what happened."""
    reactor = VirtualReactor()
    trace = reactor.host.network.start_trace()
    outcome: list[object] = []

    def start() -> None:
        done = ensureDeferred(main(reactor)).addTimeout(60, reactor)
        done.addBoth(outcome.append)
        done.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(start)
    reactor.run(installSignalHandlers=False)
    (result,) = outcome
    if isinstance(result, Failure):
        result.raiseException()
    return trace


if __name__ == "__main__":
    trace = trace_of(everything)
    if "--trace" in sys.argv:
        print(trace, end="")
    print(trace.digest())
    for seed in (0, 1):
        print(digest_of(seed))
