"""A tiny scorecard, from trials to the page."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.figure import Figure
from bench.judgement import __main__ as program
from bench.judgement.asked import REFERENCE_S, failings, figures
from bench.judgement.card import page
from bench.judgement.cell import Cell, at_most, cells, quantile, surely
from bench.judgement.contender import GUARDIA, LIFE, PEERS
from bench.judgement.kept import Kept
from bench.judgement.link_model import MODELS, LinkModel
from bench.judgement.plan import plan
from bench.judgement.scenario_card import scenario_figures, scenario_lines
from bench.judgement.scenario_trial import ScenarioOutcome
from bench.judgement.trial import Outcome, Trial, play

SATELLITE = LinkModel("bursts", 0.05, 5.0)
TINY = (
    Trial(SATELLITE, GUARDIA.name, 1, 2.0, 0.01, 8, 20),
    Trial(SATELLITE, GUARDIA.name, 2, 2.0, 0.01, 8, 20),
    Trial(SATELLITE, PEERS[0].name, 1, 0.0, 0.2, 8),
    Trial(LinkModel("bursts", 0.01, 0.2), LIFE.name, 1, 0.5, 0.0005, 4),
)
STORIES = [
    ScenarioOutcome("the UCI alone is cut off", 1, (9.0,), (), 4, ("killed at 5 s: pages",)),
    ScenarioOutcome(
        "the only link of a hospital is cut", 1, (9.0,), ("link of hg was told as power",), 4, ()
    ),
    ScenarioOutcome(
        "the only link of a clinic is cut", 2, (12.6,), ("people were called 2 times for ...",),
        4, (),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [play(trial) for trial in TINY]


def test_a_trial_is_the_same_each_time(outcomes: list[Outcome]) -> None:
    assert play(TINY[0]) == outcomes[0]
    assert play(TINY[1]).total_s != outcomes[0].total_s


def test_guardia_is_slower_on_bursts_than_three_in_a_row_and_pages_less(
    outcomes: list[Outcome],
) -> None:
    ours, theirs, _ = cells(outcomes)
    assert ours.pages == 0 < theirs.pages
    assert quantile(theirs.total_s, 0.5) < 92 < quantile(ours.total_s, 0.5) < 150
    assert ours.forced_pages is not None
    assert ours.forced_pages < 0.1
    assert theirs.forced_pages is None


def test_a_cell_adds_up_its_links(outcomes: list[Outcome]) -> None:
    ours = cells(outcomes)[0]
    assert ours.years == pytest.approx(0.02)
    assert ours.extra == outcomes[0].extra + outcomes[1].extra
    assert ours.total_s == tuple(sorted(outcomes[0].total_s + outcomes[1].total_s))
    assert ours.extra_a_day == pytest.approx(ours.extra / (0.02 * 365.25))
    with pytest.raises(ValueError, match="too many"):
        Cell.of(outcomes)


def good(outcomes: list[Outcome]) -> Cell:
    delays = (REFERENCE_S[SATELLITE],) * 3
    return replace(cells(outcomes)[0], years=100.0, downs=900, total_s=delays, forced_pages=1e-4)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"pages": 1}, []),  # one in a hundred years may be chance
        ({"pages": 4}, ["pages"]),
        ({"forced_pages": 0.004}, ["pages"]),
        ({"downs": 1230}, []),  # as may be a little more than twelve a year
        ({"downs": 1300}, ["downs"]),
        ({"total_s": (1.16 * REFERENCE_S[SATELLITE],)}, ["delay"]),
    ],
)
def test_what_fails_is_told(
    outcomes: list[Outcome], change: dict[str, object], told: list[str]
) -> None:
    assert failings(replace(good(outcomes), **change)) == told  # type: ignore[arg-type]


def test_a_life_critical_link_is_quick_or_capped(outcomes: list[Outcome]) -> None:
    life = replace(cells(outcomes)[2], total_s=(8.5,))
    assert failings(life) == ["delay"]
    bursty = replace(life, model=LinkModel("bursts", 0.01, 2.0))
    assert failings(bursty) == []
    assert failings(replace(bursty, total_s=(60.5,))) == ["delay"]


def test_nothing_is_asked_of_the_others(outcomes: list[Outcome]) -> None:
    assert failings(cells(outcomes)[1]) == []


def test_bounds_where_little_was_seen() -> None:
    assert at_most(0, 100.0) == 0.03
    assert at_most(7, 100.0) == 0.07
    assert surely(0, 5.0) == 0.0
    assert surely(4, 1.0) == pytest.approx(1.366, abs=0.01)
    assert surely(1200, 100.0) == pytest.approx(11.44, abs=0.05)


def test_the_page_says_what_is_asked_and_shows_every_cell(outcomes: list[Outcome]) -> None:
    lines = cells(outcomes)
    text = page(lines, figures(lines), STORIES, "abc", 30.0, is_quick=False)
    assert text.count("bursts 5 s, 5.0%") == 2
    assert "| life-critical, worst model, p99 |" in text
    assert "commit abc" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "quick look" not in text
    assert "quick look" in page(lines, figures(lines), [], "abc", 30.0, is_quick=True)


def test_the_plan_plays_every_model_under_every_rule() -> None:
    trials = plan(0.5, 4)
    assert len(set(trials)) == len(trials)
    for rule in (GUARDIA, *PEERS):
        played = {trial.model for trial in trials if trial.contender == rule.name}
        assert played == set(MODELS)
    ours = [one for one in trials if one.contender == GUARDIA.name and one.model == MODELS[0]]
    assert sum(trial.years for trial in ours) == pytest.approx(300.0)


def test_what_has_not_begun_when_time_is_up_is_left_out(tmp_path: Path) -> None:
    many = [replace(TINY[2], seed=seed, years=0.05, outages=1) for seed in range(60)]
    played = program.run(many, 0.0, Kept(tmp_path))
    assert 0 < len(played) < len(many)
    assert [one.trial for one in played] == [
        trial for trial in many if trial in {one.trial for one in played}
    ]


def test_what_was_played_is_not_played_again(outcomes: list[Outcome], tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert kept.find(TINY[0]) is None
    kept.keep(outcomes[0])
    assert Kept(tmp_path).find(TINY[0]) == outcomes[0]
    assert kept.find(TINY[1]) is None


def test_a_file_that_was_cut_short_is_played_again(outcomes: list[Outcome], tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep(outcomes[0])
    (written,) = tmp_path.rglob("*.json")
    written.write_text(written.read_text("utf-8")[:40], encoding="utf-8")
    assert kept.find(TINY[0]) is None


def test_the_command_prints_and_tells_by_its_exit_code(
    outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = io.StringIO()
    played = outcomes
    monkeypatch.setattr(program, "run", lambda trials, limit_s, kept: played)
    monkeypatch.setattr(program, "play_all", lambda most_kills, limit_s: STORIES)
    monkeypatch.setattr(program, "cost_figures", list)
    monkeypatch.setattr(program, "node_figures", no_figures)
    monkeypatch.setattr(sys, "stdout", said)
    written = tmp_path / "card.md"
    assert program.main(["--quick", "--write", str(written)]) in (0, 1)
    slow = replace(outcomes[0], total_s=(500.0,), trial=outcomes[0].trial)
    played = [slow, *outcomes[2:]]
    assert program.main(["--quick"]) == 1
    assert "fails in delay" in said.getvalue()
    assert said.getvalue().startswith(written.read_text("utf-8"))


def no_figures(_effort: float) -> list[Figure]:
    return []


def test_a_scenario_is_counted_by_what_went_wrong() -> None:
    cause, pages, _, restarts = scenario_figures(STORIES)[:3] + scenario_figures(STORIES)[4:]
    assert (cause.value, pages.value) == (2 / 3, 1)
    assert restarts.value == 1
    lines = "\n".join(scenario_lines(STORIES))
    assert "| the UCI alone is cut off | 1 | 9 s | **1 of 4 upset** | pass |" in lines
    assert "link of hg was told as power" in lines
    assert "2, not 1" in lines
