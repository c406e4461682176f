"""What the replies of one ICMP run say of the path: extremes, mean and jitter."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

_GAIN = 16  # RFC 3550 section 6.4.1


@dataclass(slots=True)
class EchoFigures:
    """Of one ICMP run: the packets that count, and the round trips in order of arrival.

    All else follows, and is worked out where somebody wants it. Times are None when nothing
    came back; jitter needs two replies.
    """

    sent: int
    rtts_ns: tuple[int, ...] = ()

    @property
    def received(self) -> int:
        return len(self.rtts_ns)

    @property
    def loss_ratio(self) -> float | None:
        """Return the share lost, 0..1; None when nothing was sent, for then nothing is known."""
        return 1 - self.received / self.sent if self.sent else None

    @property
    def rtt_min_s(self) -> float | None:
        return min(self.rtts_ns) / 1e9 if self.rtts_ns else None

    @property
    def rtt_mean_s(self) -> float | None:
        return sum(self.rtts_ns) / len(self.rtts_ns) / 1e9 if self.rtts_ns else None

    @property
    def rtt_max_s(self) -> float | None:
        return max(self.rtts_ns) / 1e9 if self.rtts_ns else None

    @property
    def rtt_last_s(self) -> float | None:
        return self.rtts_ns[-1] / 1e9 if self.rtts_ns else None

    @property
    def jitter_s(self) -> float | None:
        return jitter_s(self.rtts_ns)


def jitter_s(rtts_ns: Sequence[int]) -> float | None:
    """Return the interarrival jitter of RFC 3550 section 6.4.1, in seconds.

    There D is the difference between two packets' transit times, R - S. Here R and S are read on
    one clock and R - S is the round trip, so D is the difference between consecutive round trips,
    and J grows by (|D| - J) / 16 with each.

    The RFC starts from J = 0 on a stream that never ends. A run of a few packets would so report
    a fraction of the truth: of a steady |D| = 30 ms, 1.9 ms after two replies and 6.8 ms after
    five. Until the sixteenth difference the gain is therefore 1/n instead of 1/16, which makes
    J their mean; from there on it is the RFC's.

    >>> jitter_s([10_000_000, 14_000_000, 12_000_000])  # |D| = 4 ms, 2 ms
    0.003
    """
    if len(rtts_ns) < 2:
        return None
    jitter_ns = 0.0
    for count, (before, after) in enumerate(itertools.pairwise(rtts_ns), start=1):
        jitter_ns += (abs(after - before) - jitter_ns) / min(count, _GAIN)
    return jitter_ns / 1e9
