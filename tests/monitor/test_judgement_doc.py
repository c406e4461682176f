"""docs/judgement.md says what the code does: its tables are those of the code."""

from pathlib import Path

from config.area import LIFE_KINDS
from config.probe import IcmpSettings
from config.settings import Bursts, Classes, JudgementClass, PowerRules
from monitor.diagnosis.finding import HOLD_S
from monitor.judge.detector import Detector
from monitor.judge.episodes import HALF_LIFE_S
from monitor.judge.habit import ENOUGH, WIDER, Habit
from monitor.judge.judge import LEAST_LOST
from monitor.stalls import STALL_S
from monitor.transition import NEXT, Signal
from monitor.vocabulary import Cause, Fact, Priority, State, Waypoint, WouldChange

PAGE = (Path(__file__).parent.parent.parent / "docs" / "judgement.md").read_text("utf-8")


def rows() -> list[list[str]]:
    lines = (line for line in PAGE.splitlines() if line.startswith("| "))
    return [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines
    ]


def row(first: str) -> list[str]:
    [found] = [cells for cells in rows() if cells[0] == first]
    return found


def written(seconds: float) -> str:
    return f"{seconds:g}s" if seconds >= 1 else f"{seconds * 1000:g}ms"


def of_class(judgement: JudgementClass) -> list[str]:
    cap_s = judgement.max_confirm
    return [
        written(judgement.interval), written(judgement.reprobe),
        written(judgement.timeout or IcmpSettings(target="127.0.0.1").timeout),
        f"{judgement.false_downs:g}",
        f"{judgement.false_pages:g}", written(cap_s) if cap_s else "none",
        str(judgement.successes),
    ]  # fmt: skip


def proof_s(burst_s: float, budget_per_year: float) -> float:
    """From the first lost probe of a path not met before to the one that proves it."""
    null, detector = Habit(burst_s, pace_s=1.0, interval_s=30.0).null, Detector()
    detector.answered(null, 30.0, 100)
    detector.observe(null, 30.0, lost=True)
    lost = 1
    while lost < LEAST_LOST or not detector.alarms(budget_per_year):
        detector.observe(null, 1.0, lost=True)
        lost += 1
    return lost - 1.0


def test_the_classes_are_the_defaults() -> None:
    for name, judgement in Classes():
        assert row(name)[2:] == of_class(judgement)


def test_bursts_are_the_defaults_and_their_proofs_those_of_the_judge() -> None:
    lengths_s = [length_s for _, length_s in Bursts()]
    clinic = Classes().clinic
    assert row("bursts")[1:] == [name for name, _ in Bursts()]
    assert row("mean length, until known")[1:] == [written(length_s) for length_s in lengths_s]
    downs = [f"{proof_s(length_s, clinic.false_downs):g} s" for length_s in lengths_s]
    assert row("from the first lost probe to down")[1:] == downs
    pages = [f"{proof_s(length_s, clinic.false_pages):g} s" for length_s in lengths_s]
    assert row("to the page")[1:] == pages


def test_how_a_habit_is_learned_is_told_as_it_is() -> None:
    assert f"has shown {ENOUGH} episodes" in PAGE
    assert f"gone after {HALF_LIFE_S / 86_400:g} days" in PAGE
    assert f"{WIDER:g} times as long" in PAGE


def test_the_state_machine_is_the_table_of_the_code() -> None:
    signals = row("from")[1:]
    assert signals == list(Signal)
    for state in (State.UNKNOWN, State.UP, State.DOWN):
        told = row(state)[1:]
        assert told == [NEXT[state, Signal(signal)].value for signal in signals]


def test_every_word_of_a_verdict_is_explained() -> None:
    words = [*Cause, *Fact, *Priority, *State, *WouldChange, *Waypoint, *LIFE_KINDS]
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_other_figures_are_those_of_the_code() -> None:
    rules = PowerRules()
    assert f"`power: {{confirm: {written(rules.confirm)}}}`" in PAGE
    assert f"`power: {{runtime_critical: {rules.runtime_critical / 60:g}m}}`" in PAGE
    assert f"for up to {HOLD_S:g} s" in PAGE
    assert f"for {STALL_S:g} s or more" in PAGE
