"""What probes measured, under blackbox_exporter's names where the meaning is the same."""

from config.component import Component, ComponentKind, Probe
from config.probe import AnyProbe, HttpSettings
from config.site import PowerKind
from exporters.metric_family import UNKNOWN, Family, Holdings, Series
from exporters.power_series import PowerFamilies, PowerSeries
from probes.echo_figures import EchoFigures
from probes.reading import HttpFigures, Reading, Reason

_LABELS = ("site", "component", "kind", "probe")
KINDS = ("icmp", "tcp", "http", "power")


class ProbeFamilies:
    """`component` is the path inside the site, `probe` the probe's id, `kind` what it speaks."""

    def __init__(self) -> None:
        self.success = Family(
            "gauge", "probe_success", "1 if the last run succeeded, 0 if it failed.", _LABELS
        )
        self.duration = Family(
            "gauge", "probe_duration_seconds", "How long the last run took.", _LABELS
        )
        self.icmp = Family(
            "gauge", "probe_icmp_duration_seconds",
            "Mean round trip of the last ICMP run, as phase rtt.", (*_LABELS, "phase"),
        )  # fmt: skip
        self.status = Family(
            "gauge", "probe_http_status_code", "HTTP status of the last answer.", _LABELS
        )
        self.http = Family(
            "gauge", "probe_http_duration_seconds", "Time of the last HTTP run by phase.",
            (*_LABELS, "phase"),
        )  # fmt: skip
        self.expiry = Family(
            "gauge", "probe_ssl_earliest_cert_expiry",
            "When the certificate expires, in seconds since 1970.", _LABELS,
        )  # fmt: skip
        self.sent = Family("counter", "guardia_probe_packets_sent", "Echo requests sent.", _LABELS)
        self.received = Family(
            "counter", "guardia_probe_packets_received", "Echo replies received in time.", _LABELS
        )
        self.rtt = Family(
            "summary", "guardia_probe_rtt_seconds", "Round trips of all replies received.", _LABELS
        )
        self.failures = Family(
            "counter", "guardia_probe_failures", "Failed runs of the whole fleet, by reason.",
            ("kind", "reason"),
        )  # fmt: skip
        self._failed = {
            (kind, reason): self.failures.one(kind, reason) for kind in KINDS for reason in Reason
        }

    def count_failure(self, kind: str, reason: Reason) -> None:
        self._failed[kind, reason].value += 1

    def all(self) -> tuple[Family, ...]:
        return (
            self.success, self.duration, self.icmp, self.status, self.http, self.expiry,
            self.sent, self.received, self.rtt, self.failures,
        )  # fmt: skip


class ProbeSeries:
    """All series of one probe, bound once."""

    def __init__(
        self,
        families: ProbeFamilies,
        power: PowerFamilies,
        component: Component,
        probe: Probe,
        power_kind: PowerKind | None,
    ) -> None:
        self.shape = shape_of(probe.settings, power_kind)
        self._families = families
        self._holdings = Holdings()
        kind = self._kind = probe.settings.kind
        labels = (component.site, component.path, kind, probe.key.rpartition("#")[2])
        self._success = self._holdings.one(families.success, *labels)
        # A power source is asked how it is, not how fast: one series less for each.
        self._duration = None if kind == "power" else self._holdings.one(families.duration, *labels)
        self._echo = EchoSeries(families, self._holdings, labels) if kind == "icmp" else None
        self._http = (
            HttpSeries(families, self._holdings, labels, probe.settings)
            if isinstance(probe.settings, HttpSettings)
            else None
        )
        self._power = (
            PowerSeries(power, self._holdings, (component.site, component.path), power_kind)
            if kind == "power" and power_kind and component.kind is ComponentKind.POWER
            else None
        )

    def show(self, reading: Reading) -> None:
        """Take over one run. A run that failed through our own fault measured nothing."""
        if reading.reason is not None:
            self._families.count_failure(self._kind, reading.reason)
        blind = reading.reason is not None and reading.reason.is_blindness
        self._success.value = UNKNOWN if blind else float(reading.success)
        if self._duration is not None:
            self._duration.value = UNKNOWN if blind else max(0.0, reading.duration_s)
        if self._echo is not None:
            self._echo.show(None if blind else reading.echo)
        if self._http is not None:
            self._http.show(None if blind else reading.http)
        if self._power is not None:
            self._power.show(reading.power if reading.success else None)

    def release(self) -> None:
        self._holdings.release()


class EchoSeries:
    """The counters give loss and mean round trip over any window; the gauge gives the last."""

    def __init__(
        self, families: ProbeFamilies, holdings: Holdings, labels: tuple[str, ...]
    ) -> None:
        self._last = holdings.one(families.icmp, *labels, "rtt")
        self._sent = holdings.one(families.sent, *labels)
        self._received = holdings.one(families.received, *labels)
        self._count, self._sum = holdings.bind(families.rtt, *labels)

    def show(self, echo: EchoFigures | None) -> None:
        if echo is None:
            self._last.value = UNKNOWN
            return
        self._sent.value += echo.sent
        self._received.value += echo.received
        if echo.rtt_mean_s is None:
            self._last.value = UNKNOWN
            return
        self._last.value = echo.rtt_mean_s
        self._count.value += echo.received
        self._sum.value += echo.rtt_mean_s * echo.received


class HttpSeries:
    """Status, phases and certificate; no series for phases that this URL cannot have."""

    def __init__(
        self,
        families: ProbeFamilies,
        holdings: Holdings,
        labels: tuple[str, ...],
        settings: HttpSettings,
    ) -> None:
        self._status = holdings.one(families.status, *labels)
        tls = _may_use_tls(settings)
        self._expiry = holdings.one(families.expiry, *labels) if tls else None
        phases = ("resolve", "connect", "tls", "processing", "transfer")
        self._phases: dict[str, Series] = {
            phase: holdings.one(families.http, *labels, phase)
            for phase in phases
            if (phase != "tls" or tls) and (phase != "resolve" or _may_resolve(settings))
        }

    def show(self, http: HttpFigures | None) -> None:
        status = http.status if http else None
        self._status.value = UNKNOWN if status is None else float(status)
        for phase, series in self._phases.items():
            seconds = getattr(http, f"{phase}_s", None)
            series.value = UNKNOWN if seconds is None else seconds
        if self._expiry is not None:
            expires_at = http.certificate_expires_at if http else None
            self._expiry.value = UNKNOWN if expires_at is None else expires_at.timestamp()


def shape_of(settings: AnyProbe, power_kind: PowerKind | None) -> tuple[object, ...]:
    """Return what decides which series a probe has: when it changes, they are bound anew."""
    if isinstance(settings, HttpSettings):
        return (settings.kind, _may_use_tls(settings), _may_resolve(settings))
    return (settings.kind, power_kind)


def _may_use_tls(settings: HttpSettings) -> bool:
    return settings.url.startswith("https:") or settings.max_redirects > 0


def _may_resolve(settings: HttpSettings) -> bool:
    host = settings.url.partition("//")[2].partition("/")[0].rpartition("@")[2]
    is_address = host.startswith("[") or host.partition(":")[0].replace(".", "").isdigit()
    return not is_address or settings.max_redirects > 0
