"""A standby generator as it lives: it starts when the mains go, if it starts."""

import math
from collections.abc import Iterator
from enum import StrEnum

from simulator.equipment import Generator
from simulator.ups import TOLERANCE


class GeneratorState(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    COOLDOWN = "cooldown"
    FAULT = "fault"


class LiveGenerator:
    """A clockwork: `settle` moves it on, `next_due_s` says when it wants to be asked again."""

    def __init__(self, unit: Generator) -> None:
        self.unit = unit
        self.state = GeneratorState.STOPPED
        self.fails = unit.fails
        self.fuel_ratio = unit.fuel
        self._due_s = math.inf

    @property
    def turns(self) -> bool:
        """Tell whether it makes power, needed or not."""
        return self.state in {GeneratorState.RUNNING, GeneratorState.COOLDOWN}

    def flow(self, elapsed_s: float) -> None:
        """Burn fuel for a while."""
        if self.turns:
            self.fuel_ratio = max(0.0, self.fuel_ratio - elapsed_s / self.unit.fuel_runtime)

    def next_due_s(self, now_s: float) -> float:
        """Return when its next event comes, if nothing else happens."""
        dry_s = now_s + self.fuel_ratio * self.unit.fuel_runtime if self.turns else math.inf
        return min(self._due_s, dry_s)

    def settle(self, now_s: float, *, mains: bool, carries: bool) -> Iterator[str]:
        """Take over what has become true; yield what happened. `carries`: the load is on it."""
        if self.turns and (self.fails or self.fuel_ratio <= TOLERANCE):
            yield self._become(GeneratorState.FAULT, math.inf)
        if mains:
            yield from self._while_mains(now_s, carries=carries)
        else:
            yield from self._while_no_mains(now_s)

    def _while_no_mains(self, now_s: float) -> Iterator[str]:
        repaired = self.state is GeneratorState.FAULT and not self.fails and self.fuel_ratio > 0
        if self.state is GeneratorState.STOPPED or repaired:
            yield self._become(GeneratorState.STARTING, now_s + self.unit.start)
        if self.state is GeneratorState.STARTING and now_s >= self._due_s - TOLERANCE:
            starts = not self.fails and self.fuel_ratio > TOLERANCE
            yield self._become(GeneratorState.RUNNING if starts else GeneratorState.FAULT, math.inf)
        if self.state is GeneratorState.COOLDOWN:
            yield self._become(GeneratorState.RUNNING, math.inf)

    def _while_mains(self, now_s: float, *, carries: bool) -> Iterator[str]:
        if self.state is GeneratorState.STARTING:
            yield self._become(GeneratorState.STOPPED, math.inf)
        if self.state is GeneratorState.FAULT and not self.fails and self.fuel_ratio > 0:
            yield self._become(GeneratorState.STOPPED, math.inf)
        if self.state is GeneratorState.RUNNING and not carries:
            yield self._become(GeneratorState.COOLDOWN, now_s + self.unit.cooldown)
        if self.state is GeneratorState.COOLDOWN and now_s >= self._due_s - TOLERANCE:
            yield self._become(GeneratorState.STOPPED, math.inf)

    def _become(self, state: GeneratorState, due_s: float) -> str:
        self.state, self._due_s = state, due_s
        return f"generator_{state}"
