"""What Alertmanager is told, as stories: one page per rise, whatever happens in between."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest

from config.component import ComponentKind
from exporters.alert import ALERT_NAMES, SEVERITIES, labels_of, read_memo
from exporters.alert_writer import AlertWriter, Pace
from exporters.courier import Courier
from exporters.outbox import Outbox
from exporters.text import Wording
from monitor.events import IncidentEvent, SiteFacts
from monitor.vocabulary import Cause, Confidence, Fact, Priority
from tests.clock import FakeClock
from tests.exporters.alertmanager_model import AlertmanagerModel
from tests.exporters.delivery_fakes import (
    REFUSED_CONNECTION,
    FakeLog,
    KilledError,
    Witness,
    running,
)
from tests.exporters.incident import HOSPITAL, OPENED_AT, area, closed, later, opened, part, seen

RECEIVER = "alertmanager:http://am"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench:
    """One member, which stays, and a daemon, which may be killed and started again."""

    def __init__(self, clock: FakeClock, pace: Pace | None = None) -> None:
        self.clock = clock
        self.pace = pace or Pace()
        self.log = FakeLog()
        self.telemetry = Witness()
        self.member = AlertmanagerModel(clock)
        self.start()

    def start(self) -> Courier:
        self.outbox = Outbox(RECEIVER, self.log, self.clock, self.telemetry)
        writer = AlertWriter(30.0, Wording("es", "http://board", "http://runbooks"), self.pace)
        self.courier = Courier(self.outbox, writer, self.member)
        return self.courier

    def offer(self, event: IncidentEvent) -> IncidentEvent:
        self.outbox.offer(self.log.note(event))
        return event

    async def pass_by(self, seconds: float) -> None:
        """Let time pass for both the daemon and the member's own timers."""
        await self.clock.advance(seconds)
        self.member.look()

    @property
    def posts(self) -> list[Any]:
        return [body for body in self.member.bodies if body]


def when(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


async def test_a_page_carries_what_a_route_and_a_person_need(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        bench.offer(opened())
        await clock.advance(0)
    ((alert,),) = bench.posts
    assert alert["labels"] == {
        "alertname": "GuardiaAreaUnreachable",
        "site": "hg-ensenada",
        "clues": "BCIMB000010",
        "state": "BC",
        "area": "uci",
        "component": "area/uci",
        "cause": "area_network",
        "priority": "P1",
        "severity": "critical",
        "vantage": "noc-1",
    }
    assert alert["startsAt"] == "2026-11-21T11:14:07.000Z"
    assert when(alert["endsAt"]) == OPENED_AT + timedelta(minutes=4)
    assert alert["annotations"]["summary"].startswith("P1 · Hospital General de Ensenada")
    assert "Qué revisar primero:" in alert["annotations"]["description"]
    assert alert["annotations"]["incident"] == "INC-1"
    assert alert["annotations"]["link"] == "http://board/incidents/INC-1"
    assert alert["annotations"]["runbook_url"] == "http://runbooks/area_network.md"


async def test_while_it_lasts_the_end_keeps_moving_and_nobody_is_paged_again(
    clock: FakeClock,
) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        bench.offer(opened())
        await bench.pass_by(3600)
        assert bench.member.statuses == ["firing"]
        ends = [when(alert["endsAt"]) for (alert,) in bench.posts]
        assert len(ends) == 121
        gaps = {(b - a).total_seconds() for a, b in pairwise(ends)}
        assert gaps == {30.0}


async def test_rare_resends_do_not_let_it_expire(clock: FakeClock) -> None:
    outbox = Outbox(RECEIVER, FakeLog(), clock, Witness())
    member = AlertmanagerModel(clock)
    async with running(
        Courier(outbox, AlertWriter(600.0, Wording("es", None), Pace()), member).run()
    ):
        outbox.offer(opened())
        for _ in range(40):
            await clock.advance(100)
            member.look()
    assert member.statuses == ["firing"]


async def test_late_evidence_changes_the_words_but_never_the_page(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened(cause=Cause.LINK, confidence=Confidence.LOW))
        await bench.pass_by(45)
        bench.offer(
            later(
                first,
                cause=Cause.POWER,
                priority=Priority.P2,
                confidence=Confidence.HIGH,
                evidence=(seen(Fact.MAINS_LOST, -30),),
                touched=(area("uci"), area("urgencias")),
            )
        )
        await bench.pass_by(0)
        (alert,) = bench.posts[-1]
        assert alert["labels"]["alertname"] == "GuardiaLinkDown"
        assert alert["labels"]["priority"] == "P1"
        assert alert["annotations"]["cause"] == "power"
        assert "se fue la luz" in alert["annotations"]["description"]
        assert bench.member.statuses == ["firing"]


async def test_what_becomes_worse_is_paged_anew_in_one_post(clock: FakeClock) -> None:
    bench = Bench(clock)
    link = part(ComponentKind.LINK, "cfe")
    async with running(bench.courier.run()):
        first = bench.offer(
            opened(cause=Cause.LINK, priority=Priority.P2, root=link, touched=(link,))
        )
        await bench.pass_by(40)
        bench.offer(later(first, 40, priority=Priority.P1, touched=(link, area("uci")), pages=2))
        await bench.pass_by(0)
        ended, fired = bench.posts[-1]
        assert (ended["labels"]["priority"], fired["labels"]["priority"]) == ("P2", "P1")
        assert fired["labels"]["area"] == "uci"
        assert fired["startsAt"] == "2026-11-21T11:14:07.000Z", "it began when it began"
        assert ended["annotations"]["summary"].startswith("Sigue, ahora como otra alerta: ")
        await bench.pass_by(600)
    assert [(s, labels["priority"]) for s, labels, _ in bench.member.heard] == [
        ("firing", "P2"),
        ("resolved", "P2"),
        ("firing", "P1"),
    ]
    assert len(bench.posts[-1]) == 1, "after five minutes the replaced one is not repeated"
    assert bench.telemetry.deliveries[0][0] == "alertmanager"
    assert len(bench.telemetry.deliveries) == 2


async def test_a_further_critical_area_is_a_further_page(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(40)
        bench.offer(later(first, 40, touched=(area("uci"), area("urgencias")), pages=2))
        await bench.pass_by(60)
    heard = [(status, labels["area"]) for status, labels, _ in bench.member.heard]
    assert heard == [("firing", "uci"), ("resolved", "uci"), ("firing", "uci,urgencias")]


async def test_the_end_is_told_at_once_and_repeated_for_five_minutes(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(60)
        bench.offer(closed(first, 60))
        await bench.pass_by(0)
        assert bench.member.statuses == ["firing", "resolved"]
        assert bench.telemetry.queues == {RECEIVER: 0}
        assert bench.member.heard[-1][2].startswith("RECUPERADO · P1")
        await bench.pass_by(299)
        assert not bench.log.of(RECEIVER).told_closed
        await bench.pass_by(2)
        assert bench.log.of(RECEIVER).told_closed
        posts = len(bench.posts)
        await bench.pass_by(3600)
        assert len(bench.posts) == posts
        assert {alert["endsAt"] for (alert,) in bench.posts[3:]} == {"2026-11-21T11:15:07.000Z"}


async def test_an_incident_that_came_and_went_while_it_was_away_is_told(clock: FakeClock) -> None:
    bench = Bench(clock)
    bench.member.script = [REFUSED_CONNECTION] * 5
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(5)
        bench.offer(closed(first, 5))
        while not bench.member.alerts:
            await bench.pass_by(1)
        await bench.pass_by(40)
        assert bench.member.statuses == ["firing"]
        assert "ya terminó, duró 5 s" in bench.member.heard[0][2]
        await bench.pass_by(15)
        assert bench.member.statuses == ["firing", "resolved"]


async def test_a_short_incident_outlasts_the_group_wait(clock: FakeClock) -> None:
    """Alertmanager never tells of what is over before its group wait (here 10 s)."""
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(3)
        bench.offer(closed(first, 3))
        await bench.pass_by(10)
        await bench.pass_by(10)
    assert bench.member.statuses == ["firing", "resolved"]


async def test_a_second_failure_is_not_silenced_by_the_end_of_the_first(clock: FakeClock) -> None:
    """Both have the same labels, and the first one's end is still being repeated."""
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(60)
        bench.offer(closed(first, 60))
        await bench.pass_by(67)  # so that the two are not due in the same second
        second = bench.offer(opened("INC-2", at=OPENED_AT + timedelta(seconds=127)))
        for _ in range(40):
            await bench.pass_by(10)
        assert bench.member.statuses == ["firing", "resolved", "firing"]
        bench.offer(closed(second, 400))
        await bench.pass_by(60)
    assert bench.member.statuses == ["firing", "resolved", "firing", "resolved"]


async def test_two_services_of_one_site_are_two_alerts(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        for name in ("citas", "receta"):
            service = part(ComponentKind.SERVICE, name)
            bench.offer(opened(name, cause=Cause.SERVICE, root=service, touched=(service,)))
        await bench.pass_by(30)
    assert len(bench.member.firing) == 2


async def test_a_daemon_that_starts_again_pages_nobody_twice(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened(cause=Cause.LINK))
        await bench.pass_by(40)
    bench.log.note(later(first, cause=Cause.POWER))
    async with running(bench.start().run()):
        await bench.pass_by(0)
        (alert,) = bench.posts[-1]
        assert alert["labels"]["cause"] == "link", "the identity outlives the process"
        await bench.pass_by(600)
    assert bench.member.statuses == ["firing"]


async def test_an_alertmanager_that_starts_again_is_told_within_a_resend(
    clock: FakeClock,
) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        bench.offer(opened())
        await bench.pass_by(60)
        bench.member.alerts.clear()
        await bench.pass_by(30)
        assert len(bench.member.firing) == 1


async def test_one_bad_alert_does_not_hold_the_others(clock: FakeClock) -> None:
    bench = Bench(clock)
    bench.member.refuses = lambda sent: any(
        alert["annotations"]["incident"] == "INC-7" for alert in sent
    )
    async with running(bench.courier.run()):
        for number in range(60):
            service = part(ComponentKind.SERVICE, f"s{number}")
            bench.offer(opened(f"INC-{number}", root=service))
        await bench.pass_by(12)
        assert len(bench.member.firing) == 59
        assert max(map(len, bench.posts)) <= 64
        assert bench.telemetry.queues == {RECEIVER: 1}
        assert bench.telemetry.up == {RECEIVER: True}
        posts = len(bench.posts)
        await bench.pass_by(10)
        assert len(bench.posts) == posts, "what was refused is not tried again at once"


async def test_a_healthy_hour_says_nothing_but_that_it_is_there(clock: FakeClock) -> None:
    """An empty POST is how a dead member is found before it is needed."""
    bench = Bench(clock)
    async with running(bench.courier.run()):
        await bench.pass_by(0)
        assert bench.telemetry.up == {RECEIVER: True}
        await bench.pass_by(3600)
        assert bench.member.bodies == [[]] * 121
        bench.member.script = [REFUSED_CONNECTION] * 1000
        await bench.pass_by(30)
        assert bench.telemetry.up == {RECEIVER: False}


async def test_a_memo_that_cannot_be_read_costs_no_alert(clock: FakeClock) -> None:
    bench = Bench(clock)
    bench.log.note(opened())
    garbled = bench.log.of(RECEIVER)
    bench.log.record(type(garbled)(RECEIVER, "INC-1", told=1, memo='{"labels": 7'))
    async with running(bench.courier.run()):
        await bench.pass_by(0)
    assert len(bench.posts) == 1


async def test_a_clock_set_back_does_not_hold_an_end_back(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        first = bench.offer(opened())
        await bench.pass_by(60)
    bench.clock = FakeClock(OPENED_AT - timedelta(hours=1))
    bench.log.note(closed(first, 60))
    async with running(bench.start().run()):
        await bench.clock.advance(0)
    (alert,) = bench.posts[-1]
    assert alert["endsAt"] == "2026-11-21T11:15:07.000Z"


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_an_alert_name(cause: Cause) -> None:
    assert labels_of(opened(cause=cause))["alertname"] == ALERT_NAMES[cause]
    assert ALERT_NAMES[cause].startswith("Guardia")


def test_names_and_severities_are_api() -> None:
    assert {cause.value: name for cause, name in ALERT_NAMES.items()} == {
        "power": "GuardiaPowerLost",
        "link": "GuardiaLinkDown",
        "area_network": "GuardiaAreaUnreachable",
        "service": "GuardiaServiceDown",
        "node": "GuardiaNodeDown",
        "generator_failed_to_start": "GuardiaGeneratorFailed",
        "icmp_filtered": "GuardiaIcmpFiltered",
        "ups_on_battery": "GuardiaUpsOnBattery",
        "isolation_fault": "GuardiaIsolationFault",
        "node_management": "GuardiaNodeManagement",
        "monitor_blind": "GuardiaMonitorBlind",
        "undetermined": "GuardiaUndetermined",
    }
    assert {priority.value: severity for priority, severity in SEVERITIES.items()} == {
        "P1": "critical",
        "P2": "critical",
        "P3": "warning",
        "P4": "info",
    }


def test_labels_are_never_empty_and_hold_one_line() -> None:
    nowhere = SiteFacts(id="node", name="")
    root = part(ComponentKind.NODE, "cfe").model_copy(update={"key": "node/cfe\n\x07x"})
    labels = labels_of(opened(site=nowhere, root=root, touched=()))
    assert "clues" not in labels
    assert "area" not in labels
    assert all(value and value.isprintable() for value in labels.values())


def test_areas_of_other_sites_keep_their_site() -> None:
    there = area("uci").model_copy(update={"key": "hg-tijuana/area/uci"})
    node = HOSPITAL.model_copy(update={"id": ""})
    assert labels_of(opened(touched=(area("uci"), there)))["area"] == "hg-tijuana/uci,uci"
    many = tuple(area(f"a{n:02d}") for n in range(40))
    assert labels_of(opened(site=node, touched=many))["area"].endswith(",+24")


def test_a_memo_survives_being_written_and_read() -> None:
    assert read_memo("") is None
    assert read_memo("[]") is None


Act = Callable[[Bench], object]


def _story() -> list[tuple[Act, float]]:
    """A link fails; the member is away while it takes the UCI with it; then power turns out to
    be the cause; it ends. Each act is followed by its seconds.
    """
    link = part(ComponentKind.LINK, "cfe")
    first = opened(cause=Cause.LINK, priority=Priority.P2, root=link, touched=(link,))
    worse = later(first, 40, priority=Priority.P1, touched=(link, area("uci")), pages=2)
    power = later(worse, 60, cause=Cause.POWER, confidence=Confidence.HIGH)
    over = closed(power, 40)
    return [
        (lambda bench: bench.offer(first), 40),
        (lambda bench: bench.member.script.extend([REFUSED_CONNECTION] * 3), 0),
        (lambda bench: bench.offer(worse), 60),
        (lambda bench: bench.offer(power), 40),
        (lambda bench: bench.offer(over), 60),
        (lambda bench: bench.member.look(), 60),
    ]


HEARD = [("firing", "P2"), ("resolved", "P2"), ("firing", "P1"), ("resolved", "P1")]


async def _play(bench: Bench, kill_at: int, *, disk_keeps_up: bool) -> bool:
    """Play the story, killing the daemon at the n-th step of its work; return whether it was."""
    steps = count()

    def die(_: str) -> None:
        if next(steps) == kill_at:
            raise KilledError

    bench.log.before_step = bench.member.before_step = die
    task = asyncio.create_task(bench.courier.run(), name="daemon")
    killed = False
    for act, seconds in _story():
        act(bench)
        for _ in range(2):
            await bench.pass_by(seconds / 2)
            if task.done():
                killed = isinstance(task.exception(), KilledError)
                if not disk_keeps_up:
                    bench.log.kill()
                task = asyncio.create_task(bench.start().run(), name="daemon")
    task.cancel()
    await asyncio.wait({task})
    return killed


@pytest.mark.heavy
@pytest.mark.parametrize("disk_keeps_up", [True, False])
async def test_killed_at_any_step_it_pages_each_rise_once_and_ends_it(
    disk_keeps_up: bool,
) -> None:
    """Steps are every record, every wait for the disk, and before and after every POST."""
    for kill_at in count():
        bench = Bench(FakeClock(OPENED_AT), Pace(resolve_again_s=60))
        killed = await _play(bench, kill_at, disk_keeps_up=disk_keeps_up)
        heard = [(status, labels["priority"]) for status, labels, _ in bench.member.heard]
        assert heard == HEARD, f"killed at step {kill_at}"
        causes = {labels["cause"] for _, labels, _ in bench.member.heard}
        assert causes == {"link"}, f"killed at step {kill_at}"
        if not killed:
            assert kill_at > 20, "the story has many steps"
            return
