# -*- test-case-name: harness.test.test_descriptors -*-
"""Who waits for which socket: the part of the reactor that is ``IReactorFDSet``."""

from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReadDescriptor, IWriteDescriptor
from twisted.internet.posixbase import PosixReactorBase

from harness._sockets import VirtualSocket

if TYPE_CHECKING:
    from harness._host import Host


class WatchesSockets(PosixReactorBase):
    """Keeps who is to be told when a simulated socket is ready.

    A descriptor that is not simulated can be given and taken back; but time does not
    pass, and the loop does not wait, while one is there: it would never be ready.
    """

    host: "Host"

    def __init__(self) -> None:
        self._readers: dict[IReadDescriptor, VirtualSocket | None] = {}
        self._writers: dict[IWriteDescriptor, VirtualSocket | None] = {}
        self._unsimulated = self.host.scheduler.unsimulated
        super().__init__()

    def addReader(self, reader: IReadDescriptor) -> None:
        if reader in self._readers:
            return
        socket = getattr(reader, "socket", None)
        if isinstance(socket, VirtualSocket):
            self._readers[reader] = socket
            socket.reader = reader
            if socket.readable:
                socket.requeue()
        else:
            self._readers[reader] = None
            self._unsimulated[reader, "addReader"] = None

    def addWriter(self, writer: IWriteDescriptor) -> None:
        if writer in self._writers:
            return
        socket = getattr(writer, "socket", None)
        if isinstance(socket, VirtualSocket):
            self._writers[writer] = socket
            socket.writer = writer
            if socket.writable:
                socket.requeue()
        else:
            self._writers[writer] = None
            self._unsimulated[writer, "addWriter"] = None

    def removeReader(self, reader: IReadDescriptor) -> None:
        socket = self._readers.pop(reader, None)
        if socket is not None:
            socket.reader = None
        else:
            self._unsimulated.pop((reader, "addReader"), None)

    def removeWriter(self, writer: IWriteDescriptor) -> None:
        socket = self._writers.pop(writer, None)
        if socket is not None:
            socket.writer = None
        else:
            self._unsimulated.pop((writer, "addWriter"), None)

    def removeAll(self) -> list[IReadDescriptor | IWriteDescriptor]:
        readers, writers = self.getReaders(), self.getWriters()
        for reader in readers:
            self.removeReader(reader)
        for writer in writers:
            self.removeWriter(writer)
        both: list[IReadDescriptor | IWriteDescriptor] = [*readers, *writers]
        return list(dict.fromkeys(both))

    def getReaders(self) -> list[IReadDescriptor]:
        return list(self._readers)

    def getWriters(self) -> list[IWriteDescriptor]:
        return list(self._writers)
