"""What is to happen and when: a heap of deeds, each done with the instant it was due."""

import heapq
import math
from collections.abc import Callable

Deed = Callable[[float], None]


class Agenda:
    """Deeds due at the same instant are done in the order in which they were put down."""

    def __init__(self) -> None:
        self._deeds: list[tuple[float, int, Deed]] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._deeds)

    def at(self, due_s: float, deed: Deed) -> None:
        """Put a deed down. What is never due is not kept."""
        if math.isinf(due_s):
            return
        self._order += 1
        heapq.heappush(self._deeds, (due_s, self._order, deed))

    def next_due_s(self) -> float:
        """Return when the next deed is due; infinite if none is."""
        return self._deeds[0][0] if self._deeds else math.inf

    def run(self, now_s: float) -> float:
        """Do all that is due; return by how much the latest of them was late."""
        worst_s = 0.0
        while self._deeds and self._deeds[0][0] <= now_s:
            due_s, _, deed = heapq.heappop(self._deeds)
            worst_s = max(worst_s, now_s - due_s)
            deed(due_s)
        return worst_s
