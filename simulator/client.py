"""Talks to a running simulator over its control socket."""

import json
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class ControlError(Exception):
    """The simulator refused a command; the text is its reason."""


class ControlClient:
    """One connection, one command at a time; not for several threads at once.

    Raises:
        OSError: nobody listens there, or nobody answers within `timeout_s`.

    """

    def __init__(self, path: Path, timeout_s: float = 90.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def ask(self, command: str, **fields: object) -> dict[str, Any]:
        """Send a command and return the reply.

        Raises:
            ControlError: the simulator refused it.

        """
        self._socket.sendall(json.dumps({"command": command, **fields}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionResetError("the simulator closed the control socket")
        reply: dict[str, Any] = json.loads(line)
        if not reply.pop("ok"):
            raise ControlError(reply["error"])
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._lines.close()
        self._socket.close()
