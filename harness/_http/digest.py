# -*- test-case-name: harness.test.test_http_auth -*-
"""Digest (RFC 7616), written from the server's side and for nobody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import md5, sha256
from typing import Any
from urllib.parse import unquote

from harness._http.auth import Verdict, parameters, quoted

_HASHES = {"MD5": md5, "SHA-256": sha256}

#: What credentials must have if they have a quality of protection.
_REQUIRED = ("realm", "nonce", "uri", "response", "nc", "cnonce", "qop")


@dataclass
class Nonce:
    """A number used for a while.

    Attributes:
        issued_at: When it was given out, in virtual seconds.
        counts: The counts with which it has been used.
    """

    issued_at: float
    counts: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class DigestOptions:
    """How a server does Digest.

    Attributes:
        algorithm: ``"MD5"`` or ``"SHA-256"``, with ``"-sess"`` or without.
        qop: What is protected: ``"auth"``, ``"auth-int"``, or ``"auth, auth-int"``.
        nonce_uses: How often a nonce can be used.
        nonce_lifetime: For how many seconds.
    """

    algorithm: str = "SHA-256"
    qop: str = "auth"
    nonce_uses: float = float("inf")
    nonce_lifetime: float = float("inf")

    def __post_init__(self) -> None:
        if self.algorithm.removesuffix("-sess") not in _HASHES:
            raise ValueError(f"no algorithm: {self.algorithm!r}")

    def response(
        self,
        password: str,
        given: Mapping[str, str],
        method: bytes,
        body: bytes = b"",
    ) -> str:
        """Work out the right response (section 3.4.1).

        Args:
            password: Of the user.
            given: The parameters of the credentials.
            method: Of the request.
            body: Of the request.
        """
        secret = self._digest(given["username"], given["realm"], password)
        if self.algorithm.endswith("-sess"):
            secret = self._digest(secret, given["nonce"], given["cnonce"])
        subject: list[str | bytes] = [method, given["uri"]]
        if given["qop"] == "auth-int":
            subject.append(self._digest(body))
        usage = [given[name] for name in ("nonce", "nc", "cnonce", "qop")]
        return self._digest(secret, *usage, self._digest(*subject))

    def _digest(self, *parts: str | bytes) -> str:
        raw = [part if isinstance(part, bytes) else part.encode() for part in parts]
        algorithm = _HASHES[self.algorithm.removesuffix("-sess")]
        return algorithm(b":".join(raw)).hexdigest()


class Digest:
    """Proof that one knows the password.

    Args:
        realm: Where one is.
        users: Passwords by name.
        options: How it is done.
        clock: Returns the virtual time.
        entropy: Returns so many bytes.
    """

    name = "Digest"

    def __init__(
        self,
        realm: str,
        users: Mapping[str, str],
        options: DigestOptions,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._realm = realm
        self._users = users
        self._options = options
        self._clock = clock
        self._entropy = entropy
        self._opaque = entropy(8).hex()
        self._nonces: dict[str, Nonce] = {}

    def challenge(self, stale: bool) -> str:
        """Write a challenge with a new nonce (section 3.3)."""
        nonce = self._entropy(16).hex()
        self._nonces[nonce] = Nonce(self._clock())
        options = self._options
        text = (
            f'Digest realm={quoted(self._realm)}, qop="{options.qop}", '
            f'algorithm={options.algorithm}, nonce="{nonce}", '
            f'opaque="{self._opaque}", charset=UTF-8'
        )
        return f"{text}, stale=true" if stale else text

    def check(self, credentials: str, request: Any) -> Verdict:
        """Judge the credentials (section 3.4)."""
        given = parameters(credentials)
        given["username"] = _user(given)
        password = self._users.get(given["username"])
        nonce = self._nonces.get(given.get("nonce", ""))
        if (
            password is None
            or nonce is None
            or not self._is_for_this(given, request.received.target)
        ):
            return Verdict.WRONG
        body = request.received.body
        right = self._options.response(password, given, request.method, body)
        if given["response"] != right:
            return Verdict.WRONG
        return Verdict.RIGHT if self._use(nonce, given["nc"]) else Verdict.STALE

    def _is_for_this(self, given: Mapping[str, str], target: str) -> bool:
        return (
            all(name in given for name in _REQUIRED)
            and given["realm"] == self._realm
            and given["uri"] == target
            and given["qop"] in self._options.qop.replace(",", " ").split()
            and given.get("algorithm", "MD5") == self._options.algorithm
            and given.get("opaque") == self._opaque
        )

    def _use(self, nonce: Nonce, count: str) -> bool:
        """Use a nonce once more, if that can be done: a count comes only once."""
        age = self._clock() - nonce.issued_at
        fresh = (
            age < self._options.nonce_lifetime
            and len(nonce.counts) < self._options.nonce_uses
            and count not in nonce.counts
        )
        nonce.counts.add(count)
        return fresh


def _user(given: Mapping[str, str]) -> str:
    """Return the name: of one that is not ASCII, written in the way of RFC 8187."""
    extended = given.get("username*")
    if extended is not None:
        return unquote(extended.rpartition("'")[2])
    return given.get("username", "")
