# -*- test-case-name: harness.test.test_plaintext -*-
"""What goes into TLS, for the trace of a network.

A socket sees what comes out of TLS, and that differs in each run. TLS itself is a
protocol of Twisted's that stands between the transport and the protocol proper. The
first thing that any TLS connection sends is the handshake. So when a transport that is
traced sends, its protocol is asked whether it is TLS; and from then on the OpenSSL
connection of that protocol reports what it is given. Connections that are older than
the trace are asked when it begins.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.protocols.tls import TLSMemoryBIOProtocol

from harness._trace import ENCRYPTED

if TYPE_CHECKING:
    from harness._sockets_stream import Chunk, StreamSocket


def record_stream(socket: "StreamSocket", data: "Chunk") -> None:
    """Record what the transport of a socket sends, as what it is: encrypted or not."""
    clear = len(data)
    if watch_stream(socket):
        transport: Any = socket.writer or socket.reader
        clear = min(clear, transport.clear_left)
        transport.clear_left -= clear
    if data[:clear]:
        socket.host.record("data", *socket.ends, data[:clear])
    if data[clear:]:
        socket.host.record(ENCRYPTED, *socket.ends, data[clear:])


def watch_stream(socket: "StreamSocket") -> bool:
    """Record from now on what goes into the TLS of a stream, if it has any.

    Returns:
        Whether it has.
    """
    transport: Any = socket.writer or socket.reader
    layers = list(tls_layers(getattr(transport, "protocol", None)))
    for tls in layers[-1:]:  # the one next to the program, if TLS runs inside of TLS
        report = partial(socket.host.record, "plaintext", *socket.ends)
        _report_plaintext(tls, report)
    return bool(layers)


def tls_layers(protocol: Any) -> Iterator[TLSMemoryBIOProtocol]:
    """Find the TLS in a protocol that may wrap others, the outermost first."""
    while protocol is not None:
        if isinstance(protocol, TLSMemoryBIOProtocol):
            yield protocol
        # Twisted's endpoints wrap too, and say so in an attribute of another name.
        wrapped = getattr(protocol, "_wrappedProtocol", None)
        protocol = getattr(protocol, "wrappedProtocol", wrapped)


def _report_plaintext(
    tls: TLSMemoryBIOProtocol, report: Callable[[bytes], None]
) -> None:
    """Let TLS report what it is given to encrypt, once for each connection."""
    connection = tls.getHandle()
    if "send" not in vars(connection):
        connection.send = _reporting(connection.send, report)


def _reporting(
    send: Callable[[bytes], int], report: Callable[[bytes], None]
) -> Callable[[bytes], int]:
    def send_and_report(data: bytes) -> int:
        sent = send(data)
        report(bytes(data[:sent]))
        return sent

    return send_and_report
