# -*- test-case-name: harness.test.test_plaintext -*-
"""What goes into TLS, for the trace of a network.

A socket sees what comes out of TLS, and that differs in each run. TLS itself is a
protocol of Twisted's that stands between the transport and the protocol proper. The
first thing that any TLS connection sends is the handshake. So when a transport that is
traced sends, its protocol is asked whether it is TLS; and from then on the OpenSSL
connection of that protocol reports what it is given.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.protocols.tls import TLSMemoryBIOProtocol

from harness._trace import ENCRYPTED

if TYPE_CHECKING:
    from harness._sockets_stream import Chunk, StreamSocket


def record_stream(
    socket: "StreamSocket", source: object, destination: object, data: "Chunk"
) -> None:
    """Record what the transport of a socket sends, as what it is: encrypted or not."""
    transport: Any = socket.writer or socket.reader
    tls = _find_tls(getattr(transport, "protocol", None))
    host = socket.host
    clear = len(data)
    if tls is not None:
        clear = min(clear, transport.clear_left)
        transport.clear_left -= clear
        _report_plaintext(
            tls, lambda plain: host.record("plaintext", source, destination, plain)
        )
    if data[:clear]:
        host.record("data", source, destination, data[:clear])
    if data[clear:]:
        host.record(ENCRYPTED, source, destination, data[clear:])


def _find_tls(protocol: Any) -> TLSMemoryBIOProtocol | None:
    """Return the TLS next to the program, if a protocol is TLS or wraps it."""
    found = None
    while protocol is not None:
        if isinstance(protocol, TLSMemoryBIOProtocol):
            found = protocol
        # Twisted's endpoints wrap too, and say so in an attribute of another name.
        wrapped = getattr(protocol, "_wrappedProtocol", None)
        protocol = getattr(protocol, "wrappedProtocol", wrapped)
    return found


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
