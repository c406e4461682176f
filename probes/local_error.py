"""What our own kernel refused: blindness, told apart from what the network answered."""

import errno
import os

from probes.reading import Reason

_NOT_PERMITTED = frozenset({errno.EPERM, errno.EACCES})
_EXHAUSTED = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL}
)
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


def explain_open(error: OSError) -> tuple[Reason, str]:
    """Return why a socket could not be opened."""
    if error.errno in _NOT_PERMITTED:
        return Reason.NO_PERMISSION, f"the system does not permit this socket: {_words(error)}"
    return Reason.NO_SOCKET, f"no socket: {_words(error)}"


def explain_send(error: OSError) -> tuple[Reason, str]:
    """Return why nothing left this machine.

    A missing or `unreachable` route is ours as well: nothing was asked, so nothing is known.
    """
    if error.errno in _NOT_PERMITTED:
        return (
            Reason.NO_PERMISSION,
            f"this machine forbids sending there (firewall or route): {_words(error)}",
        )
    if error.errno in _NO_ROUTE:
        return Reason.SEND_FAILED, f"this machine has no route there: {_words(error)}"
    if error.errno in _EXHAUSTED and error.errno != errno.ENOBUFS:
        return Reason.NO_SOCKET, f"no socket: {_words(error)}"
    return Reason.SEND_FAILED, f"nothing could be sent: {_words(error)}"


def _words(error: OSError) -> str:
    if error.errno is None:
        return str(error)
    return f"{os.strerror(error.errno)} ({errno.errorcode.get(error.errno, error.errno)})"
