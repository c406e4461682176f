"""What the bench of the whole daemon makes of a life; test_room.py lives a small real one."""

import math

import pytest

from bench import daemon
from bench.blackbox_load import Load
from bench.coldstart import ColdStart
from bench.daemon import Lived, figures
from bench.effort import Effort
from bench.figure import Figure, Verdict
from bench.fleet_plan import FleetPlan
from bench.measure import FIGURES
from bench.outage import Cut, Outage
from bench.process_tree import Usage
from bench.steady import Steady
from simulator.runner import SimulationError

PLAN = FleetPlan(sites=100, interval_s=10.0, region=30)
INF = math.inf


def steady(**changed: object) -> Steady:
    usual = {
        "from_s": 100.0,
        "to_s": 160.0,
        "counted_s": 60.0,
        "before": Usage(10.0, 1.0, 200_000_000, 200_000_000, 1),
        "after": Usage(25.0, 1.6, 200_000_000, 210_000_000, 1),
        "lateness": {0.01: 3600.0, INF: 3600.0},
        "told": 0.0,
        "not_up": 0,
        "skipped": 0.0,
        "dropped": 0.0,
        "troubles": (),
    }
    return Steady(**(usual | changed))  # type: ignore[arg-type]


def outage(**changed: object) -> Outage:
    usual = {
        "mass": Cut(500.0, {"clinic-1": 7.0, "clinic-2": 12.5}, silent=0, strangers=0),
        "alone": Cut(600.0, {"clinic-2": 12.0}, silent=0, strangers=0),
        "over_s": 5.0,
        "afterwards": 0,
        "lateness": {0.1: 900.0, 0.2: 1000.0, INF: 1000.0},
        "longest_wait_s": 0.03,
    }
    return Outage(**(usual | changed))  # type: ignore[arg-type]


def lived(**changed: object) -> Lived:
    usual = {
        "plan": PLAN,
        "took_to_watch_s": 3.0,
        "steady": steady(),
        "start": ColdStart(9.9, 0, fullest=115, steady_per_s=100.0, steady_fullest=110, missed=0),
        "left_out": 0,
        "outage": outage(),
        "loads": (Load(600, 600, cpu_s=12.0, took_s=10.0), Load(600, 600, 13.2, 10.0)),
    }
    return Lived(**(usual | changed))  # type: ignore[arg-type]


def of(name: str, **changed: object) -> Figure:
    (found,) = (one for one in figures(lived(**changed)) if one.name.endswith(name))
    return found


def test_a_good_life_passes_in_everything() -> None:
    verdicts = {figure.verdict for figure in figures(lived())}
    assert verdicts == {Verdict.PASS, Verdict.SHOWN}


def test_every_figure_that_is_asked_for_is_there_when_nothing_can_be_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_plan: FleetPlan) -> None:
        raise SimulationError("no namespaces here")

    monkeypatch.setattr(daemon, "lived", refuse)
    skipped = daemon.run(Effort.TINY)
    assert {figure.verdict for figure in skipped} == {Verdict.SKIP}
    asked = {figure.name for figure in figures(lived()) if figure.bound is not None}
    assert {figure.name for figure in skipped} == asked


def test_cpu_is_a_share_of_one_core() -> None:
    assert of("daemon: CPU").value == pytest.approx(25.0)


def test_blackbox_is_compared_by_the_cost_of_a_probe() -> None:
    guardia_us, blackbox_us = 15 / 3600 * 1e6, 25.2 / 1200 * 1e6
    assert of("whole daemon").value == pytest.approx(blackbox_us / guardia_us)


def test_a_blackbox_that_could_not_reach_the_sites_is_no_comparison() -> None:
    half = Load(600, 300, cpu_s=6.0, took_s=10.0)
    assert of("against the whole daemon", loads=(half,)).verdict is Verdict.FAIL


def test_without_blackbox_the_comparison_is_skipped() -> None:
    assert of("against the whole daemon", loads=()).verdict is Verdict.SKIP


def test_a_peer_measured_once_is_not_said_to_have_been_measured_again() -> None:
    once = (Load(600, 600, cpu_s=12.0, took_s=10.0),)
    assert of("against the whole daemon").note.endswith("before Guardia and after")
    assert of("against the whole daemon", loads=once).note.endswith("before Guardia")


@pytest.mark.parametrize("changed", [{"told": 1.0}, {"not_up": 1}])
def test_one_false_incident_or_state_fails(changed: dict[str, float]) -> None:
    assert of("falsely", steady=steady(**changed)).verdict is Verdict.FAIL


@pytest.mark.parametrize("changed", [{"left_out": 1}, {"steady": steady(skipped=1.0)}])
def test_a_run_left_out_fails_whoever_noticed_it(changed: dict[str, object]) -> None:
    assert of("left out", **changed).verdict is Verdict.FAIL


def test_a_tap_that_missed_packets_proves_nothing() -> None:
    deaf = ColdStart(9.9, 0, fullest=115, steady_per_s=100.0, steady_fullest=110, missed=3)
    assert of("left out", start=deaf).is_broken


def test_a_probe_that_was_never_asked_breaks_the_cold_start() -> None:
    short = ColdStart(9.9, 1, fullest=115, steady_per_s=100.0, steady_fullest=110, missed=0)
    assert of("first full sweep", start=short).is_broken


def test_each_slow_site_is_compared_with_itself() -> None:
    assert of("later than alone").value == pytest.approx(0.5)


def test_a_start_is_as_late_as_its_bucket_allows() -> None:
    assert of("latest start of a probe").value == pytest.approx(200.0)


def test_a_site_without_a_verdict_fails() -> None:
    silent = Cut(500.0, {"clinic-2": 12.5}, silent=1, strangers=0)
    assert of("still open afterwards", outage=outage(mass=silent)).value == 1


def test_what_stays_open_after_the_end_fails() -> None:
    assert of("still open afterwards", outage=outage(over_s=None)).verdict is Verdict.FAIL


def test_what_was_never_seen_leaves_no_figure_that_cannot_be_read_back() -> None:
    written = FIGURES.dump_json(figures(lived(outage=outage(over_s=None))))
    assert len(FIGURES.validate_json(written)) == len(figures(lived()))
