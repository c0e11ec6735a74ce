# -*- test-case-name: harness.test.test_installation -*-
"""Make a virtual reactor the reactor of the whole process.

This is what ``trial --reactor=virtual`` calls, before any code under test is imported:
modules that bind ``twisted.internet.reactor`` when they are imported bind this one.
What still reaches round the reactor is settled here, for as long as the process lasts.

Two variables of the environment say more, as trial has no options for reactors:
``HARNESS_SEGMENTS=1-7`` cuts every stream into pieces of 1 to 7 bytes, and
``HARNESS_SEED=42`` is the seed of the network, from which their sizes are drawn.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from twisted.internet import default
from twisted.internet.main import installReactor

from harness._blocking import replace_sleep
from harness._global_reactor import GlobalReactor
from harness._network import Network
from harness._reactor import VirtualReactor
from harness._recipes import Recipe
from harness._seams import WORK, Sources, close
from harness._segments import parse_segments, random_segments
from harness._sessions import running_session, session_of_process

#: How trial is told to run its tests in other processes.
_JOBS = re.compile("-j|--j(o(bs?)?)?(=|$)")


def install() -> None:
    """Install a virtual reactor with a network of its own, whose host is localhost.

    The process that ``trial --jobs`` starts the others from gets Twisted's default one:
    it runs no test, and processes are not simulated.

    Raises:
        ReactorAlreadyInstalledError: There is a reactor already.
        ValueError: A variable of the environment is not as described above.
    """
    if starts_workers(sys.argv):
        default.install()
        return
    session = session_of_process()
    if session is not None:
        # Deviations are told with numbers from one on: none is meant for this network.
        session.networks = -1
    network = network_as_told(os.environ)
    reactor = network.host("localhost", reactor=GlobalReactor).reactor
    installReactor(reactor)
    settle(reactor)


def starts_workers(argv: Sequence[str]) -> bool:
    """Say whether a command line is that of a trial that runs its tests in workers.

    Trial installs the reactor as soon as it has read that option, before those after.
    """
    program = Path(argv[0])
    is_trial = "trial" in (program.name, program.parent.name)  # or python -m ...
    return is_trial and any(_JOBS.match(argument) for argument in argv[1:])


def network_as_told(environment: Mapping[str, str], seed: int | None = None) -> Network:
    """Make the network that the variables of the environment describe.

    Args:
        environment: The variables.
        seed: Its seed, whatever they say.
    """
    network = Network(_seed_as_told(environment) if seed is None else seed)
    sizes = environment.get("HARNESS_SEGMENTS")
    if sizes:
        network.segments = random_segments(*parse_segments(sizes), network.seed)
    return network


def _seed_as_told(environment: Mapping[str, str]) -> int:
    """Return the seed, unless a network that is explored takes it from there itself."""
    text = environment.get("HARNESS_SEED") or "0"
    seed = Recipe.parse(text).seed
    return seed if text.isdigit() and running_session() is None else 0


def settle(reactor: VirtualReactor) -> None:
    """Let what reaches round the reactor reach this one, and virtual time.

    - Thread pools that code makes for itself run on the reactor's virtual threads,
      and choose among their workers as the reactor's own pool does.
    - ``time.sleep`` takes virtual time in their threads, however early it is bound.
    - The global cooperator does one step at a time, where it would go on for as long
      as the wall clock allows.
    """
    close(WORK, Sources(reactor), ExitStack())
    replace_sleep()
