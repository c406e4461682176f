"""What the times of packets tell: the fullest second, the first sweep, and who was left out."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.fleet_plan import Place
from bench.wire_tap import Sent


def fullest(times_s: Sequence[float], window_s: float = 1.0) -> int:
    """Return how many of these ordered instants the fullest window holds, wherever it begins.

    >>> fullest([0.0, 0.9, 1.1, 1.8])
    3
    """
    most = first = 0
    for last, at_s in enumerate(times_s):
        while at_s - times_s[first] >= window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def between(times_s: Sequence[float], from_s: float, to_s: float) -> Sequence[float]:
    """Return the ordered instants from one up to another."""
    return times_s[bisect_left(times_s, from_s) : bisect_left(times_s, to_s)]


@dataclass(frozen=True, slots=True)
class Askings:
    """When each place was asked, in order."""

    of: dict[Place, tuple[float, ...]]

    @classmethod
    def among(cls, sent: Iterable[Sent], places: Iterable[Place]) -> "Askings":
        """Sort out the packets that begin a run at one of these places.

        On a connection that is kept, each request after the first begins one.
        """
        found: defaultdict[Place, list[float]] = defaultdict(list)
        called: set[tuple[str, int, int]] = set()
        for packet in sent:
            connection = packet.address, packet.port, packet.caller
            if packet.asks and packet.port:
                called.add(connection)
            elif packet.says and connection in called:
                called.remove(connection)
                continue
            if packet.asks or packet.says:
                found[packet.address, packet.port].append(packet.at_s)
        return cls({place: tuple(found.get(place, ())) for place in places})

    def sweep_s(self, from_s: float) -> tuple[float, int]:
        """Return when the last place was asked for the first time, and how many never were."""
        firsts = [times[bisect_left(times, from_s) :][:1] for times in self.of.values()]
        asked = [first[0] - from_s for first in firsts if first]
        return max(asked, default=0.0), len(firsts) - len(asked)

    def left_out(self, from_s: float, to_s: float, interval_s: float, slack_s: float) -> int:
        """Return how many runs lack between two instants, going by gaps longer than an interval.

        A gap of two intervals lacks one run. The stretch from the first instant, and that to the
        last, count like gaps: who is silent throughout lacks all.
        """
        lacking = 0
        for times in self.of.values():
            marks = [from_s, *between(times, from_s, to_s), to_s]
            for before, after in pairwise(marks):
                lacking += max(0, int((after - before - slack_s) / interval_s))
        return lacking
