"""A connection that one request goes out on and one answer comes in on: TCP, or TLS over it."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from probes.readiness import READ, WRITE, Readiness

CHUNK_BYTES = 16_384
"""What is taken at once; a TLS record holds no more either (RFC 8446 section 5.1)."""
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """Owns a connected, non-blocking socket, and closes it when we hang up."""

    def __init__(self, connected: socket.socket, readiness: Readiness) -> None:
        self._socket = connected
        self._readiness = readiness
        self._tls = connected if isinstance(connected, ssl.SSLSocket) else None
        self._descriptor = connected.fileno()
        self._unsent = memoryview(b"")
        self._on_sent: Callable[[], None] | None = None
        self._broken: OSError | None = None

    @property
    def tls(self) -> ssl.SSLSocket | None:
        """The encrypted end, where there is one."""
        return self._tls

    def send(self, request: bytes, on_sent: Callable[[], None]) -> None:
        """Send what goes at once; the rest leaves while the answer is waited for.

        `on_sent` is called when the kernel has taken all of it.
        """
        self._unsent, self._on_sent = memoryview(request), on_sent
        self._flush()

    async def receive(self) -> bytes:
        """Return what came next, at most CHUNK_BYTES of it; nothing at the end.

        Raises:
            OSError: reset, or ssl.SSLError; TimeoutError after `give_up`

        """
        while True:
            is_ready = True
            if self._tls is None or not self._tls.pending():
                wanted = READ | WRITE if self._unsent else READ
                is_ready = await self._readiness.ready(self._descriptor, wanted)
            if self._unsent:
                self._flush()
            try:
                received = self._socket.recv(CHUNK_BYTES)
            except _NOT_NOW:
                if not is_ready:
                    raise TimeoutError("nothing came") from None
                continue
            if not received and self._broken is not None:
                raise self._broken
            return received

    def give_up(self) -> None:
        """Let who waits for something to come wait no longer."""
        if self._socket.fileno() != -1:  # its number may be somebody else's by now
            self._readiness.give_up(self._descriptor)

    def is_quiet(self) -> bool:
        """Tell whether the far side has neither hung up nor said anything unasked. Not for TLS."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def hang_up(self) -> None:
        """End the connection now. TLS says goodbye, and does not wait for the far side's."""
        if self._tls is not None:
            with suppress(OSError, ValueError):  # ValueError: it was ended before
                self._tls.unwrap()
        self._readiness.forget(self._descriptor)
        self._socket.close()

    def _flush(self) -> None:
        """Send on. An answer may have come though the far side takes no more: reading decides."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except _NOT_NOW:
            return
        except OSError as error:
            self._broken = error
            self._unsent = memoryview(b"")
        else:
            if self._on_sent is not None:
                self._on_sent()
                self._on_sent = None
