# -*- test-case-name: harness.test.test_names -*-
"""The names that a network knows."""

from collections.abc import Iterator, MutableMapping, Sequence

from harness._addresses import canonical


class Names(MutableMapping[str, Sequence[str]]):
    """A table of host names: ``names["example.com"] = ["192.0.2.1"]``.

    Names are compared as DNS does, without regard to case or a final dot. A name that
    is not in the table does not exist; one with no addresses has none.
    """

    def __init__(self) -> None:
        # Only IPv4, so that a refused connection to it is one refusal, not two in
        # succession; a test that wants both says so.
        self._table: dict[str, tuple[str, ...]] = {"localhost": ("127.0.0.1",)}

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return the addresses of ``name``, none if it is not known.

        An address stands for itself.
        """
        literal = canonical(name)
        if literal is not None:
            return (literal,)
        return self._table.get(_key(name), ())

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._table[_key(name)]

    def __setitem__(self, name: str, addresses: Sequence[str]) -> None:
        """Let ``name`` have these addresses.

        Raises:
            ValueError: One of them is not an address.
        """
        if isinstance(addresses, str):
            raise ValueError(f"a list of addresses is needed, not {addresses!r}")
        self._table[_key(name)] = tuple(require_address(text) for text in addresses)

    def __delitem__(self, name: str) -> None:
        del self._table[_key(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def require_address(text: str) -> str:
    """Return the canonical form of an address.

    Raises:
        ValueError: It is not one.
    """
    address = canonical(text)
    if address is None:
        raise ValueError(f"not an IP address: {text!r}")
    return address


def _key(name: str) -> str:
    return name.rstrip(".").lower()
