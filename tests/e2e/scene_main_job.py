"""Guardia's main job with real servers. Run by test_main_job.py inside the simulator's network.

Times are compared with the simulator's own log of what it did.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.events import IncidentEvent
from tests.e2e.house import House, standing_house

HOSPITAL = "hospital-general-de-ensenada"
CLINIC = "centro-de-salud-colonia-loma-linda-ensenada"
OTHER_CLINIC = "centro-de-salud-colonia-popular-2-ensenada"
PAGE_S = 15.0
QUIET_S = 8.0
"""Long enough for a wrong second page: the pager waits one second."""

pytestmark = [pytest.mark.e2e, pytest.mark.netns, pytest.mark.timeout(240)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing_house(tmp_path) as built:
        yield built


async def test_an_unreachable_icu_is_one_page_everywhere_and_then_over(house: House) -> None:
    cut_at = house.act("cut", site=HOSPITAL, area="uci")
    alert = await house.until_told("firing", HOSPITAL)
    assert _seconds_since(cut_at) <= PAGE_S

    labels, notes = alert["labels"], alert["annotations"]
    assert (labels["priority"], labels["severity"]) == ("P1", "critical")
    assert labels["alertname"] == "GuardiaAreaUnreachable"
    assert (labels["cause"], labels["clues"], labels["state"]) == (
        "area_network", "BCIMB000010", "BC",
    )  # fmt: skip
    assert labels["area"] == "uci"
    assert "Hospital General de Ensenada" in notes["summary"]
    assert "UCI" in notes["summary"]
    began_s = abs((datetime.fromisoformat(alert["startsAt"]) - cut_at).total_seconds())
    assert began_s <= 3

    topic = f"guardia/v1/demo/site/{HOSPITAL}"
    kept = await house.retained("guardia/v1/demo/site/#")
    assert kept[f"{topic}/area/uci/state"]["state"] == "down"
    assert kept[f"{topic}/link/cfe/state"]["state"] == "up"
    (incident,) = (await house.retained("guardia/v1/demo/incident/+")).values()
    assert IncidentEvent.model_validate(incident).priority == "P1"

    (series,) = await house.prometheus.wait_for(
        f'guardia_component_state{{site="{HOSPITAL}",component="area/uci",state="down"}} == 1'
    )
    assert series["metric"]["kind"] == "area"
    assert await house.prometheus.wait_for('sum(guardia_incident_open{priority="P1"}) == 1')
    assert await house.prometheus.wait_for("count(guardia_site_info) == 173")

    repaired_at = house.act("restore", site=HOSPITAL, area="uci")
    await house.until_told("resolved", HOSPITAL)
    assert _seconds_since(repaired_at) <= PAGE_S
    await asyncio.sleep(QUIET_S)
    assert [alert["status"] for alert in house.told()] == ["firing", "resolved"]
    left = await house.retained("guardia/v1/demo/incident/+")
    assert left == {}


async def test_a_cut_link_is_paged_and_resolved_within_fifteen_seconds(house: House) -> None:
    cut_at = house.act("cut", site=CLINIC, link="cfe")
    alert = await house.until_told("firing", CLINIC)
    assert _seconds_since(cut_at) <= PAGE_S
    assert alert["labels"]["cause"] == "link"
    await asyncio.sleep(max(0.0, 20 - _seconds_since(cut_at)))  # an outage worth the name
    repaired_at = house.act("restore", site=CLINIC, link="cfe")
    await house.until_told("resolved", CLINIC)
    assert _seconds_since(repaired_at) <= PAGE_S
    assert len(house.told()) == 2


async def test_killed_in_an_outage_it_neither_pages_again_nor_forgets(house: House) -> None:
    house.act("cut", site=HOSPITAL, area="uci")
    before = await house.until_told("firing", HOSPITAL)
    incident = await house.until_open(HOSPITAL)
    await house.until_on_disk(incident)
    await house.kill_daemon()
    after = await house.until_open(HOSPITAL)
    assert (after.id, after.opened_at) == (incident.id, incident.opened_at)
    await asyncio.sleep(QUIET_S)
    assert len(house.told()) == 1
    house.act("restore", site=HOSPITAL, area="uci")
    resolved = await house.until_told("resolved", HOSPITAL)
    assert resolved["startsAt"] == before["startsAt"]
    assert resolved["labels"] == before["labels"]
    assert len(house.told()) == 2


async def test_an_outage_while_the_pager_is_away_is_paged_when_it_returns(house: House) -> None:
    await house.pager.kill()
    house.act("cut", site=OTHER_CLINIC, link="cfe")
    incident = await house.until_open(OTHER_CLINIC)
    await house.until_on_disk(incident)
    await house.kill_daemon()  # and we are killed too, before we could tell anybody
    assert house.told() == []
    await house.pager.start()
    alert = await house.until_told("firing", OTHER_CLINIC, within_s=45)
    assert alert["annotations"]["incident"] == incident.id
    began = datetime.fromisoformat(alert["startsAt"])
    assert abs((began - incident.opened_at).total_seconds()) < 1
    assert await house.prometheus.wait_for("guardia_exporter_up == 1")


def _seconds_since(at: datetime) -> float:
    return (datetime.now(UTC) - at).total_seconds()
