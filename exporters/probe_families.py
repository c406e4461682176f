"""The families of what probes measure, under blackbox_exporter's names where the meaning agrees."""

from typing import Any

from exporters.metric_family import AnyFamily, Family
from exporters.row_families import SummaryFamily, VectorFamily
from probes.reading import Reason

PROBE_LABELS = ("site", "component", "kind", "probe")
HTTP_PHASES = ("resolve", "connect", "tls", "processing", "transfer")
_KINDS = ("icmp", "tcp", "http", "power")


class ProbeFamilies:
    """`component` is the path inside the site, `probe` the probe's id, `kind` what it speaks."""

    def __init__(self) -> None:
        self.success = _gauge("probe_success", "1 if the last run succeeded, 0 if it failed.")
        self.duration = _gauge("probe_duration_seconds", "How long the last run took.", in_ns=True)
        self.icmp = _gauge(
            "probe_icmp_duration_seconds",
            "Mean round trip of the last ICMP run, as phase rtt.",
            fixed='phase="rtt"',
            in_ns=True,
        )
        self.status = _gauge("probe_http_status_code", "HTTP status of the last answer.")
        self.http = VectorFamily(
            "probe_http_duration_seconds", "Time of the last HTTP run by phase.",
            PROBE_LABELS, "phase", HTTP_PHASES, in_ns=True,
        )  # fmt: skip
        self.expiry = _gauge(
            "probe_ssl_earliest_cert_expiry",
            "When the certificate expires, in seconds since 1970.",
        )
        self.sent = _counter("guardia_probe_packets_sent", "Echo requests sent.")
        self.received = _counter("guardia_probe_packets_received", "Echo replies received in time.")
        self.rtt = SummaryFamily(
            "guardia_probe_rtt_seconds", "Round trips of all replies received.", PROBE_LABELS
        )
        self.failures = Family(
            "counter", "guardia_probe_failures", "Failed runs of the whole fleet, by reason.",
            ("kind", "reason"),
        )  # fmt: skip
        self._failed = {
            (kind, reason): self.failures.one(kind, reason) for kind in _KINDS for reason in Reason
        }

    def count_failure(self, kind: str, reason: Reason) -> None:
        self._failed[kind, reason].add(1)

    def all(self) -> tuple[AnyFamily[Any], ...]:
        return (
            self.success, self.duration, self.icmp, self.status, self.http, self.expiry,
            self.sent, self.received, self.rtt, self.failures,
        )  # fmt: skip


def _gauge(name: str, documentation: str, fixed: str = "", *, in_ns: bool = False) -> Family:
    return Family("gauge", name, documentation, PROBE_LABELS, fixed, in_ns)


def _counter(name: str, documentation: str) -> Family:
    return Family("counter", name, documentation, PROBE_LABELS)
