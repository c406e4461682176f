"""The daemon about itself: whether it sees, keeps up, and is heard."""

import platform
from collections.abc import Iterable
from datetime import datetime

from exporters.exposition import Exposition
from exporters.metric_family import Family
from exporters.row_families import HistogramFamily

# 5 ms is below the scheduler's tick; at 1 s a life-critical area has missed its whole interval.
# Promised are 30 ms for 99 of 100 starts, and 200 ms for all of them in a mass outage.
_LATENESS_S = (0.005, 0.01, 0.025, 0.03, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STALL_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# From the event to a receiver's word: 15 s is the promise, hours are an outage of the receiver.
_DELIVERY_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)
_BY_EXPORTER = ("exporter",)
_IGNORED = (
    "cookie", "serial", "identifier", "source", "length", "type", "quote", "duplicate", "late",
)  # fmt: skip


class SelfMetrics:
    """Implements `monitor.ports.Telemetry`.

    `exporters` are those configured: their series exist before they have anything to tell.
    """

    def __init__(
        self,
        exposition: Exposition,
        *,
        version: str,
        started_at: datetime,
        exporters: Iterable[str] = (),
    ) -> None:
        self._gauges(exposition, version)
        self._counters(exposition)
        self._histograms(exposition)
        self.blind(is_blind=False)
        self.reloaded(successful=True, at=started_at)
        for exporter in exporters:
            self._expect(exporter)

    def probe_late(self, seconds: float) -> None:
        self._lateness.observe(seconds)

    def loop_stalled(self, seconds: float) -> None:
        self._stalls.observe(seconds)

    def blind(self, *, is_blind: bool) -> None:
        self._blind.set(is_blind)

    def was_blind(self, seconds: float) -> None:
        self._blind_s.add(seconds)

    def reloaded(self, *, successful: bool, at: datetime) -> None:
        self._reload_ok.set(successful)
        if successful:
            self._reload_at.set(at.timestamp())

    def queue_length(self, exporter: str, length: int) -> None:
        self._queue.one(exporter).set(length)

    def dropped(self, exporter: str, count: int = 1) -> None:
        self._dropped.one(exporter).add(count)

    def delivery_failed(self, exporter: str) -> None:
        self._failed.one(exporter).add(1)

    def exporter_up(self, exporter: str, *, is_up: bool) -> None:
        self._up.one(exporter).set(is_up)

    def delivered(self, hop: str, seconds: float) -> None:
        self._delivery.one(hop).observe(seconds)

    def journal_writable(self, *, is_writable: bool) -> None:
        self._journal.set(is_writable)

    def replies_ignored(self, why: str, count: int = 1) -> None:
        self._ignored.one(why).add(count)

    def runs_skipped(self, count: int) -> None:
        self._skipped.add(count)

    def replies_dropped(self, count: int) -> None:
        self._overflow.add(count)

    def _gauges(self, exposition: Exposition, version: str) -> None:
        build = Family("info", "guardia_build", "What is running.", ("version", "python"))
        build.one(version, platform.python_version()).set(1)
        blind = _gauge("monitor_blind", "1 while we ourselves cannot see: no verdict is made.")
        reload_ok = _gauge(
            "config_last_reload_successful", "1 if the last (re)load of the site list was taken."
        )
        reload_at = _gauge(
            "config_last_reload_success_timestamp_seconds", "When a site list was last taken over."
        )
        journal = _gauge("journal_writable", "0 while the journal cannot be written.")
        self._queue = _gauge("exporter_queue_length", "What waits to be told.", _BY_EXPORTER)
        self._up = _gauge("exporter_up", "1 while the receiver takes what we send.", _BY_EXPORTER)
        exposition.register(build, blind, reload_ok, reload_at, journal, self._queue, self._up)
        self._blind, self._journal = blind.one(), journal.one()
        self._reload_ok, self._reload_at = reload_ok.one(), reload_at.one()

    def _counters(self, exposition: Exposition) -> None:
        self._dropped = _counter(
            "exporter_dropped", "What was thrown away because a queue was full.", _BY_EXPORTER
        )
        self._failed = _counter(
            "exporter_delivery_failures", "Attempts to deliver that failed.", _BY_EXPORTER
        )
        self._ignored = _counter(
            "icmp_replies_ignored", "Echo replies that were not ours to count.", ("why",)
        )
        overflow = _counter(
            "icmp_replies_dropped", "Replies the kernel dropped because our buffer was full."
        )
        skipped = _counter(
            "probe_runs_skipped", "Turns that a probe missed because its last run still went on."
        )
        blind_s = _counter(
            "monitor_blind_seconds", "Time in which we could not see: nothing is known of it."
        )
        for why in _IGNORED:
            self._ignored.one(why)
        exposition.register(self._dropped, self._failed, self._ignored, overflow, skipped, blind_s)
        self._overflow, self._skipped, self._blind_s = overflow.one(), skipped.one(), blind_s.one()

    def _histograms(self, exposition: Exposition) -> None:
        lateness = HistogramFamily(
            "guardia_probe_lateness_seconds", "How long after its due instant a run began.",
            _LATENESS_S,
        )  # fmt: skip
        stalls = HistogramFamily(
            "guardia_loop_stall_seconds", "Times in which the event loop stood still.", _STALL_S
        )
        self._delivery = HistogramFamily(
            "guardia_alert_delivery_seconds", "From an incident's event to a receiver's word.",
            _DELIVERY_S, ("hop",),
        )  # fmt: skip
        exposition.register(lateness, stalls, self._delivery)
        self._lateness, self._stalls = lateness.one(), stalls.one()

    def _expect(self, exporter: str) -> None:
        self.queue_length(exporter, 0)
        self._up.one(exporter)
        self._dropped.one(exporter)
        self._failed.one(exporter)
        self._delivery.one(exporter.partition(":")[0])  # a hop is all of a kind: mail, not mail:noc


def _gauge(name: str, documentation: str, labels: tuple[str, ...] = ()) -> Family:
    return Family("gauge", f"guardia_{name}", documentation, labels)


def _counter(name: str, documentation: str, labels: tuple[str, ...] = ()) -> Family:
    return Family("counter", f"guardia_{name}", documentation, labels)
