# -*- test-case-name: harness.test.test_names -*-
"""The names that a network knows, and how each is answered."""

from collections.abc import Iterator, MutableMapping, Sequence
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from harness._addresses import canonical
from harness._errors import NotSimulated
from harness._seconds import require_seconds

if TYPE_CHECKING:
    from harness._resolver import LookUp


class Answer(NamedTuple):
    """What a look-up is told.

    Attributes:
        addresses: The addresses. None of them: the look-up fails.
        delay: After how many seconds it is told.
    """

    addresses: tuple[str, ...]
    delay: float = 0.0


class Names(MutableMapping[str, Sequence[str]]):
    """A table of host names: ``names["example.com"] = ["192.0.2.1"]``.

    Names are compared as DNS does, without regard to case or a final dot, and in other
    scripts as IDNA does. A name that is not in the table does not exist; one with no
    addresses has none. The value of a name is what its next look-up will be told.

    Answers come at once, unless the name is slow (`delay`), its servers are broken
    (`fail`, `stall`), or each look-up is told something else (`answer_in_turn`). What a
    look-up is told is settled when it begins.

    Attributes:
        under_way: The look-ups that have not been answered, oldest first.
    """

    def __init__(self) -> None:
        # Only IPv4, so that a refused connection to it is one refusal, not two in
        # succession; a test that wants both says so.
        self._table = {"localhost": [Answer(("127.0.0.1",))]}
        self._delays: dict[str, float] = {}
        self.under_way: dict[LookUp, None] = {}

    def look_up(self, name: str | bytes) -> Answer:
        """Take the answer to one look-up of ``name``: it counts as one.

        An address stands for itself, at once.

        Raises:
            UnicodeError: It can be no name: a label is empty, or too long.
        """
        text = name.decode("ascii") if isinstance(name, bytes) else name
        literal = canonical(text)
        if literal is not None:
            return Answer((literal,))
        key = _key(text)
        answer = self._next_answer(key)
        return answer._replace(delay=answer.delay or self._delays.get(key, 0.0))

    def addresses(self, name: str) -> tuple[str, ...]:
        """Look ``name`` up, and block until the answer is there.

        Raises:
            NotSimulated: That takes time.
        """
        answer = self.look_up(name)
        if answer.delay:
            raise NotSimulated(f"a look-up of {name} that blocks for {answer.delay} s")
        return answer.addresses

    def leading_to(self, address: str) -> tuple[str, ...]:
        """Return the names that have an address, in the order of the table."""
        return tuple(
            name
            for name, answers in self._table.items()
            if any(address in answer.addresses for answer in answers)
        )

    # How a name is answered

    def delay(self, name: str, seconds: float) -> None:
        """Let every answer about ``name`` take so long, whatever it is.

        A failure that says for itself how long it takes does as it says.

        Raises:
            TypeError: ``seconds`` is no number.
            ValueError: ``seconds`` is negative, or without end: that is `stall`.
        """
        self._delays[_key(name)] = require_seconds("delay: seconds", seconds)

    def fail(self, name: str, after: float = 0.0) -> None:
        """Let look-ups of ``name`` fail, as if no server could be asked.

        Args:
            name: The name. Giving it addresses again mends it.
            after: How many seconds it takes until the resolver gives up.

        Raises:
            TypeError: ``after`` is no number.
            ValueError: ``after`` is negative, or without end: that is `stall`.
        """
        self._table[_key(name)] = [Answer((), require_seconds("fail: after", after))]

    def stall(self, name: str) -> None:
        """Let look-ups of ``name`` never be answered.

        Giving it addresses again mends it, for look-ups that begin later.
        """
        self._table[_key(name)] = [Answer((), inf)]

    def answer_in_turn(self, name: str, *answers: Sequence[str]) -> None:
        """Tell each look-up of ``name`` something else.

        Args:
            name: The name.
            answers: The addresses that each look-up is told, one list for each.
                A look-up that is told none fails. What the last list says stays.

        Raises:
            ValueError: There is no answer, or something in one is not an address.
        """
        if not answers:
            raise ValueError("at least one answer is needed")
        self._table[_key(name)] = [Answer(_require_addresses(each)) for each in answers]

    # The mapping

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._table[_key(name)][0].addresses

    def __setitem__(self, name: str, addresses: Sequence[str]) -> None:
        """Let ``name`` have these addresses.

        Raises:
            ValueError: One of them is not an address.
        """
        self._table[_key(name)] = [Answer(_require_addresses(addresses))]

    def __delitem__(self, name: str) -> None:
        del self._table[_key(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def _next_answer(self, key: str) -> Answer:
        answers = self._table.get(key, [Answer(())])
        return answers.pop(0) if len(answers) > 1 else answers[0]


def require_address(text: str) -> str:
    """Return the canonical form of an address.

    Raises:
        TypeError: It is no string.
        ValueError: It is not one.
    """
    if not isinstance(text, str):
        raise TypeError(f"an address must be a string, not {text!r}")
    address = canonical(text)
    if address is None:
        raise ValueError(f"not an IP address: {text!r}")
    return address


@lru_cache(4096)
def plain_name(text: str) -> str:
    """Return the form of a name or an address in which it can be compared.

    Raises:
        UnicodeError: It can be no name: a label is empty, or too long.
    """
    return canonical(text) or _key(text)


def _require_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    if isinstance(addresses, str):
        raise ValueError(f"a list of addresses is needed, not {addresses!r}")
    return tuple(require_address(text) for text in addresses)


def _key(name: str) -> str:
    return name.rstrip(".").encode("idna").decode("ascii").lower()
