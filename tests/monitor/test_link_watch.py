"""A link that answers: as good as usual, worse, and good enough for telemedicine. Stories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from config.fleet import Fleet
from config.site import Site
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.memory import (
    StandingRecord,
    quality_record,
    recall_quality,
    recall_standing,
    standing_record,
)
from monitor.sight.sight import Surroundings
from monitor.standing import Standing
from monitor.vocabulary import Fitness, State
from monitor.watch import Watch
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason
from tests.clock import START
from tests.monitor.story import clinic, fleet

LINK = "cs/link/cfe"
PING = f"{LINK}#icmp"
DAY_S = 86_400.0
ANCHOR = "192.0.2.1"


def consulting(**link: object) -> Site:
    """A clinic with an area for telemedicine, and one link."""
    pinged = {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.65.0.1"}], **link}
    return clinic(links=[pinged], areas=[{"id": "telemedicina"}])


@dataclass
class Line:
    """One life of a watch, whose only link is asked every 30 s and trembles a little."""

    fleet: Fleet = field(default_factory=lambda: fleet(clinic()))
    anchors: tuple[str, ...] = ()
    now_s: float = 1000.0
    events: list[AnyEvent] = field(default_factory=list)
    fitness: list[Fitness] = field(default_factory=list)
    kept: int = 0

    def __post_init__(self) -> None:
        numbers = count()
        self.watch = Watch(self.fleet, Surroundings(self.anchors), lambda at: f"{next(numbers)}")
        self.chance = Random(7)

    @property
    def link(self) -> Standing:
        standing = self.watch.standing(LINK)
        assert standing is not None
        return standing

    @property
    def at(self) -> datetime:
        return START + timedelta(seconds=self.now_s)

    def play(self, seconds: float, rtt_s: float = 0.042, loss: float = 0.0) -> "Line":
        """Ask at the link's own pace, and each second while it is in doubt."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            lost = self.chance.random() < loss
            took_s = rtt_s * self.chance.lognormvariate(0.0, 0.05)
            fast = self.answer(None if lost else took_s)
            self.now_s += 1.0 if fast else 30.0
        return self

    def answer(self, rtt_s: float | None, reason: Reason = Reason.NO_REPLY) -> bool:
        rtts_ns = () if rtt_s is None else (round(rtt_s * 1e9),)
        echo = None if reason.is_blindness else EchoFigures(1, rtts_ns)
        failed = reason if rtt_s is None else None
        return self.fold(PING, Reading(failed is None, 0.0, failed, echo=echo))

    def fold(self, probe: str, reading: Reading) -> bool:
        asked = self.watch.probes()[probe]
        outcome = self.watch.observe(asked, reading, self.now_s, self.at)
        self.events += outcome.events
        self.kept += outcome.learned
        if outcome.assessment is not None:
            self.fitness.append(outcome.assessment.fitness)
        return outcome.fast

    def told(self) -> Iterator[tuple[State, str]]:
        """Yield the states of the link that were told, but for mere doubt."""
        was: State | None = None
        for event in self.events:
            if isinstance(event, StateEvent) and event.key == LINK and event.state is not was:
                was = event.state
                yield event.state, event.because

    def states(self) -> list[State]:
        return [state for state, _ in self.told()]

    def incidents(self) -> list[IncidentEvent]:
        return [event for event in self.events if isinstance(event, IncidentEvent)]


def reborn(line: Line, away_s: float = 0.0) -> Line:
    """The same after the daemon stopped, wrote, read and started again."""
    quality = quality_record(line.link, line.now_s, line.at)
    written = standing_record(line.link, line.now_s, line.at, quality).to_json()
    again = Line(line.fleet, now_s=line.now_s + away_s)
    record = StandingRecord.of_json(written)
    recall_standing(again.link, record, again.now_s, again.at)
    assert record.quality is not None
    recall_quality(again.link, record.quality, again.now_s, again.at)
    return again


def test_nothing_is_told_of_a_healthy_link_over_a_day() -> None:
    line = Line().play(DAY_S, loss=0.002)
    assert line.states() == [State.UP]
    assert not line.incidents()


def test_a_link_that_became_slow_is_degraded_and_recovers() -> None:
    line = Line().play(DAY_S / 4).play(3600.0, rtt_s=0.18)
    assert line.link.state is State.DEGRADED
    since = line.link.since
    assert since is not None
    assert (
        timedelta(0) < since - (START + timedelta(seconds=1000.0 + DAY_S / 4)) < timedelta(0, 1800)
    )
    line.play(4 * 3600.0)
    told = list(line.told())
    assert [state for state, _ in told] == [State.UP, State.DEGRADED, State.UP]
    assert told[1][1].startswith("round trip 1")
    assert told[1][1].endswith(" ms, usually 42 ms")
    assert told[2][1].startswith("round trip back to ")
    assert line.link.because == ""
    assert line.link.since is not None
    assert line.link.since > since
    assert not line.incidents()  # to note: it wakes nobody


def test_a_site_is_degraded_while_its_link_is() -> None:
    line = Line().play(DAY_S / 4).play(3600.0, rtt_s=0.18)
    line.play(4 * 3600.0)
    told = [e.state for e in line.events if isinstance(e, StateEvent) and e.key == "cs"]
    assert told == [State.UP, State.DEGRADED, State.UP]


def test_more_loss_is_told_without_a_usual_that_nobody_knows_yet() -> None:
    line = Line().play(DAY_S / 8, loss=0.01).play(3 * 3600.0, loss=0.2)
    told = list(line.told())
    assert [state for state, _ in told][:2] == [State.UP, State.DEGRADED]
    assert told[1][1].startswith("loss ")
    assert "usually" not in told[1][1]


def test_loss_from_1_to_10_percent_on_a_link_that_is_known() -> None:
    line = Line().play(4 * DAY_S, loss=0.01)
    assert line.states() == [State.UP]
    assert line.link.beliefs[PING].judge.habit.is_learned
    line.play(6 * 3600.0, loss=0.1)
    assert line.states()[1] is State.DEGRADED
    assert "usually" in next(because for state, because in line.told() if state is State.DEGRADED)


def test_an_outage_is_down_and_not_loss() -> None:
    line = Line().play(DAY_S / 4).play(1800.0, loss=1.0)
    assert line.link.state is State.DOWN
    line.play(3600.0)
    assert line.states() == [State.UP, State.DOWN, State.UP]


def test_a_slow_link_that_goes_down_is_down_and_degraded_again_afterwards() -> None:
    line = Line().play(DAY_S / 4).play(3600.0, rtt_s=0.18).play(600.0, loss=1.0)
    assert line.link.state is State.DOWN
    assert line.link.because == "icmp no_reply"
    line.play(300.0, rtt_s=0.18)
    assert line.states() == [State.UP, State.DEGRADED, State.DOWN, State.DEGRADED]
    assert [event.phase.value for event in line.incidents()][-1] == "closed"


def test_losing_sight_of_a_slow_link_is_unknown_like_of_any_other() -> None:
    others = ("cs-2", "cs-3", "cs-4")
    line = Line(fleet(clinic(), *map(clinic, others))).play(DAY_S / 4).play(3600.0, rtt_s=0.18)
    for other in others:  # so that we are not blind altogether
        line.fold(f"{other}/link/cfe#icmp", Reading(True, 0.01))
    assert line.link.state is State.DEGRADED
    for _ in range(4):
        line.answer(None, Reason.NO_SOCKET)
        line.now_s += 30.0
    assert line.states()[-1] is State.UNKNOWN


def test_a_restart_keeps_the_habit_and_what_was_worse() -> None:
    slow = reborn(Line().play(DAY_S / 4).play(3600.0, rtt_s=0.18))
    assert slow.link.state is State.DEGRADED
    slow.play(600.0, rtt_s=0.18)
    assert slow.states() == []
    slow.play(4 * 3600.0)
    assert slow.states() == [State.UP]
    well = reborn(Line().play(DAY_S / 4)).play(3600.0, rtt_s=0.18)
    assert well.link.state is State.DEGRADED  # without an hour to learn what is usual
    assert Line().play(3600.0, rtt_s=0.18).link.state is State.UP


def test_another_address_has_a_habit_of_its_own() -> None:
    line = Line().play(DAY_S / 4).play(3600.0, rtt_s=0.18)
    elsewhere = {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.65.0.9"}]}
    line.watch.reload(fleet(clinic(links=[elsewhere])), line.at)
    line.play(600.0, rtt_s=0.18)
    assert line.link.state is State.UP


def test_other_rules_leave_the_habit_as_it_was() -> None:
    line = Line().play(DAY_S / 4)
    line.watch.reload(fleet(clinic(), quality={"false_a_year": 6}), line.at)
    assert line.play(3600.0, rtt_s=0.18).link.state is State.DEGRADED


def test_what_is_lost_while_we_are_blind_is_held_against_no_link() -> None:
    line = Line(anchors=(ANCHOR,)).play(DAY_S / 4)
    (anchor,) = (key for key in line.watch.probes() if key != PING)
    for _ in range(200):
        line.fold(anchor, Reading.failed(Reason.NO_REPLY, "", 1.0))
        line.answer(None)
        line.now_s += 5.0
    assert line.watch.sight.blindness.is_blind
    line.fold(anchor, Reading(True, 0.001))
    line.play(3600.0)
    assert State.DEGRADED not in line.states()
    assert State.DOWN not in line.states()


def test_telemedicine_is_assessed_only_where_it_is_named() -> None:
    assert Line().play(3600.0).fitness == []
    named = clinic(services=[{"id": "telemedicina"}])
    assert Line(fleet(named)).play(3600.0).fitness[-1] is Fitness.READY


def test_a_link_is_unfit_at_once_when_it_is_down_and_ready_only_later() -> None:
    line = Line(fleet(consulting()))
    assert line.play(3600.0).fitness[-1] is Fitness.READY
    line.play(60.0, loss=1.0)
    assert line.link.state is State.DOWN
    assert line.fitness[-1:] == [Fitness.UNFIT]
    line.play(300.0)
    assert Fitness.READY not in line.fitness[-3:]
    line.play(1800.0)
    assert line.fitness[-1] is Fitness.READY


def test_a_geostationary_link_is_never_ready() -> None:
    line = Line(fleet(consulting(medium="satellite"))).play(DAY_S / 4, rtt_s=0.65)
    assert Fitness.READY not in line.fitness
    assert line.fitness[-1] is Fitness.STORE_AND_FORWARD_ONLY


def test_a_link_that_refuses_ping_is_unknown_and_not_unfit() -> None:
    asked = [
        {"kind": "icmp", "target": "127.65.0.1"},
        {"kind": "http", "url": "http://127.65.0.1/"},
    ]
    line = Line(fleet(consulting(probes=asked))).play(3600.0)
    for _ in range(60):
        line.answer(None)
        line.fold(f"{LINK}#http", Reading(True, 0.1))
        line.now_s += 30.0
    assert line.link.state is State.DEGRADED
    assert line.fitness[-1] is Fitness.UNKNOWN


def test_a_healthy_link_is_written_down_now_and_again() -> None:
    assert 5 <= Line().play(3600.0).kept <= 6
