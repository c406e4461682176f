"""How many runs may begin now: what is late catches up little by little, and never in a burst.

The law: in no second do more than `MOST` times as many runs begin on the grid as in a usual one
(and `SPARE`), however often and however long we stood still. A clinic's link must not feel that
we were busy.
"""

from collections import deque

MOST = 1.12
"""Of what a usual second holds: half a second is made good in four. It leaves room below 1.2 for
packets: an HTTP run has four of them, a ping one."""
SAVED_S = 0.03
"""So much of the allowance may be saved up: runs are spread by a hash, and some come together."""
SPARE = 30
"""So many more may begin in a second, and so many at once: those of a small fleet come together
by chance, and a handful is no burst."""
PAUSE_S = 0.2
"""We come back this late now and again (a mass outage keeps us busy for 0.1 s at a time). What is
longer is not made good at once."""


class StartPace:
    """For runs on the grid. Those that doubt hastens have their own: the time between re-probes."""

    def __init__(self) -> None:
        self._rate_hz = 0.0
        self._saved = self._free = float(SPARE)
        self._at_s: float | None = None
        self._is_behind = False
        self._begun: deque[tuple[float, int]] = deque()
        self._in_a_second = 0

    def plan(self, rate_hz: float) -> None:
        """Take over how many runs a usual second holds."""
        self._rate_hz = rate_hz
        self._saved = max(SPARE, rate_hz * SAVED_S)

    def allowed(self, now_s: float, wanted_s: float) -> int:
        """Return how many may begin now; `wanted_s` is when we wanted to be back.

        What passed while we stood still counts for a pause at most, or a machine that was held up
        for a second would send all of it at once. It counts in full when we were behind before:
        one that is held up again and again would never get round.
        """
        before_s = now_s if self._at_s is None else self._at_s
        held_up_s = min(now_s - before_s, max(0.0, now_s - wanted_s))
        waited_s = now_s - before_s - held_up_s
        counted_s = held_up_s if self._is_behind else min(held_up_s, PAUSE_S)
        most_hz = MOST * self._rate_hz
        rested = max(self._free, min(self._saved, self._free + waited_s * most_hz))
        self._forget(now_s)
        room = most_hz + SPARE - self._in_a_second
        self._free = max(0.0, min(rested + counted_s * most_hz, room))
        self._at_s = now_s
        return int(self._free)

    def begun(self, runs: int, now_s: float, *, is_behind: bool) -> None:
        """Book what has begun; `is_behind` says that more waits."""
        self._is_behind = is_behind
        self._free = min(self._saved, self._free - runs)
        if runs:
            self._in_a_second += runs
            self._begun.append((now_s, runs))

    def _forget(self, now_s: float) -> None:
        while self._begun and now_s - self._begun[0][0] >= 1.0:
            self._in_a_second -= self._begun.popleft()[1]
