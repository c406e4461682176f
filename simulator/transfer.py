"""A transfer switch as it lives: to the generator when it runs, back when the mains stay."""

import math
from collections.abc import Iterator
from enum import StrEnum

from simulator.equipment import TransferSwitch
from simulator.ups import TOLERANCE


class Position(StrEnum):
    NORMAL = "normal"
    EMERGENCY = "emergency"


class LiveTransfer:
    """Moves only after its delay, and forgets the move if the reason for it goes."""

    def __init__(self, unit: TransferSwitch) -> None:
        self.unit = unit
        self.position = Position.NORMAL
        self.transfers = 0
        self.due_s = math.inf

    def settle(self, now_s: float, *, mains: bool, generator: bool) -> Iterator[str]:
        """Take over what has become true; yield what happened."""
        if self.position is Position.NORMAL:
            wanted, delay_s = generator and not mains, self.unit.transfer
        else:
            wanted, delay_s = mains, self.unit.retransfer if generator else 0.0
        if not wanted:
            self.due_s = math.inf
            return
        self.due_s = min(self.due_s, now_s + delay_s)
        if now_s >= self.due_s - TOLERANCE:
            yield self._move()

    def _move(self) -> str:
        at_rest = self.position is Position.NORMAL
        self.position = Position.EMERGENCY if at_rest else Position.NORMAL
        self.transfers += 1
        self.due_s = math.inf
        return f"transfer_{self.position}"
