"""Makes ``--reactor=virtual`` known to ``trial`` and ``twist``."""

from twisted.application.reactors import Reactor

virtual = Reactor(
    "virtual",
    "harness._installation",
    "virtual time over a network in memory: no socket, no waiting, no luck.",
)
