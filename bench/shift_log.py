"""The daemon's log, followed while it grows: what it told, and when (monitor/logs.py)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (\w+) (\S+) (.*)")
_FIELD = re.compile(r"(\w+)=(\S+)")
_STAMP = "%Y-%m-%d %H:%M:%S,%f"


@dataclass(frozen=True, slots=True)
class Line:
    """`at_s` is wall time; the daemon has to run with TZ=UTC."""

    at_s: float
    level: str
    message: str

    @property
    def fields(self) -> dict[str, str]:
        return dict(_FIELD.findall(self.message))


def parse(text: str) -> Line | None:
    """Return a line of the log; None for one that continues another, such as of a traceback."""
    match = _LINE.match(text)
    if match is None:
        return None
    at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    return Line(at.timestamp(), match[2], match[4])


class ShiftLog:
    """Reads what was added since it last looked."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at = 0
        self._lines: list[Line] = []

    def lines(self) -> list[Line]:
        """Return every whole line there is by now."""
        with self._file.open("rb") as file:
            file.seek(self._at)
            whole, end, _ = file.read().rpartition(b"\n")
        self._at += len(whole) + len(end)
        found = map(parse, whole.decode(errors="replace").splitlines())
        self._lines += [line for line in found if line is not None]
        return self._lines

    def incidents(self, phase: str, since_s: float) -> dict[str, float]:
        """Return when each site was first told of so, from an instant on."""
        told: dict[str, float] = {}
        for line in self._told(since_s):
            fields = line.fields
            if fields.get("phase") == phase:
                told.setdefault(fields["site"], line.at_s)
        return told

    def open_incidents(self, since_s: float) -> set[str]:
        """Return the ids of the incidents opened since an instant that are still open."""
        ids: dict[str, set[str]] = {"opened": set(), "closed": set()}
        for line in self._told(since_s):
            fields = line.fields
            ids.setdefault(fields["phase"], set()).add(fields["id"])
        return ids["opened"] - ids["closed"]

    def _told(self, since_s: float) -> Iterator[Line]:
        for line in self.lines():
            if line.at_s >= since_s and line.message.startswith("incident "):
                yield line

    def first(self, start: str) -> Line | None:
        """Return the first line whose message starts so, if there is one."""
        return next((line for line in self.lines() if line.message.startswith(start)), None)

    def troubles(self) -> list[str]:
        """Return the warnings and errors so far."""
        return [line.message for line in self.lines() if line.level in ("WARNING", "ERROR")]
