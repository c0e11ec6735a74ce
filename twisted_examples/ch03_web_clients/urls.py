# -*- test-case-name: twisted_examples.ch03_web_clients.test.test_urls -*-
"""Addresses of the web: what is typed, what is sent, and what belongs together."""

import argparse
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

_PORTS = {"http": 80, "https": 443}

#: What is left as it is. "%" begins what has been quoted already.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


class Origin(NamedTuple):
    """Scheme, host and port: what is told to one is not for another (RFC 6454)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def origin_of(url: bytes) -> Origin:
    """Return the origin of a URL.

    Raises:
        ValueError: It is no URL of a web page, or it contains a user name. That would
            have to be sent without having been asked for.
    """
    return _origin(url.decode("ascii"))


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        raise ValueError(f"a URL must begin with http:// or https://, not {url!r}")
    if "@" in parts.netloc:
        raise ValueError("a URL must not contain a user name or a password")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    host = parts.hostname or ""
    ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    if not ascii_host or quote(ascii_host, safe=":") != ascii_host or port == 0:
        raise ValueError(f"there is no host in the URL {url!r}")
    return Origin(parts.scheme, ascii_host, port)


def clean_url(text: str) -> bytes:
    """Make of a URL, as people and servers write it, what a request needs.

    Letters beyond ASCII are encoded, and the fragment, which is not the server's
    business, is left out.

    Raises:
        ValueError: As for `origin_of`.
    """
    origin, parts = _origin(text), urlsplit(text)
    target = f"{parts.path or '/'}?{parts.query}".removesuffix("?")
    quoted = quote(target, safe=_SAFE, errors="surrogateescape")
    return f"{origin}{quoted}".encode("ascii")


def resolve(base: bytes, reference: bytes) -> bytes:
    """Follow a reference, relative or absolute, from the page at ``base``.

    Raises:
        ValueError: It leads to no web page.
    """
    text = reference.decode("utf-8", "surrogateescape")
    return clean_url(urljoin(base.decode("ascii"), text))


def url(text: str) -> bytes:
    """Check a URL given on the command line."""
    try:
        return clean_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
