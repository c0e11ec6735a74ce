# -*- test-case-name: harness.test.test_data -*-
"""Where the data files of the tests are, in a checkout and in an installed wheel."""

from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(str(files("harness")))
#: A wheel carries the folder inside the package; in a checkout it stands beside it.
_PLACES = (_PACKAGE / "_fixtures", _PACKAGE.parent / "fixtures")


def fixture_path(*names: str) -> Path:
    """Find a file of ``fixtures/``.

    Args:
        names: The path below ``fixtures/``, one argument for each folder or file:
            ``fixture_path("text", "lines.txt")``.

    Returns:
        The path of the existing file or folder. Read from it only.

    Raises:
        FileNotFoundError: There is none of that name.
        ValueError: The name leads out of ``fixtures/``.
    """
    root = next(place for place in _PLACES if place.is_dir())
    path = root.joinpath(*names)
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{'/'.join(names)} is outside fixtures/")
    if not path.exists():
        raise FileNotFoundError(f"no fixture {'/'.join(names)} in {root}")
    return path


def fixture_bytes(*names: str) -> bytes:
    """Read a file of ``fixtures/``: the content of `fixture_path`, as it is."""
    return fixture_path(*names).read_bytes()
