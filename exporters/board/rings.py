"""How long each link took and what it lost in the last day, in memory: five minutes a slot.

864 bytes a link for the figures, some 1.1 KB in all: less than 6 MB for 4,500 links.
"""

from array import array
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from config.component import Component, ComponentKind
from config.fleet import Fleet
from monitor.ports import ProbeRun
from probes.reading import Reading

SLOT_S = 300
SLOTS = 288
_NO_TIME, _MOST_TENTHS = 65_535, 65_534  # of a millisecond: 6.5 s
_NO_LOSS, _LOSS_STEPS = 255, 200


class Slot(NamedTuple):
    """Five minutes of a link: mean time to an answer, share lost. None is what nobody measured."""

    took_s: float | None
    loss_ratio: float | None


_NOTHING = Slot(None, None)


class Ring:
    """Of one link, by the runs of one of its probes at its own pace.

    Those that doubt hastens do not count: a link that is asked more often while it loses would
    seem to lose more than it does. Nor do those that fail by our own fault.
    """

    __slots__ = (
        "_losses",
        "_received",
        "_sent",
        "_slot",
        "_sum_s",
        "_taken_s",
        "_times",
        "kind",
        "probe",
    )  # fmt: skip

    def __init__(self, probe: str, kind: str) -> None:
        self.probe = probe
        self.kind = kind
        self._slot = -1
        self._taken_s = 0.0
        self._begin()

    def observe(self, reading: Reading, at_s: float, interval_s: float) -> None:
        """Take one run at an instant in seconds since 1970."""
        since_s = at_s - self._taken_s
        if 0 <= since_s < interval_s / 2:
            return
        if reading.reason is not None and reading.reason.is_blindness:
            return
        self._taken_s = at_s
        slot = int(at_s) // SLOT_S
        if slot != self._slot:
            self._turn_to(slot)
        echo = reading.echo
        if echo is not None:
            self._sent += echo.sent
            self._received += len(echo.rtts_ns)
            self._sum_s += sum(echo.rtts_ns) / 1e9
        else:
            self._sent += 1
            if reading.success:
                self._received += 1
                self._sum_s += reading.duration_s

    def slots(self, at_s: float) -> Iterator[Slot]:
        """Yield the last day, the oldest slot first, the present one last."""
        now = int(at_s) // SLOT_S
        for slot in range(now - SLOTS + 1, now + 1):
            if slot == self._slot:
                yield self._present()
            elif self._slot - SLOTS < slot < self._slot:
                yield _slot_of(self._times[slot % SLOTS], self._losses[slot % SLOTS])
            else:
                yield _NOTHING

    def _begin(self) -> None:
        self._times = array("H", [_NO_TIME]) * SLOTS
        self._losses = array("B", [_NO_LOSS]) * SLOTS
        self._sent = self._received = 0
        self._sum_s = 0.0

    def _turn_to(self, slot: int) -> None:
        """Put what the slot before had into its place; what lies between stays empty."""
        before = self._slot
        self._slot = slot
        if not before < slot < before + SLOTS:
            self._begin()  # a day without a run, or a clock that was set back
            return
        time, loss = self._written()
        self._times[before % SLOTS], self._losses[before % SLOTS] = time, loss
        for between in range(before + 1, slot):
            self._times[between % SLOTS], self._losses[between % SLOTS] = _NO_TIME, _NO_LOSS
        self._sent = self._received = 0
        self._sum_s = 0.0

    def _written(self) -> tuple[int, int]:
        """Return the present slot as it is kept: whatever was lost is not written as nothing."""
        if not self._sent:
            return _NO_TIME, _NO_LOSS
        loss = -(-(self._sent - self._received) * _LOSS_STEPS // self._sent)
        if not self._received:
            return _NO_TIME, loss
        return min(_MOST_TENTHS, round(self._sum_s / self._received * 1e4)), loss

    def _present(self) -> Slot:
        return _slot_of(*self._written())


class Rings:
    """By link. As large as the fleet, and gone with the process.

    `since` is when the first of its runs was taken: of before nothing is known.
    """

    def __init__(self) -> None:
        self._rings: dict[str, Ring] = {}
        self.is_blind = False
        self.since: datetime | None = None

    def observe(self, run: ProbeRun) -> None:
        """Take one run; while we are blind, none says anything of a link."""
        component = run.component
        if component.kind is not ComponentKind.LINK or self.is_blind:
            return
        ring = self._rings.get(component.key)
        if ring is None:
            ring = self._rings[component.key] = _ring_of(component, run)
            self.since = self.since or run.at
        if ring.probe == run.probe.key:
            ring.observe(run.reading, run.at.timestamp(), run.probe.interval_s)

    def reload(self, fleet: Fleet) -> None:
        """Forget what is not asked any more."""
        asked = fleet.probes
        self._rings = {key: ring for key, ring in self._rings.items() if ring.probe in asked}

    def began(self, now: datetime) -> datetime | None:
        """Return since when anything is known; None where that is all of the last day."""
        first = self.since
        return first if first is not None and _slot(now) - _slot(first) < SLOTS - 1 else None

    def of(self, link: str) -> Ring | None:
        return self._rings.get(link)

    def __len__(self) -> int:
        return len(self._rings)


def _ring_of(component: Component, run: ProbeRun) -> Ring:
    """Return a ring for the first ping of a link; where none is asked, for what runs."""
    pings = (probe for probe in component.probes if probe.settings.kind == "icmp")
    chosen = next(pings, run.probe)
    return Ring(chosen.key, chosen.settings.kind)


def places_before(began: datetime | None, now: datetime) -> int:
    """Return how many slots of the last day lie before an instant; 0 where there is none."""
    return 0 if began is None else max(0, SLOTS - 1 - (_slot(now) - _slot(began)))


def _slot(at: datetime) -> int:
    return int(at.timestamp()) // SLOT_S


def _slot_of(time: int, loss: int) -> Slot:
    return Slot(
        None if time == _NO_TIME else time / 1e4,
        None if loss == _NO_LOSS else loss / _LOSS_STEPS,
    )
