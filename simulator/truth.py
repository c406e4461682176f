"""The ground truth: what really happened, one JSON line each, written when it was applied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

MOST_KEPT = 100_000
"""Records kept for `truth` to be asked for; the file has all of them."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One truth before it has a time. `component` is a path inside `site`, such as `link/cfe`."""

    site: str
    component: str
    what: str
    facts: dict[str, Any] = field(default_factory=dict)


class TruthLog:
    """Numbers, stamps, writes and flushes. `t` is seconds since the simulator started."""

    def __init__(self, path: Path | None, started_at: datetime) -> None:
        self._file: TextIO | None = None if path is None else path.open("w", encoding="utf-8")
        self._started_at = started_at
        self._kept: list[dict[str, Any]] = []
        self._forgotten = 0

    @property
    def count(self) -> int:
        """Return how many records there are; the next one gets this number plus one."""
        return self._forgotten + len(self._kept)

    def write(self, t_s: float, happenings: Sequence[Happening]) -> None:
        """Write down what was applied at `t_s`."""
        at = (self._started_at + timedelta(seconds=t_s)).astimezone(UTC)
        stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for happening in happenings:
            record = {
                "n": self.count + 1,
                "t": round(t_s, 6),
                "at": stamp,
                "site": happening.site,
                "component": happening.component,
                "what": happening.what,
                **happening.facts,
            }
            self._kept.append(record)
            if self._file is not None:
                self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        if self._file is not None:
            self._file.flush()
        if len(self._kept) > 2 * MOST_KEPT:
            self._forgotten += MOST_KEPT
            del self._kept[:MOST_KEPT]

    def since(self, number: int, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` records after the one with that number."""
        start = max(0, number - self._forgotten)
        return self._kept[start : start + limit]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
