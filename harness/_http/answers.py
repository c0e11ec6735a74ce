# -*- test-case-name: harness.test.test_http_scripts -*-
"""Answers that a site would not give: scripts, in the place of a page."""

from collections.abc import Mapping
from typing import Any

from twisted.web.http import RESPONSES
from twisted.web.server import NOT_DONE_YET

from harness._http.pages import Answer
from harness._http.scripts import Player, Script


class ScriptedAnswer(Answer):
    """Plays a script instead of an answer."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self._script = script

    def render(self, request: Any) -> int:
        request.startedWriting = 1  # whatever is said, the script says it
        player = Player(
            request.site.reactor, request.channel, self._script, request.finish
        )
        request.notifyFinish().addErrback(lambda _: player.stop())
        player.play()
        return NOT_DONE_YET


def head(status: int, fields: Mapping[str, str]) -> bytes:
    """Write the head of an answer."""
    reason = RESPONSES.get(status, b"Unknown Status").decode("ascii")
    lines = [f"HTTP/1.1 {status} {reason}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
