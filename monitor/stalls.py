"""When our own loop stood still: what was lost then was lost by us."""

import logging
from collections import deque
from dataclasses import dataclass

from monitor.ports import Clock, Telemetry

log = logging.getLogger(__name__)

BEAT_S = 0.05
STALL_S = 0.2
"""A loop that comes back this late could not read an answer in time."""
STALLED_RATIO = 0.1
"""Of the time of a run: a connection that was waited for five seconds was not missed in 0.2 s."""
KEPT = 64


@dataclass(frozen=True, slots=True)
class Stall:
    """From and to are monotonic seconds."""

    from_s: float
    to_s: float


class Stalls:
    """A heartbeat of the loop; the last stalls are remembered."""

    def __init__(self, clock: Clock, telemetry: Telemetry) -> None:
        self._clock = clock
        self._telemetry = telemetry
        self._stalls: deque[Stall] = deque(maxlen=KEPT)
        self._beat_s = clock.monotonic()

    async def run(self) -> None:
        """Beat, for ever. What was before the first beat was the start, and no stall."""
        self._beat_s = self._clock.monotonic()
        while True:
            await self._clock.sleep(BEAT_S)
            self.beat()

    def beat(self) -> None:
        """Note how late we are."""
        now_s = self._clock.monotonic()
        late_s = now_s - self._beat_s - BEAT_S
        if late_s >= STALL_S:
            self._stalls.append(Stall(self._beat_s, now_s))
            self._telemetry.loop_stalled(late_s)
            log.warning("loop stalled seconds=%.3f", late_s)
        self._beat_s = now_s

    def may_have_hidden_an_answer(self, started_s: float, lasted_s: float) -> bool:
        """Tell whether a run that failed may have failed by us: we stood still for much of it."""
        ended_s = min(started_s + lasted_s, self._clock.monotonic())
        held_up_s = self.within_s(started_s, ended_s)
        return held_up_s >= max(STALL_S, STALLED_RATIO * lasted_s)

    def within_s(self, from_s: float, to_s: float) -> float:
        """Return how long the loop stood still between two instants, the present included."""
        present_s = to_s - max(from_s, self._beat_s) - BEAT_S
        if not self._stalls and present_s < STALL_S:
            return 0.0
        held_up = [min(to_s, stall.to_s) - max(from_s, stall.from_s) for stall in self._stalls]
        if present_s >= STALL_S:
            held_up.append(present_s)
        return sum(seconds for seconds in held_up if seconds > 0)
