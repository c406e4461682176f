"""Incidents that are long over: listed, searched, exported and shown."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient, TestServer

from exporters.board import incident_export, incidents_page
from monitor.past_incident import PastIncident
from tests.clock import START
from tests.exporters.board.served import HOSTILE, Browser, Served, text_of
from tests.exporters.incident import closed, opened


def over(number: str, **more: object) -> PastIncident:
    told = PastIncident.of(closed(opened(number)))
    times = {"opened_at": START - timedelta(days=20), "closed_at": START - timedelta(days=19)}
    return told.model_copy(update={**times, **more})


@pytest.fixture
def served() -> Served:
    served = Served(incidents=[opened("INC-9"), closed(opened("INC-8"))])
    served.past.over = [over(f"INC-{number}") for number in (8, 3, 2, 1)]
    return served


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(served.app)) as client:
        yield client


def listed(text: str) -> list[str]:
    return [part.partition('"')[0] for part in text.split('href="incidents/')[1:]]


async def test_those_of_the_journal_come_after_those_in_memory_each_once(web: Browser) -> None:
    text = await text_of(web, "/incidents")
    assert listed(text) == ["INC-9", "INC-8", "INC-3", "INC-2", "INC-1"]


async def test_pages_turn_from_memory_into_the_journal(
    web: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents_page, "ROWS", 3)
    first, second = [await text_of(web, f"/incidents?page={page}") for page in (1, 2)]
    assert (listed(first), listed(second)) == (["INC-9", "INC-8", "INC-3"], ["INC-2", "INC-1"])
    assert "4–5" in second
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


async def test_the_journal_is_asked_what_the_form_asks(served: Served, web: Browser) -> None:
    query = "q=Maneadero&cause=power&priority=P2&since=2026-11-01&until=2026-11-02&phase=closed"
    await text_of(web, f"/incidents?{query}")
    (wanted,) = served.past.asked
    assert wanted.words == "maneadero"
    assert wanted.sites == ("cs-maneadero",)
    assert (wanted.cause, wanted.priority) == ("power", "P2")
    assert (wanted.since, wanted.until) == ("2026-11-01T06:00:00Z", "2026-11-03T06:00:00Z")
    assert wanted.without == {"INC-8", "INC-9"}


async def test_days_bound_those_in_memory_too(web: Browser) -> None:
    assert listed(await text_of(web, "/incidents?since=2026-11-21"))[:2] == ["INC-9", "INC-8"]
    assert "INC-9" not in listed(await text_of(web, "/incidents?since=2026-11-22"))
    assert "INC-9" not in listed(await text_of(web, "/incidents?until=2026-11-19"))


async def test_who_asks_for_open_ones_does_not_ask_the_journal(
    served: Served, web: Browser
) -> None:
    assert listed(await text_of(web, "/incidents?phase=open")) == ["INC-9"]
    assert served.past.asked == []


@pytest.mark.parametrize("written", ["since=yesterday", "until=2026-13-01", "until=9999-12-31"])
async def test_a_day_that_is_none_is_refused_with_its_name(web: Browser, written: str) -> None:
    for path in ("/incidents", "/incidents.csv", "/incidents.json"):
        async with web.get(f"{path}?{written}") as answer:
            assert answer.status == 400
            assert f"`{written.partition('=')[0]}`" in (await answer.json())["detail"]


async def test_a_journal_that_cannot_be_read_is_told(served: Served, web: Browser) -> None:
    served.past.over = None
    text = await text_of(web, "/incidents?lang=en")
    assert listed(text) == ["INC-9", "INC-8"]
    assert "journal cannot be read" in text
    async with web.get("/incidents.csv") as answer:
        assert answer.status == 503


async def test_an_export_holds_all_of_them_however_many(
    web: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_export, "AT_ONCE", 2)
    async with web.get("/incidents.json") as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        told = json.loads(await answer.text())
    assert [one["id"] for one in told["incidents"]] == ["INC-9", "INC-8"]
    assert [one["id"] for one in told["past"]] == ["INC-3", "INC-2", "INC-1"]
    async with web.get("/incidents.csv") as answer:
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["INC-9", "INC-8", "INC-3", "INC-2", "INC-1"]
    assert rows[-1]["name"] == "Hospital General de Ensenada"
    assert rows[-1]["duration_s"] == "86400"
    assert rows[-1]["phase"] == "closed"
    assert rows[-1]["critical_areas"] == rows[0]["critical_areas"].lower()


async def test_an_export_that_is_cut_short_fails_rather_than_looking_whole(
    served: Served, web: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_export, "AT_ONCE", 2)
    find = served.past.incidents
    answers = iter([find, None])

    async def once(*asked: object) -> object:
        answer = next(answers)
        return None if answer is None else await answer(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(served.past, "incidents", once)
    async with web.get("/incidents.csv") as answer:
        with pytest.raises(ClientPayloadError):
            await answer.read()


async def test_one_that_is_over_has_a_page(served: Served, web: Browser) -> None:
    served.past.over = [over("INC-1", acknowledged_by=HOSTILE, site="hg-ensenada")]
    text = await text_of(web, "/incidents/INC-1?lang=en")
    assert "It has been over for long" in text
    assert 'href="../sites/hg-ensenada"' in text
    assert "<script>alert" not in text
    assert "1 d" in text


async def test_one_of_a_site_that_left_the_list_is_told_by_its_id(
    served: Served, web: Browser
) -> None:
    served.past.over = [over("INC-1", site="gone-site")]
    assert "gone-site" in await text_of(web, "/incidents/INC-1")
    assert "gone-site" in await text_of(web, "/incidents")


async def test_one_that_nobody_knows_is_missing(web: Browser) -> None:
    await text_of(web, "/incidents/NO-1", 404)
