# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_webcat_auth -*-
"""Print a web page that wants a password.

Run it::

    $ python -m twisted_examples.ch03_web_clients.webcat_auth http://localhost:8080/
    http://localhost:8080 asks for a password for 'staff'.
    User name: alice
    Password:
    <p>Welcome, alice.</p>

What to notice:

- The server says what it wants to be shown, in a ``WWW-Authenticate`` header. Nothing
  is sent before, and nothing if there is no scheme among its challenges that we know.
- With Digest the password itself is never sent. It is chosen over Basic, which tells
  the password to whoever can read along, where the server leaves the choice.
- `AuthenticatingAgent` stands between the agent that follows redirects and the one that
  connects. So each redirect is a new request to it, and what was told to one origin is
  never told to another.
- The question is asked without stopping the reactor: Ctrl-C works all the time, and a
  test answers it.

Left out: Digest without ``qop``, as before RFC 2617, and with ``auth-int``; and, as in
`webcat`, whatever the server says beside the page.
"""

import argparse
import sys

from twisted.internet.task import react
from twisted.web.iweb import IPolicyForHTTPS

from twisted_examples.ch03_web_clients.agents import WebAgent
from twisted_examples.ch03_web_clients.authenticating import Ask, AuthenticatingAgent
from twisted_examples.ch03_web_clients.bodies import deliver
from twisted_examples.ch03_web_clients.errors import reported
from twisted_examples.ch03_web_clients.pages import get_page
from twisted_examples.ch03_web_clients.printing import print_bytes
from twisted_examples.ch03_web_clients.prompting import Prompt
from twisted_examples.ch03_web_clients.redirects import RedirectingAgent
from twisted_examples.ch03_web_clients.urls import url
from twisted_examples.command import IReactor, command, seconds


async def main(
    reactor: IReactor,
    *argv: str,
    policy: IPolicyForHTTPS | None = None,
    ask: Ask | None = None,
) -> None:
    """Print the page of the command line, and ask for a password if need be."""
    parser = argparse.ArgumentParser(
        prog="webcat_auth", description="Print a web page that wants a password."
    )
    parser.add_argument("url", type=url, help="http or https")
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    with Prompt(reactor) as prompt, reported():
        web = WebAgent(reactor, arguments.timeout, policy)
        agent = RedirectingAgent(AuthenticatingAgent(web, ask or prompt.ask))
        page = await get_page(agent, arguments.url, {b"Accept-Encoding": b"gzip"})
        await deliver(page, print_bytes)


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
