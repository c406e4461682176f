"""The fleet as its own witness: who is asked, and when they tell that it is us."""

from monitor.sight.witnesses import ASKED, ENOUGH, FRESH_S, LEAST, Witnesses


def called(sites: int, share: float = 0.6) -> tuple[Witnesses, tuple[str, ...]]:
    """Witnesses of a list of so many sites, once `s0` has fallen silent at 99."""
    witnesses = Witnesses()
    witnesses.adopt([(f"s{n}", f"s{n}/link/cfe#icmp") for n in range(sites)], share)
    return witnesses, witnesses.called_for("s0", 99.0, 100.0, lambda _site: False)


def hear(witnesses: Witnesses, probes: tuple[str, ...], at_s: float, *, answered: bool) -> None:
    for probe in probes:
        witnesses.note(probe, at_s - 1, at_s, answered=answered)


def test_a_dozen_all_over_the_list_are_asked() -> None:
    _, probes = called(1200)
    places = sorted(int(probe.partition("/")[0][1:]) for probe in probes)
    assert len(places) == ASKED
    assert {place // 100 for place in places} == set(range(12))


def test_the_silent_site_and_those_known_to_be_down_are_not_asked() -> None:
    witnesses = Witnesses()
    witnesses.adopt([(f"s{n}", f"s{n}#icmp") for n in range(8)], 0.6)
    probes = witnesses.called_for("s0", 99.0, 100.0, lambda site: site in ("s1", "s2"))
    assert sorted(probes) == [f"s{n}#icmp" for n in range(3, 8)]


def test_nobody_is_asked_where_others_have_answered_since() -> None:
    witnesses, _ = called(50)
    for n in range(ENOUGH):
        witnesses.note(f"s{n + 1}/link/cfe#icmp", 200.0, 200.1, answered=True)
    assert witnesses.called_for("s0", 199.0, 201.0, lambda _site: False) == ()
    assert witnesses.called_for("s0", 200.5, 201.0, lambda _site: False) != ()


def test_it_is_us_when_the_share_of_them_is_silent() -> None:
    witnesses, probes = called(50)
    hear(witnesses, probes[:7], 102.0, answered=False)
    hear(witnesses, probes[7:], 102.0, answered=True)
    assert witnesses.count(102.0) == (7, 12)
    assert not witnesses.are_silent(102.0)
    hear(witnesses, probes[7:8], 103.0, answered=False)
    assert witnesses.are_silent(103.0)


def test_the_share_is_the_operators() -> None:
    witnesses, probes = called(50, share=0.9)
    hear(witnesses, probes[:10], 102.0, answered=False)
    hear(witnesses, probes[10:], 102.0, answered=True)
    assert not witnesses.are_silent(102.0)


def test_a_small_list_has_no_witnesses() -> None:
    witnesses, probes = called(LEAST)
    hear(witnesses, probes, 102.0, answered=False)
    assert not witnesses.are_silent(102.0)


def test_what_was_said_long_ago_counts_no_more() -> None:
    witnesses, probes = called(50)
    hear(witnesses, probes, 102.0, answered=False)
    assert witnesses.are_silent(102.0 + FRESH_S)
    assert not witnesses.are_silent(102.1 + FRESH_S)


def test_the_same_are_asked_again_while_they_are_heard_and_others_later() -> None:
    witnesses, probes = called(1200)
    hear(witnesses, probes, 102.0, answered=False)
    assert witnesses.called_for("s7", 102.0, 103.0, lambda _site: False) == probes
    later = witnesses.called_for("s7", 200.0, 201.0, lambda _site: False)
    assert set(later).isdisjoint(probes)


def test_a_witness_that_left_the_list_says_nothing() -> None:
    witnesses, probes = called(50)
    witnesses.adopt([("s1", "s1/link/cfe#icmp")], 0.6)
    hear(witnesses, probes, 102.0, answered=False)
    assert witnesses.count(102.0)[1] <= 1
