"""What is told at once, and what waits until the place opens."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.area import Area
from config.component import Component
from config.fleet import Fleet
from config.settings import Settings
from config.site import Link, PowerSource, Service, Site
from monitor.duty.closed_hours import told_when
from monitor.vocabulary import Cause, Priority

ZONE = ZoneInfo("America/Tijuana")
NIGHT = datetime(2026, 11, 14, 3, tzinfo=ZONE)  # a Saturday, two days before a holiday
TUESDAY = datetime(2026, 11, 17, 8, tzinfo=ZONE)


def settings(**rules: object) -> Settings:
    return Settings.model_validate({"include": ["x"], "outside_hours": rules})


def site(**written: object) -> Site:
    return Site.model_validate(
        {
            "id": "cs-1",
            "name": "Uno",
            "state": "BC",
            "hours": "weekdays",
            "links": [Link(id="cfe")],
            "power": [PowerSource.model_validate({"id": "ups"})],
            "areas": [
                Area.model_validate({"id": "urgencias"}),
                Area.model_validate({"id": "farmacia"}),
                Area.model_validate({"id": "laboratorio", "hours": {"weekends": "07:00-11:00"}}),
            ],
            "services": [Service(id="receta")],
            **written,
        }
    )


def when(
    touched: str,
    cause: Cause = Cause.LINK,
    priority: Priority = Priority.P2,
    at: datetime = NIGHT,
    of: Site | None = None,
    **rules: object,
) -> datetime | None:
    place, rule = of or site(), settings(**rules)
    fleet = Fleet(rule, (place,))
    parts: list[Component] = [fleet.components[f"cs-1/{path}"] for path in touched.split()]
    return told_when(cause, priority, parts, place, rule, at)


@pytest.mark.parametrize(
    ("touched", "cause", "priority", "told"),
    [
        ("link/cfe", Cause.LINK, Priority.P2, TUESDAY),
        ("link/cfe", Cause.UNDETERMINED, Priority.P2, TUESDAY),
        ("link/cfe", Cause.LINK, Priority.P3, TUESDAY),
        ("link/cfe area/farmacia", Cause.LINK, Priority.P2, TUESDAY),
        ("service/receta", Cause.SERVICE, Priority.P3, TUESDAY),
        ("link/cfe", Cause.LINK, Priority.P1, None),
        ("link/cfe area/urgencias", Cause.LINK, Priority.P2, None),
        ("area/urgencias", Cause.AREA_NETWORK, Priority.P3, None),
        ("power/ups", Cause.POWER, Priority.P2, None),  # the vaccine refrigerator
        ("link/cfe", Cause.MONITOR_BLIND, Priority.P2, None),
        ("area/farmacia", Cause.AREA_NETWORK, Priority.P3, TUESDAY),
        # areas go by their own hours, the first of several to open decides
        ("area/laboratorio", Cause.AREA_NETWORK, Priority.P3, NIGHT + timedelta(hours=4)),
        ("area/laboratorio area/farmacia", Cause.AREA_NETWORK, Priority.P3,
         NIGHT + timedelta(hours=4)),
        ("link/cfe area/laboratorio", Cause.LINK, Priority.P3, TUESDAY),
    ],
)  # fmt: skip
def test_at_night(touched: str, cause: Cause, priority: Priority, told: datetime | None) -> None:
    assert when(touched, cause, priority) == told


def test_while_it_is_open_everything_is_told_at_once() -> None:
    assert when("link/cfe", at=TUESDAY) is None
    assert when("area/laboratorio", at=NIGHT + timedelta(hours=5)) is None
    assert when("area/laboratorio area/farmacia", at=NIGHT + timedelta(hours=5)) is None


def test_a_setting_says_what_waits() -> None:
    assert when("link/cfe", wait=["P3"]) is None
    assert when("link/cfe", wait=[]) is None
    assert when("link/cfe", priority=Priority.P3, wait="P3") == TUESDAY
    assert when("power/ups", Cause.POWER, power_waits=True) == TUESDAY


def test_who_does_not_say_when_it_is_open_is_open() -> None:
    assert when("link/cfe", of=site(hours=None)) is None
    assert when("link/cfe", of=site(hours=None, type="hospital")) is None


def test_what_never_opens_waits_for_nothing() -> None:
    rule = Settings.model_validate(
        {"include": ["x"], "holidays": {"federal": False, "also": "2020-01-01"}}
    )
    place = site(hours={"holidays": "24h"})
    link = Fleet(rule, (place,)).components["cs-1/link/cfe"]
    assert told_when(Cause.LINK, Priority.P2, [link], place, rule, NIGHT) is None


def test_what_is_about_no_site_does_not_wait() -> None:
    assert told_when(Cause.NODE, Priority.P2, [], None, settings(), NIGHT) is None
