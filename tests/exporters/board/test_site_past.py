"""The page of a site tells its last day and month, with a journal and without one."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from monitor.past import Held, SitePast
from monitor.past_incident import PastIncident
from tests.clock import START
from tests.exporters.board.served import HOSTILE, Browser, Served, text_of
from tests.exporters.board.test_pages import Outline, words_of
from tests.exporters.incident import closed, opened

PATH = "/sites/hg-ensenada"
NOW = round(START.timestamp() * 1000)
HOUR = 3_600_000
MONTH = 30 * 24 * HOUR


def past(**more: object) -> SitePast:
    told = {
        "begins_ms": NOW - MONTH,
        "ends_ms": NOW,
        "parts": {
            "hg-ensenada": (
                Held(NOW - MONTH, NOW - 3 * HOUR, "up"),
                Held(NOW - 3 * HOUR, NOW - 2 * HOUR, "down"),
                Held(NOW - 2 * HOUR, NOW - HOUR, "maintenance"),
                Held(NOW - HOUR, NOW, "blind"),
            ),
            "hg-ensenada/area/uci": (Held(NOW - MONTH, NOW, "absent"),),
        },
        "power": {"hg-ensenada/power/generator": (Held(NOW - MONTH, NOW, "running/absent"),)},
        "maintenance": ((NOW - 2 * HOUR, NOW - HOUR),),
        "incidents": (),
    }
    return SitePast(**{**told, **more})  # type: ignore[arg-type]


def over(number: str, **more: object) -> PastIncident:
    told = PastIncident.of(closed(opened(number)))
    return told.model_copy(update={"opened_at": START - timedelta(days=20), **more})


@pytest.fixture
def served() -> Served:
    served = Served(incidents=[closed(opened("INC-0"))])
    served.past.sites = {"hg-ensenada": past()}
    return served


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(served.app)) as client:
        yield client


async def test_bars_say_in_words_what_they_draw(web: Browser) -> None:
    text = await text_of(web, f"{PATH}?lang=en")
    labels = [svg["aria-label"] for svg in Outline(text).all("svg") if "aria-label" in svg]
    day = "Last 24 h: 95.45 % · down 1 h · Guardia did not see 1 h · in maintenance 1 h"
    assert day in labels
    assert "Last 30 days: 99.86 % · down 1 h" in (labels[1] or "")
    assert "Last 30 days: generator running 30 d" in labels


async def test_each_look_differs_by_more_than_its_colour(web: Browser) -> None:
    text = await text_of(web, PATH)
    legends = [part.partition("</ul>")[0] for part in text.split('<ul class="legend-bars">')[1:]]
    assert len(legends) == 2
    for legend in legends:
        looks = Outline(legend).all("rect")
        shapes = {(look.get("y"), look.get("height"), look.get("fill")) for look in looks}
        assert len(shapes) == len(looks) >= 7
    page = Outline(text)
    patterns = {pattern["id"] for pattern in page.all("pattern")}
    assert {fill[5:-1] for rect in page.all("rect") if (fill := rect.get("fill"))} <= patterns


async def test_what_was_never_watched_has_no_bar(web: Browser) -> None:
    text = words_of(await text_of(web, f"{PATH}?lang=en"))
    assert "generator generator power" not in text
    assert text.count("not watched") == 0


async def test_a_journal_that_cannot_be_read_costs_the_past_and_not_the_page(
    served: Served, web: Browser
) -> None:
    served.past.sites = None
    text = await text_of(web, f"{PATH}?lang=en")
    assert "journal cannot be read" in text
    assert '<h2 id="part-power">' in text


async def test_incidents_of_before_this_week_are_told_once(served: Served, web: Browser) -> None:
    served.past.sites = {
        "hg-ensenada": past(incidents=(over("INC-0"), over("OLD-1", acknowledged_by=HOSTILE)))
    }
    text = await text_of(web, PATH)
    assert text.count('incidents/INC-0"') == 1
    assert text.count('incidents/OLD-1"') == 1
    assert "<script>alert" not in text


async def test_windows_of_the_month_are_listed(web: Browser) -> None:
    page = Outline(await text_of(web, PATH))
    assert [one.get("id") for one in page.all("details")] == ["past-windows"]
