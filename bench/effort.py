"""How much a bench does: enough to believe, enough to see, or just enough to have run."""

from enum import StrEnum
from typing import TypeVar

_Amount = TypeVar("_Amount")


class Effort(StrEnum):
    """FULL makes docs/performance.md, QUICK all benches in two minutes; TINY is for tests."""

    TINY = "tiny"
    QUICK = "quick"
    FULL = "full"

    def pick(self, *, tiny: _Amount, quick: _Amount, full: _Amount) -> _Amount:
        """Return the amount of targets, rounds or seconds that goes with this effort."""
        return {Effort.TINY: tiny, Effort.QUICK: quick, Effort.FULL: full}[self]
