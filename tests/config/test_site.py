"""What follows from what a site says, and what its models refuse."""

import pytest
from pydantic import ValidationError

from config.fleet import plan_probes
from config.model import WRITTEN
from config.probe import IcmpSettings, PowerSettings
from config.settings import Classes, JudgementClass, Settings
from config.site import PowerKind, PowerSource, Site


def site(**written: object) -> Site:
    return Site.model_validate({"id": "cs-1", "name": "Uno", **written}, context=WRITTEN)


def test_the_state_follows_from_the_clues_and_the_zone_from_the_state() -> None:
    found = site(clues="BCIMB000010")

    assert (found.state, found.timezone) == ("BC", "America/Tijuana")
    assert site().timezone == "America/Mexico_City"
    assert site(state="BC", timezone="America/Cancun").timezone == "America/Cancun"


@pytest.mark.parametrize("written", ["BC", "02", 2, "Baja California", "baja california"])
def test_a_state_by_letters_number_or_name(written: object) -> None:
    assert site(state=written).state == "BC"


def test_a_power_source_has_its_kind_and_unit_from_its_id() -> None:
    asked = PowerSettings(url="http://127.0.0.1")

    ups = PowerSource.model_validate({"id": "ups", "source": asked})

    assert ups.kind is PowerKind.UPS
    assert isinstance(ups.source, PowerSettings)
    assert ups.source.unit == "ups"


def test_a_unit_that_is_written_stays() -> None:
    source = {"kind": "power", "url": "http://127.0.0.1", "unit": "u7"}

    ups = PowerSource.model_validate({"id": "planta", "kind": "generator", "source": source})

    assert isinstance(ups.source, PowerSettings)
    assert ups.source.unit == "u7"


@pytest.mark.parametrize(
    "written",
    [
        {"links": [{"id": "a"}, {"id": "a"}]},
        {"power": [{"id": "ups", "feeds": ["uci"]}]},
    ],
)
def test_parts_that_do_not_fit_are_refused_in_code_too(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        site(**written)


@pytest.mark.parametrize("written", [15, 1.5, "15", None])
def test_a_written_duration_needs_its_unit(written: object) -> None:
    with pytest.raises(ValidationError):
        IcmpSettings.model_validate({"target": "h", "timeout": written}, context=WRITTEN)


def test_a_duration_in_code_is_in_seconds() -> None:
    assert IcmpSettings(target="h", timeout=1.5).timeout == 1.5


def test_a_class_keeps_the_defaults_it_does_not_say() -> None:
    classes = Classes.model_validate({"clinic": {"interval": "60s"}}, context=WRITTEN)

    assert classes.clinic == JudgementClass(interval=60.0, reprobe=1.0, untried=2.0)
    assert classes.life == Settings(include=("x",)).classes.life


def test_probes_of_a_component_have_names_of_their_own() -> None:
    asked = tuple(IcmpSettings(target="h", id=name) for name in (None, "icmp-2", None, "icmp-2"))

    planned = plan_probes("s/link/a", asked, JudgementClass(interval=5.0, reprobe=1.0))

    assert len({probe.key for probe in planned}) == 4
    assert planned[0].key == "s/link/a#icmp"
