# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_challenges -*-
"""Read what a server wants to be shown before it answers (RFC 9110, section 11).

A ``WWW-Authenticate`` field holds challenges, separated by commas. So are the
parameters within each challenge, and there may be several such fields. What follows a
comma tells which it is: ``name=`` is one more parameter, a name alone the next scheme.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_END = r"[ \t]*(?=,|\Z)"
_SEPARATOR = re.compile(r"[ \t,]*")
_PARAMETER = re.compile(
    rf'({_TOKEN})[ \t]*=[ \t]*(?:({_TOKEN})|"((?:[^"\\]|\\.)*)"){_END}'
)
_SCHEME = re.compile(rf"({_TOKEN})(?:{_END}|( +))")
_TOKEN68 = re.compile(rf"[A-Za-z0-9._~+/-]+=*{_END}")


@dataclass(frozen=True)
class Challenge:
    """One way to be let in.

    Attributes:
        scheme: Its name in lower case, such as ``basic``.
        parameters: Their values by name, which is in lower case. A byte beyond ASCII
            is the character of that number, so that it can be sent back as it came.
        token: What stands in place of the parameters, or "".
    """

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)
    token: str = ""

    @property
    def realm(self) -> str:
        """What the password is for, in the server's words."""
        return self.parameters.get("realm", "")


def parse_challenges(fields: Iterable[bytes]) -> list[Challenge]:
    """Read all challenges of an answer, in order.

    A malformed field is left out as a whole: nobody knows what it challenges to.
    """
    challenges: list[Challenge] = []
    for value in fields:
        try:
            challenges.extend(list(parse_field(value.decode("latin-1"))))
        except ValueError:
            continue
    return challenges


def parse_field(text: str) -> Iterator[Challenge]:
    """Read one ``WWW-Authenticate`` field.

    Raises:
        ValueError: It is malformed.
    """
    place = _after(_SEPARATOR, text, 0)
    while place < len(text):
        challenge, place = _parse_challenge(text, place)
        yield challenge


def _parse_challenge(text: str, place: int) -> tuple[Challenge, int]:
    """Read the challenge at ``place``; return it, and where the next one is."""
    scheme = _SCHEME.match(text, place)
    if scheme is None:
        raise ValueError(f"no challenge: {text[place:]!r}")
    name, end = scheme[1].lower(), scheme.end()
    token = _TOKEN68.match(text, end)
    if token:
        word = token[0].rstrip()
        return Challenge(name, token=word), _after(_SEPARATOR, text, token.end())
    parameters: dict[str, str] = {}
    place = _parse_parameters(text, end, parameters)
    if scheme[2] and not parameters:
        raise ValueError(f"neither a parameter nor a comma: {text[place:]!r}")
    return Challenge(name, parameters), place


def _parse_parameters(text: str, place: int, parameters: dict[str, str]) -> int:
    """Read the parameters that begin at ``place``; return where they end."""
    place = _after(_SEPARATOR, text, place)
    while parameter := _PARAMETER.match(text, place):
        name, token, quoted = parameter.groups()
        if name.lower() in parameters:
            raise ValueError(f"{name} is there twice")
        value = re.sub(r"\\(.)", r"\1", quoted) if token is None else token
        parameters[name.lower()] = value
        place = _after(_SEPARATOR, text, parameter.end())
    return place


def _after(pattern: "re.Pattern[str]", text: str, place: int) -> int:
    match = pattern.match(text, place)
    return place if match is None else match.end()
