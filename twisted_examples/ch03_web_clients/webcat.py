# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_webcat -*-
"""Print a web page as it is.

Run it::

    $ python -m twisted_examples.ch03_web_clients.webcat http://localhost:8080/
    <p>Welcome.</p>
    $ python -m twisted_examples.ch03_web_clients.webcat http://localhost:8080/no
    Error: 404 Not Found

What to notice:

- An answer is not yet a page. For `twisted.web.client.Agent`, 404 is an answer like
  any other: whoever wants a page has to look at the status.
- An agent answers as soon as the header is there. The body is delivered to a protocol,
  piece by piece, so that a page of any length needs no more memory than a piece.
- One agent is put around another. Each has one task: to connect and come to an end,
  to follow redirects. All of them have the one method ``request``.
- A page can end too early in as many ways as there are ways to say how long it is.
  What was printed by then cannot be taken back: the exit status tells.

Other authorities for certificates than the system's are named by the environment
variable ``SSL_CERT_FILE``.
"""

import argparse
import sys

from twisted.internet.task import react
from twisted.web.iweb import IPolicyForHTTPS

from twisted_examples.ch03_web_clients.agents import WebAgent
from twisted_examples.ch03_web_clients.bodies import deliver
from twisted_examples.ch03_web_clients.errors import reported
from twisted_examples.ch03_web_clients.pages import get_page
from twisted_examples.ch03_web_clients.printing import print_bytes
from twisted_examples.ch03_web_clients.redirects import RedirectingAgent
from twisted_examples.ch03_web_clients.urls import url
from twisted_examples.command import IReactor, command, integer_between, seconds

LONGEST_PAGE = 2**30


async def main(
    reactor: IReactor, *argv: str, policy: IPolicyForHTTPS | None = None
) -> None:
    """Print the page of the command line."""
    parser = argparse.ArgumentParser(
        prog="webcat", description="Print a web page as it is."
    )
    parser.add_argument("url", type=url, help="http or https")
    parser.add_argument(
        "--limit",
        type=integer_between(1, 10**15, "limit"),
        default=LONGEST_PAGE,
        metavar="BYTES",
        help=f"the longest page to be printed (default: {LONGEST_PAGE})",
    )
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    agent = RedirectingAgent(WebAgent(reactor, arguments.timeout, policy))
    with reported():
        page = await get_page(agent, arguments.url, {b"Accept-Encoding": b"gzip"})
        await deliver(page, print_bytes, arguments.limit)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
