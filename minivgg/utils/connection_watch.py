"""Ends a connection from which too little comes, whatever the program is waiting for."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from minivgg.utils.remote_file import Limits


class ConnectionWatch:
    """Closes a connection from its own thread when a limit is reached.

    A time limit of the socket is for one piece of data. It does not help against a server that
    sends one byte now and then, in its header or in an encrypted block.

    Parameters
    ----------
    limits : Limits
        Times and sizes.
    deadline : float
        When the download must end, by ``time.monotonic()``.
    """

    def __init__(self, limits: Limits, deadline: float) -> None:
        self.limits = limits
        self.deadline = deadline
        self.reason = ""  # why the connection was closed
        self._received = 0
        self._socket: socket.socket | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def connected(self, connection: socket.socket) -> None:
        """Tell which connection is used now.

        Parameters
        ----------
        connection : socket
            It is closed when a limit is reached.
        """
        self._socket = connection

    def received(self, count: int) -> None:
        """Tell that a part of the file has come.

        Parameters
        ----------
        count : int
            Its bytes.
        """
        self._received += count

    def _watch(self) -> None:
        """Compare what has come with the limits, until the download ends."""
        limits = self.limits
        pause = min(0.5, limits.idle_seconds / 8, limits.slow_seconds / 8)
        latest, latest_time = 0, time.monotonic()  # when something came last
        earlier, earlier_time = 0, latest_time  # where the present interval began
        while not self._done.wait(pause):
            now, received = time.monotonic(), self._received
            if received > latest:
                latest, latest_time = received, now
            if now > self.deadline:
                return self._close(f"it took longer than {limits.total_seconds:g} s")
            if now - latest_time > limits.idle_seconds:
                return self._close(f"nothing has come for {limits.idle_seconds:g} s")
            if now - earlier_time > limits.slow_seconds:
                if received - earlier < limits.slow_bytes:
                    return self._close(
                        f"the connection is too slow: {received - earlier:,} bytes "
                        f"in {limits.slow_seconds:g} s"
                    )
                earlier, earlier_time = received, now
        return None

    def _close(self, reason: str) -> None:
        self.reason = reason
        while not self._done.wait(0.05):  # again, if the next connection was being made
            if self._socket is not None:
                with suppress(OSError, ValueError):
                    # of the plain socket: SSLSocket.shutdown would forget its keys, and the
                    # thread that reads would write what is still encrypted into the file
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
