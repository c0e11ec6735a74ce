"""Run the planted bugs as an ordinary test would: on a real reactor, over loopback.

Prints how often of 100 runs each of them shows. There are no faults there, and what is
left open is settled by the kernel of this machine.
"""

import sys

from twisted.internet.defer import ensureDeferred
from twisted.internet.task import react

from harness.test.planted.cases import BUGS
from harness.test.planted.stage import Stage

#: How long a scenario may take, in real seconds.
LIMIT = 2.0


def loopback(reactor) -> tuple[Stage, list]:
    """Make the one real reactor a stage, and a list of what was demanded of it."""
    demands = []
    stage = Stage(
        server=lambda: reactor,
        clients=[reactor, reactor],
        name="localhost",
        addresses=["127.0.0.1"],
        always=lambda name, predicate: demands.append((name, predicate)),
        disk={},
        patience=0.01,
    )
    return stage, demands


async def shows(bug, reactor) -> bool:
    """Run a scenario once; say whether it failed."""
    stage, demands = loopback(reactor)
    try:
        await ensureDeferred(bug.scenario(stage)).addTimeout(LIMIT, reactor)
        return not all(predicate() for _, predicate in demands)
    except Exception:
        return True
    finally:
        for port in stage.ports:
            await port.stopListening()


async def main(reactor, runs="100") -> None:
    """Run each of them so often."""
    for bug in BUGS:
        found = [await shows(bug, reactor) for _ in range(int(runs))]
        print(f"{bug.name:20} {sum(found):3} of {len(found)}", flush=True)


if __name__ == "__main__":
    react(main, sys.argv[1:])
