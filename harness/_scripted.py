# -*- test-case-name: harness.test.test_scripted -*-
"""A peer that plays a written conversation, and fails at the first difference."""

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHalfCloseableProtocol,
    IProtocolFactory,
    IReactorTime,
)
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from harness._pending import DescribedDeferred
from harness._script_reports import report, standing
from harness._script_steps import Difference, Stage, Step
from harness._scripts import Script

_log = Logger()


@implementer(IHalfCloseableProtocol, IProtocolFactory)
class ScriptedPeer(Script, Protocol):
    """Plays one side of a written conversation, over one connection.

    The script is written beforehand, and played when there is a connection::

        peer = (
            ScriptedPeer()
            .send_line(b"Who is there?")
            .expect_line(b"Ada")
            .send_line(b"Hello, Ada")
            .close()
        )

    The peer is a protocol, for either side, and the factory of that one protocol. So it
    can be given to `connect_pair`, to ``connectProtocol``, to an endpoint's ``listen``
    and ``connect``, and to ``listenTCP``.

    At the first difference it breaks the connection, so that the other side does not
    wait in vain. `finished` and `check` tell what was expected and what came. Bytes
    that come after the last step are a difference too, unless this step closes.

    Args:
        clock: Tells the time, for a script that waits.
        delimiter: What ends a line.

    Attributes:
        finished: Fires when the script has been played, or fails with an
            ``AssertionError`` that shows the first difference. After a last step that
            closes or breaks the connection it fires when the connection is lost.
    """

    noisy = False

    def __init__(
        self, clock: IReactorTime | None = None, delimiter: bytes = b"\r\n"
    ) -> None:
        super().__init__(clock, delimiter)
        self.finished: Deferred[None] = DescribedDeferred(self._describe)
        self._stage = Stage(clock, self._go_on)
        self._begun = self._done = 0
        self._is_taken = self._is_playing = self._is_played = False
        self._error: AssertionError | None = None

    def check(self) -> None:
        """Check that the script was played to its end, and that nothing came after it.

        Raises:
            AssertionError: It was not. The message shows the step, what was expected
                and what came.
        """
        if self._error is not None:
            self.finished.addErrback(lambda reason: None)  # it has been told
            raise self._error
        if not self._is_played:
            raise AssertionError(self._report("the script is not at its end"))

    def add(self, step: Step) -> "ScriptedPeer":
        """Add a step.

        Raises:
            RuntimeError: The script is being played.
            ValueError: The script is at its end already, or this end has said all.
        """
        if self.connected:
            raise RuntimeError(f"the script is being played: {step.text} is too late")
        return super().add(step)

    # What Twisted calls of a factory

    def doStart(self) -> None:
        """Do nothing: there is one connection."""

    def doStop(self) -> None:
        """Do nothing."""

    def buildProtocol(self, addr: IAddress | None) -> "ScriptedPeer | None":
        """Return the peer itself; a second connection is a difference."""
        if self._is_taken:
            self._fail("somebody has connected a second time")
            return None
        self._is_taken = True
        return self

    # What Twisted calls of a protocol

    def connectionMade(self) -> None:
        self._stage.transport = self.transport
        self._go_on()

    def dataReceived(self, data: bytes) -> None:
        self._stage.unread += data
        self._go_on()

    def readConnectionLost(self) -> None:
        self._stage.ended = True
        self._go_on()

    def writeConnectionLost(self) -> None:
        """Do nothing: it was a step of the script."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._stage.ended = True
        self._stage.reason = reason
        self._go_on()

    # Playing

    def _go_on(self) -> None:
        """Play as far as it goes, unless something in it has led back here."""
        if self._is_playing or self._error is not None:
            return
        self._is_playing = True
        try:
            self._play_steps()
        except Difference:
            self._fail("the conversation is not that of the script")
        finally:
            self._is_playing = False

    def _play_steps(self) -> None:
        for step in self.steps[self._done :]:
            if self._begun == self._done:
                self._begun += 1
                step.begin(self._stage)
            if not step.is_done(self._stage):
                return
            self._done += 1
        self._end()

    def _end(self) -> None:
        """Look whether something has come after the last step, and tidy up."""
        stage = self._stage
        if stage.unread and not self.is_over:
            raise Difference
        if not self._is_played:
            self._is_played = True
            self.finished.callback(None)
        if stage.ended:
            stage.transport.loseConnection()

    def _fail(self, problem: str) -> None:
        """Tell of the first difference."""
        if self._error is not None:
            return
        self._error = AssertionError(self._report(problem))
        if self._stage.alarm is not None and self._stage.alarm.active():
            self._stage.alarm.cancel()
        if self._stage.transport is not None and self._stage.reason is None:
            self._stage.transport.abortConnection()
        if self._is_played:  # and has been told of
            _log.failure("after the end of a script", Failure(self._error))
        else:
            self.finished.errback(self._error)

    def _report(self, problem: str) -> str:
        return report(problem, self.steps, self._done, self._stage)

    def _describe(self) -> str:
        return standing(self.steps, self._done, self._stage)
