"""The wall display as it is served; what it does is tried in a browser (tests/e2e)."""

import json
import re
from collections.abc import AsyncIterator
from importlib import resources
from itertools import pairwise

import pytest
from aiohttp.test_utils import TestClient, TestServer

from exporters.board.feed import News
from exporters.board.news import rendered
from monitor.events import IncidentEvent
from tests.exporters.board.served import Browser, Served, text_of
from tests.exporters.board.test_pages import Outline
from tests.exporters.incident import closed, opened
from tests.exporters.watched import AT


@pytest.fixture
async def web() -> AsyncIterator[Browser]:
    async with TestClient(TestServer(Served().app)) as client:
        yield client


def script(name: str) -> str:
    folder = resources.files("exporters.board").joinpath("static")
    return folder.joinpath(name).read_text(encoding="utf-8")


async def test_every_page_that_is_shown_in_turn_exists(web: Browser) -> None:
    page = Outline(await text_of(web, "/wall"))
    (stage,) = [one for one in page.all("div") if one.get("id") == "wall-stage"]
    shown = (stage["data-pages"] or "").split(" ")
    assert len(shown) == 4
    for path in shown:
        await text_of(web, f"/{path.removeprefix('./')}")


async def test_all_sounds_are_off_and_the_page_says_what_they_are_not(web: Browser) -> None:
    text = await text_of(web, "/wall?lang=en")
    boxes = [one for one in Outline(text).all("input") if one.get("type") == "checkbox"]
    assert [box["value"] for box in boxes] == ["P1", "P2", "lost"]
    assert [box for box in boxes if "checked" in box] == []
    assert "none of those of a monitor or a pump (IEC 60601-1-8)" in text
    assert "It is no medical alarm system" in text


async def test_every_sound_that_can_be_chosen_is_one_glide_of_more_than_a_second(
    web: Browser,
) -> None:
    glides = dict(re.findall(r"^  (\w+): (\[\[.*\]\]),", script("sounds.js"), re.MULTILINE))
    boxes = Outline(await text_of(web, "/wall")).all("input")
    assert glides.keys() == {box["value"] for box in boxes}
    for written in glides.values():
        glide = json.loads(written)
        assert glide[-1][0] >= 1
        pitches = [hertz for _, hertz in glide]
        assert all(one != other for one, other in pairwise(pitches))


async def test_every_element_that_the_script_names_is_there(web: Browser) -> None:
    ids = {tag.get("id") for tag in Outline(await text_of(web, "/wall")).all(
        "button", "div", "section", "span", "p"
    )}  # fmt: skip
    assert set(re.findall(r'byId\("([\w-]+)"\)', script("wall.js"))) <= ids


@pytest.mark.parametrize("written", ["4", "601", "soon", "-5", "10.5"])
async def test_a_pace_that_nobody_could_read_at_is_refused(web: Browser, written: str) -> None:
    async with web.get(f"/wall?every={written}") as answer:
        assert answer.status == 400
        assert "5 to 600" in (await answer.json())["detail"]


async def test_a_pace_of_ones_own_is_taken(web: Browser) -> None:
    assert 'data-every="45"' in await text_of(web, "/wall?every=45")


@pytest.mark.parametrize(
    ("incident", "told"),
    [
        (opened("A"), True),
        (opened("A", pages=0), False),
        (opened("A", quiet="maintenance:obra"), False),
        (closed(opened("A")), False),
    ],
)
def test_news_say_whether_people_are_told(incident: IncidentEvent, told: bool) -> None:
    counts = Served().board.picture.counts()
    (sent,) = json.loads(rendered(News(AT, (incident,), (), counts, None), "es"))["incidents"]
    assert sent["told"] is told
    assert ("data-told" in (sent["html"] or "")) is told
