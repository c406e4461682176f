"""The series of one probe, written at each of its runs: a thousand times a second in all."""

from config.component import Component, ComponentKind, Probe
from config.site import PowerKind
from exporters.labels import Labels, labelled
from exporters.power_series import PowerFamilies, PowerSeries
from exporters.probe_families import HTTP_PHASES, PROBE_LABELS, ProbeFamilies
from exporters.probe_shape import ProbeShape, shape_of
from exporters.series import Row
from probes.reading import Reading

_NO_PHASES = (None,) * len(HTTP_PHASES)


class ProbeSeries:
    """What every probe has: whether it succeeded, and the fleet's count of its failures."""

    __slots__ = ("_families", "_success", "shape")

    def __init__(self, families: ProbeFamilies, labels: Labels, shape: ProbeShape) -> None:
        self.shape = shape
        self._families = families
        self._success = families.success.bind(labels)

    def show(self, reading: Reading) -> None:
        """Take over one run. A run that failed through our own fault measured nothing."""
        reason = reading.reason
        if reason is not None:
            self._families.count_failure(self.shape.kind, reason)
            if reason.is_blindness:
                self._success.set(None)
                self._measured_nothing()
                return
        self._success.set(reading.success)
        self._measured(reading)

    def release(self) -> None:
        """Take all its series out of the page."""
        for row in self._rows():
            row.drop()

    def _measured(self, reading: Reading) -> None:
        """Take over the figures."""

    def _measured_nothing(self) -> None:
        """Leave nothing that could be taken for a figure of this run."""

    def _rows(self) -> list[Row]:
        return [self._success]


class TimedSeries(ProbeSeries):
    """How long a run took. A power source is asked how it is, not how fast: not for those."""

    __slots__ = ("_duration",)

    def __init__(self, families: ProbeFamilies, labels: Labels, shape: ProbeShape) -> None:
        super().__init__(families, labels, shape)
        self._duration = families.duration.bind(labels)

    def _measured(self, reading: Reading) -> None:
        self._duration.set(_ns(reading.duration_s))

    def _measured_nothing(self) -> None:
        self._duration.set(None)

    def _rows(self) -> list[Row]:
        return [*super()._rows(), self._duration]


class EchoSeries(TimedSeries):
    """The counters give loss and mean round trip over any window; the gauge gives the last."""

    __slots__ = ("_last", "_received", "_rtt", "_sent")

    def __init__(self, families: ProbeFamilies, labels: Labels, shape: ProbeShape) -> None:
        super().__init__(families, labels, shape)
        self._last = families.icmp.bind(labels)
        self._sent = families.sent.bind(labels)
        self._received = families.received.bind(labels)
        self._rtt = families.rtt.bind(labels)

    def _measured(self, reading: Reading) -> None:
        self._duration.set(_ns(reading.duration_s))
        echo = reading.echo
        if echo is None:
            self._last.set(None)
            return
        received = len(echo.rtts_ns)
        self._sent.add(echo.sent)
        self._received.add(received)
        if not received:
            self._last.set(None)
            return
        total_ns = sum(echo.rtts_ns)
        self._last.set(total_ns // received)
        self._rtt.add(received, total_ns)

    def _measured_nothing(self) -> None:
        super()._measured_nothing()
        self._last.set(None)

    def _rows(self) -> list[Row]:
        return [*super()._rows(), self._last, self._sent, self._received, self._rtt]


class HttpSeries(TimedSeries):
    """Status, phases and certificate; no series for phases that this URL cannot have."""

    __slots__ = ("_expiry", "_phases", "_status")

    def __init__(self, families: ProbeFamilies, labels: Labels, shape: ProbeShape) -> None:
        super().__init__(families, labels, shape)
        self._status = families.status.bind(labels)
        self._phases = families.http.bind(labels)
        self._expiry = families.expiry.bind(labels) if shape.uses_tls else None

    def _measured(self, reading: Reading) -> None:
        self._duration.set(_ns(reading.duration_s))
        http = reading.http
        if http is None:
            self._no_answer()
            return
        shape = self.shape
        self._status.set(http.status)
        self._phases.set(
            (
                _ns(http.resolve_s) if shape.resolves else None,
                _ns(http.connect_s),
                _ns(http.tls_s) if shape.uses_tls else None,
                _ns(http.processing_s),
                _ns(http.transfer_s),
            )
        )
        if self._expiry is not None:
            expires_at = http.certificate_expires_at
            self._expiry.set(None if expires_at is None else expires_at.timestamp())

    def _measured_nothing(self) -> None:
        super()._measured_nothing()
        self._no_answer()

    def _no_answer(self) -> None:
        self._status.set(None)
        self._phases.set(_NO_PHASES)
        if self._expiry is not None:
            self._expiry.set(None)

    def _rows(self) -> list[Row]:
        expiry = [] if self._expiry is None else [self._expiry]
        return [*super()._rows(), self._status, self._phases, *expiry]


class PowerProbeSeries(ProbeSeries):
    """The gauges of the power source; a source that is silent has none."""

    __slots__ = ("_power",)

    def __init__(
        self, families: ProbeFamilies, labels: Labels, shape: ProbeShape, power: PowerSeries
    ) -> None:
        super().__init__(families, labels, shape)
        self._power = power

    def _measured(self, reading: Reading) -> None:
        self._power.show(reading.power if reading.success else None)

    def _measured_nothing(self) -> None:
        self._power.show(None)

    def _rows(self) -> list[Row]:
        return [*super()._rows(), *self._power.rows()]


def _ns(seconds: float | None) -> int | None:
    """Return whole nanoseconds; a clock that was set back has measured nothing less than 0."""
    return None if seconds is None else max(0, round(seconds * 1e9))


def bind_probe(
    families: ProbeFamilies,
    power: PowerFamilies,
    component: Component,
    probe: Probe,
    power_kind: PowerKind | None,
) -> ProbeSeries:
    """Bind all series of a probe. `power_kind` is that of the source it asks, if it is one."""
    shape = shape_of(probe.settings, power_kind)
    path = component.path
    values = (component.site, path, shape.kind, probe.key.rpartition("#")[2])
    labels = labelled(PROBE_LABELS, values)
    match shape.kind:
        case "icmp":
            return EchoSeries(families, labels, shape)
        case "http":
            return HttpSeries(families, labels, shape)
        case "power":
            if power_kind is None or component.kind is not ComponentKind.POWER:
                return ProbeSeries(families, labels, shape)
            source = PowerSeries(power, component.site, path, power_kind)
            return PowerProbeSeries(families, labels, shape, source)
        case _:
            return TimedSeries(families, labels, shape)
