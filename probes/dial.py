"""One TCP connection, with what our machine refused told apart from what the far side did."""

import asyncio
import errno
import os
import socket

from probes.descriptors import open_socket
from probes.failure import Failure
from probes.local_error import explain_open, explain_send
from probes.readiness import Readiness
from probes.reading import Reason
from probes.resolve import Address

_ANSWERED_WITH = {
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.ECONNRESET: Reason.RESET,
    errno.EPIPE: Reason.RESET,
    errno.ETIMEDOUT: Reason.CONNECT_TIMEOUT,
}
"""What SO_ERROR says once the SYN has left; any other word of the network is `unreachable`."""


async def dial(address: Address, port: int, readiness: Readiness) -> socket.socket:
    """Return a connected, non-blocking socket. Cancelling leaves none open.

    Raises:
        Failure: with a reason of blindness when nothing left this machine

    """
    try:
        calling = open_socket(address.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    except OSError as error:
        raise Failure(*explain_open(error)) from error
    try:
        calling.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # the last step of the handshake leaves with the request, which follows at once: tcp(7)
        calling.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
        await _begin(calling, address, port, readiness)
        _check(calling.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    except BaseException:
        readiness.forget(calling.fileno())
        calling.close()
        raise
    return calling


def _begin(
    calling: socket.socket, address: Address, port: int, readiness: Readiness
) -> asyncio.Future[bool]:
    refused_at_once = calling.connect_ex(address.sockaddr(port))
    if refused_at_once == errno.ECONNREFUSED:  # a port of this very machine
        raise Failure(Reason.REFUSED, os.strerror(refused_at_once))
    if refused_at_once not in (0, errno.EINPROGRESS):
        local = OSError(refused_at_once, os.strerror(refused_at_once))
        raise Failure(*explain_send(local))
    try:
        return readiness.connecting(calling.fileno())
    except OSError as error:
        raise Failure(*explain_open(error)) from error


def _check(answer: int) -> None:
    if answer:
        reason = _ANSWERED_WITH.get(answer, Reason.UNREACHABLE)
        raise Failure(reason, os.strerror(answer))
