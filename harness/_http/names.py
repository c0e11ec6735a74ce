# -*- test-case-name: harness.test.test_certificates -*-
"""Whom the good certificate is for."""

#: The names for documentation (RFC 2606, RFC 6761), and plain names that the machines
#: of a test are given.
NAMES = (
    "localhost",
    "example.com",
    "*.example.com",
    "example.net",
    "*.example.net",
    "example.org",
    "*.example.org",
    "server",
    "web",
    "other",
)
ADDRESSES = ("127.0.0.1", "::1")


def is_certified(name: str) -> bool:
    """Say whether the good certificate is for a host of this name."""
    _, _, domain = name.partition(".")
    return name in NAMES or name in ADDRESSES or f"*.{domain}" in NAMES
