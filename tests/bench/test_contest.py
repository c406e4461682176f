"""Contenders take turns; the median counts, and who cannot take part spoils only his figures."""

from collections.abc import Callable, Iterable

from bench.contest import Contender, MeaninglessError, contest
from bench.figure import Ask, Verdict
from bench.peers import AbsentError

RATIO = Ask("Ours against theirs", "× the CPU", "<= 0.5")


def giving(values: Iterable[float], order: list[str], name: str) -> Contender:
    waiting = iter(values)

    def measure() -> float:
        order.append(name)
        return next(waiting)

    return Contender(name, measure, "µs", "one target", "a clock")


def raising(error: Exception) -> Callable[[], float]:
    def measure() -> float:
        raise error

    return measure


def test_contenders_take_turns_and_the_warm_up_counts_for_nothing() -> None:
    order: list[str] = []
    ours, theirs = giving([99, 2, 4, 3], order, "ours"), giving([99, 10, 8, 9], order, "theirs")
    found = contest([ours, theirs], 3, warm_ups=1)
    assert order == ["ours", "theirs"] * 4
    figure = found.ratio(RATIO, "ours", "theirs")
    assert figure.value == 3 / 9
    assert [side.rounds for side in figure.sides] == [(2, 4, 3), (10, 8, 9)]
    assert figure.verdict is Verdict.PASS


def test_an_absent_peer_skips_its_figure_and_no_other() -> None:
    ours = giving([3, 3], [], "ours")
    absent = Contender("theirs", raising(AbsentError("theirs is not installed")), "µs")
    found = contest([ours, absent], 2, warm_ups=0)
    figure = found.ratio(RATIO, "ours", "theirs")
    assert (figure.verdict, figure.reason) == (Verdict.SKIP, "theirs is not installed")
    assert [side.name for side in figure.sides] == ["ours"]
    assert found.alone(RATIO, "ours").value == 3


def test_a_measurement_without_meaning_fails_though_an_earlier_round_had_one() -> None:
    values = iter([1.0])

    def loses_replies_later() -> float:
        for value in values:
            return value
        raise MeaninglessError("only 3 of 10 came back")

    ours = Contender("ours", loses_replies_later, "µs")
    found = contest([ours, giving([9, 9], [], "theirs")], 2, warm_ups=0)
    figure = found.ratio(RATIO, "ours", "theirs")
    assert (figure.verdict, figure.value) == (Verdict.FAIL, None)
    assert figure.reason == "ours: only 3 of 10 came back"


def test_failure_outweighs_absence() -> None:
    broken = Contender("ours", raising(MeaninglessError("nothing came back")), "µs")
    absent = Contender("theirs", raising(AbsentError("not installed")), "µs")
    found = contest([absent, broken], 1, warm_ups=0)
    assert found.ratio(RATIO, "theirs", "ours").verdict is Verdict.FAIL
