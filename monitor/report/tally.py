"""How long something was what: each millisecond of a period counts once, as one of eight lots."""

from dataclasses import dataclass, field
from enum import StrEnum


class Lot(StrEnum):
    """What a stretch counts as. Each value is API: JSON and CSV carry it.

    `absent`: not in the list, not active yet, or retired. `stopped`: Guardia did not run.
    """

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    MAINTENANCE = "maintenance"
    BLIND = "blind"
    STOPPED = "stopped"
    ABSENT = "absent"


COUNTED = (Lot.UP, Lot.DEGRADED, Lot.DOWN)
EXCLUDED = (Lot.MAINTENANCE, Lot.BLIND, Lot.STOPPED, Lot.UNKNOWN, Lot.ABSENT)


def _nothing() -> dict[Lot, int]:
    return dict.fromkeys(Lot, 0)


@dataclass(slots=True)
class Tally:
    """Milliseconds by lot, of one component or of many together; `failures` are its outages."""

    ms: dict[Lot, int] = field(default_factory=_nothing)
    failures: int = 0

    def add(self, other: "Tally") -> None:
        for lot, ms in other.ms.items():
            self.ms[lot] += ms
        self.failures += other.failures

    @property
    def up_ms(self) -> int:
        return self.ms[Lot.UP] + self.ms[Lot.DEGRADED]

    @property
    def down_ms(self) -> int:
        return self.ms[Lot.DOWN]

    @property
    def counted_ms(self) -> int:
        return self.up_ms + self.down_ms

    @property
    def excluded_ms(self) -> int:
        return sum(self.ms[lot] for lot in EXCLUDED)

    @property
    def availability(self) -> float | None:
        """Return the share of counted time in which it answered; None if nothing counts."""
        return self.up_ms / self.counted_ms if self.counted_ms else None

    @property
    def mttr_ms(self) -> float | None:
        """Return the mean time down of an outage; None without one."""
        return self.down_ms / self.failures if self.failures else None

    @property
    def mtbf_ms(self) -> float | None:
        """Return the mean time up between outages; None without one.

        So that MTBF / (MTBF + MTTR) is the availability.
        """
        return self.up_ms / self.failures if self.failures else None
