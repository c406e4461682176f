"""A web server that costs little: one uvloop process, any address of this machine, two bytes.

`python -m bench.web_server CERT` serves HTTP and, by the PEM file with key and certificate, HTTPS;
it prints both ports, and answers `GET /tally` with how many TLS handshakes were full and resumed.
"""

import asyncio
import json
import signal
import ssl
import sys
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

_BACKLOG = 4_096
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Tally:
    """TLS connections on which a request came."""

    full: int = 0
    resumed: int = 0


class _Answerer(asyncio.Protocol):
    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._asked = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is no subclass

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if self._transport is None or _END not in self._asked:
            return
        secured = self._transport.get_extra_info("ssl_object")
        if secured is not None:
            self._tally.resumed += secured.session_reused
            self._tally.full += not secured.session_reused
        body = json.dumps(asdict(self._tally)) if b" /tally " in self._asked else "ok"
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self._transport.write((head + body).encode())
        self._transport.close()


async def _serve(certificate: str) -> None:
    loop, tally, stopped = asyncio.get_running_loop(), Tally(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    servers = [
        await loop.create_server(
            lambda: _Answerer(tally), "0.0.0.0", 0, backlog=_BACKLOG, ssl=security
        )
        for security in (None, context)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await stopped.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
