# -*- test-case-name: harness.test.test_dns -*-
"""Twisted's own DNS, ``twisted.names``, on the clock of the machine that it runs on.

A resolver of Twisted's hands the reactor that it was given to what speaks UDP. What
speaks TCP, for answers that do not fit into a datagram, takes the reactor of the
process instead, and would count its timeouts on the wall clock.
"""

import sys
from typing import Any

from harness._process_reactor import installed_reactor


def set_dns_clock(protocol: Any, clock: Any) -> None:
    """Let DNS over TCP that was made without a reactor use ``clock``."""
    dns: Any = sys.modules.get("twisted.names.dns")  # it is large, and seldom there
    if dns is None or not isinstance(protocol, dns.DNSProtocol):
        return
    if protocol._reactor is installed_reactor():
        protocol._reactor = clock
