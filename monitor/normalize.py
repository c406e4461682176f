"""A raw Reading becomes the event that the world sees."""

from datetime import datetime

from config.component import Component, Probe
from monitor.events import Echo, Http, Power, ProbeEvent
from probes.reading import EchoFigures, HttpFigures, PowerFigures, Reading


def probe_event(
    component: Component, probe: Probe, reading: Reading, at: datetime, vantage: str
) -> ProbeEvent:
    """Return the event of one run."""
    return ProbeEvent(
        vantage=vantage,
        at=at,
        site=component.site,
        component=component.path,
        probe=probe.key.rpartition("#")[2],
        kind=probe.settings.kind,
        success=reading.success,
        reason=reading.reason,
        detail=reading.detail,
        duration_s=max(0.0, reading.duration_s),
        echo=_echo(reading.echo),
        http=_http(reading.http),
        power=power_of(reading.power),
    )


def _echo(figures: EchoFigures | None) -> Echo | None:
    if figures is None:
        return None
    return Echo(
        sent=figures.sent,
        received=figures.received,
        loss_ratio=figures.loss_ratio,
        rtt_min_s=figures.rtt_min_s,
        rtt_mean_s=figures.rtt_mean_s,
        rtt_max_s=figures.rtt_max_s,
        jitter_s=figures.jitter_s,
    )


def _http(figures: HttpFigures | None) -> Http | None:
    if figures is None:
        return None
    return Http(
        status=figures.status,
        resolve_s=figures.resolve_s,
        connect_s=figures.connect_s,
        tls_s=figures.tls_s,
        processing_s=figures.processing_s,
        transfer_s=figures.transfer_s,
        body_bytes=figures.body_bytes,
        certificate_expires_at=figures.certificate_expires_at,
    )


def power_of(figures: PowerFigures | None) -> Power | None:
    """Return the published form of what a power source said of itself."""
    if figures is None:
        return None
    return Power(
        mains=figures.mains,
        unit=figures.unit,
        state=figures.state,
        battery=figures.battery,
        charge_ratio=figures.charge_ratio,
        runtime_s=figures.runtime_s,
        on_battery_s=figures.on_battery_s,
        load_ratio=figures.load_ratio,
        fuel_ratio=figures.fuel_ratio,
        alarms=figures.alarms,
        measured_at=figures.measured_at,
    )
