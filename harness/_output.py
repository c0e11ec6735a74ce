# -*- test-case-name: harness.test.test_output -*-
"""What every command owes the shell: output that ends well, and errors in one line."""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr, redirect_stdout

from harness._trace_files import TraceFileError

#: The status after Ctrl-C, as a shell has it: 128 and the number of the signal.
INTERRUPTED = 130


class ClosedOutput(io.StringIO):
    """Stands for standard output where there is none, as after ``>&-``."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def written_safely(command: Callable[[], int]) -> int:
    """Run a command, and say in one line why it failed, if it did.

    Characters that the terminal does not know are escaped.

    Args:
        command: Returns its exit status.

    Returns:
        That status; 2 if a file cannot be read or written, as ``diff`` and ``grep``
        have it; or 130 after Ctrl-C. Nothing is said to a reader who went away, as
        ``| head`` does; the status is 1 then.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with ExitStack() as stack:
        if sys.stdout is None:
            stack.enter_context(redirect_stdout(ClosedOutput()))
        if sys.stderr is None:
            stack.enter_context(redirect_stderr(io.StringIO()))
        return _status_of(command)


def _status_of(command: Callable[[], int]) -> int:
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would fail once more at exit.
        with open(os.devnull, "wb") as devnull:
            os.dup2(devnull.fileno(), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("Interrupted", file=sys.stderr)
        return INTERRUPTED
    except TraceFileError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'standard output'}: {error.strerror}")
    return status


def safe(text: str) -> str:
    """Escape what a terminal would obey, in text of one or more lines."""
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1]
        for char in text
    )


def _fail(reason: str) -> int:
    print(f"Error: {safe(reason)}", file=sys.stderr)
    return 2
