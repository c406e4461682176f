"""Carries packets between the two namespaces, each according to the fate of its site.

No I/O: packets come in with the time, and go out through `send` at once or by `release`.
"""

import heapq
import math
import random
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Any

from simulator.packet import Kind, echo_reply, host_unreachable, kind_of, reset
from simulator.reach import Reach
from simulator.route import Route
from simulator.segment import Segment

MOST_HELD = 200_000
"""Delayed packets kept at once, some 300 MB at worst; more are dropped and counted."""


GRAIN_S = 0.0005
"""Held packets leave on a grid of this, so that thousands a second share their wake-ups."""


class Side(IntEnum):
    """Where a packet goes: to the watchers or to the sites."""

    NEAR = 0
    FAR = 1


COUNTERS = (
    "echoes", "forwarded", "dropped", "refused", "strays", "overflowed", "released",
)  # fmt: skip


class Carrier:
    """Knows every stretch and every route. `send(side, packet)` puts one on the wire."""

    def __init__(self, wire: Mapping[str, Any], send: Callable[[Side, bytes], None]) -> None:
        self._rng = random.Random(wire["seed"])  # noqa: S311 - a simulation, repeatable
        self._segments: dict[str, Segment] = {}
        self._send = send
        self._held: list[tuple[float, int, Side, bytes]] = []
        self._order = 0
        self.counts = dict.fromkeys(COUNTERS, 0)
        self.worst_lateness_s = 0.0
        chains = [self._stretches(keys) for keys in wire["chains"]]
        self._routes = {
            IPv4Address(address).packed: Route(
                tuple(chains[number] for number in numbers), self._stretches(last)
            )
            for address, numbers, last in wire["routes"]
        }

    def _stretches(self, keys: Iterable[str]) -> tuple[Segment, ...]:
        for key in keys:
            if key not in self._segments:
                self._segments[key] = Segment(self._rng)
        return tuple(self._segments[key] for key in keys)

    def update(self, key: str, condition: Mapping[str, Any]) -> None:
        """Change one stretch from now on. Packets that passed it already are on their way."""
        segment = self._segments.get(key)
        if segment is not None:  # a node above nobody has no stretch here
            segment.update(
                Reach(condition["state"]),
                filters_icmp=condition["filters_icmp"],
                impairment=condition["impairment"],
            )

    def from_near(self, packet: bytes, now_s: float) -> None:
        """Take a packet that a watcher sent to a site."""
        kind = kind_of(packet)
        route = self._routes.get(packet[16:20])
        if kind is None or route is None:
            self.counts["strays"] += 1
            return
        legs = 2 if kind is Kind.ECHO else 1
        fate = route.fate(kind, now_s, legs=legs, way=0, size_bytes=len(packet))
        if fate.reach is Reach.UP:
            self._pass(kind, packet, now_s, fate.held_s)
        elif fate.reach is Reach.REFUSE and kind is Kind.ECHO:
            self._pass(kind, packet, now_s, 0.0)
        else:
            self._turn_away(kind, packet, fate.reach)

    def from_far(self, packet: bytes, now_s: float) -> None:
        """Take a packet with which a site answers; its source decides its fate."""
        kind = kind_of(packet)
        route = self._routes.get(packet[12:16])
        if kind is None or route is None:
            self.counts["strays"] += 1
            return
        fate = route.fate(kind, now_s, legs=1, way=1, size_bytes=len(packet))
        if fate.reach is not Reach.UP:
            self.counts["dropped"] += 1
            return
        self.counts["forwarded"] += 1
        self._emit(Side.NEAR, packet, now_s, fate.held_s)

    def _pass(self, kind: Kind, packet: bytes, now_s: float, held_s: float) -> None:
        if kind is Kind.ECHO:
            self.counts["echoes"] += 1
            self._emit(Side.NEAR, echo_reply(packet), now_s, held_s)
        else:
            self.counts["forwarded"] += 1
            self._emit(Side.FAR, packet, now_s, held_s)

    def _turn_away(self, kind: Kind, packet: bytes, reach: Reach) -> None:
        answer = None
        if reach is Reach.UNREACHABLE and kind in {Kind.ECHO, Kind.TCP}:
            answer = host_unreachable(packet)
        elif reach is Reach.REFUSE and kind is Kind.TCP:
            answer = reset(packet)
        self.counts["dropped" if answer is None else "refused"] += 1
        if answer is not None:
            self._send(Side.NEAR, answer)

    def _emit(self, side: Side, packet: bytes, now_s: float, held_s: float) -> None:
        if held_s <= 0:
            self._send(side, packet)
        elif len(self._held) >= MOST_HELD:
            self.counts["overflowed"] += 1
        else:
            self._order += 1
            due_s = math.ceil((now_s + held_s) / GRAIN_S) * GRAIN_S
            heapq.heappush(self._held, (due_s, self._order, side, packet))

    def next_due_s(self) -> float | None:
        """Return when `release` has something to do next."""
        return self._held[0][0] if self._held else None

    def release(self, now_s: float) -> None:
        """Send what was held until now, and note how late that is."""
        held = self._held
        while held and held[0][0] <= now_s:
            due_s, _, side, packet = heapq.heappop(held)
            self.late(now_s - due_s)
            self.counts["released"] += 1
            self._send(side, packet)

    def late(self, seconds: float) -> None:
        """Remember the worst lateness of our own, which looks like jitter of the network."""
        self.worst_lateness_s = max(self.worst_lateness_s, seconds)
