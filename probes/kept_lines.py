"""Connections that wait for the next run of the same probe (RFC 9112 section 9.3).

For what is asked about a document, not about the way to it: half of such a run would go to calling
and hanging up. None is kept for longer than two minutes, for a server that takes no new ones has
a fault too; none over TLS, for thousands of those are hundreds of megabytes.
"""

import random
import time

from probes.deadlines import Deadlines
from probes.http_run import HttpRun, Stage
from probes.line import Line
from probes.places import Places
from probes.resolve import Address

LONGEST_WAIT_S = 30.0
"""Between two runs: routers on the way forget a connection that says nothing, some in a minute."""
_LIFE_S = 80.0, 120.0
"""By lot: those that one start made would all be made anew in the same seconds."""
_MOST_LETDOWNS = 2
_PATIENCE_RATIO = 0.25
"""Of the timeout: so long a kept connection may be silent. The rest is for a new one."""


class KeptLine:
    """A connection to a server, until it expires."""

    __slots__ = ("_lines", "_old_s", "address", "line")

    def __init__(self, line: Line, address: Address, lines: "KeptLines", life_s: float) -> None:
        self.line = line
        self.address = address
        self._lines = lines
        self._old_s = time.monotonic() + life_s

    @property
    def is_old(self) -> bool:
        """Tell whether it has served its time."""
        return time.monotonic() >= self._old_s

    def expire(self) -> None:
        """Hang up, unless it is in use."""
        self._lines.end(self)


class _Hurry:
    """Ends a run's wait for the first byte of an answer on a line that was kept."""

    __slots__ = ("_line", "_run")

    def __init__(self, line: Line, run: HttpRun) -> None:
        self._line = line
        self._run = run

    def expire(self) -> None:
        if self._run.stage in (Stage.SEND, Stage.PROCESSING):
            self._line.give_up()


class KeptLines:
    """Those that wait. Each holds a place, and gives way to whoever needs one."""

    def __init__(self, places: Places, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self._places = places
        self._waiting: dict[KeptLine, None] = {}
        places.make_room = self._give_way

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, line: Line, address: Address) -> KeptLine:
        """Return it as one to keep, which ends by itself where nobody asks again."""
        life_s = random.uniform(*_LIFE_S)  # noqa: S311 - no secret
        kept = KeptLine(line, address, self, life_s)
        self.deadlines.add(life_s, kept)
        return kept

    def add(self, kept: KeptLine) -> bool:
        """Let it wait if it is not old and a place is free; tell whether it does."""
        if kept.is_old or not self._places.take_free():
            return False
        self._waiting[kept] = None
        return True

    def remove(self, kept: KeptLine) -> bool:
        """Tell whether it waited until now."""
        if kept not in self._waiting:
            return False
        del self._waiting[kept]
        self._places.give_back()
        return True

    def end(self, kept: KeptLine) -> None:
        """Hang up on it, if it waits."""
        if self.remove(kept):
            kept.line.hang_up()

    def close(self) -> None:
        """Hang up on all that wait."""
        for kept in list(self._waiting):
            self.end(kept)

    def _give_way(self) -> None:
        longest = next(iter(self._waiting), None)
        if longest is not None:
            self.end(longest)


class Keeping:
    """The connection of one probe, between its runs.

    A server that hangs up on it, or is silent there and answers elsewhere, twice in a row, is
    called anew from then on.
    """

    __slots__ = ("_kept", "_letdowns", "_lines", "_patience_s")

    def __init__(self, lines: KeptLines, timeout_s: float) -> None:
        self._lines = lines
        self._patience_s = _PATIENCE_RATIO * timeout_s
        self._kept: KeptLine | None = None
        self._letdowns = 0

    def take(self) -> KeptLine | None:
        """Return the connection to ask on, if there is one and the server left it as it was."""
        kept = self._kept
        if kept is None or not self._lines.remove(kept):
            return None
        if kept.line.is_quiet():
            return kept
        kept.line.hang_up()
        self.let_down()
        return None

    def hasten(self, line: Line, run: HttpRun) -> None:
        """Let the run wait no longer than that for the first byte on this line."""
        self._lines.deadlines.add(self._patience_s, _Hurry(line, run))

    def keep(self, line: Line, address: Address, answered_s: float) -> bool:
        """Tell whether it is kept for the next run; if not, it is the caller's to end.

        Whoever takes long to answer is called anew: what is slow there and what is dead would
        look the same.
        """
        if answered_s > self._patience_s / 2:
            return False
        kept = self._kept
        if kept is not None and kept.line is line:
            self._letdowns = 0
        elif self._letdowns < _MOST_LETDOWNS:
            kept = self._kept = self._lines.begin(line, address)
        else:
            return False
        return self._lines.add(kept)

    def drop(self) -> None:
        """Hang up: the next run is to have a new one."""
        if self._kept is not None:
            self._lines.end(self._kept)

    def let_down(self) -> None:
        """Take note that keeping it was of no use."""
        self._letdowns += 1
