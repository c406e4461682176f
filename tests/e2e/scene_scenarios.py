"""A dozen scenarios at once, at real speed, by a daemon that is killed half-way: it neither pages
again nor forgets.

Run by test_scenarios_at_speed.py inside the simulator's network. What the pager's receiver was told
is counted, site by site, and held against the simulator's own log.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.house import House, standing_house

PAGE_S, POWER_S = 20.0, 30.0
WATCHED_S, LIVED_ON_S = 20.0, 8.0
"""How long the quiet ones are watched before the kill at least, and everything after it."""
BEGAN_WITHIN_S = 8.0
"""The interval of five seconds, a time-out, and the rounding of the log."""
QUIET_S = 6.0
"""Long enough for a wrong second page: the pager waits one second, a clinic's turn is five."""

pytestmark = [pytest.mark.e2e, pytest.mark.netns, pytest.mark.timeout(200)]


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to a site, and undone when all are mended; `cause` is "" where it is quiet."""

    name: str
    site: str
    do: dict[str, Any]
    undo: dict[str, Any]
    cause: str = ""
    priority: str = ""
    within_s: float = PAGE_S
    undone_after_s: float | None = None


def _acts(sites: dict[str, list[str]]) -> list[Act]:
    hospitals, clinics, mobiles = (iter(sites[kind]) for kind in ("hospital", "clinic", "mobile"))
    cut, mend = {"do": "cut"}, {"do": "restore"}
    lost, back = ({"do": "mains", "present": present} for present in (False, True))
    cfe, uci = {"link": "cfe"}, {"area": "uci"}
    silent, clear = {"do": "impair"}, {"do": "impair"}
    record = {"do": "service", "service": "expediente"}
    return [
        Act("a clinic's link is cut", next(clinics), cut | cfe, mend | cfe, "link", "P2"),
        Act("a link says that it is unreachable", next(clinics),
            cut | cfe | {"state": "unreachable"}, mend | cfe, "link", "P2"),
        Act("a clinic's link blinks", next(clinics), cut | cfe, mend | cfe, undone_after_s=1.5),
        Act("a clinic on battery", next(clinics), lost, back, "power", "P2", POWER_S),
        Act("a microcut", next(clinics), lost, back, undone_after_s=3.0),
        Act("the clinical record answers 503", next(clinics), record | {"status": 503},
            record | {"status": 200}, "service", "P3"),
        Act("one ping in twenty is lost", next(clinics),
            silent | {"impairment": {"loss": 0.05}}, clear),
        Act("every ping takes 200 ms more", next(clinics),
            silent | {"impairment": {"delay": "200ms"}}, clear),
        Act("power telemetry repeats itself", next(clinics),
            {"do": "telemetry", "mode": "frozen"}, {"do": "telemetry", "mode": "live"}),
        Act("the UCI alone is cut off", next(hospitals), cut | uci, mend | uci,
            "area_network", "P1"),
        Act("the backup takes over", next(hospitals), cut | cfe, mend | cfe, "link", "P3"),
        Act("both links are cut", next(hospitals), cut, mend, "link", "P1", POWER_S),
        Act("a satellite link blinks", next(mobiles), cut, mend, undone_after_s=3.0),
    ]  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing_house(tmp_path) as built:
        yield built


async def test_each_trouble_is_told_once_and_the_quiet_ones_never(house: House) -> None:
    acts = _acts(json.loads(os.environ["GUARDIA_SCENARIO_SITES"]))
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for act in acts:
            group.create_task(_play(house, act), name=act.name)
    await _until(began + WATCHED_S)
    before = await _open(house)
    assert {site for site, _, _ in before} == {act.site for act in acts if act.cause}
    for _, incident, _ in before:
        await house.until_on_disk(incident)
    await house.kill_daemon()
    assert await _open(house) == before
    await asyncio.sleep(LIVED_ON_S)
    for act in acts:
        if act.undone_after_s is None:
            house.act(**act.undo, site=act.site)
    async with asyncio.TaskGroup() as group:
        for act in filter(lambda act: act.cause, acts):
            group.create_task(house.until_told("resolved", act.site, POWER_S), name=act.name)
    await asyncio.sleep(QUIET_S)
    told = {act.name: house.told(site=act.site) for act in acts}
    assert {name: [alert["status"] for alert in alerts] for name, alerts in told.items()} == {
        act.name: ["firing", "resolved"] if act.cause else [] for act in acts
    }
    for fired, resolved in filter(None, told.values()):
        assert (resolved["labels"], resolved["startsAt"]) == (fired["labels"], fired["startsAt"])
    assert {alert["labels"].get("site") for alert in house.told()} == {
        act.site for act in acts if act.cause
    }


async def _open(house: House) -> set[tuple[str, str, datetime]]:
    """Return the site, the id and the beginning of every open incident."""
    return {(i.site.id, i.id, i.opened_at) for i in await house.api.incidents()}


async def _play(house: House, act: Act) -> None:
    """Do it; wait for the page where one is due, and compare it with the simulator's log."""
    did_at = house.act(**act.do, site=act.site)
    if act.undone_after_s is not None:
        await asyncio.sleep(act.undone_after_s)
        house.act(**act.undo, site=act.site)
    if not act.cause:
        return
    alert = await house.until_told("firing", act.site, act.within_s)
    labels = alert["labels"]
    assert (labels["cause"], labels["priority"]) == (act.cause, act.priority), act.name
    late_s = (datetime.fromisoformat(alert["startsAt"]) - did_at).total_seconds()
    assert -1.0 <= late_s <= BEGAN_WITHIN_S, act.name
    assert (datetime.now(UTC) - did_at).total_seconds() <= act.within_s, act.name


async def _until(instant_s: float) -> None:
    await asyncio.sleep(max(0.0, instant_s - asyncio.get_running_loop().time()))
