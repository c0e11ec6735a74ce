# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_download -*-
"""Save a web page, or a file of any size, and show how far it has come.

Run it::

    $ python -m twisted_examples.ch03_web_clients.download http://localhost:8080/a.bin
    ...
    100% of 1000000 bytes
    Saved a.bin (1000000 bytes).

What to notice:

- A file is there when it is whole, and not at all before. It is written under another
  name, in the same folder, and renamed at the end. Whatever goes wrong, Ctrl-C
  included, ``with`` removes what was written so far.
- Each piece is written as it comes, and forgotten. Memory stays flat.
- The disk is slower than the network, or full. While a piece is being written none is
  read, and TCP lets the server wait; an error ends the transfer at once.
- Progress is for a person. A terminal gets a line that moves, a log a few lines.

Left out: to go on with a download that was interrupted.
"""

import argparse
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from twisted.internet.task import react
from twisted.web.iweb import UNKNOWN_LENGTH, IAgent, IPolicyForHTTPS, IResponse

from twisted_examples.ch03_web_clients.agents import WebAgent
from twisted_examples.ch03_web_clients.bodies import deliver
from twisted_examples.ch03_web_clients.errors import reported
from twisted_examples.ch03_web_clients.pages import get_page
from twisted_examples.ch03_web_clients.progress import Progress
from twisted_examples.ch03_web_clients.redirects import RedirectingAgent
from twisted_examples.ch03_web_clients.saving import PartFile, SavingError
from twisted_examples.ch03_web_clients.urls import url
from twisted_examples.command import IReactor, command, seconds


def name_for(url: bytes) -> str:
    """Choose the name under which a page is saved: the last one in its URL.

    It was typed by the user. The server has no say, and no way out of the folder.
    """
    last = unquote(urlsplit(url.decode("ascii")).path.rpartition("/")[2])
    name = "".join(filter(str.isprintable, last.rpartition("/")[2]))
    return "index.html" if name in {"", ".", ".."} else name


def total_of(response: IResponse) -> int | None:
    """Return how many bytes there will be, where the server has said so."""
    length = response.length
    has_encoding = response.headers.hasHeader(b"Content-Encoding")
    return None if length is UNKNOWN_LENGTH or has_encoding else length


async def download(
    agent: IAgent,
    url: bytes,
    path: Path,
    show_progress: Callable[[int | None], Progress],
) -> int:
    """Save a page.

    Args:
        agent: What makes the request.
        url: The page.
        path: The file.
        show_progress: Makes what shows the progress, given the whole, if it is known.

    Returns:
        How many bytes there are.
    """
    with PartFile(path) as file:
        # Without compression, since what comes is what is counted.
        page = await get_page(agent, url, {b"Accept-Encoding": b"identity"})
        progress = show_progress(total_of(page))

        def save(data: bytes) -> None:
            file.write(data)
            progress.advance(len(data))

        try:
            count = await deliver(page, save)
        finally:
            progress.finish()
        file.commit()
    return count


def choose_path(output: Path | None, url: bytes) -> Path:
    """Return the file to write to.

    Raises:
        SavingError: It exists, and the user has not named it.
    """
    if output is not None:
        return output
    path = Path(name_for(url))
    if path.exists():
        raise SavingError(path, "it exists already; name it with --output")
    return path


async def main(
    reactor: IReactor, *argv: str, policy: IPolicyForHTTPS | None = None
) -> None:
    """Save the page of the command line."""
    parser = argparse.ArgumentParser(
        prog="download", description="Save a web page, and show how far it has come."
    )
    parser.add_argument("url", type=url, help="http or https")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where to, replacing what is there (default: the last name in the URL)",
    )
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    agent = RedirectingAgent(WebAgent(reactor, arguments.timeout, policy))

    def show_progress(total: int | None) -> Progress:
        return Progress(sys.stderr or StringIO(), total, reactor)

    with reported():
        path = choose_path(arguments.output, arguments.url)
        count = await download(agent, arguments.url, path, show_progress)
    print(f"Saved {path} ({count} bytes).")


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
