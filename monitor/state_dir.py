"""Where the daemon keeps its journal, and that only one daemon keeps it there."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_state_path


class StateDirError(Exception):
    """The directory cannot be used; the text says why and what to do."""


def state_dir(configured: Path | None) -> Path:
    """Return `state_dir:` of the settings, else systemd's $STATE_DIRECTORY, else XDG's."""
    if configured is not None:
        return configured
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else user_state_path("guardia")


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Make the directory and hold it for this process; a read-only one will do.

    Raises:
        StateDirError: it cannot be made, or another daemon uses it.

    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o750)
        held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StateDirError(
            f"state directory {directory}: {error.strerror}; choose another with `state_dir:`"
        ) from error
    try:
        _lock(held, directory)
        yield
    finally:
        os.close(held)


def _lock(held: int, directory: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StateDirError(
            f"state directory {directory}: another guardia is running with it; "
            "stop that one, or give this one its own `state_dir:`"
        ) from error
