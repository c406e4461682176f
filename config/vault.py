"""Opens `!env` and `!file` secrets while YAML is read."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from config.fault import UnusableError
from config.place import Place
from config.problem import Problems, quoted
from config.tree import Broken, Scalar

LARGEST_BYTES = 65_536


class Vault:
    """Opens `!env NAME` and `!file PATH` while YAML is read, and remembers what came out.

    A path is relative to the YAML file that names it. One line break at the end is dropped. A
    file that its group or others may *write* is refused, for whoever can write it decides what
    Guardia sends; one that others may read is accepted, as container secrets are (mode 0444).
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._opened: set[str] = set()

    @property
    def secrets(self) -> frozenset[str]:
        """All values that were opened."""
        return frozenset(self._opened)

    def open(self, tag: str, name: str, place: Place, problems: Problems) -> Scalar:
        """Return the secret that a tagged word names; a Broken one when there is none."""
        try:
            secret = self._from_environment(name) if tag == "!env" else _from_file(name, place)
        except UnusableError as fault:
            problems.add(place, str(fault), fault.fix)
            return Broken(None, "", place)
        self._opened.add(secret)
        return Scalar(secret, "", place, secret=True)

    def _from_environment(self, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            fault = f"{quoted(name)} is no name of an environment variable"
            raise UnusableError(fault, "write `!env NAME`")
        secret = self._environment.get(name)
        if secret is None:
            raise UnusableError(f"the environment variable {quoted(name)} is not set", "set it")
        return _usable(secret, f"the environment variable {quoted(name)}")


def _from_file(name: str, place: Place) -> str:
    if not name or "\0" in name:
        raise UnusableError("`!file` names no file", "write `!file PATH`")
    path = Path(place.source.name).parent / name
    what = f"the secret file {quoted(str(path))}"
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UnusableError(f"{what} is no regular file", "name a file")
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise UnusableError(f"{what} may be written by others", "run `chmod go-w` on it")
        with path.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "unreadable").lower()
        raise UnusableError(
            f"{what} cannot be read ({why})", "check the path and its mode"
        ) from error
    if len(content) > LARGEST_BYTES:
        raise UnusableError(
            f"{what} is larger than {LARGEST_BYTES // 1024} KiB", "name the right file"
        )
    try:
        secret = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableError(f"{what} is not UTF-8", "save it as UTF-8") from error
    return _usable(secret.removesuffix("\n").removesuffix("\r"), what)


def _usable(secret: str, what: str) -> str:
    if not secret.strip():
        raise UnusableError(f"{what} is empty", "put the secret into it")
    if "\0" in secret or any("\ud800" <= one <= "\udfff" for one in secret):
        raise UnusableError(
            f"{what} holds bytes that are no text", "put the secret into it as UTF-8"
        )
    return secret
