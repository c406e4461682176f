"""How much a link trembles: RFC 3550 section 6.4.1 over runs and within them."""

from collections.abc import Sequence
from dataclasses import dataclass

from probes.echo_figures import jitter_s

_GAIN = 16
_STALE_S = 120.0


@dataclass(slots=True)
class JitterRecord:
    """What a restart must not forget."""

    smoothed_s: float
    differences: int
    last_rtt_s: float
    last_age_s: float | None


@dataclass(slots=True)
class Jitter:
    """Of one link. `smoothed_s` is J of the RFC; until the sixteenth difference, their mean."""

    smoothed_s: float = 0.0
    differences: int = 0
    _last_rtt_s: float = 0.0
    _last_s: float | None = None

    @property
    def is_known(self) -> bool:
        return self.differences > 0

    def observe(self, at_s: float, rtts_ns: Sequence[int]) -> float | None:
        """Take the round trips of one run; return its own jitter in seconds, if it has one.

        A run of several packets has its own. A single packet is compared with the one of the
        run before, unless that is older than two minutes: then the path may be another.
        """
        if len(rtts_ns) != 1:
            return self._within(rtts_ns)
        rtt_s, last_s = rtts_ns[0] / 1e9, self._last_s
        before_s, self._last_rtt_s, self._last_s = self._last_rtt_s, rtt_s, at_s
        if last_s is None or at_s - last_s > _STALE_S:
            return None
        difference_s = abs(rtt_s - before_s)
        differences = self.differences
        if differences < _GAIN:
            self.differences = differences = differences + 1
        self.smoothed_s += (difference_s - self.smoothed_s) * (1 / differences)
        return difference_s

    def exclude(self) -> None:
        """Compare nothing across a gap."""
        self._last_s = None

    def record(self, now_s: float) -> JitterRecord:
        age_s = None if self._last_s is None else now_s - self._last_s
        return JitterRecord(self.smoothed_s, self.differences, self._last_rtt_s, age_s)

    def restore(self, record: JitterRecord, recorded_s: float) -> None:
        self.smoothed_s, self.differences = record.smoothed_s, record.differences
        self._last_rtt_s = record.last_rtt_s
        age_s = record.last_age_s
        self._last_s = None if age_s is None else recorded_s - age_s

    def _within(self, rtts_ns: Sequence[int]) -> float | None:
        found_s = jitter_s(rtts_ns)
        if found_s is not None:
            self._smooth(found_s, len(rtts_ns) - 1)
        return found_s

    def _smooth(self, found_s: float, count: int) -> None:
        if self.differences < _GAIN:
            self.differences = min(_GAIN, self.differences + count)
        self.smoothed_s += (found_s - self.smoothed_s) * min(1.0, count / self.differences)
