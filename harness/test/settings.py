"""Variables of the environment, and modules that are there or not, for tests."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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


@contextmanager
def installed(name: str, module: Any) -> Iterator[None]:
    """Let a module be what is found under a name; None: it cannot be imported."""
    before = {key: sys.modules[key] for key in (name,) if key in sys.modules}
    sys.modules[name] = module
    try:
        yield
    finally:
        del sys.modules[name]
        sys.modules.update(before)
