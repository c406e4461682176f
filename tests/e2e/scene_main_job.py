"""Guardia's main job with real servers. Run by test_main_job.py inside the simulator's network.

Times are compared with the simulator's own log of what it did.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from exporters.rules.rules_file import rules_file
from monitor.events import IncidentEvent
from tests.e2e.house import House, standing_house
from tests.e2e.measured_page import measured_page
from tests.e2e.panels_asked import panel_expressions, until_found
from tests.servers.prometheus import Prometheus

HOSPITAL = "hospital-general-de-ensenada"
CLINIC = "centro-de-salud-colonia-loma-linda-ensenada"
OTHER_HOSPITAL = "hospital-general-tijuana"
DARK_CLINIC = "centro-de-salud-ruiz-y-14-ensenada"
OTHER_CLINIC = "centro-de-salud-colonia-popular-2-ensenada"
PAGE_S = 15.0
QUIET_S = 4.0
"""Long enough for a wrong second page: the pager waits one second."""

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.netns,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def built(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with standing_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(built: House) -> Iterator[House]:
    """The one house, mended by whoever bent it; each test breaks sites that no other does."""
    yield built
    built.mend()


async def test_two_outages_are_a_page_each_everywhere_and_then_over(house: House) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_unreachable_icu(house), name="icu")
        group.create_task(_cut_link(house), name="link")
    await asyncio.sleep(QUIET_S)
    for site in (HOSPITAL, CLINIC):
        assert [alert["status"] for alert in house.told(site=site)] == ["firing", "resolved"]
    assert len(house.told()) == 4
    assert await house.retained("guardia/v1/demo/incident/+") == {}


async def _unreachable_icu(house: House) -> None:
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
    published = (await house.retained("guardia/v1/demo/incident/+")).values()
    (incident,) = (one for one in published if one["site"]["id"] == HOSPITAL)
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


async def _cut_link(house: House) -> None:
    cut_at = house.act("cut", site=CLINIC, link="cfe")
    alert = await house.until_told("firing", CLINIC)
    assert _seconds_since(cut_at) <= PAGE_S
    assert alert["labels"]["cause"] == "link"
    await asyncio.sleep(max(0.0, 20 - _seconds_since(cut_at)))  # an outage worth the name
    repaired_at = house.act("restore", site=CLINIC, link="cfe")
    await house.until_told("resolved", CLINIC)
    assert _seconds_since(repaired_at) <= PAGE_S


async def test_every_panel_of_every_dashboard_shows_something(house: House, tmp_path: Path) -> None:
    """By the rules that are shipped, computed every second instead of every minute or two."""
    rules = tmp_path / "guardia.rules.yml"
    rules.write_text(re.sub(r"interval: \dm", "interval: 1s", rules_file()), encoding="utf-8")
    async with AsyncExitStack() as stack:
        page = measured_page()
        await page.start_server()
        stack.push_async_callback(page.close)
        target = f'  - job_name: page\n    static_configs: [{{targets: ["127.0.0.1:{page.port}"]}}]'
        asked = Prometheus(tmp_path, house.listen, f'{target}\nrule_files: ["{rules}"]\n')
        await stack.enter_async_context(asked)
        house.act("mains", site=DARK_CLINIC, present=False)
        house.act("cut", site=OTHER_HOSPITAL, area="uci")
        await house.until_told("firing", OTHER_HOSPITAL)
        wanted = panel_expressions()
        assert len(wanted) > 100
        left = await until_found(asked, wanted)
    house.act("mains", site=DARK_CLINIC, present=True)
    assert left == []


async def test_an_outage_while_the_pager_is_away_is_paged_when_it_returns(house: House) -> None:
    await house.pager.kill()
    house.act("cut", site=OTHER_CLINIC, link="cfe")
    incident = await house.until_open(OTHER_CLINIC)
    await house.until_on_disk(incident.id)
    await house.kill_daemon()  # and we are killed too, before we could tell anybody
    assert house.told(site=OTHER_CLINIC) == []
    await house.pager.start()
    alert = await house.until_told("firing", OTHER_CLINIC, within_s=45)
    assert alert["annotations"]["incident"] == incident.id
    began = datetime.fromisoformat(alert["startsAt"])
    assert abs((began - incident.opened_at).total_seconds()) < 1
    assert await house.prometheus.wait_for("guardia_exporter_up == 1")


def _seconds_since(at: datetime) -> float:
    return (datetime.now(UTC) - at).total_seconds()
