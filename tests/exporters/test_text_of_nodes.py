"""How the fall of a node reads: what it is, which sites, and every critical area with its site."""

from datetime import timedelta

import pytest

from config.area import Criticality
from config.component import ComponentKind
from exporters.alert import labels_of
from exporters.text import Language, description, recovery, summary
from monitor.events import IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from tests.exporters.incident import OPENED_AT, closed, opened, seen

NOW = OPENED_AT + timedelta(seconds=65)


def touched(
    key: str, kind: ComponentKind, name: str, state: State = State.DOWN, *, life: bool = False
) -> Touched:
    critical = Criticality.LIFE if life else Criticality.CLINICAL
    return Touched(key=key, kind=kind, name=name, criticality=critical, state=state)


def fallen(
    key: str = "node/cfe-ens-1", name: str = "CFE Ensenada 1", hospitals: int = 1, **more: object
) -> IncidentEvent:
    """A node with some hospitals, each with its UCI, and two clinics."""
    root = touched(key, ComponentKind.NODE, name, State.UNKNOWN)
    sites = [
        touched(f"hg-{number}", ComponentKind.SITE, f"Hospital {number}")
        for number in range(hospitals)
    ]
    sites += [touched(f"cs-{number}", ComponentKind.SITE, f"Centro {number}") for number in (1, 2)]
    areas = [
        touched(f"hg-{number}/area/uci", ComponentKind.AREA, "uci", life=True)
        for number in range(hospitals)
    ]
    facts = SiteFacts(id="", name=name, state="BC", timezone="America/Tijuana")
    return opened().model_copy(
        update={
            "cause": Cause.NODE, "root": root, "site": facts, "touched": (root, *sites, *areas),
            "evidence": (seen(Fact.SITES_SILENT, subject=name, count=3.0, of=4.0),),
            **more,
        }
    )  # fmt: skip


def test_the_first_line_names_the_node_how_many_sites_and_the_critical_areas() -> None:
    assert summary(fallen(), "es", NOW) == (
        "P1 · Nodo CFE Ensenada 1: sin servicio, 3 sitios afectados, UCI (Hospital 0) sin "
        "comunicación desde las 03:14:07 (UTC−8)"
    )
    assert summary(fallen(), "en", NOW) == (
        "P1 · Node CFE Ensenada 1: out of service, 3 sites affected, ICU (Hospital 0) out of "
        "reach since 03:14:07 (UTC−8)"
    )


def test_the_message_names_the_sites_and_no_site_of_its_own() -> None:
    lines = description(fallen(), "es", NOW).splitlines()
    assert "Sitios: Hospital 0, Centro 1 y Centro 2" in lines
    assert "Áreas críticas: UCI (Hospital 0)" in lines
    assert "- 03:14:07 callaron juntos (3 de 4) · CFE Ensenada 1" in lines
    assert "Lugar: Baja California" in lines
    assert not [line for line in lines if line.startswith(("Sitio:", "Energía:"))]


def test_critical_areas_are_not_folded_out_of_sight() -> None:
    lines = description(fallen(hospitals=20), "en", NOW).splitlines()
    (areas,) = [line for line in lines if line.startswith("Critical areas:")]
    assert all(f"ICU (Hospital {number})" in areas for number in range(20))


@pytest.mark.parametrize(
    ("language", "title"),
    [("es", "Posible falla común en Ensenada"), ("en", "Possible common failure in Ensenada")],
)
def test_a_guess_is_told_as_one(language: Language, title: str) -> None:
    guess = fallen("region/BC/ensenada", "Ensenada", confidence=Confidence.MEDIUM)
    assert title in summary(guess, language, NOW)
    assert title in recovery(closed(guess, 600), language)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", "P2 · Alimentador ENS-4010: falla eléctrica, 3 sitios afectados"),
        ("en", "P2 · Feeder ENS-4010: mains power lost, 3 sites affected"),
    ],
)
def test_a_feeder_is_told_as_a_loss_of_power(language: Language, told: str) -> None:
    feeder = fallen(
        "node/ens-4010", "ENS-4010", cause=Cause.POWER, priority=Priority.P2, hospitals=1
    )
    without = feeder.model_copy(update={"touched": feeder.touched[:-1]})
    assert summary(without, language, NOW).startswith(told)


def test_its_alert_has_the_node_for_component_and_no_site() -> None:
    labels = labels_of(fallen())
    assert labels["alertname"] == "GuardiaNodeDown"
    assert (labels["component"], labels["area"], labels["state"]) == (
        "node/cfe-ens-1", "hg-0/uci", "BC",
    )  # fmt: skip
    assert "site" not in labels
