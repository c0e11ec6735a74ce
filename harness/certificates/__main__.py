# -*- test-case-name: harness.test.test_certificates -*-
"""The command ``python -m harness.certificates``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.certificates import certificates


def main(argv: Sequence[str]) -> None:
    """Make all certificates anew and write them into a folder.

    Args:
        argv: The arguments, without the program's name.

    Raises:
        SystemExit: With status 2 for a mistake in the arguments.
    """
    parser = argparse.ArgumentParser(
        prog="python -m harness.certificates",
        description="Make the certificates of the HTTP fixture anew.",
    )
    parser.add_argument(
        "folder", type=Path, help="where to write them: fixtures/certificates"
    )
    folder: Path = parser.parse_args(argv).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in certificates().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
