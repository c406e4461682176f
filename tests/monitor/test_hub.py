"""No exporter's failure crosses into the monitor, or into another exporter."""

import asyncio

import pytest

from config.fleet import Fleet
from monitor.events import AnyEvent
from monitor.hub import RESTART_S, Hub
from tests.clock import FakeClock
from tests.monitor.sample import incident_event
from tests.monitor.story import fleet
from tests.telemetry import RecordingTelemetry


class Recorder:
    """An exporter that falls over as often as told."""

    def __init__(self, name: str, falls: int = 0) -> None:
        self.name = name
        self.falls = falls
        self.starts = 0
        self.told: list[AnyEvent] = []
        self.fleets: list[Fleet] = []

    def offer(self, event: AnyEvent) -> None:
        self.told.append(event)

    def reload(self, fleet: Fleet) -> None:
        self.fleets.append(fleet)

    async def run(self) -> None:
        self.starts += 1
        if self.starts <= self.falls:
            raise RuntimeError("broken")
        await asyncio.Event().wait()


async def test_a_fallen_exporter_is_started_again_and_counted(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    telemetry = RecordingTelemetry()
    hub = Hub(clock, telemetry)
    frail, steady = Recorder("frail", falls=2), Recorder("steady")
    hub.attach([frail, steady])
    async with asyncio.TaskGroup() as group:
        task = group.create_task(hub.run(), name="exporters")
        await clock.advance(RESTART_S * 2.5)
        task.cancel()
    assert (frail.starts, steady.starts) == (3, 1)
    assert telemetry.failures == {"frail": 2}
    assert telemetry.up == {"frail": False}
    assert "RuntimeError: broken" in caplog.text


def test_every_exporter_hears_every_event_and_every_fleet(clock: FakeClock) -> None:
    hub = Hub(clock, RecordingTelemetry())
    exporters = [Recorder("a"), Recorder("b")]
    hub.attach(exporters)
    event, changed = incident_event(), fleet()
    hub.publish(event)
    hub.reload(changed)
    for exporter in exporters:
        assert exporter.told == [event]
        assert exporter.fleets == [changed]
