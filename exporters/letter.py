"""What a courier carries, and the contract of those who write it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exporters.outbox import Owed
from monitor.ports import Delivery


@dataclass(frozen=True, slots=True)
class Instant:
    """Now on both clocks: `at` for people and for what outlives us, `s` monotonic."""

    at: datetime
    s: float


Outcome = Callable[[Instant, str], Delivery]
"""Given when a letter was accepted, and how its receiver calls it (`Answer.receipt`), the delivery
that stands from then on.
"""


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """When an incident wants to be told next; the lower `urgency` goes first among the due."""

    at_s: float
    urgency: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A request and, for each incident of its batch in order, what its acceptance means."""

    body: bytes
    headers: Mapping[str, str]
    outcomes: Sequence[Outcome] = ()


class Writer(Protocol):
    """What one kind of receiver wants to hear, and in which words. Pure: it never waits.

    `hop` names it in the latency metric, `batch` is the most incidents of one letter, and
    after `idle_s` without a letter an empty one asks whether the receiver is there.
    """

    hop: str
    batch: int
    idle_s: float | None

    def owes(self, owed: Owed) -> bool:
        """Tell whether there is news that the receiver has not confirmed."""
        ...

    def turn(self, owed: Owed, now: Instant) -> Turn | None:
        """Return when to tell it next, or None for not before it changes."""
        ...

    def prepare(self, owed: Owed, now: Instant) -> Delivery:
        """Return what must be remembered before the first word is said."""
        ...

    def write(self, batch: Sequence[Owed], every: Iterable[Owed], now: Instant) -> Letter:
        """Return the letter on `batch`; with an empty batch, one that only asks for an answer."""
        ...
