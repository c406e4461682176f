"""What is written down of a component and of a site, and how it is taken up again."""

from dataclasses import replace

from monitor.memory import (
    SiteRecord,
    StandingRecord,
    recall_site,
    recall_standing,
    site_record,
    standing_record,
)
from monitor.standing import Standing
from monitor.vocabulary import Fact, State
from probes.reading import Mains, UnitState
from tests.monitor.scene import ANSWER, NOW_S, OURS, SILENCE, Scene, at, play
from tests.monitor.story import ON_BATTERY, RUNNING_LOW, fleet, hospital

LATER_S = 90_000.0  # another life: its monotonic clock has nothing to do with the first


def record_of(standing: Standing) -> StandingRecord:
    return standing_record(standing, NOW_S, at(NOW_S))


def reborn(standing: Standing, away_s: float = 2.0) -> Standing:
    """A component after the daemon stopped, wrote, read and started again a while later."""
    written = record_of(standing).to_json()
    again = Standing.of(standing.component)
    record = StandingRecord.of_json(written)
    recall_standing(again, record, LATER_S, at(NOW_S + away_s))
    return again


def test_a_proven_state_and_its_beginning_survive() -> None:
    scene = Scene(hospital())
    scene.silence("link/cfe")
    before, after = scene.of("link/cfe"), reborn(scene.of("link/cfe"))
    assert (after.state, after.since, after.because) == (
        State.DOWN, at(NOW_S - 30), "icmp no_reply",
    )  # fmt: skip
    assert (before.since, after.changed_s) == (after.since, LATER_S)


def test_for_how_long_a_link_has_answered_survives() -> None:
    link = Standing.of(fleet(hospital()).components["hg/link/cfe"])
    play(link, ANSWER, 5.0, 10.0, 15.0)
    [belief] = reborn(link).beliefs.values()
    assert belief.judge.calm_s == 3 * belief.judge.habit.interval_s


def test_what_was_down_is_remembered_until_it_is_asked() -> None:
    scene = Scene(hospital())
    scene.silence("link/cfe")
    after = reborn(scene.of("link/cfe"))
    assert after.is_remembered
    play(after, OURS, LATER_S + 1)
    assert after.is_remembered
    play(after, SILENCE, LATER_S + 2)
    assert not after.is_remembered


def test_doubt_is_had_again_not_remembered() -> None:
    scene = Scene(hospital())
    scene.doubt("link/cfe")
    after = reborn(scene.of("link/cfe"))
    assert (after.state, after.suspect) == (State.UP, False)
    assert [belief.failures for belief in after.beliefs.values()] == [0]


def test_what_was_down_needs_its_full_proof_to_be_back() -> None:
    scene = Scene(hospital())
    scene.silence("link/cfe")
    after = reborn(scene.of("link/cfe"))
    assert play(after, ANSWER, LATER_S + 1, LATER_S + 2) is State.DOWN
    assert play(after, ANSWER, LATER_S + 3) is State.UP


def test_what_is_still_down_stays_down_since_it_was() -> None:
    scene = Scene(hospital())
    scene.silence("link/cfe")
    after = reborn(scene.of("link/cfe"))
    assert play(after, SILENCE, LATER_S + 1, LATER_S + 30) is State.DOWN
    assert after.since == at(NOW_S - 30)


def test_what_power_last_said_survives() -> None:
    scene = Scene(hospital())
    scene.says("ups", RUNNING_LOW)
    after = reborn(scene.of("power/ups"))
    assert after.figures == replace(RUNNING_LOW, measured_at=at(NOW_S - 20))
    assert after.figures_at == at(NOW_S - 20)
    assert after.state is State.DEGRADED


def test_nothing_is_recalled_of_a_component_that_nobody_asks_any_more() -> None:
    scene = Scene(hospital())
    scene.silence("area/uci")
    quiet = fleet(hospital(areas=[{"id": "uci"}])).components["hg/area/uci"]
    after = Standing.of(quiet)
    recall_standing(after, record_of(scene.of("area/uci")), LATER_S, at(NOW_S))
    assert (after.state, after.since) == (State.UNKNOWN, None)


def test_a_probe_that_is_gone_is_not_recalled_and_a_new_one_knows_nothing() -> None:
    scene = Scene(hospital())
    scene.silence("link/cfe")
    renamed = [{"id": "cfe", "probes": [{"kind": "icmp", "id": "ping", "target": "127.64.0.1"}]}]
    after = Standing.of(fleet(hospital(links=renamed)).components["hg/link/cfe"])
    recall_standing(after, record_of(scene.of("link/cfe")), LATER_S, at(NOW_S))
    assert after.state is State.DOWN
    assert [belief.state for belief in after.beliefs.values()] == [State.UNKNOWN]
    assert play(after, SILENCE, LATER_S + 1) is State.DOWN


def test_a_loss_of_mains_and_its_story_survive() -> None:
    scene, after = Scene(hospital()), Scene(hospital())
    scene.says("ups", ON_BATTERY, NOW_S - 60)
    scene.settle()
    written = site_record(scene.view).model_dump_json()
    recall_site(after.view, SiteRecord.model_validate_json(written), LATER_S)
    assert (after.view.mains.absent, after.view.mains.lost) == (True, True)
    assert after.view.mains.absent_at == at(NOW_S - 60)
    assert [fact.fact for fact in after.view.chronicle.facts] == [
        Fact.MAINS_LOST, Fact.ON_BATTERY, Fact.CHARGE,
    ]  # fmt: skip


def test_a_loss_seen_but_not_confirmed_waits_its_full_time_again() -> None:
    scene, after = Scene(hospital()), Scene(hospital())
    scene.says("ups", ON_BATTERY, NOW_S - 9)
    recall_site(after.view, site_record(scene.view), LATER_S)
    assert after.view.mains.pending
    assert not after.view.mains.settle(LATER_S + 9)
    assert after.view.mains.settle(LATER_S + 10)


def test_a_trouble_of_a_unit_survives_and_one_that_is_about_to_be_told() -> None:
    units = [
        {"id": name, "kind": "isolation", "source": {"kind": "power", "url": f"http://h/{name}"}}
        for name in ("sure", "doubtful", "calm")
    ]
    site = hospital(power=units)
    scene = Scene(site)
    alarm = replace(ON_BATTERY, mains=Mains.PRESENT, state=UnitState.ALARM)
    for name, seconds in (("sure", (40, 20)), ("doubtful", (8,))):
        for ago_s in seconds:
            scene.says(name, alarm, NOW_S - ago_s)
    scene.says("calm", replace(alarm, state=UnitState.NORMAL), NOW_S - 8)
    record = SiteRecord.model_validate_json(site_record(scene.view).model_dump_json())
    assert record.units.keys() == {"sure", "doubtful"}
    again = Scene(site).view
    recall_site(again, record, LATER_S)
    assert (again.units["sure"].lasts, again.units["sure"].began_at) == (True, at(NOW_S - 40))
    assert again.units["doubtful"].observe(bad=True, at=at(NOW_S + 2), confirm_s=10.0)
    fewer = Scene(hospital(power=units[1:])).view
    recall_site(fewer, record, LATER_S)
    assert fewer.units.keys() == {"doubtful"}


def test_a_site_that_was_written_before_there_were_such_troubles_is_read() -> None:
    record = SiteRecord.model_validate(
        {"absent": False, "lost": False, "absent_at": None, "facts": ()}
    )
    view = Scene(hospital()).view
    recall_site(view, record, LATER_S)
    assert not any(unit.lasts for unit in view.units.values())
