"""docs/judgement.md says what the code does: its tables are those of the code."""

from pathlib import Path

from config.area import LIFE_KINDS
from config.settings import Classes, JudgementClass, Patience, PowerRules
from monitor.finding import HOLD_S
from monitor.stalls import STALL_S
from monitor.transition import NEXT, Signal
from monitor.vocabulary import Cause, Fact, Priority, State

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
    return [
        written(judgement.interval), written(judgement.reprobe), str(judgement.failures),
        written(judgement.over), str(judgement.successes), written(judgement.max_confirm),
    ]  # fmt: skip


def test_the_classes_are_the_defaults() -> None:
    for name, judgement in Classes():
        assert row(name)[2:] == of_class(judgement)


def test_patience_is_the_default() -> None:
    factors = [factor for _, factor in Patience()]
    assert row("patience")[1:] == [name for name, _ in Patience()]
    assert row("factor on over")[1:] == [f"{factor:g}" for factor in factors]
    over = Classes().clinic.over
    assert row("needed, at over: 4s")[1:] == [f"{over * factor:g} s" for factor in factors]


def test_the_state_machine_is_the_table_of_the_code() -> None:
    signals = row("from")[1:]
    assert signals == list(Signal)
    for state in (State.UNKNOWN, State.UP, State.DOWN):
        told = row(state)[1:]
        assert told == [NEXT[state, Signal(signal)].value for signal in signals]


def test_every_word_of_a_verdict_is_explained() -> None:
    words = [*Cause, *Fact, *Priority, *State, *LIFE_KINDS]
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_other_figures_are_those_of_the_code() -> None:
    rules = PowerRules()
    assert f"`power: {{confirm: {written(rules.confirm)}}}`" in PAGE
    assert f"`power: {{runtime_critical: {rules.runtime_critical / 60:g}m}}`" in PAGE
    assert f"for up to {HOLD_S:g} s" in PAGE
    assert f"for {STALL_S:g} s or more" in PAGE
