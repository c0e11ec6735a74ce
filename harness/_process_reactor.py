# -*- test-case-name: harness.test.test_process_reactor -*-
"""Let the reactor of the process be one of a network's, for a while.

Code that says ``from twisted.internet import reactor`` may have said so long ago, and
have kept it anywhere: in a module, in a class, as the default of an argument. All of
them hold the same object. So it is not replaced; it is given the class and the
attributes of another, as Twisted's own tests of reactors do.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from twisted import internet
from twisted.internet.base import ReactorBase

_MODULE = "twisted.internet.reactor"


class StandIn:
    """The reactor of modules that were first imported where the process had none.

    While a network lends its reactor, it is that one. Afterwards it passes everything
    on to the one that the process then has.
    """

    def __getattr__(self, name: str) -> Any:
        from twisted.internet import reactor  # noqa: PLC0415, TID251  (if there is one)

        return getattr(reactor, name)


#: There is at most one: modules that hold it are imported once.
_stand_ins: list[Any] = []


def installed_reactor() -> Any:
    """Return what ``from twisted.internet import reactor`` gives, but make none."""
    return vars(internet).get("reactor", sys.modules.get(_MODULE))


@contextmanager
def reactor_of_process(reactor: ReactorBase) -> Iterator[None]:
    """Let whatever holds the reactor of the process have ``reactor`` instead.

    It is another object, but of the same class and with the same attributes.
    """
    with ExitStack() as undo:
        if installed_reactor() is None:
            undo.enter_context(_stand_in_installed())
        for face in dict.fromkeys([installed_reactor(), *_stand_ins]):
            undo.callback(_set_face, face, type(face), vars(face))
            _set_face(face, type(reactor), vars(reactor))
        yield


@contextmanager
def _stand_in_installed() -> Iterator[None]:
    """Let the process have a reactor, of which nothing is left but in modules."""
    if not _stand_ins:
        _stand_ins.append(StandIn())
    sys.modules[_MODULE] = vars(internet)["reactor"] = _stand_ins[0]
    try:
        yield
    finally:
        del sys.modules[_MODULE], vars(internet)["reactor"]


def _set_face(reactor: Any, kind: type, attributes: dict[str, Any]) -> None:
    reactor.__dict__ = attributes
    reactor.__class__ = kind
