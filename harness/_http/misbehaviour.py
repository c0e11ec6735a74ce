# -*- test-case-name: harness.test.test_http_misbehaviour -*-
"""The words for what a server should not do."""

from collections.abc import Callable, Iterable

from harness._data import fixture_bytes
from harness._http.answers import EarlyAnswer, ScriptedAnswer, head, partial
from harness._http.routes import Routes
from harness._http.scripts import End, Script, Step
from harness._http.streams import Stream


class Misbehaviour:
    """What is slow, broken off, too early or plainly wrong."""

    _routes: Routes

    def stream(
        self,
        path: str,
        pieces: Callable[[], Iterable[bytes]],
        every: float = 0.0,
        length: int | None = None,
    ) -> None:
        """Answer with a body that is made while it is sent, however large.

        Args:
            path: Where.
            pieces: Makes its pieces, anew for each request.
            every: How many seconds pass between two.
            length: What Content-Length says; None for chunks.
        """
        self._routes.add(path, Stream(pieces, every, length))

    def drip(
        self, path: str, body: bytes, every: float = 1.0, chunked: bool = False
    ) -> None:
        """Answer with a body that comes byte by byte.

        Args:
            path: Where.
            body: All of it.
            every: How many seconds pass between two bytes.
            chunked: Whether each byte is a chunk, or the length is told.
        """
        size = len(body)
        self.stream(
            path,
            lambda: (body[at : at + 1] for at in range(size)),
            every,
            None if chunked else size,
        )

    def stall(
        self,
        path: str,
        part: bytes | None = None,
        length: int | None = None,
        chunked: bool = False,
    ) -> None:
        """Begin to answer, and say no more.

        Args:
            path: Where.
            part: What comes of the body. None: not even the head comes.
            length: How much is promised; None for one byte more.
            chunked: Whether that is the size of a chunk, or of the body.
        """
        said = () if part is None else (partial(part, length, chunked),)
        self.raw(path, *said, end="silence")

    def truncate(
        self,
        path: str,
        part: bytes,
        length: int | None = None,
        chunked: bool = False,
        abort: bool = False,
    ) -> None:
        """Begin to answer, and hang up in the middle.

        Args:
            path: Where.
            part: What comes of the body.
            length: How much is promised; None for one byte more.
            chunked: Whether that is the size of a chunk, or of the body.
            abort: Whether the connection is reset, or closed.
        """
        end = "abort" if abort else "close"
        self.raw(path, partial(part, length, chunked), end=end)

    def hang_up(self, path: str, abort: bool = False) -> None:
        """Do not answer at all, and close the connection, or reset it."""
        self.raw(path, end="abort" if abort else "close")

    def early(self, path: str, status: int, read_on: bool = False) -> None:
        """Answer as soon as the head of a request has come, without its body.

        Args:
            path: Where.
            status: The code.
            read_on: Whether the connection is kept and the body read to its end, or
                closed.
        """
        fields = {"Content-Length": "0"}
        if not read_on:
            fields["Connection"] = "close"
        end = End.NEXT if read_on else End.CLOSE
        self._routes.add(path, EarlyAnswer(Script((head(status, fields),), end)))

    def no_continue(self, path: str) -> None:
        """Never say 100 Continue there, whatever a client expects."""
        self._routes.silent.add(path)

    def raw(self, path: str, *steps: Step, end: str = "close") -> None:
        """Answer with bytes as they stand.

        Args:
            path: Where.
            steps: Bytes to send, and numbers of seconds to wait.
            end: What comes then: ``"close"``, ``"abort"`` (a reset), ``"silence"``
                (nothing, for ever), or ``"next"`` (the next request).

        Raises:
            ValueError: There is no such end.
        """
        self._routes.add(path, ScriptedAnswer(Script(steps, End(end))))

    def transcript(self, path: str, name: str) -> None:
        """Answer with a script of ``fixtures/http/``.

        Args:
            path: Where.
            name: Of the file, without ``.txt``.

        Raises:
            FileNotFoundError: There is none of this name.
        """
        text = fixture_bytes("http", f"{name}.txt").decode("ascii")
        self._routes.add(path, ScriptedAnswer(Script.parse(text)))
