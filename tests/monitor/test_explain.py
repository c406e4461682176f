"""Every answer is explained to a person."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.explain import MEANING, explain
from probes.reading import EchoFigures, HttpFigures, Reading, Reason
from tests.monitor.story import ON_BATTERY


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_meaning(reason: Reason) -> None:
    lines = list(explain(Reading.failed(reason, "the detail", 1.0)))
    assert lines[0] == f"failed: {reason} in 1000.0 ms"
    assert "the detail" in lines
    assert MEANING[reason] in lines
    assert any("our side" in line for line in lines) is reason.is_blindness


def test_figures_are_told_in_milliseconds_and_percent() -> None:
    echo = EchoFigures(4, 3, 0.001, 0.002, 0.003, 0.002, 0.0005)
    text = "\n".join(explain(Reading(True, 0.01, address="127.0.0.1", echo=echo)))
    assert "answered (127.0.0.1)" in text
    assert "3 of 4 packets came back, 25% lost" in text
    assert "min 1.000 ms, mean 2.000 ms, max 3.000 ms, jitter 0.500 ms" in text
    assert "nothing was sent" in "\n".join(explain(Reading(True, 0, echo=EchoFigures(0, 0))))


def test_http_and_power_are_told() -> None:
    http = HttpFigures(
        status=200, connect_s=0.01, certificate_expires_at=datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    )
    power = replace(ON_BATTERY, alarms=("OnBattery",), age_s=4.0)
    text = "\n".join(explain(Reading(True, 0.1, http=http, power=power)))
    assert "status 200, 0 bytes" in text
    assert "certificate good until 2027-01-02 03:04 UTC" in text
    assert "mains absent, ups on_battery, battery normal" in text
    assert "charge 90%" in text
    assert "30 min left on battery" in text
    assert "alarms: OnBattery" in text
