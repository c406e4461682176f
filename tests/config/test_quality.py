"""What may be said of quality and telemedicine, and what is refused."""

import pytest
from pydantic import ValidationError

from config.model import WRITTEN
from config.quality import QualityRules
from config.telemedicine import QualityLimits, TelemedicineRules


def telemedicine(**written: object) -> TelemedicineRules:
    return TelemedicineRules.model_validate(written, context=WRITTEN)


def test_what_a_use_does_not_say_keeps_its_default() -> None:
    rules = telemedicine(ready={"rtt": "120ms"})

    assert rules.ready == QualityLimits(rtt=0.12, jitter=0.03, loss=0.01, r=80.0)
    assert rules.ready_with_reservations == TelemedicineRules().ready_with_reservations


def test_a_limit_can_be_taken_away() -> None:
    rules = telemedicine(
        ready={"r": 60.0}, ready_with_reservations={"r": None}, store_and_forward_only={"r": None}
    )

    assert rules.ready_with_reservations.r is None


@pytest.mark.parametrize(
    "limits", [{"rtt": "900ms"}, {"jitter": None}, {"loss": 0.2}, {"r": 60.0}], ids=str
)
def test_a_milder_use_is_not_stricter(limits: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="`ready_with_reservations` is stricter than `ready`"):
        telemedicine(ready=limits)


def test_what_degraded_does_not_say_keeps_its_default() -> None:
    rules = QualityRules.model_validate({"delay": {"times": 3.0}, "loss": {"least": 0.1}})

    assert (rules.delay.times, rules.delay.least) == (3.0, 0.02)
    assert (rules.loss.times, rules.loss.least) == (4.0, 0.1)


@pytest.mark.parametrize(
    "written",
    [{"loss": {"times": 1.0}}, {"loss": {"least": 0.0}}, {"delay": {"times": 0.5}}, {"false": 1}],
    ids=str,
)
def test_what_could_never_be_told_apart_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QualityRules.model_validate(written)
