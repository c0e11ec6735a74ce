"""Variables of the environment, for tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settings(**variables: str) -> Iterator[None]:
    """Have variables set as long as a ``with`` block lasts."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
