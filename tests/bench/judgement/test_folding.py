"""What is measured of a reading's cost: it is the shipped path, and does what it says."""

from pathlib import Path

from bench.judgement.folding import BELOW_A_NODE, Folding
from monitor.vocabulary import State


def test_in_a_steady_round_nothing_is_in_doubt(tmp_path: Path) -> None:
    folding = Folding(BELOW_A_NODE, tmp_path)
    assert folding.steady() > 0
    states = {standing.state for standing in folding.watch.standings()}
    assert states - {State.UNKNOWN} == {State.UP}
    assert not any(standing.suspect for standing in folding.watch.standings())
    folding.close()


def test_a_doubt_is_asked_until_it_is_over(tmp_path: Path) -> None:
    folding = Folding(2 * BELOW_A_NODE, tmp_path)
    spent_s, readings = folding.doubted(3)
    assert spent_s > 0
    assert readings >= 3 * 2  # a loss and two answers, of a link below each of two nodes
    assert not any(standing.suspect for standing in folding.watch.standings())
    folding.close()


def test_a_fall_brings_all_that_were_cut_down_and_nobody_else(tmp_path: Path) -> None:
    folding = Folding(2 * BELOW_A_NODE, tmp_path)
    folding.cut(BELOW_A_NODE, rounds=12)
    down = [s.key for s in folding.watch.standings() if "/link/" in s.key and s.state is State.DOWN]
    assert down == [probe.component for probe in folding.links[:BELOW_A_NODE]]
    assert not folding.watch.sight.is_blind
    assert len(list(folding.watch.incidents.open())) == 1
    folding.close()
