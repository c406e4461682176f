"""Where a scenario is played: the world, the clock, and whichever life of the daemon it is in."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from random import Random

from bench.judgement.scenarios.clock import HandClock
from bench.judgement.scenarios.life import Life
from bench.judgement.scenarios.turner import Turner
from bench.judgement.scenarios.world import World
from config.fleet import Fleet
from monitor.events import AnyEvent, IncidentEvent
from monitor.ports import ProbeRun
from monitor.vocabulary import State

AWAY_S = 2.0
"""How long it takes until a killed daemon runs again (systemd: RestartSec)."""


class Stage:
    """`told` is every incident event with the second of the story in which it was published."""

    def __init__(
        self, fleet: Fleet, anchors: tuple[str, ...], start: datetime, folder: Path, seed: str
    ) -> None:
        self.clock = HandClock(start)
        self.world = World(fleet, Random(seed))
        self.told: list[tuple[float, IncidentEvent]] = []
        self.runs = 0
        self._fleet, self._anchors, self._folder = fleet, anchors, folder
        self._turner = Turner(self.clock)
        self.life = self._live()

    def play(self, until_s: float) -> None:
        """Let time pass."""
        self._turner.run(until_s)

    async def restart(self) -> None:
        """Kill the daemon, and have another one go on where it stopped."""
        await self.life.kill()
        self.clock.move_to(self.clock.elapsed_s + AWAY_S)
        self.life = self._live()

    def reload(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.life.reload(fleet)

    def stall(self, seconds: float) -> None:
        """Let our own loop stand still: what was under way then comes back too late."""
        began_s = self.clock.monotonic()
        self.clock.move_to(self.clock.elapsed_s + seconds)
        self.life.stalls.held_up.append((began_s, self.clock.monotonic()))

    def states(self) -> dict[str, State]:
        """Return the present verdict on every component."""
        return {standing.key: standing.state for standing in self.life.watch.standings()}

    def _live(self) -> Life:
        return Life(
            self._fleet, self._anchors, self.world, self.clock, self._turner,
            self._folder / "journal.db", self._hear, self._count,
        )  # fmt: skip

    def _hear(self, event: AnyEvent) -> None:
        if isinstance(event, IncidentEvent):
            self.told.append((self.clock.elapsed_s, event))

    def _count(self, _run: ProbeRun) -> None:
        self.runs += 1


def incidents_of(told: Iterable[tuple[float, IncidentEvent]]) -> dict[str, list[IncidentEvent]]:
    """Return the events of each incident, in order, by its id."""
    found: dict[str, list[IncidentEvent]] = {}
    for _, event in told:
        found.setdefault(event.id, []).append(event)
    return found
