"""Which incidents wait for a trace: the most urgent and newest first, and never many."""

from dataclasses import dataclass, field

from monitor.vocabulary import Priority

CAPACITY = 16
"""At some four a minute the last waits for less than five minutes; what is older is no onset."""


@dataclass(slots=True)
class RouteQueue:
    """By id. When it is full, the least urgent leaves, and of those the oldest."""

    _waiting: dict[str, Priority] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, number: str) -> bool:
        return number in self._waiting

    def put(self, number: str, priority: Priority) -> None:
        """Have one wait, or wait under another priority. What was full may turn it away at once."""
        self._waiting[number] = priority
        if len(self._waiting) > CAPACITY:
            del self._waiting[self._in_order()[-1]]

    def discard(self, number: str) -> None:
        self._waiting.pop(number, None)

    def take(self) -> str:
        """Take out the next.

        Raises:
            IndexError: nobody waits.

        """
        number = self._in_order()[0]
        del self._waiting[number]
        return number

    def _in_order(self) -> list[str]:
        newest_first = reversed(self._waiting.items())
        return [number for number, _ in sorted(newest_first, key=lambda one: one[1])]
