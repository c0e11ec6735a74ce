# -*- test-case-name: harness.test.test_benchmark_web -*-
"""GETs with Twisted's `Agent` from Twisted's ``Site``: much of it is parsing."""

from collections.abc import Callable, Sequence

from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.iweb import IAgent, IAgentEndpointFactory
from zope.interface import implementer

from harness.benchmark.entries import Entry, Race
from harness.benchmark.figures import at_least, ratio
from harness.benchmark.loopback import LOOPBACK, listening, local
from harness.benchmark.measuring import Contender
from harness.benchmark.reactors import Job, Reactor, contender, epoll, virtual
from harness.benchmark.website import BODY, fetch, hello_site, web_floor

AgentMaker = Callable[[Reactor, HTTPConnectionPool], IAgent]


@implementer(IAgentEndpointFactory)
class PlainEndpoints:
    """Connects to an address without asking whether it is a name."""

    def __init__(self, reactor: Reactor) -> None:
        self._reactor = reactor

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        return local(self._reactor, uri.port)


def usual_agent(reactor: Reactor, pool: HTTPConnectionPool) -> IAgent:
    """Make an agent as programs do: it connects by ``HostnameEndpoint``."""
    return Agent(reactor, pool=pool)


def plain_agent(reactor: Reactor, pool: HTTPConnectionPool) -> IAgent:
    """Make an agent that connects by ``TCP4ClientEndpoint``."""
    agent: IAgent = Agent.usingEndpointFactory(reactor, PlainEndpoints(reactor), pool)
    return agent


def get_job(gets: int, persistent: bool, make_agent: AgentMaker = usual_agent) -> Job:
    """Get the same short page again and again, one GET after the other."""

    async def job(reactor: Reactor) -> int:
        pool = HTTPConnectionPool(reactor, persistent)
        agent = make_agent(reactor, pool)
        async with listening(reactor, hello_site(reactor)) as port:
            url = f"http://{LOOPBACK}:{port}/hello".encode()
            bodies = [await fetch(agent, url) for _ in range(gets)]
            await pool.closeCachedConnections()
        return bodies.count(BODY)

    return job


def web_entries(gets: int) -> Sequence[Entry]:
    """List the entries about HTTP."""

    def contenders(job: Job, persistent: bool) -> dict[str, Contender]:
        return {
            "virtual": contender(virtual, job, gets),
            "epoll": contender(epoll, job, gets),
            "floor": web_floor(gets, persistent),
        }

    overhead = ratio("virtual", "floor")
    return [
        Race(
            "http-new",
            f"{gets:,} GETs by Agent from Site, a new connection each",
            contenders(get_job(gets, False), False),
            [ratio("epoll", "virtual", at_least(1.8)), overhead],
        ),
        Race(
            "http-new-plain",
            "the same by TCP4ClientEndpoint: no resolver, no HostnameEndpoint",
            contenders(get_job(gets, False, plain_agent), False),
            [ratio("epoll", "virtual"), overhead],
        ),
        Race(
            "http-persistent",
            f"{gets:,} GETs by Agent from Site on one connection",
            contenders(get_job(gets, True), True),
            [ratio("epoll", "virtual", at_least(1.4)), overhead],
        ),
    ]
