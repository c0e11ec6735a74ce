# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_authorization -*-
"""Answer a challenge: Digest (RFC 7616) or Basic (RFC 7617).

Digest proves that one knows the password, and does not tell it. Basic tells it to
whoever can read along. So Digest is chosen where there is a choice, and of two of its
hashes the stronger one.
"""

import hashlib
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from twisted_examples.ch03_web_clients.challenges import Challenge
from twisted_examples.ch03_web_clients.errors import WebError

#: Best first; each goes with the suffix "-sess", too.
_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {
    "sha-256": hashlib.sha256,
    "md5": hashlib.md5,
}
_BASIC = len(_HASHES)


class CredentialsError(WebError):
    """Credentials that cannot be sent."""


@dataclass(frozen=True)
class Credentials:
    """A user name and a password, which no log gets to see."""

    user: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        text = self.user + self.password
        if any(unicodedata.category(char) == "Cc" for char in text):
            raise CredentialsError("a user name or password has no control characters")


@dataclass(frozen=True)
class Use:
    """What a Digest is made for, beside the credentials.

    Attributes:
        method: The method of the request.
        target: The request target: path and query.
        cnonce: Something that the server could not foresee.
        count: How often the server's nonce has been used, this time included.
    """

    method: bytes
    target: bytes
    cnonce: str
    count: int = 1


def choose(challenges: Iterable[Challenge]) -> Challenge | None:
    """Choose the best challenge among those that can be answered, if there is one."""
    possible = [challenge for challenge in challenges if _rank(challenge) is not None]
    return min(possible, key=lambda each: _rank(each) or 0, default=None)


def _rank(challenge: Challenge) -> int | None:
    """Grade a challenge: the lower the better, and None if it cannot be answered."""
    given = challenge.parameters
    if challenge.scheme == "basic":
        return _BASIC if "realm" in given else None
    qops = [qop.strip().lower() for qop in given.get("qop", "").split(",")]
    name = _algorithm(challenge).removesuffix("-sess")
    if challenge.scheme != "digest" or name not in _HASHES or "auth" not in qops:
        return None
    return [*_HASHES].index(name) if {"realm", "nonce"} <= given.keys() else None


def _algorithm(challenge: Challenge) -> str:
    return challenge.parameters.get("algorithm", "MD5").lower()


def is_stale(challenge: Challenge) -> bool:
    """Say whether only the nonce was too old, and the password may well be right."""
    stale = challenge.parameters.get("stale", "").lower() == "true"
    return challenge.scheme == "digest" and stale


def authorize(challenge: Challenge, credentials: Credentials, use: Use) -> bytes:
    """Make the value of the ``Authorization`` header.

    Args:
        challenge: One that `choose` has chosen.
        credentials: Who asks.
        use: What for.

    Raises:
        CredentialsError: The scheme cannot carry them.
    """
    if challenge.scheme == "basic":
        return basic(credentials)
    return digest(challenge, credentials, use)


def basic(credentials: Credentials) -> bytes:
    """Answer Basic (RFC 7617), in UTF-8 and in one line."""
    if ":" in credentials.user:
        raise CredentialsError("a user name with a colon cannot be sent")
    pair = f"{credentials.user}:{credentials.password}"
    return b"Basic " + b64encode(unicodedata.normalize("NFC", pair).encode())


def digest(challenge: Challenge, credentials: Credentials, use: Use) -> bytes:
    """Answer Digest (RFC 7616) with the quality of protection "auth"."""
    given = challenge.parameters
    realm, nonce = given["realm"], given["nonce"]
    user = unicodedata.normalize("NFC", credentials.user)
    nc = f"{use.count:08x}"

    fields = {
        **_user_field(user),
        "realm": _quoted(realm),
        "nonce": _quoted(nonce),
        "uri": _quoted(use.target.decode("ascii")),
        "response": _quoted(digest_response(challenge, credentials, use)),
        "cnonce": _quoted(use.cnonce),
        "nc": nc,
        "qop": "auth",
    }
    # What the server has not given is not given back to it.
    if "algorithm" in given:
        fields["algorithm"] = given["algorithm"]
    if "opaque" in given:
        fields["opaque"] = _quoted(given["opaque"])
    words = ", ".join(f"{name}={value}" for name, value in fields.items())
    return f"Digest {words}".encode("latin-1")


def digest_response(challenge: Challenge, credentials: Credentials, use: Use) -> str:
    """Compute the proof (RFC 7616, sections 3.4.1 to 3.4.3)."""
    given = challenge.parameters
    algorithm = _algorithm(challenge)
    make = _HASHES[algorithm.removesuffix("-sess")]

    def hashed(*parts: bytes) -> bytes:
        return make(b":".join(parts)).hexdigest().encode()

    user, password = (
        unicodedata.normalize("NFC", text).encode()
        for text in (credentials.user, credentials.password)
    )
    nonce, cnonce = given["nonce"].encode("latin-1"), use.cnonce.encode()
    secret = hashed(user, given["realm"].encode("latin-1"), password)
    if algorithm.endswith("-sess"):
        secret = hashed(secret, nonce, cnonce)
    count = b"%08x" % use.count
    request = hashed(use.method, use.target)
    return hashed(secret, nonce, count, cnonce, b"auth", request).decode()


def _user_field(user: str) -> dict[str, str]:
    """Name the user; beyond ASCII in the notation of RFC 8187 (RFC 7616, 3.4.4)."""
    if user.isascii():
        return {"username": _quoted(user)}
    return {"username*": f"UTF-8''{quote(user, safe='')}"}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
