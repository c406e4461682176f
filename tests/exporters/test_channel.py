"""Whom a channel tells, of what, and what each hears of the others: once each, whatever fails."""

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Self

import pytest

from config.fleet import Fleet
from config.messages import Addressee
from config.settings import ExporterSettings, Settings
from exporters.channel import Channel, Destination
from exporters.circle import Member, Named, circle_of, member_of, others
from exporters.message import Message
from exporters.outbox import Outbox
from exporters.posting import Answer, Verdict
from exporters.text import Wording
from monitor.events import IncidentEvent
from monitor.ports import Delivery
from monitor.vocabulary import Call, Phase, Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import (
    REFUSED_CONNECTION,
    FakeLog,
    KilledError,
    ScriptedPost,
    Witness,
    running,
)
from tests.exporters.incident import OPENED_AT, closed, later, opened
from tests.telemetry import RecordingTelemetry

P1_ONLY = Addressee(id="jefatura", priorities=("P1",))
ALL = Addressee(id="noc")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class ScriptedCarrier:
    """A carrier that answers from a script; what it takes is JSON of its own."""

    def __init__(self, post: ScriptedPost) -> None:
        self.post = post

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing was opened."""


def compose(message: Message, first: str) -> bytes:
    return f'["{message.kind}", "{message.key}", "{first}"]'.encode()


def titled(message: Message, _first: str) -> bytes:
    return json.dumps([message.kind, message.key, message.title]).encode()


class Bench:
    """A channel with some addressees, that may be killed and started again."""

    def __init__(self, clock: FakeClock, *addressees: Addressee) -> None:
        self.clock = clock
        self.log = FakeLog()
        self.members = tuple(member_of("mail", one) for one in addressees)
        self.posts = {member.receiver: ScriptedPost() for member in self.members}

    def start(self, compose: Callable[[Message, str], bytes] = compose) -> Channel:
        destinations = [
            Destination(member, compose, ScriptedCarrier(self.posts[member.receiver]))
            for member in self.members
        ]
        return Channel(
            "mail", destinations, self.members, self.log, self.clock, Witness(), Wording()
        )

    def heard(self, addressee: str) -> list[str]:
        return [f"{kind} {key}" for kind, key, _ in self.posts[f"mail:{addressee}"].accepted]


async def play(bench: Bench, *events: IncidentEvent) -> None:
    channel = bench.start()
    async with running(channel.run()):
        for event in events:
            channel.offer(bench.log.note(event))
            await bench.clock.advance(5)


async def test_a_reload_changes_the_language_of_what_is_still_to_be_said(clock: FakeClock) -> None:
    bench = Bench(clock, ALL)
    channel = bench.start(titled)
    async with running(channel.run()):
        channel.offer(bench.log.note(opened()))
        await clock.advance(5)
        channel.reload(Fleet(Settings(include=("x",), language="en"), (), ()))
        channel.offer(bench.log.note(closed(opened())))
        await clock.advance(5)
    titles = [title for _, _, title in bench.posts["mail:noc"].accepted]
    assert ["UCI sin red" in titles[0], "ICU without network" in titles[1]] == [True, True], titles


async def test_each_hears_of_the_priorities_that_are_theirs(clock: FakeClock) -> None:
    bench = Bench(clock, ALL, P1_ONLY)
    low = opened(priority=Priority.P2)
    await play(bench, low, closed(low))
    assert bench.heard("noc") == ["opened noc-1/INC-1/1", "closed noc-1/INC-1/closed"]
    assert bench.heard("jefatura") == []
    assert bench.log.of("mail:jefatura").knows_all(closed(low)), "and it is owed to nobody"


async def test_one_that_becomes_theirs_is_told_as_opened(clock: FakeClock) -> None:
    bench = Bench(clock, P1_ONLY)
    low = opened(priority=Priority.P2)
    worse = later(low, priority=Priority.P1, pages=2, call=Call.WORSE)
    await play(bench, low, worse, closed(worse))
    assert bench.heard("jefatura") == ["opened noc-1/INC-1/2", "closed noc-1/INC-1/closed"]


async def test_whoever_heard_of_it_hears_the_rest_of_it(clock: FakeClock) -> None:
    bench = Bench(clock, P1_ONLY)
    first = opened()
    better = later(first, priority=Priority.P2)
    await play(bench, first, better)
    bench.log.commit()
    await play(bench, closed(better))
    assert bench.heard("jefatura") == ["opened noc-1/INC-1/1", "closed noc-1/INC-1/closed"]


async def test_one_that_comes_back_worse_after_it_was_passed_over_is_told_as_opened(
    clock: FakeClock,
) -> None:
    bench = Bench(clock, P1_ONLY)
    low = opened(priority=Priority.P2)
    over = closed(low)
    back = later(
        over, phase=Phase.REOPENED, closed_at=None, reopened=1, pages=2, call=Call.REOPENED,
        priority=Priority.P1,
    )  # fmt: skip
    await play(bench, low, over, back, closed(back))
    assert bench.heard("jefatura") == ["opened noc-1/INC-1/2", "closed noc-1/INC-1/closed-1"]


async def test_one_that_cannot_be_reached_delays_nobody_else(clock: FakeClock) -> None:
    bench = Bench(clock, ALL, Addressee(id="otro"))
    bench.posts["mail:otro"].script = [REFUSED_CONNECTION] * 100
    await play(bench, opened())
    assert bench.heard("noc") == ["opened noc-1/INC-1/1"]
    assert bench.heard("otro") == []


async def test_the_first_receipt_is_kept_for_the_whole_incident(clock: FakeClock) -> None:
    bench = Bench(clock, ALL)
    post = bench.posts["mail:noc"]
    post.script = [Answer(Verdict.TOLD, receipt=name) for name in ("41", "42")]
    event = opened()
    worse = later(event, pages=2)
    await play(bench, event, worse, closed(worse))
    assert [first for _, _, first in post.accepted] == ["", "41", "41"]


def test_a_cluster_counts_as_told_once_one_member_is() -> None:
    settings = ExporterSettings.model_validate(
        {
            "alertmanager": {"urls": ["http://a:1", "http://b:1"]},
            "webhook": {"url": "http://c:1"},
        }
    )
    log = FakeLog()
    log.record(Delivery("alertmanager:http://b:1", "INC-1", told=1, memo="x"))
    found = others(circle_of(settings), log, opened(), "mail:noc")
    assert found.told == (Named("alertmanager"),)
    assert found.waiting == (Named("webhook"),)


def test_those_who_do_not_want_it_are_not_named() -> None:
    circle = (member_of("mail", ALL), member_of("mail", P1_ONLY))
    low = opened(priority=Priority.P2)
    found = others(circle, FakeLog(), low, "webhook")
    assert found.waiting == (Named("mail", "noc"),)
    assert others(circle, FakeLog(), opened(), "mail:noc").waiting == (Named("mail", "jefatura"),)


def test_one_that_knows_only_the_first_call_has_yet_to_hear_the_second() -> None:
    log = FakeLog()
    log.record(Delivery("mail:noc", "INC-1", told=1, memo="-"))
    circle = (Member("mail:noc", Named("mail", "noc")),)
    assert others(circle, log, opened(), "webhook").told
    assert not others(circle, log, later(opened(), pages=2), "webhook").told
    assert not others(circle, log, closed(opened()), "webhook").told


def test_what_nobody_wants_takes_no_room(clock: FakeClock) -> None:
    log = FakeLog()
    wanted = frozenset({Priority.P1})
    box = Outbox("mail:x", log, clock, RecordingTelemetry(), priorities=wanted)
    box.offer(log.note(opened(priority=Priority.P3)))
    assert len(box) == 0
    box.restore()
    assert len(box) == 0


@pytest.mark.parametrize("disk_keeps_up", [True, False])
async def test_killed_at_any_step_everything_is_told_in_order_and_at_most_once_more(
    clock: FakeClock, disk_keeps_up: bool
) -> None:
    """The one notice that was under way may come again, under its key; nothing else, and no gap."""
    for step in count(1):
        bench = Bench(FakeClock(OPENED_AT), ALL)
        if not await _killed_at(bench, step, disk_keeps_up=disk_keeps_up):
            break
        keys = bench.heard("noc")
        assert list(dict.fromkeys(keys)) == [
            "opened noc-1/INC-1/1", "worse noc-1/INC-1/2", "closed noc-1/INC-1/closed",
        ]  # fmt: skip
        assert len(keys) <= 4
    assert step > 6


async def _killed_at(bench: Bench, step: int, *, disk_keeps_up: bool) -> bool:
    """Play an incident, killed at the n-th step; return whether there was such a step."""
    left = step

    def die(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError

    post = bench.posts["mail:noc"]
    bench.log.before_step = post.before_step = die
    first = opened()
    worse = later(first, 10, pages=2)
    channel = bench.start()
    task = asyncio.create_task(channel.run(), name="daemon")
    killed = False
    for event in (first, worse, closed(worse, 10)):
        channel.offer(bench.log.note(event))
        await bench.clock.advance(5)
        if task.done():
            killed = task.exception() is not None
            if not disk_keeps_up:
                bench.log.kill()
            channel = bench.start()
            task = asyncio.create_task(channel.run(), name="daemon")
        await bench.clock.advance(5)
        bench.log.commit()
    task.cancel()
    await asyncio.wait({task})
    return killed
