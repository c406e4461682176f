"""Viewers of the board: what they hear, in which order, and what becomes of slow ones."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request, get

from exporters.board import board, feed, stream
from exporters.board.feed import Feed, News
from exporters.board.frame import Frame
from exporters.board.stream import Stream
from monitor.events import Acknowledgement
from monitor.vocabulary import Cause, Phase, State
from probes.reading import UnitState
from tests.clock import FakeClock
from tests.exporters.board.served import HOSTILE, Browser, Served, text_of
from tests.exporters.heard import Heard
from tests.exporters.incident import HOSPITAL, OPENED_AT, closed, later, opened
from tests.exporters.reluctant import reluctant
from tests.exporters.watched import AT, FixedRegistry, fleet, power, ran, state
from tests.exporters.watched import HOSPITAL as HOSPITAL_SITE


class Viewer:
    """Reads one stream of events."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer

    async def event(self) -> tuple[str, str, Any]:
        """Return the id, the name and the data of the next event."""
        fields: dict[str, str] = {}
        while True:
            line = (await self.answer.content.readline()).decode().rstrip("\n")
            if not line and "event" in fields:
                return fields.get("id", ""), fields["event"], json.loads(fields["data"])
            name, _, value = line.partition(": ")
            fields[name] = value

    async def ends(self) -> None:
        while await self.answer.content.readline():
            continue


class Live(Served):
    """The board with its exporter running."""

    async def __aenter__(self) -> Self:
        self.running = asyncio.create_task(self.board.run(), name="board")
        await asyncio.sleep(0)
        self.web: Browser = TestClient(TestServer(self.app))
        await self.web.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        await asyncio.wait([self.running])
        await self.web.close()

    @asynccontextmanager
    async def viewer(self, language: str = "es", last: str = "") -> AsyncIterator[Viewer]:
        """Look at the board from now on, or from the event seen last."""
        seen = last or self.board.feed.place
        async with self.web.get(f"/events?lang={language}&seen={seen}") as answer:
            assert answer.status == 200
            assert answer.content_type == "text/event-stream"
            yield Viewer(answer)

    async def told(self) -> None:
        """Let what was offered be told."""
        await self.clock.advance(board.PAUSE_S)


async def test_an_incident_opens_changes_and_ends_in_order() -> None:
    async with Live() as live, live.viewer() as viewer:
        taken = Acknowledgement(by="Ing. Ruiz", at=AT, until=OPENED_AT.replace(hour=13))
        one = opened("INC-1")
        two = later(one, acknowledged=taken)
        heard = []
        for event in (one, two, closed(two)):
            live.board.offer(event)
            await live.told()
            heard.append(await viewer.event())
    ids = [int(number.rpartition("-")[2]) for number, _, _ in heard]
    assert ids == [1, 2, 3]
    htmls = [news["incidents"][0]["html"] for _, _, news in heard]
    assert "UCI sin red" in htmls[0]
    assert "<form" in htmls[0]
    assert "Ing. Ruiz" in htmls[1]
    assert htmls[2] is None


async def test_each_viewer_is_told_in_the_own_language() -> None:
    async with Live() as live, live.viewer("es") as one, live.viewer("en") as two:
        live.board.offer(opened("INC-1"))
        await live.told()
        (_, _, spanish), (_, _, english) = await one.event(), await two.event()
    assert "Causa probable" in spanish["incidents"][0]["html"]
    assert "Probable cause" in english["incidents"][0]["html"]


async def test_the_first_change_is_told_at_once_and_what_follows_together() -> None:
    async with Live() as live, live.viewer() as viewer:
        live.board.offer(opened("A"))
        assert [one["id"] for one in (await viewer.event())[2]["incidents"]] == ["A"]
        for incident in (opened("B"), opened("C"), later(opened("B"))):
            live.board.offer(incident)
        await live.told()
        assert [one["id"] for one in (await viewer.event())[2]["incidents"]] == ["B", "C"]


async def test_counts_follow_states_and_batteries() -> None:
    async with Live() as live, live.viewer() as viewer:
        live.board.offer(state(live.registry.watched, "cs-maneadero", State.DOWN))
        _, _, news = await viewer.event()
        assert '<div class="state down"><dt>' in news["counts"]
        assert news["sites"] == ["cs-maneadero"]
        from_battery = power(state=UnitState.ON_BATTERY)
        live.board.observe(ran("cs-maneadero/power/ups-1", "power", power=from_battery))
        await live.told()
        _, _, news = await viewer.event()
        assert '<div class="on_battery"><dt>' in news["counts"]


async def test_a_reload_has_every_viewer_look_again_and_forgets_who_is_gone() -> None:
    async with Live() as live, live.viewer() as viewer:
        live.board.offer(state(live.registry.watched, "cs-maneadero", State.DOWN))
        assert '<div class="state down"><dt>' in (await viewer.event())[2]["counts"]
        live.registry.watched = fleet(HOSPITAL_SITE, {"id": "new", "name": "Nueva"})
        live.board.reload(live.registry.watched)
        await live.told()
        _, _, news = await viewer.event()
        assert news["sites"] == ["hg-ensenada", "new"]
        assert '<div class="state down zero"><dt>' in news["counts"]
        shown = await text_of(live.web, "/sites")
    assert 'href="sites/new"' in shown
    assert "cs-maneadero" not in shown


async def test_a_viewer_who_falls_behind_in_the_middle_is_told_to_look_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "KEPT", 2)
    async with Live() as live, live.viewer() as viewer:
        live.board.offer(opened("A"))
        assert (await viewer.event())[1] == "news"
        nobody = live.board.picture.counts()
        for _ in range(3):  # all at once: the viewer's turn does not come in between
            live.board.feed.publish(News(AT, (), (), nobody, None))
        assert (await viewer.event())[1] == "stale"
        live.board.offer(opened("B"))
        await live.told()
        assert [one["id"] for one in (await viewer.event())[2]["incidents"]] == ["B"]


async def test_our_own_blindness_is_told_and_taken_back() -> None:
    async with Live() as live, live.viewer() as viewer:
        blind = opened("BLIND", cause=Cause.MONITOR_BLIND)
        live.registry.told = [blind]
        live.board.offer(blind)
        assert "Guardia no ve la red" in (await viewer.event())[2]["blind"]
        live.registry.told = [closed(blind)]
        live.board.offer(closed(blind))
        await live.told()
        assert (await viewer.event())[2]["blind"].strip() == ""


async def test_hostile_names_are_escaped_in_news_too() -> None:
    site = HOSPITAL.model_copy(update={"name": HOSTILE})
    async with Live() as live, live.viewer() as viewer:
        live.board.offer(opened("INC-1", site=site))
        html = (await viewer.event())[2]["incidents"][0]["html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


async def test_who_comes_back_hears_what_was_missed_and_nothing_twice() -> None:
    async with Live() as live:
        async with live.viewer() as viewer:
            live.board.offer(opened("A"))
            last, _, _ = await viewer.event()
        for name in ("B", "C"):
            live.board.offer(opened(name))
            await live.told()
        async with live.web.get("/events", headers={"Last-Event-ID": last}) as answer:
            viewer = Viewer(answer)
            heard = [(await viewer.event())[2]["incidents"][0]["id"] for _ in range(2)]
    assert heard == ["B", "C"]


@pytest.mark.parametrize("last", ["another-life-1", "nonsense", "x-99999999999999999999", "-"])
async def test_who_comes_from_another_life_is_told_to_look_again(last: str) -> None:
    async with Live() as live, live.viewer(last=last) as viewer:
        assert (await viewer.event())[1] == "stale"
        live.board.offer(opened("A"))
        assert (await viewer.event())[1] == "news"


async def test_who_was_away_for_too_long_is_told_to_look_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "KEPT", 2)
    async with Live() as live:
        last = live.board.feed.place
        for name in "ABC":
            live.board.offer(opened(name))
            await live.told()
        async with live.viewer(last=last) as viewer:
            assert (await viewer.event())[1] == "stale"


async def test_a_page_says_where_its_viewer_stands() -> None:
    async with Live() as live:
        live.board.offer(opened("A"))
        await live.told()
        assert f'data-seen="{live.board.feed.life}-1"' in await text_of(live.web, "/")


async def test_news_is_rendered_once_for_all_and_not_at_all_for_nobody() -> None:
    rendered: list[str] = []

    def render(_news: News, language: str) -> str:
        rendered.append(language)
        return "{}"

    feed_ = Feed("life", render)
    feed_.open()
    served = Served()
    feed_.publish(News(AT, (), (), served.board.picture.counts(), None))
    assert rendered == []
    [message] = feed_.after(0) or []
    assert message.event("es") is message.event("es")
    assert rendered == ["es"]


async def test_a_quiet_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_S", 0.01)
    async with Live() as live, live.viewer() as viewer:
        assert (await viewer.event())[1] == "beat"


async def test_viewers_are_let_go_when_the_daemon_stops() -> None:
    async with Live() as live, live.viewer() as viewer:
        live.running.cancel()
        await viewer.ends()


async def test_too_many_viewers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_VIEWERS", 1)
    async with Live() as live, live.viewer(), live.web.get("/events") as answer:
        assert answer.status == 503


@asynccontextmanager
async def crowded() -> AsyncIterator[tuple[Feed, Stream, TestClient[Request, Application]]]:
    """Serve a feed whose messages are larger than all buffers on the way to a viewer."""
    large = Feed("life", lambda _news, _language: f'"{"x" * 4_000_000}"')
    large.open()
    viewers = Stream(large, Frame(FixedRegistry(fleet()), large, FakeClock()))
    app = Application()
    app.add_routes([get("/events", viewers.serve)])
    async with TestClient(TestServer(app)) as web:
        yield large, viewers, web


def anything() -> News:
    return News(AT, (), (), Served().board.picture.counts(), None)


async def test_a_viewer_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "WRITE_S", 0.01)
    async with (
        Heard("viewer too slow") as log,
        crowded() as (large, viewers, web),
        reluctant(web.port or 0, "/events?seen=life-0"),
    ):
        assert viewers.viewers == 1
        large.publish(anything())
        await log.came()
        assert viewers.viewers == 0


async def test_a_viewer_that_does_not_read_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "WRITE_S", 3600.0)
    async with (
        crowded() as (large, viewers, web),
        reluctant(web.port or 0, "/events?seen=life-0"),
        web.get("/events?seen=life-0") as quick,
    ):
        for _ in range(3):
            large.publish(anything())
        assert await _count(quick, 3) == 3
        assert viewers.viewers == 2, "the other one is still being written to"


async def _count(answer: ClientResponse, most: int) -> int:
    count = 0
    while count < most:
        chunk = await answer.content.read(65_536)
        count += chunk.count(b"event: news")
    return count


async def test_a_closed_incident_of_before_the_start_is_no_card() -> None:
    served = Served(incidents=[opened("A", phase=Phase.CLOSED, closed_at=AT)])
    async with TestClient(TestServer(served.app)) as web:
        assert "incident-A" not in await text_of(web, "/")
