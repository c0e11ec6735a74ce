# -*- test-case-name: harness.test.test_http_auth -*-
"""Who may see a page: Basic (RFC 7617) and Digest (RFC 7616)."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Protocol

from harness._http.pages import Page


class Verdict(Enum):
    """What a scheme says of somebody's credentials.

    Attributes:
        RIGHT: They are right.
        WRONG: They are wrong or malformed.
        STALE: They are right, but for a nonce that is used up.
    """

    RIGHT = 1
    WRONG = 2
    STALE = 3


class Scheme(Protocol):
    """A way to ask for credentials, and to check them."""

    name: str

    def challenge(self, stale: bool) -> str:
        """Write a challenge."""

    def check(self, credentials: str, request: Any) -> Verdict:
        """Judge what stands behind the scheme's name in Authorization."""


class Protection:
    """Lets nobody through without right credentials of one of its schemes.

    Args:
        schemes: What it asks for, in this order.
        joined: Whether all challenges stand in one field, or each in its own.
    """

    def __init__(self, schemes: Sequence[Scheme], joined: bool) -> None:
        self._schemes = schemes
        self._joined = joined

    def refusal(self, request: Any) -> Page | None:
        """Return what to answer instead, or None if the request may pass."""
        given = request.getHeader("authorization") or ""
        name, _, credentials = given.partition(" ")
        verdict = Verdict.WRONG
        for scheme in self._schemes:
            if verdict is Verdict.WRONG and scheme.name.lower() == name.lower():
                verdict = scheme.check(credentials.strip(), request)
        if verdict is Verdict.RIGHT:
            return None
        stale = verdict is Verdict.STALE
        challenges = [scheme.challenge(stale) for scheme in self._schemes]
        if self._joined:
            challenges = [", ".join(challenges)]
        fields = {"WWW-Authenticate": challenges}
        return Page(b"Who are you?\n", status=401, fields=fields)


class Basic:
    """Name and password as they are, in UTF-8."""

    name = "Basic"

    def __init__(self, realm: str, users: Mapping[str, str]) -> None:
        self._realm = realm
        self._users = users

    def challenge(self, stale: bool) -> str:
        """Write a challenge (RFC 7617, section 2.1)."""
        return f'Basic realm={quoted(self._realm)}, charset="UTF-8"'

    def check(self, credentials: str, request: Any) -> Verdict:
        """Judge the credentials."""
        try:
            text = b64decode(credentials, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeError):
            return Verdict.WRONG
        user, colon, password = text.partition(":")
        known = colon and self._users.get(user) == password
        return Verdict.RIGHT if known else Verdict.WRONG


def quoted(text: str) -> str:
    """Write a quoted string (RFC 9110, section 5.6.4)."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def parameters(text: str) -> dict[str, str]:
    """Read a list of parameters: names in lower case, values without their quotes."""
    token = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
    pattern = rf'({token})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({token}))'
    return {
        name.lower(): plain or re.sub(r"\\(.)", r"\1", in_quotes)
        for name, in_quotes, plain in re.findall(pattern, text)
    }
