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
        mended: The same test of a program without the bug.
        faults: What has to go wrong for it to show.
        mended_faults: What goes wrong with the mended program: the same.
    """

    name: str
    scenario: Scenario
    mended: Scenario
    faults: Sequence[Fault] = ()
    mended_faults: Sequence[Fault] = ()


def _bug(module: Any, fault: Fault | None = None, mended: Fault | None = None) -> Bug:
    faults = [fault] if fault else []
    return Bug(
        module.__name__.rpartition(".")[2],
        module.scenario,
        module.mended,
        faults,
        [mended] if mended else faults,
    )


BUGS = [
    _bug(lost_update),
    _bug(missing_timeout, Fault.stall()),
    _bug(retry_storm),
    _bug(mismatched_reply),
    _bug(half_close_ignored, Fault.half_close()),
    _bug(leaking_reconnect, Fault.stall()),
    _bug(double_close, Fault.stall()),
    _bug(arrival_order),
    _bug(split_delimiter),
    _bug(lost_datagram, Fault.lose()),
    _bug(single_address, Fault.refuse(target="10.0.0.1")),
    _bug(
        forgetful_restart,
        Fault.crash(0.5, forgetful_restart.boot, host="server"),
        Fault.crash(0.5, forgetful_restart.boot_mended, host="server"),
    ),
]


class PlantedTests(SynchronousTestCase):
    """A test for each program. All pass, unless somebody looks more closely."""


class MendedTests(SynchronousTestCase):
    """The same tests of the mended programs. All pass, however closely one looks."""


Test = Callable[[SynchronousTestCase], None]


def _test_of(bug: Bug, scenario: Scenario) -> Test:
    def test(self: SynchronousTestCase) -> None:
        network = Network()
        network.run_until(scenario(stage_of(network)), timeout=600)
        network.advance(60)

    test.__name__ = f"test_{bug.name}"
    return test


for _each in BUGS:
    setattr(PlantedTests, f"test_{_each.name}", _test_of(_each, _each.scenario))
    setattr(MendedTests, f"test_{_each.name}", _test_of(_each, _each.mended))
