"""How many packets may leave: a rate with a ceiling, and nothing saved up."""

from probes.wheel import TICK_NS

TICKS_PER_SECOND = 1_000_000_000 // TICK_NS


class Pace:
    """At most `per_second` packets in any second, handed out tick by tick.

    What a tick does not use is forfeit, so no burst follows a stall; only the fraction of a
    packet is carried on, without which 150 a second would be 100.
    """

    def __init__(self, per_second: int) -> None:
        self._per_tick = per_second / TICKS_PER_SECOND
        self._allowed = 0.0
        self.next_ns = 0
        """When the next allowance is due."""

    def allowed(self, now_ns: int) -> int:
        """Return how many may leave now."""
        if now_ns >= self.next_ns:
            self._allowed = self._allowed % 1 + self._per_tick
            self.next_ns = now_ns + TICK_NS
        return int(self._allowed)

    def spend(self, packets: int) -> None:
        self._allowed -= packets
