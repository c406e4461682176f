"""From the monitor to every exporter, and the boundary that no exporter's failure crosses."""

import asyncio
import logging
from collections.abc import Sequence

from config.fleet import Fleet
from monitor.events import AnyEvent
from monitor.ports import Clock, Exporter, Observer, ProbeRun, Telemetry

log = logging.getLogger(__name__)

RESTART_S = 5.0


class Hub:
    """Offers each event to each exporter; starts one again that falls over."""

    def __init__(self, clock: Clock, telemetry: Telemetry) -> None:
        self._exporters: tuple[Exporter, ...] = ()
        self._observers: tuple[Observer, ...] = ()
        self._clock = clock
        self._telemetry = telemetry

    def attach(self, exporters: Sequence[Exporter]) -> None:
        """Name those to tell. They look back at the monitor, so they are built after it."""
        self._exporters = tuple(exporters)
        self._observers = tuple(one for one in exporters if isinstance(one, Observer))

    def publish(self, event: AnyEvent) -> None:
        """Hand an event to all. Nobody is waited for."""
        for exporter in self._exporters:
            exporter.offer(event)

    def observe(self, run: ProbeRun) -> None:
        """Show a run to those who want to see each. Nobody is waited for."""
        for observer in self._observers:
            observer.observe(run)

    def reload(self, fleet: Fleet) -> None:
        """Tell all that the fleet is another."""
        for exporter in self._exporters:
            exporter.reload(fleet)

    async def run(self) -> None:
        """Let all deliver, for ever."""
        async with asyncio.TaskGroup() as group:
            for exporter in self._exporters:
                group.create_task(self._keep_running(exporter), name=f"exporter-{exporter.name}")

    async def _keep_running(self, exporter: Exporter) -> None:
        while True:
            try:
                await exporter.run()
            except Exception:  # the boundary around one exporter
                log.exception("exporter failed, starting it again name=%s", exporter.name)
                self._telemetry.exporter_up(exporter.name, is_up=False)
                self._telemetry.delivery_failed(exporter.name)
            await self._clock.sleep(RESTART_S)
