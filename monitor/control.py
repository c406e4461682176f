"""The one way back in: reload, and how the daemon is."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from config.fleet import Fleet
from config.settings import Settings
from monitor.orders import Origin
from monitor.ports import Clock, Desk, Health, Telemetry
from monitor.right_of_way import RightOfWay

log = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
_AT_START_ONLY = ("listen", "state_dir", "vantage", "anchors", "icmp")

Load = Callable[[Path, Fleet], Fleet | Sequence[str]]
"""Reads and validates what is to replace a fleet; or the problems that keep it from being one."""


class Witness(Desk, Protocol):
    """The desk also notes who had the configuration loaded."""

    def reloaded(self, problems: Sequence[str], origin: Origin) -> None: ...


class Control:
    """Validates first, then touches only what changed. Implements `monitor.ports.Commands`."""

    def __init__(
        self,
        path: Path,
        load: Load,
        current: Callable[[], Fleet],
        apply: Callable[[Fleet], None],
        clock: Clock,
        telemetry: Telemetry,
        desk: Witness,
        right_of_way: RightOfWay,
    ) -> None:
        self.desk = desk
        self._path = path
        self._load = load
        self._current = current
        self._apply = apply
        self._clock = clock
        self._telemetry = telemetry
        self._right_of_way = right_of_way
        self._turn = asyncio.Lock()
        self._beat_s = clock.monotonic()
        self._ready = False

    async def reload(self, origin: Origin) -> Sequence[str]:
        """Load again and take over what changed; the problems, if any, leave all as it was."""
        problems = await self._reload()
        self.desk.reloaded(problems, origin)
        return problems

    async def _reload(self) -> Sequence[str]:
        async with self._turn:
            with self._right_of_way.kept():
                loaded = await asyncio.to_thread(self._load, self._path, self._current())
            if not isinstance(loaded, Fleet):
                return self._refuse(loaded)
            for name in changed_at_start_only(self._current(), loaded):
                log.warning("takes effect after a restart setting=%s", name)
            self._apply(loaded)
            self._telemetry.reloaded(successful=True, at=self._clock.now())
            log.info("reloaded sites=%d probes=%d", len(loaded.sites), len(loaded.probes))
            return ()

    def health(self) -> Health:
        """Return whether the loop beats, and whether probing has begun."""
        silent_s = self._clock.monotonic() - self._beat_s
        if silent_s > HEARTBEAT_S:
            return Health(False, False, f"the heart has not beaten for {silent_s:.0f} s")
        if not self._ready:
            return Health(True, False, "starting")
        return Health(True, True)

    def beat(self) -> None:
        """Say that the daemon is alive."""
        self._beat_s = self._clock.monotonic()

    def ready(self) -> None:
        """Say that probing has begun."""
        self._ready = True

    def _refuse(self, problems: Sequence[str]) -> Sequence[str]:
        self._telemetry.reloaded(successful=False, at=self._clock.now())
        log.error("reload refused, nothing changed problems=%d", len(problems))
        for problem in problems[:20]:
            log.error("problem %s", problem)
        return problems


def changed_at_start_only(before: Fleet, after: Fleet) -> list[str]:
    """Return the settings that differ but are read only at the start."""
    was, now = _read_at_start(before.settings), _read_at_start(after.settings)
    return [name for name, value in was.items() if now[name] != value]


def _read_at_start(settings: Settings) -> dict[str, object]:
    """Return what a reload leaves as it was. To another broker, MQTT moves at once."""
    exporters = settings.exporters
    without_broker = exporters.model_copy(update={"mqtt": None})
    return {
        **{name: getattr(settings, name) for name in _AT_START_ONLY},
        "exporters": (without_broker, exporters.mqtt is None),
    }
