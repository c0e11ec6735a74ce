"""Producers that remember what they were told."""

from collections.abc import Callable

from twisted.internet.interfaces import IConsumer, IPullProducer, IPushProducer
from zope.interface import implementer


@implementer(IPushProducer)
class SilentProducer:
    """Produces nothing by itself, and remembers what it was told.

    Attributes:
        events: The names of the methods that were called, in order.
        on_event: Called with each name.
    """

    def __init__(self) -> None:
        self.events: list[str] = []
        self.on_event: Callable[[str], object] = lambda event: None

    def pauseProducing(self) -> None:
        self._happened("pauseProducing")

    def resumeProducing(self) -> None:
        self._happened("resumeProducing")

    def stopProducing(self) -> None:
        self._happened("stopProducing")

    def _happened(self, event: str) -> None:
        self.events.append(event)
        self.on_event(event)


@implementer(IPushProducer)
class EagerProducer(SilentProducer):
    """Writes as much as it may, up to a limit, then unregisters itself.

    Attributes:
        written: How many bytes it has written.
        paused: Whether it was told to wait.
    """

    chunk = bytes(65536)

    def __init__(self, consumer: IConsumer, limit: int) -> None:
        super().__init__()
        self.written = 0
        self.paused = False
        self._consumer = consumer
        self._limit = limit

    def pauseProducing(self) -> None:
        self.paused = True
        super().pauseProducing()

    def resumeProducing(self) -> None:
        self.paused = False
        super().resumeProducing()
        self.produce()

    def produce(self) -> None:
        """Write until told to wait, or the limit is reached."""
        while not self.paused and self.written < self._limit:
            self.written += len(self.chunk)
            self._consumer.write(self.chunk)
            if self.written >= self._limit:
                self._consumer.unregisterProducer()


@implementer(IPullProducer)
class PullProducer:
    """Writes one piece each time it is asked, then unregisters itself.

    Attributes:
        asked: How often it was asked.
        stopped: Whether it was told that nobody wants more.
    """

    def __init__(self, consumer: IConsumer, pieces: list[bytes]) -> None:
        self.asked = 0
        self.stopped = False
        self._consumer = consumer
        self._pieces = pieces

    def resumeProducing(self) -> None:
        self._consumer.write(self._pieces[self.asked])
        self.asked += 1
        if self.asked == len(self._pieces):
            self._consumer.unregisterProducer()

    def stopProducing(self) -> None:
        self.stopped = True
