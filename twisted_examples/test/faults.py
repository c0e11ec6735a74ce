"""What can go wrong between a program and its peer, for tests that try each in turn.

The peer is on a machine called ``server``. What is not here: `Fault.in_use`, which
befalls programs that listen; a crash after which the machine starts again, which makes
a difference only to a program that goes on talking; and the faults of datagrams.
"""

from harness import Fault

#: On the way to the peer.
REACHING = [
    Fault.no_name(),
    Fault.slow_name(),
    Fault.stalled_name(),
    Fault.refuse(),
    Fault.unreachable(),
    Fault.no_answer(),
]

#: In what is said, by either end, and at its end.
SAYING = [
    Fault.reset(),
    Fault.reset(after=1),
    Fault.cut(),
    Fault.cut(after=1),
    Fault.half_close(),
    Fault.half_close(after=1),
    Fault.stall(),
    Fault.stall(after=1),
    Fault.garble(),
    Fault.tls_alert(),
    Fault.segment(),
    Fault.drip(),
    Fault.delay(),  # and so jitter: neither end says much at once
    Fault.partition(),
    Fault.crash(host="server"),
]

#: While something is awaited, and by the clock.
WAITING = [Fault.cancel(), Fault.disconnect(), Fault.skew()]
