# -*- test-case-name: harness.test.samples.test_coming_from_synapse -*-
"""A program to be tested: a website over a database."""

from twisted.enterprise.adbapi import ConnectionPool
from twisted.web.client import Agent, readBody
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request


class Letters(Resource):
    """Answers with the letters that a database holds."""

    isLeaf = True

    def __init__(self, database: ConnectionPool) -> None:
        super().__init__()
        self._database = database

    def render_GET(self, request: Request) -> int:
        """Ask the database, which may take its time."""

        def answer(rows: list[tuple[str]]) -> None:
            request.write("".join(letter for (letter,) in rows).encode())
            request.finish()

        asking = self._database.runQuery("SELECT letter FROM letters ORDER BY letter")
        asking.addCallback(answer)
        return NOT_DONE_YET


async def fetch(agent: Agent, url: bytes) -> bytes:
    """Return what is at a place of the web."""
    response = await agent.request(b"GET", url)
    body: bytes = await readBody(response)
    return body
