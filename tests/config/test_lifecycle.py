"""Planned, active, retired: by word, and by day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from config.lifecycle import is_probed, may_page, next_status_change, status_at
from config.site import Site, SiteStatus

ZONE = ZoneInfo("America/Tijuana")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)


def site(**written: object) -> Site:
    return Site.model_validate({"id": "cs-1", "name": "Uno", "state": "BC", **written})


@pytest.mark.parametrize(
    ("written", "status", "changes"),
    [
        ({}, "active", None),
        ({"status": "active"}, "active", None),
        ({"status": "planned"}, "planned", None),
        ({"status": "retired"}, "retired", None),
        ({"status": "planned", "active_from": "2026-12-02"}, "planned", "2026-12-02"),
        ({"active_from": "2026-12-02"}, "planned", "2026-12-02"),
        ({"active_from": "2026-12-01"}, "active", None),
        ({"status": "planned", "active_from": "2026-11-30"}, "active", None),
        ({"retired_from": "2026-12-02"}, "active", "2026-12-02"),
        ({"retired_from": "2026-12-01"}, "retired", None),
        ({"status": "planned", "retired_from": "2027-01-01"}, "planned", "2027-01-01"),
        ({"status": "retired", "retired_from": "2027-01-01"}, "retired", None),
        ({"active_from": "2026-12-24", "retired_from": "2027-01-01"}, "planned", "2026-12-24"),
    ],
)
def test_where_a_site_stands(written: dict[str, str], status: str, changes: str | None) -> None:
    found = site(**written)

    assert status_at(found, NOON) == status
    change = next_status_change(found, NOON)
    assert (change and f"{change.astimezone(ZONE):%Y-%m-%d %H:%M}") == (
        changes and f"{changes} 00:00"
    )


def test_a_planned_site_is_probed_and_pages_nobody_a_retired_one_is_left_alone() -> None:
    told = {
        status: (is_probed(site(status=status), NOON), may_page(site(status=status), NOON))
        for status in SiteStatus
    }
    assert told == {"planned": (True, False), "active": (True, True), "retired": (False, False)}


def test_a_day_begins_at_midnight_of_the_site() -> None:
    opening = site(active_from="2026-12-01")
    assert not may_page(opening, datetime(2026, 11, 30, 23, 59, tzinfo=ZONE))
    assert may_page(opening, datetime(2026, 12, 1, tzinfo=ZONE))


@pytest.mark.parametrize(
    "written",
    [
        {"active_from": "2026-12-01", "retired_from": "2026-12-01"},
        {"status": "active", "active_from": "2026-12-01"},
    ],
)
def test_a_life_that_goes_backwards_is_refused(written: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        site(**written)
