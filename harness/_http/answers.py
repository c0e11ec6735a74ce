# -*- test-case-name: harness.test.test_http_misbehaviour -*-
"""Answers that a site would not give: scripts, in the place of a page."""

from collections.abc import Mapping
from typing import Any

from twisted.web.http import RESPONSES
from twisted.web.server import NOT_DONE_YET

from harness._http.pages import TEXT, Answer
from harness._http.scripts import Player, Script


class ScriptedAnswer(Answer):
    """Plays a script instead of an answer."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script

    def render(self, request: Any) -> int:
        play(self._script, request, request.finish)
        return NOT_DONE_YET


class EarlyAnswer(ScriptedAnswer):
    """Plays a script as soon as the head of a request has come.

    If the connection is to be used again, what comes of the body is read to its end.
    """

    def begin(self, request: Any) -> None:
        """Answer, whatever has come of the body. The request is not done yet."""
        play(self._script, request, lambda: None)


def play(script: Script, request: Any, done: Any) -> None:
    """Play a script on the connection of a request."""
    request.startedWriting = 1  # whatever is said, the script says it
    player = Player(request.channel.site.reactor, request.channel, script, done)
    request.notifyFinish().addErrback(lambda _: player.stop())
    player.play()


def head(status: int, fields: Mapping[str, str]) -> bytes:
    """Write the head of an answer."""
    reason = RESPONSES.get(status, b"Unknown Status").decode("ascii")
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Type: {TEXT}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def partial(part: bytes, length: int | None, chunked: bool) -> bytes:
    """Write an answer that promises more than comes.

    Args:
        part: What comes of the body.
        length: How much is promised; None for one byte more.
        chunked: Whether that is the size of a chunk, or of the body.
    """
    promised = len(part) + 1 if length is None else length
    if chunked:
        return head(200, {"Transfer-Encoding": "chunked"}) + b"%x\r\n" % promised + part
    return head(200, {"Content-Length": str(promised)}) + part
