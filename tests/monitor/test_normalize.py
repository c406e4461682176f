"""A raw reading becomes the event that the world sees."""

from dataclasses import replace

import pytest

from config.component import Component, Probe
from monitor.events import ProbeEvent
from monitor.normalize import probe_event
from monitor.ports import ProbeRun
from probes.echo_figures import EchoFigures
from probes.reading import HttpFigures, Reading, Reason
from tests.clock import START
from tests.monitor.story import GOOD, clinic, fleet

LINK = [
    {
        "id": "cfe",
        "probes": [
            {"kind": "icmp", "target": "127.65.0.1"},
            {"kind": "http", "url": "http://127.65.0.1/", "id": "web"},
        ],
    }
]
POWER = [{"id": "ups", "kind": "ups", "source": {"kind": "power", "url": "http://127.65.0.1/p"}}]


def parts() -> dict[str, Component]:
    return dict(fleet(clinic(links=LINK, power=POWER)).components)


def told(key: str, reading: Reading, place: int = 0) -> ProbeEvent:
    component = parts()[key]
    probe: Probe = component.probes[place]
    return probe_event(ProbeRun(component, probe, reading, START, "noc"))


def test_an_echo_keeps_its_figures() -> None:
    echo = EchoFigures(4, (10_000_000, 14_000_000, 10_000_000))
    event = told("cs/link/cfe", Reading(True, 0.05, echo=echo))
    assert (event.site, event.component, event.probe, event.kind) == (
        "cs", "link/cfe", "icmp", "icmp",
    )  # fmt: skip
    assert event.echo is not None
    assert (event.echo.loss_ratio, event.echo.jitter_s) == (0.25, 0.004)
    assert event.success
    assert event.vantage == "noc"


def test_nothing_sent_is_no_loss_but_nothing_known() -> None:
    reading = replace(Reading.failed(Reason.SEND_FAILED, ""), echo=EchoFigures(0))
    event = told("cs/link/cfe", reading)
    assert event.echo is not None
    assert event.echo.loss_ratio is None
    assert event.reason is Reason.SEND_FAILED


def test_http_phases_that_were_not_reached_are_null() -> None:
    figures = HttpFigures(connect_s=0.01, body_bytes=12)
    event = told("cs/link/cfe", Reading(True, 0.02, http=figures), place=1)
    assert (event.probe, event.kind) == ("web", "http")
    assert event.http is not None
    assert (event.http.status, event.http.connect_s, event.http.tls_s) == (None, 0.01, None)


def test_a_power_document_keeps_what_it_said() -> None:
    event = told("cs/power/ups", Reading(True, 0.02, power=GOOD))
    assert event.power is not None
    assert event.power.model_dump(exclude={"measured_at"}) == {
        "mains": GOOD.mains, "unit": "ups", "state": GOOD.state, "battery": GOOD.battery,
        "charge_ratio": 1.0, "runtime_s": 1800.0, "on_battery_s": None, "load_ratio": None,
        "fuel_ratio": None, "alarms": (),
    }  # fmt: skip


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_reaches_the_wire(reason: Reason) -> None:
    event = told("cs/link/cfe", Reading.failed(reason, "why", -0.001))
    again = ProbeEvent.model_validate_json(event.to_json())
    assert (again.success, again.reason, again.detail) == (False, reason, "why")
    assert again.duration_s == 0.0  # a clock may not run backwards, and rounding may
    assert (again.echo, again.http, again.power) == (None, None, None)
