# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_upload -*-
"""Send a file as a form does, and save the answer.

Run it::

    $ python -m twisted_examples.ch03_web_clients.upload index.html --url \
http://localhost:8080/check
    Saved index.html.answer.html (21 bytes).

What to notice:

- ``multipart/form-data`` is bytes with a frame around them, and its length is known
  before the first of them is sent. `FormBody` reads the file as fast as the connection
  takes it: it is a producer, and is paused.
- A file that is written to meanwhile would make a lie of that length. So it is looked
  at again at its end, before the frame is closed, and the server gets no whole form.
- A server may answer before it has got everything, mostly to refuse it. The answer is
  the result then, and the rest of the file is not sent.
- The same body can be sent again from its beginning, where a 307 or 308 redirects it.
"""

import argparse
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

from twisted.internet.task import react
from twisted.web.iweb import IAgent, IPolicyForHTTPS

from twisted_examples.ch03_web_clients.agents import WebAgent
from twisted_examples.ch03_web_clients.bodies import deliver
from twisted_examples.ch03_web_clients.errors import reported
from twisted_examples.ch03_web_clients.formdata import (
    FilePart,
    FormBody,
    Part,
    TextPart,
)
from twisted_examples.ch03_web_clients.pages import post_form
from twisted_examples.ch03_web_clients.redirects import RedirectingAgent
from twisted_examples.ch03_web_clients.saving import PartFile
from twisted_examples.ch03_web_clients.urls import url
from twisted_examples.command import IReactor, command, seconds

VALIDATOR = "https://validator.w3.org/check"
FILE_FIELD = "uploaded_file"


def field(text: str) -> tuple[str, str]:
    """Check a field given on the command line: ``NAME=VALUE``."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"a field is NAME=VALUE, not {text!r}")
    return name, value


async def upload(agent: IAgent, url: bytes, body: FormBody, answer: Path) -> int:
    """Send a form, and save the answer.

    Args:
        agent: What makes the request.
        url: Where to.
        body: The form.
        answer: The file for the answer. It is there only if there is a whole one.

    Returns:
        How many bytes the answer has.
    """
    with PartFile(answer) as file:
        page = await post_form(agent, url, body.content_type, body)
        count = await deliver(page, file.write)
        file.commit()
    return count


def parse(argv: tuple[str, ...]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="upload", description="Send a file as a form does, and save the answer."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", type=url, default=VALIDATOR, help="where to")
    parser.add_argument(
        "--field",
        type=field,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another field of the form; may be repeated",
    )
    parser.add_argument(
        "--name",
        default=FILE_FIELD,
        help=f"the name of the field with the file (default: {FILE_FIELD})",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="ANSWER",
        help="where to save the answer (default: the file's name with .answer.html)",
    )
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    parser.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS")
    return parser.parse_args(argv)


async def main(
    reactor: IReactor,
    *argv: str,
    policy: IPolicyForHTTPS | None = None,
    boundary: str | None = None,
    show: Callable[[str], bool] = webbrowser.open,
) -> None:
    """Send the file of the command line."""
    arguments = parse(argv)
    agent = RedirectingAgent(WebAgent(reactor, arguments.timeout, policy))
    answer = arguments.output or Path(f"{arguments.file.name}.answer.html")
    with reported():
        fields: list[Part] = [TextPart(name, value) for name, value in arguments.field]
        file = FilePart(arguments.name, arguments.file)
        body = FormBody([*fields, file], boundary)
        count = await upload(agent, arguments.url, body, answer)
    print(f"Saved {answer} ({count} bytes).")
    if arguments.open and not show(answer.resolve().as_uri()):
        raise SystemExit("Error: there is no browser to show it.")


if __name__ == "__main__":
    react(command(main), sys.argv[1:])
