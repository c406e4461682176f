"""Round trips as reported, compared with what the kernel saw."""

import asyncio
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.contest import MeaninglessError

Answer = Callable[[int | None], None]
"""Hears the reported round trip in ns, or None of a reply that did not come."""
Truths = Mapping[str, Sequence[int | None]]
"""By address the true round trips in ns, in the order of the requests; None without a reply."""

MOST_UNKNOWN = 0.003
"""Of all round trips: the tap on the wire misses some on a busy machine, and a 99th percentile is
hardly moved by so few."""
FEW = 1
"""So many may be unknown however few were asked: of 250, one is more than the share already."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one campaign: half of the errors, and 99 in 100, are at most so large."""

    p50_ns: float
    p99_ns: float


@dataclass(slots=True)
class Reported:
    """What a pinger said, by address and in the order of asking."""

    trips: dict[str, list[int | None]] = field(default_factory=dict)
    waiting: int = 0
    all_told: asyncio.Event = field(default_factory=asyncio.Event)

    def place(self, address: str) -> Answer:
        """Return what puts the answer to the next question for an address in its place."""
        trips = self.trips.setdefault(address, [])
        number = len(trips)
        trips.append(None)
        self.waiting += 1
        self.all_told.clear()

        def answer(rtt_ns: int | None) -> None:
            trips[number] = rtt_ns
            self.waiting -= 1
            if not self.waiting:
                self.all_told.set()

        return answer

    def errors(self, truths: Truths) -> Errors:
        """Compare, packet by packet.

        Raises:
            MeaninglessError: too many round trips are unknown on either side.

        """
        errors: list[int] = []
        unanswered = unseen = 0
        for address, trips in self.trips.items():
            true = truths.get(address, ())
            if len(true) != len(trips):  # nobody can tell which is which
                unseen += len(trips)
                continue
            for told, was in zip(trips, true, strict=True):
                if told is not None and was is not None:
                    errors.append(abs(told - was))
                unanswered += told is None
                unseen += was is None
        asked = sum(map(len, self.trips.values()))
        if len(errors) < 2 or asked - len(errors) > max(FEW, asked * MOST_UNKNOWN):
            raise MeaninglessError(
                f"only {len(errors)} of {asked} round trips can be compared: "
                f"{unanswered} were not reported, {unseen} not seen on the wire"
            )
        cuts = statistics.quantiles(errors, n=100, method="inclusive")
        return Errors(p50_ns=cuts[49], p99_ns=cuts[98])
