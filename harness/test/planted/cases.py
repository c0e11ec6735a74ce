"""The tests of the planted programs, and how their bugs are looked for."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from harness import Fault, Network
from harness.test.planted import (
    arrival_order,
    double_close,
    forgetful_restart,
    half_close_ignored,
    leaking_reconnect,
    lost_datagram,
    lost_update,
    mismatched_reply,
    missing_timeout,
    retry_storm,
    single_address,
    split_delimiter,
)
from harness.test.planted.stage import Stage, stage_of

Scenario = Callable[[Stage], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Bug:
    """A planted bug.

    Attributes:
        name: What it is called.
        scenario: The test of the program: a coroutine that raises if it fails.
        faults: What has to go wrong for it to show.
    """

    name: str
    scenario: Scenario
    faults: Sequence[Fault] = ()


BUGS = [
    Bug("lost_update", lost_update.scenario),
    Bug("missing_timeout", missing_timeout.scenario, [Fault.stall()]),
    Bug("retry_storm", retry_storm.scenario),
    Bug("mismatched_reply", mismatched_reply.scenario),
    Bug("half_close_ignored", half_close_ignored.scenario, [Fault.half_close()]),
    Bug("leaking_reconnect", leaking_reconnect.scenario, [Fault.stall()]),
    Bug("double_close", double_close.scenario, [Fault.stall()]),
    Bug("arrival_order", arrival_order.scenario),
    Bug("split_delimiter", split_delimiter.scenario),
    Bug("lost_datagram", lost_datagram.scenario, [Fault.lose()]),
    Bug("single_address", single_address.scenario, [Fault.refuse()]),
    Bug(
        "forgetful_restart",
        forgetful_restart.scenario,
        [Fault.crash(0.5, forgetful_restart.boot, host="server")],
    ),
]


class PlantedTests(SynchronousTestCase):
    """A test for each program. All pass, unless somebody looks more closely."""


def _test_of(bug: Bug) -> Callable[[PlantedTests], None]:
    def test(self: PlantedTests) -> None:
        network = Network()
        network.run_until(bug.scenario(stage_of(network)), timeout=600)
        network.advance(60)

    test.__name__ = f"test_{bug.name}"
    return test


for _bug in BUGS:
    setattr(PlantedTests, f"test_{_bug.name}", _test_of(_bug))
