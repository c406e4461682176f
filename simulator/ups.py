"""One UPS as it lives: its battery drains while nothing feeds it, and fills when something does."""

import math
from collections.abc import Iterator
from enum import StrEnum

from simulator.equipment import Ups

TOLERANCE = 1e-9


class UpsState(StrEnum):
    ONLINE = "online"
    ON_BATTERY = "on_battery"
    OFF = "off"


class LiveUps:
    """Between two events its charge is a straight line; `settle` handles the events."""

    def __init__(self, unit: Ups) -> None:
        self.unit = unit
        self.state = UpsState.ONLINE
        self.charge_ratio = unit.charge
        self.load_ratio = unit.load
        self.on_battery_since_s: float | None = None
        self.is_low = False
        self._is_full = unit.charge >= 1

    @property
    def gives_power(self) -> bool:
        return self.state is not UpsState.OFF

    @property
    def full_runtime_s(self) -> float:
        """Return how long a full battery carries the present load: half the load, twice as long."""
        return self.unit.runtime * self.unit.load / self.load_ratio

    @property
    def runtime_s(self) -> float:
        """Return how long the battery would carry the present load from now."""
        return self.charge_ratio * self.full_runtime_s

    def flow(self, elapsed_s: float) -> None:
        """Let the battery drain or fill for a while."""
        changed = self.charge_ratio + self._rate * elapsed_s
        self.charge_ratio = min(1.0, max(0.0, changed))

    def next_in_s(self) -> float:
        """Return the time until it is low, empty or full; infinite if nothing is coming."""
        if self.state is UpsState.ON_BATTERY:
            floor = 0.0 if self.is_low else self.unit.low
            return max(0.0, self.charge_ratio - floor) * self.full_runtime_s
        if self.state is UpsState.ONLINE and not self._is_full:
            return (1 - self.charge_ratio) * self.unit.recharge
        return math.inf

    def settle(self, now_s: float, *, fed: bool) -> Iterator[str]:
        """Take over what has become true; yield what happened."""
        if fed and self.state is not UpsState.ONLINE:
            self.state, self.on_battery_since_s = UpsState.ONLINE, None
            yield "online"
        if not fed and self.state is UpsState.ONLINE:
            self.state, self.on_battery_since_s = UpsState.ON_BATTERY, now_s
            self._is_full = self.is_low = False  # a battery found low is told as low
            yield "on_battery"
        yield from self._battery_events()

    def _battery_events(self) -> Iterator[str]:
        low = self.charge_ratio <= self.unit.low + TOLERANCE
        if low and not self.is_low and self.state is UpsState.ON_BATTERY:
            yield "battery_low"
        self.is_low = low
        if self.state is UpsState.ON_BATTERY and self.charge_ratio <= TOLERANCE:
            self.charge_ratio, self.state = 0.0, UpsState.OFF
            yield "battery_depleted"
        if self.charge_ratio < 1 - TOLERANCE:
            self._is_full = False
        elif self.state is UpsState.ONLINE and not self._is_full:
            self.charge_ratio, self._is_full = 1.0, True
            yield "battery_charged"

    @property
    def _rate(self) -> float:
        if self.state is UpsState.ON_BATTERY:
            return -1 / self.full_runtime_s
        return 1 / self.unit.recharge if self.state is UpsState.ONLINE else 0.0
