"""Reactors that are broken on purpose, one fault each, to try the contracts on.

A contract that no fault can break shows nothing. Each function here plants one fault
in the virtual reactor, or in the transports of Twisted that it uses, and names the
tests of `harness.test.test_contracts_virtual` that have to notice.
"""

# The order is that of the list.
from harness.test.breakages import connecting, naming, streams, time, loop  # noqa: F401, I001
from harness.test.breakages.planting import BREAKAGES, Breakage

__all__ = ["BREAKAGES", "Breakage"]
