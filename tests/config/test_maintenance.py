"""Maintenance windows as they are written. What the faults look like is in `bad/`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.loader import load
from config.maintenance import GeneratorTest, MaintenanceWindow
from config.model import WRITTEN
from config.site import Site
from config.state import STATES

TIJUANA, MEXICO_CITY = ZoneInfo("America/Tijuana"), ZoneInfo("America/Mexico_City")
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def window(**written: object) -> MaintenanceWindow:
    known: dict[str, object] = {"id": "w", "reason": "Cambio de switch", "by": "TI"}
    if "every" not in written:
        known |= {"from": "2026-12-01 02:00", "lasts": "2h"}
    if not {"sites", "states", "types", "nodes"} & written.keys():
        known["sites"] = "cs-1"
    return MaintenanceWindow.model_validate(
        {key: value for key, value in {**known, **written}.items() if value is not None},
        context=WRITTEN,
    )


def site(name: str = "cs-1", **written: object) -> Site:
    return Site.model_validate({"id": name, "name": "Uno", **written})


def test_the_example_loads_with_its_fleet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIA_WEBHOOK_TOKEN", "x")
    fleet = load(Path(__file__).parent / "good" / "guardia.yaml")

    (weekly,) = fleet.maintenance
    assert weekly.id == "planta-hg-ensenada"
    assert weekly.expects == GeneratorTest()
    assert weekly.concerns(fleet.sites[0])


def test_a_site_fits_every_selector_written() -> None:
    clinic, hospital = site(state="BC"), site("hg-1", state="BC", type="hospital")
    assert window(sites="cs-1").concerns(clinic)
    assert not window(sites="cs-1").concerns(hospital)
    assert window(states="Baja California").concerns(hospital)
    assert window(states=["BC"], types=["hospital"]).concerns(hospital)
    assert not window(states=["BC"], types=["hospital"]).concerns(clinic)
    assert not window(nodes="cfe-1", timezone="America/Tijuana").concerns(clinic)


def test_each_site_goes_by_its_own_clock_unless_a_zone_or_an_offset_is_written() -> None:
    def begins(zone: ZoneInfo, **written: object) -> str:
        return f"{next(window(**written).after(BEGINNING, zone)).starts:%H:%M}"

    assert (begins(TIJUANA), begins(MEXICO_CITY)) == ("10:00", "08:00")
    assert begins(MEXICO_CITY, timezone="America/Tijuana") == "10:00"
    assert begins(MEXICO_CITY, **{"from": "2026-12-01T02:00Z"}) == "02:00"


def test_once_is_over_when_it_ends() -> None:
    once = window(to="2026-12-01 04:00", lasts=None)
    (only,) = once.after(BEGINNING, MEXICO_CITY)
    assert only.ends - only.starts == timedelta(hours=2)
    assert list(once.after(only.ends - timedelta(seconds=1), MEXICO_CITY)) == [only]
    assert list(once.after(only.ends, MEXICO_CITY)) == []


def test_an_hour_that_a_zone_skips_is_no_window_there() -> None:
    skipped = window(**{"from": "2026-03-08 02:10", "to": "2026-03-08 02:50", "lasts": None})
    assert list(skipped.after(BEGINNING, TIJUANA)) == []
    assert len(list(skipped.after(BEGINNING, MEXICO_CITY))) == 1


def test_what_a_generator_test_expects() -> None:
    assert window(expects="generator_test").expects == GeneratorTest(within=10.0)
    idle = window(expects={"kind": "generator_test", "with_load": False, "generator": "planta"})
    assert idle.expects == GeneratorTest(with_load=False, generator="planta")


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"every": {"day": ["tue", "sat"], "week": "last", "at": "10:00", "lasts": "30m"},
         "expects": "generator_test"},
        {"from": "2026-12-01T02:00-08:00", "critical_areas": "uci", "parts": "link/cfe"},
        {"states": list(STATES), "types": "clinic"},
    ],
)  # fmt: skip
def test_a_window_can_be_kept_as_json_and_read_back(written: dict[str, object]) -> None:
    kept = window(**written).model_dump_json(by_alias=True)
    assert MaintenanceWindow.model_validate_json(kept) == window(**written)
