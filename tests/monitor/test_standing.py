"""Several probes of one component: what they add up to."""

from dataclasses import replace

from config.component import Component
from config.site import Site
from monitor.judge.habit import TRIED_S
from monitor.standing import Standing
from monitor.vocabulary import State
from probes.reading import Reading
from tests.monitor.scene import ANSWER, OURS, SILENCE, at, play
from tests.monitor.story import GOOD, clinic, fleet

PING, WEB = 0, 1


def component(site: Site, key: str) -> Component:
    return fleet(site).components[key]


def link() -> Standing:
    """A link that is asked by ping and by HTTP, and is not new."""
    asked = [
        {"kind": "icmp", "target": "127.65.0.1"},
        {"kind": "http", "url": "http://127.65.0.1/"},
    ]
    standing = Standing.of(component(clinic(links=[{"id": "cfe", "probes": asked}]), "cs/link/cfe"))
    for belief in standing.beliefs.values():
        belief.judge.habit.answer(TRIED_S)
    return standing


def fail(standing: Standing, probe: int, since_s: float) -> State:
    return play(standing, SILENCE, *(since_s + n for n in range(6)), probe=probe)


def answering() -> Standing:
    standing = link()
    for probe in (PING, WEB):
        play(standing, ANSWER, 0.0, 10.0, probe=probe)
    return standing


def test_a_link_whose_probes_all_fail_is_down_since_the_first_failure() -> None:
    standing = answering()
    for second in range(6):
        play(standing, SILENCE, 100.0 + second, probe=PING)
        play(standing, SILENCE, 100.5 + second, probe=WEB)
    assert standing.state is State.DOWN
    assert standing.since == at(100.0)
    assert standing.because == "icmp no_reply, http no_reply"


def test_a_link_that_answers_http_but_not_ping_is_degraded_not_down() -> None:
    standing = answering()
    assert fail(standing, PING, 100.0) is State.UP  # http was not asked since: not yet fresh
    assert play(standing, ANSWER, 107.0, probe=WEB) is State.DEGRADED


def test_a_proven_probe_waits_for_the_doubt_of_the_others() -> None:
    standing = answering()
    assert fail(standing, PING, 100.0) is State.UP
    assert play(standing, SILENCE, 106.0, probe=WEB) is State.DOWN


def test_a_link_is_back_once_each_probe_has_proven_it() -> None:
    standing = answering()
    fail(standing, PING, 100.0)
    fail(standing, WEB, 100.0)
    assert play(standing, ANSWER, 199.0, 200.0, 201.0, probe=PING) is State.DEGRADED
    assert play(standing, ANSWER, 202.0, 203.0, 204.0, probe=WEB) is State.UP
    assert standing.since == at(202.0)
    assert standing.because == ""


def test_a_component_without_probes_is_unknown_and_says_nothing() -> None:
    standing = Standing.of(component(clinic(links=[{"id": "cfe"}]), "cs/link/cfe"))
    assert (standing.state, standing.suspect, standing.interval_s) == (State.UNKNOWN, False, 0.0)
    assert standing.last_success_s is None


def test_changed_means_the_state_or_the_doubt_changed() -> None:
    standing = answering()
    probe = standing.component.probes[PING]
    assert standing.observe(probe, SILENCE, 100.0, at(100.0))  # doubt began
    assert not standing.observe(probe, SILENCE, 101.0, at(101.0))
    assert not standing.observe(probe, ANSWER, 102.0, at(102.0))  # one answer may be luck
    assert standing.observe(probe, ANSWER, 103.0, at(103.0))  # doubt is over
    assert not standing.observe(probe, ANSWER, 104.0, at(104.0))


def test_a_link_up_again_after_we_could_not_see_is_up_since_then_not_since_long_ago() -> None:
    standing = answering()
    for probe in (PING, WEB):
        play(standing, OURS, 100.0, 101.0, 102.0, probe=probe)
    assert standing.state is State.UNKNOWN
    play(standing, ANSWER, 200.0, probe=PING)
    assert (standing.state, standing.since) == (State.UP, at(200.0))


def test_failures_before_and_after_a_long_unseen_spell_are_not_one_outage() -> None:
    standing = answering()
    for probe in (PING, WEB):
        play(standing, SILENCE, 100.0, 101.0, probe=probe)
        play(standing, OURS, 102.0, 103.0, 104.0, probe=probe)
        play(standing, SILENCE, 105.0, 106.0, probe=probe)
    assert standing.state is State.UNKNOWN


def test_a_link_that_only_lacks_ping_is_not_down_because_we_could_not_ask_http() -> None:
    standing = answering()
    fail(standing, PING, 100.0)
    play(standing, ANSWER, 107.0, probe=WEB)
    for second in range(110, 200, 5):
        assert play(standing, OURS, second, probe=WEB) is State.DEGRADED
        assert play(standing, SILENCE, second + 1.0, probe=PING) is State.DEGRADED


def test_one_unseen_run_does_not_count_as_a_failure_of_the_other_probe() -> None:
    standing = answering()
    play(standing, OURS, 99.0, probe=WEB)
    assert fail(standing, PING, 100.0) is State.UP
    assert play(standing, SILENCE, 106.0, probe=WEB) is State.DOWN


def test_a_probe_that_has_long_told_nothing_does_not_hide_the_outage_of_another() -> None:
    standing = answering()
    play(standing, OURS, 20.0, 30.0, 40.0, probe=WEB)
    assert fail(standing, PING, 100.0) is State.DOWN


def test_a_link_half_silent_since_ten_and_dead_since_eleven_is_down_since_eleven() -> None:
    standing = answering()
    fail(standing, PING, 100.0)
    play(standing, ANSWER, 107.0, 3600.0, probe=WEB)
    assert fail(standing, WEB, 3610.0) is State.DOWN
    assert standing.since == at(3610.0)


def test_a_blip_of_long_ago_is_not_when_an_outage_began() -> None:
    standing = answering()
    play(standing, SILENCE, 20.0, probe=WEB)
    play(standing, ANSWER, 21.0, probe=WEB)
    play(standing, OURS, 90.0, 91.0, 92.0, probe=WEB)
    assert fail(standing, PING, 100.0) is State.DOWN
    assert standing.since == at(100.0)


def half_answering() -> Standing:
    """A link whose web has been dead for an hour while ping goes on answering."""
    standing = answering()
    fail(standing, WEB, 100.0)
    play(standing, ANSWER, 107.0, 3600.0, probe=PING)
    return standing


def test_one_lost_ping_on_a_link_whose_web_is_dead_is_no_outage() -> None:
    standing = half_answering()
    assert play(standing, SILENCE, 3605.0, probe=WEB) is State.DEGRADED
    assert play(standing, SILENCE, 3606.0, 3607.0, probe=PING) is State.DEGRADED
    assert play(standing, SILENCE, 3608.0, 3609.0, probe=PING) is State.DOWN


def test_two_single_failures_are_no_proof_though_one_probe_was_down_before() -> None:
    standing = half_answering()
    play(standing, ANSWER, 3604.0, probe=WEB)  # a lucky answer in its outage
    play(standing, SILENCE, 3605.0, probe=WEB)
    assert play(standing, SILENCE, 3606.0, probe=PING) is State.DEGRADED


def test_a_unit_whose_clock_runs_ahead_does_not_change_in_the_future() -> None:
    source = {"kind": "power", "url": "http://127.65.0.1/power"}
    site = clinic(power=[{"id": "ups", "kind": "ups", "source": source}])
    ups = Standing.of(component(site, "cs/power/ups"))
    play(ups, Reading(True, 0.01, power=replace(GOOD, measured_at=at(130.0))), 100.0)
    assert (ups.state, ups.since) == (State.UP, at(100.0))
