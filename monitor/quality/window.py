"""The last minutes of one link, in slices of five seconds: no more than 60 of them by default."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.quality.fitness import Figures
from monitor.quality.voice import mos_of, mouth_to_ear_s, r_of

SLICE_S = 5.0
_ENOUGH = 0.5


class Slice(NamedTuple):
    """What one slice saw. Its mean round trip is None when nothing came back.

    As light as it can be: at 5 s and more between runs, each makes one.
    """

    began_s: float
    sent: int
    lost: int
    rtt_s: float | None
    jitter_s: float | None


@dataclass(slots=True)
class Window:
    """Of one link. Only runs at its own pace count, not those hastened by doubt: a link that is
    asked more often while it loses would seem to lose more than it does.
    """

    span_s: float
    interval_s: float
    slices: deque[Slice] = field(default_factory=deque)
    taken_s: float | None = None

    def observe(
        self,
        at_s: float,
        sent: int,
        lost: int,
        rtt_s: float | None,
        jitter_s: float | None,
    ) -> bool:
        """Take one run; return whether it was at the link's own pace."""
        if self.taken_s is not None and at_s - self.taken_s < self.interval_s / 2:
            return False
        self.taken_s = at_s
        last = self.slices[-1] if self.slices else None
        if last is None or at_s - last.began_s >= SLICE_S:
            self._forget(at_s)
            self.slices.append(Slice(at_s, sent, lost, rtt_s, jitter_s))
        else:
            self.slices[-1] = _joined(last, sent, lost, rtt_s, jitter_s)
        return True

    def figures(self, now_s: float) -> Figures | None:
        """Return what the window shows; None while it holds less than half of what it could."""
        self._forget(now_s)
        if len(self.slices) < _ENOUGH * self.span_s / max(SLICE_S, self.interval_s):
            return None
        sent = sum([slice_.sent for slice_ in self.slices])
        lost = sum([slice_.lost for slice_ in self.slices])
        answered = [(s.rtt_s, s.jitter_s) for s in self.slices if s.rtt_s is not None]
        if not answered:
            return Figures(sent, lost)
        loss_ratio = lost / sent
        rtts_s = sorted([rtt_s for rtt_s, _ in answered])
        jitters_s = sorted([jitter_s for _, jitter_s in answered if jitter_s is not None])
        delays_s = sorted([mouth_to_ear_s(rtt_s, jitter_s or 0.0) for rtt_s, jitter_s in answered])
        r = r_of(_quantile(delays_s, 0.5), loss_ratio)
        return Figures(
            sent,
            lost,
            rtt_p95_s=_quantile(rtts_s, 0.95),
            jitter_p95_s=_quantile(jitters_s, 0.95) if jitters_s else None,
            r=r,
            r_p10=r_of(_quantile(delays_s, 0.9), loss_ratio),
            mos=mos_of(r),
        )

    def _forget(self, now_s: float) -> None:
        while self.slices and self.slices[0].began_s <= now_s - self.span_s:
            self.slices.popleft()


def _quantile(ascending: list[float], share: float) -> float:
    """Return the lower quantile: of ten values, the greatest alone is not yet the 95th percentile.

    >>> _quantile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 300.0], 0.95)
    9.0
    """
    return ascending[int(share * (len(ascending) - 1))]


def _joined(
    last: Slice, sent: int, lost: int, rtt_s: float | None, jitter_s: float | None
) -> Slice:
    """Return the slice with one more run; round trips weigh by their packets."""
    before, more = last.sent - last.lost, sent - lost
    if last.rtt_s is not None and rtt_s is not None:
        rtt_s = (last.rtt_s * before + rtt_s * more) / (before + more)
    elif rtt_s is None:
        rtt_s = last.rtt_s
    jitter_s = last.jitter_s if jitter_s is None else jitter_s
    return Slice(last.began_s, last.sent + sent, last.lost + lost, rtt_s, jitter_s)
