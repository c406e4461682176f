"""Every answer is explained to a person."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.explain import MEANING, explain
from probes.echo_figures import EchoFigures
from probes.reading import Battery, HttpFigures, Reading, Reason, UnitState
from tests.monitor.story import GOOD, ON_BATTERY


def told(reading: Reading) -> str:
    return "\n".join(explain(reading))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_meaning(reason: Reason) -> None:
    lines = list(explain(Reading.failed(reason, "the detail", 1.0)))
    assert lines[:3] == [f"failed: {reason} after 1.00 s", "the detail", MEANING[reason]]
    assert any("our side" in line for line in lines) is reason.is_blindness


def test_a_ping_is_told_by_its_round_trip_and_its_loss() -> None:
    echo = EchoFigures(4, (2_000_000, 1_000_000, 3_000_000))
    text = told(Reading(True, 0.9, address="127.0.0.1", echo=echo))
    assert text.startswith("answered (127.0.0.1) in 2.0 ms\n")
    assert "3 of 4 packets came back, 25% lost" in text
    assert "round trip min 1.0 ms, mean 2.0 ms, max 3.0 ms, jitter 1.5 ms" in text


def test_one_packet_needs_no_statistics() -> None:
    assert told(Reading(True, 0.9, echo=EchoFigures(1, (2_000_000,)))) == ("answered in 2.0 ms")


def test_nothing_sent_is_no_loss() -> None:
    assert "nothing was sent" in told(Reading(True, 0, echo=EchoFigures(0)))


def test_http_is_told_with_its_phases_and_certificate() -> None:
    http = HttpFigures(
        status=200, connect_s=0.01, tls_s=0.02, processing_s=1.5, body_bytes=1, redirects=1,
        tls_version="TLSv1.3", certificate_expires_at=datetime(2027, 1, 2, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    text = told(Reading(True, 0.1, http=http))
    assert "status 200, 1 byte, after 1 redirect" in text
    assert "connect 10.0 ms, tls 20.0 ms, processing 1.50 s" in text
    assert "TLSv1.3, certificate good until 2027-01-02 03:04 UTC" in text


def test_power_is_told_with_what_is_left() -> None:
    text = told(Reading(True, 0.1, power=replace(ON_BATTERY, alarms=("OnBattery",), age_s=4.0)))
    assert "mains absent, ups on_battery, battery normal" in text
    assert "charge 90%" in text
    assert "the battery lasts 30 min" in text
    assert "alarms: OnBattery" in text
    assert "measured 4 s ago" in text
    assert "would last 90 s" in told(Reading(True, 0.1, power=replace(GOOD, runtime_s=90.0)))


def test_a_generator_has_no_battery_to_tell_of() -> None:
    generator = replace(
        GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN,
        charge_ratio=None, runtime_s=None,
    )  # fmt: skip
    text = told(Reading(True, 0.1, power=generator))
    assert "mains present, planta stopped\n" in text
    assert "battery" not in text
