"""A server on this machine that answers requests for one file as badly as it is told to."""

import contextlib
import socket
import socketserver
import struct
import threading
from dataclasses import dataclass, field

PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in</body></html>"
PIECE = 1 << 14


@dataclass(frozen=True)
class Answer:
    """What the server does with one request.

    status, reason, headers: as sent; redirections and refusals have no content, unless it is
    endless. ranges: whether it sends the rest when it is asked for that. range_header: the
    Content-Range of the rest (None: the right one). length: what it announces: "right", "none",
    "more", "less", or any text. content: "right", "flipped" (a wrong bit in each piece), "page" or
    "endless". stop_after: after how many bytes the connection is closed. pause_after, pause: from
    which byte on it waits so many seconds before each byte. reset: whether connections are closed
    without an end. raw: sent instead of a header.
    """

    status: int = 200
    reason: str = "OK"
    headers: tuple = ()
    ranges: bool = True
    range_header: str | None = None
    length: str = "right"
    content: str = "right"
    chunked: bool = False
    stop_after: int | None = None
    pause_after: int | None = None
    pause: float = 0.0
    reset: bool = False
    raw: bytes | None = None


@dataclass
class HostileServer:
    """Serves ``content``: to each request the next of ``answers``, then the last one again.

    asked: the Range headers of the requests so far. sent: bytes of content so far. As a
    context manager it runs in a thread.
    """

    content: bytes
    answers: list = field(default_factory=lambda: [Answer()])
    asked: list = field(default_factory=list)
    sent: int = 0
    context: object = None  # of TLS

    def __enter__(self):
        hostile = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError, ValueError):
                    _answer(hostile, self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, block_on_close, allow_reuse_address = True, False, True

            def get_request(self):
                connection, address = super().get_request()
                if hostile.context is not None:
                    connection = hostile.context.wrap_socket(connection, server_side=True)
                return connection, address

        self.closing = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self):
        """Of the file."""
        scheme = "http" if self.context is None else "https"
        return f"{scheme}://127.0.0.1:{self.server.server_address[1]}/weights.bin"


def _answer(hostile, handler):
    """Read one request, and answer it."""
    wanted = None
    handler.rfile.readline(1000)
    while (line := handler.rfile.readline(1000).decode("latin-1").strip()) != "":
        if line.lower().startswith("range:"):
            wanted = line.split(":")[1].strip()
    hostile.asked.append(wanted)
    answer = hostile.answers[min(len(hostile.asked), len(hostile.answers)) - 1]
    out = handler.wfile
    if answer.raw is not None:
        _send(hostile, out, answer.raw, answer)
        return
    start = 0
    if answer.status in (200, 206) and wanted and answer.ranges:
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(hostile.content):
            answer = Answer(416, "Range Not Satisfiable")
    out.write(_header(hostile, answer, start))
    if answer.status in (200, 206) or answer.content == "endless":
        _send(hostile, out, _content(hostile, answer, start), answer)
    if answer.reset:
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _header(hostile, answer, start):
    status, reason = (206, "Partial Content") if start else (answer.status, answer.reason)
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{k}: {v}" for k, v in answer.headers)]
    whole = len(hostile.content)
    if status == 206:
        right = f"bytes {start}-{whole - 1}/{whole}"
        lines.append(
            f"Content-Range: {right if answer.range_header is None else answer.range_header}"
        )
    rest = len(PAGE) if answer.content == "page" else whole - start
    lengths = {"right": rest, "more": rest + 1000, "less": max(0, rest - 1000)}
    if answer.chunked:
        lines.append("Transfer-Encoding: chunked")
    elif answer.length != "none" and status in (200, 206):
        lines.append(f"Content-Length: {lengths.get(answer.length, answer.length)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _content(hostile, answer, start):
    """The pieces that are sent."""
    if answer.content == "page":
        pieces = [PAGE]
    elif answer.content == "endless":
        pieces = iter(lambda: b"\x55" * PIECE, None)
    else:
        rest = memoryview(hostile.content)[start:]
        pieces = (bytes(rest[i : i + PIECE]) for i in range(0, len(rest), PIECE))
        if answer.content == "flipped":
            pieces = (bytes([piece[0] ^ 1]) + piece[1:] for piece in pieces)
    if answer.chunked:
        pieces = (f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return pieces


def _send(hostile, out, pieces, answer):
    """Send pieces until the answer stops, slowly where it pauses."""
    sent = 0
    if isinstance(pieces, bytes):
        pieces = [pieces]
    for piece in pieces:
        if answer.stop_after is not None:
            piece = piece[: max(0, answer.stop_after - sent)]
            if not piece:
                return
        whole = len(piece)
        if answer.pause_after is not None:
            whole = min(whole, max(0, answer.pause_after - sent))
        out.write(piece[:whole])
        out.flush()
        for i in range(whole, len(piece)):
            if hostile.closing.wait(answer.pause):
                return
            out.write(piece[i : i + 1])
            out.flush()
        sent += len(piece)
        hostile.sent += len(piece)
        if hostile.closing.is_set():
            return
    if answer.chunked:
        out.write(b"0\r\n\r\n")
