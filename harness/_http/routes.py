# -*- test-case-name: harness.test.test_http_vocabulary -*-
"""What is to be found where, and in which turn."""

from typing import Any

from twisted.web.resource import IResource, getChildForRequest

from harness._http.answers import EarlyAnswer
from harness._http.auth import Protection
from harness._http.pages import Answer, Page


class Turns:
    """The answers of one path: the first for the first request, the last for all more.

    An answer that is added later is for the next request, if there have been as many
    requests as answers, or more.
    """

    def __init__(self) -> None:
        self._answers: list[Answer] = []
        self._requests = 0

    def add(self, answer: Answer) -> None:
        """Let ``answer`` be the last."""
        self._answers.append(answer)

    def upcoming(self) -> Answer:
        """Return the answer to the next request."""
        return self._answers[min(self._requests, len(self._answers) - 1)]

    def take(self) -> Answer:
        """Return the answer to this request."""
        answer = self.upcoming()
        self._requests += 1
        return answer


class Routes:
    """A table of paths.

    Attributes:
        silent: The paths at which nobody is told to continue.
    """

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self._turns: dict[str, Turns] = {}
        self._mounts: dict[str, IResource] = {}
        self._protections: dict[str, Protection] = {}

    def add(self, path: str, answer: Answer) -> None:
        """Answer a path, or one path and query, for one turn more."""
        self._turns.setdefault(_required(path), Turns()).add(answer)

    def mount(self, path: str, resource: IResource) -> None:
        """Let a resource answer for ``path`` and for all below."""
        self._mounts[_required(path).rstrip("/")] = resource

    def protect(self, path: str, protection: Protection) -> None:
        """Let nobody see ``path``, nor what is below, without leave."""
        self._protections[_required(path).rstrip("/")] = protection

    def early(self, target: str) -> EarlyAnswer | None:
        """Return what answers the head of a request, if something does."""
        turns = self._at(target)
        upcoming = None if turns is None else turns.upcoming()
        if turns is None or not isinstance(upcoming, EarlyAnswer):
            return None
        turns.take()
        return upcoming

    def _at(self, target: str) -> Turns | None:
        """Return the answers to a target: with its query, or else without."""
        return self._turns.get(target) or self._turns.get(target.partition("?")[0])

    def find(self, request: Any) -> IResource:
        """Return what answers a request."""
        target, path = request.received.target, request.received.path
        for guarded in _prefixes(path, self._protections):
            refusal = self._protections[guarded].refusal(request)
            if refusal is not None:
                return refusal
        turns = self._at(target)
        if turns is not None:
            return turns.take()
        for mounted in _prefixes(path, self._mounts):
            for _ in range(mounted.count("/")):
                request.prepath.append(request.postpath.pop(0))
            found: IResource = getChildForRequest(self._mounts[mounted], request)
            return found
        return Page(f"There is nothing at {target}.\n".encode(), status=404)


def _required(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"a path begins with a slash, unlike {path!r}")
    return path


def _prefixes(path: str, table: dict[str, Any]) -> list[str]:
    """List the entries at or above ``path``, the nearest first."""
    above = [entry for entry in table if f"{path}/".startswith(f"{entry}/")]
    return sorted(above, key=len, reverse=True)
