"""The daemon about itself."""

from collections.abc import Sequence
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families as parse

from exporters.exposition import Exposition
from exporters.self_metrics import SelfMetrics
from monitor.ports import Telemetry
from tests.exporters.watched import AT


class Told:
    """Self-metrics and a reader of what they show."""

    def __init__(self, exporters: Sequence[str] = ("mqtt", "alertmanager")) -> None:
        self.exposition = Exposition()
        self.metrics = SelfMetrics(
            self.exposition, version="1.2.3", started_at=AT, exporters=exporters
        )
        self.telemetry: Telemetry = self.metrics

    def one(self, name: str, /, **labels: str) -> float | None:
        found = [
            sample.value
            for family in parse(self.exposition.render_now().body.decode())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        assert len(found) <= 1
        return found[0] if found else None


async def test_counters_exist_before_anything_has_happened() -> None:
    told = Told()
    assert told.one("guardia_build_info", version="1.2.3") == 1
    assert told.one("guardia_monitor_blind") == 0
    assert told.one("guardia_config_last_reload_successful") == 1
    assert told.one("guardia_config_last_reload_success_timestamp_seconds") == AT.timestamp()
    assert told.one("guardia_exporter_queue_length", exporter="mqtt") == 0
    assert told.one("guardia_exporter_dropped_total", exporter="alertmanager") == 0
    assert told.one("guardia_exporter_delivery_failures_total", exporter="mqtt") == 0
    assert told.one("guardia_alert_delivery_seconds_count", hop="alertmanager") == 0
    assert told.one("guardia_icmp_replies_ignored_total", why="cookie") == 0
    assert told.one("guardia_icmp_replies_dropped_total") == 0
    assert told.one("guardia_probe_runs_skipped_total") == 0
    assert told.one("guardia_monitor_blind_seconds_total") == 0
    assert told.one("guardia_probe_lateness_seconds_count") == 0
    assert told.one("guardia_loop_stall_seconds_count") == 0


async def test_the_first_delivery_of_a_kind_is_a_rise_and_not_a_beginning() -> None:
    """The members and addressees of a kind share a hop; `rate` does not see a series begin at 1."""
    receivers = ("alertmanager:http://am-1:9093", "alertmanager:http://am-2:9093", "mail:noc")
    told = Told(receivers)
    for hop in ("alertmanager", "mail"):
        assert told.one("guardia_alert_delivery_seconds_count", hop=hop) == 0
        told.telemetry.delivered(hop, 20.0)
        assert told.one("guardia_alert_delivery_seconds_count", hop=hop) == 1
    for receiver in receivers:
        assert told.one("guardia_alert_delivery_seconds_count", hop=receiver) is None


async def test_whether_a_receiver_or_the_journal_works_is_absent_until_tried() -> None:
    told = Told()
    assert told.one("guardia_exporter_up", exporter="mqtt") is None
    assert told.one("guardia_journal_writable") is None
    told.telemetry.exporter_up("mqtt", is_up=False)
    told.telemetry.journal_writable(is_writable=True)
    assert told.one("guardia_exporter_up", exporter="mqtt") == 0
    assert told.one("guardia_journal_writable") == 1


async def test_a_refused_reload_is_seen_and_keeps_the_time_of_the_last_good_one() -> None:
    told = Told()
    told.telemetry.reloaded(successful=False, at=AT + timedelta(hours=1))
    assert told.one("guardia_config_last_reload_successful") == 0
    assert told.one("guardia_config_last_reload_success_timestamp_seconds") == AT.timestamp()


async def test_everything_counted_is_shown() -> None:
    told = Told()
    told.telemetry.blind(is_blind=True)
    told.telemetry.probe_late(0.003)
    told.telemetry.loop_stalled(0.3)
    told.telemetry.queue_length("mqtt", 7)
    told.telemetry.dropped("mqtt", 3)
    told.telemetry.delivery_failed("mqtt")
    told.telemetry.delivered("alertmanager", 2.0)
    told.telemetry.replies_ignored("cookie", 5)
    told.telemetry.replies_dropped(4)
    told.telemetry.runs_skipped(2)
    assert told.one("guardia_monitor_blind") == 1
    assert told.one("guardia_probe_lateness_seconds_bucket", le="0.005") == 1
    assert told.one("guardia_loop_stall_seconds_bucket", le="0.25") == 0
    assert told.one("guardia_loop_stall_seconds_sum") == 0.3
    assert told.one("guardia_exporter_queue_length", exporter="mqtt") == 7
    assert told.one("guardia_exporter_dropped_total", exporter="mqtt") == 3
    assert told.one("guardia_exporter_delivery_failures_total", exporter="mqtt") == 1
    assert told.one("guardia_alert_delivery_seconds_sum", hop="alertmanager") == 2
    assert told.one("guardia_icmp_replies_ignored_total", why="cookie") == 5
    assert told.one("guardia_icmp_replies_dropped_total") == 4
    assert told.one("guardia_probe_runs_skipped_total") == 2
