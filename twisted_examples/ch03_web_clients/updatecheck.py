# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_updatecheck -*-
"""Ask twice for a page, and find out whether it has changed in between.

Run it::

    $ python -m twisted_examples.ch03_web_clients.updatecheck http://localhost:8080/
    http://localhost:8080/ has not changed.
    $ python -m twisted_examples.ch03_web_clients.updatecheck http://localhost:8080/news
    http://localhost:8080/news has changed.

What to notice:

- A server can name a version of a page, by an ``ETag``, or say when it was written, by
  ``Last-Modified``. Whoever sends back what was said gets the page only if it is no
  longer true; otherwise the answer is 304, and has no body.
- What was said is sent back as it came. It is the server's, and nobody else's business
  what an ``ETag`` means or how a date is written.
- There are three outcomes and not two. A server that names no version, or sends the
  same one as before in full, has not said whether anything has changed.
- Between the two questions the program waits. A test moves the reactor's time instead.
"""

import argparse
import sys
from dataclasses import dataclass

from twisted.internet.task import deferLater, react
from twisted.web.iweb import IAgent, IPolicyForHTTPS, IResponse

from twisted_examples.ch03_web_clients.agents import WebAgent
from twisted_examples.ch03_web_clients.bodies import discard
from twisted_examples.ch03_web_clients.errors import StatusError, reported
from twisted_examples.ch03_web_clients.pages import get_page
from twisted_examples.ch03_web_clients.redirects import RedirectingAgent
from twisted_examples.ch03_web_clients.urls import url
from twisted_examples.command import IReactor, command, seconds

UNCHANGED = "has not changed"
CHANGED = "has changed"
UNKNOWN = "may have changed: the server does not say"


@dataclass(frozen=True)
class Version:
    """What a server has said about a page (RFC 9110, section 8.8)."""

    etag: bytes | None
    last_modified: bytes | None

    @property
    def condition(self) -> dict[bytes, bytes]:
        """The headers that ask for any other version."""
        pairs = [
            (b"If-None-Match", self.etag),
            (b"If-Modified-Since", self.last_modified),
        ]
        return {name: value for name, value in pairs if value is not None}


def version_of(response: IResponse) -> Version:
    """Read what an answer says about the page."""
    headers = response.headers
    etag = headers.getRawHeaders(b"ETag", [None])[0]
    return Version(etag, headers.getRawHeaders(b"Last-Modified", [None])[0])


def compare(before: Version, after: Version) -> str:
    """Say what it means that a page was sent although its version was known.

    The ``ETag`` decides, if there was one: a page can change twice in a second.
    """
    old, new = before.etag, after.etag
    if old is None:
        old, new = before.last_modified, after.last_modified
    return UNKNOWN if old is None or new is None or old == new else CHANGED


async def check(agent: IAgent, url: bytes, before: Version) -> str:
    """Ask whether a page is still what it was.

    Returns:
        The outcome, as the end of a sentence.
    """
    try:
        page = await get_page(agent, url, before.condition)
    except StatusError as error:
        if error.code == 304 and before.condition:
            return UNCHANGED
        raise
    discard(page)
    return compare(before, version_of(page))


async def main(
    reactor: IReactor, *argv: str, policy: IPolicyForHTTPS | None = None
) -> None:
    """Check the page of the command line."""
    parser = argparse.ArgumentParser(
        prog="updatecheck", description="Find out whether a web page changes."
    )
    parser.add_argument("url", type=url, help="http or https")
    parser.add_argument(
        "--wait",
        type=seconds,
        default=5.0,
        metavar="SECONDS",
        help="how long to wait between the two questions (default: 5)",
    )
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    agent = RedirectingAgent(WebAgent(reactor, arguments.timeout, policy))
    with reported():
        page = await get_page(agent, arguments.url)
        discard(page)
        # What was said is about the page that was found, not the way to it.
        found = page.request.absoluteURI
        await deferLater(reactor, arguments.wait)
        outcome = await check(agent, found, version_of(page))
    print(f"{found.decode()} {outcome}.")


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
