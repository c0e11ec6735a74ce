# -*- test-case-name: harness.test.test_traced_blocks -*-
"""The trace of a test that is a ``with`` block: for its error, and for files."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from harness._network import Network
from harness._told_failures import add_note
from harness._traced_tests import TracedTest

#: Pytest shows the lines of tests, and not those below.
__tracebackhide__ = True


@contextmanager
def traced_block(
    network: Network, lines: int, environment: Mapping[str, str]
) -> Iterator[None]:
    """Record what happens in a ``with`` block, unless its test records it itself.

    An error has a note of what was said. There are files if pytest runs the test, since
    nobody else tells its name; that it has passed is more than a fixture knows.

    Args:
        network: The network of the test.
        lines: How many lines the note is to have at most.
        environment: The variables of the environment.

    Raises:
        OSError: The files cannot be written.
    """
    if network.trace is not None:
        yield
        return
    name = name_by_pytest(environment)
    traced = TracedTest(network, lines, environment if name else {})
    failure = ""
    with traced.under_way():
        try:
            yield
        except Exception as error:
            failure = traceback.format_exc()
            told = traced.describe(failure)
            if told:
                add_note(error, told)
            raise
        finally:
            traced.end(name, "failed" if failure else "", failure)


def name_by_pytest(environment: Mapping[str, str]) -> str:
    """Return the name of the test that pytest runs, or ""."""
    return environment.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
