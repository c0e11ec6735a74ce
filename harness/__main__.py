# -*- test-case-name: harness.test.test_main -*-
"""The commands of the harness: ``python -m harness COMMAND``."""

import sys
from collections.abc import Sequence
from importlib import import_module

#: The modules whose ``main`` each command is, by its name.
COMMANDS = {
    "explore": "harness._explore_command",
}


def main(argv: Sequence[str]) -> None:
    """Call a command with the arguments that follow its name.

    Raises:
        SystemExit: With status 2 if there is no such command.
    """
    if not argv or argv[0] not in COMMANDS:
        commands = " | ".join(COMMANDS)
        raise SystemExit(_usage(f"usage: python -m harness {{{commands}}} ..."))
    import_module(COMMANDS[argv[0]]).main(argv[1:])


def _usage(text: str) -> int:
    print(text, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main(sys.argv[1:])
