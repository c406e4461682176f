"""Which probes could not be made, and of which kind hardly any could."""

from monitor.sight.unmade import Unmade
from probes.reading import Reason


def told(*probes: str, reason: Reason | None = None) -> Unmade:
    unmade = Unmade()
    for probe in probes:
        unmade.note(probe, probe.partition("-")[0], reason)
    return unmade


def fail(unmade: Unmade, *probes: str) -> None:
    for probe in probes:
        unmade.note(probe, probe.partition("-")[0], Reason.NO_SOCKET)


def test_a_kind_is_lost_when_most_of_it_fails_for_three_runs() -> None:
    unmade = told("http-1", "http-2", "icmp-1", "icmp-2", "icmp-3", "icmp-4")
    fail(unmade, "http-1", "http-2", "http-1")
    assert unmade.lost_kinds() == {}
    fail(unmade, "http-2", "http-1")
    assert unmade.lost_kinds() == {"http": "no_socket"}
    assert not unmade.are_most


def test_half_of_a_kind_is_not_most_of_it() -> None:
    unmade = told("http-1", "http-2")
    fail(unmade, *["http-1"] * 9)
    assert unmade.lost_kinds() == {}


def test_one_that_is_made_again_brings_its_kind_back() -> None:
    unmade = told("http-1", "http-2")
    fail(unmade, *["http-1", "http-2"] * 3)
    unmade.note("http-1", "http", Reason.NO_REPLY)  # a clinic that does not answer was asked
    assert unmade.lost_kinds() == {}
    fail(unmade, "http-1", "http-1")
    assert unmade.lost_kinds() == {}


def test_all_reasons_of_a_kind_are_told_and_none_of_another() -> None:
    unmade = told("tcp-1")
    fail(unmade, *["http-1"] * 3)
    unmade.note("http-2", "http", Reason.RESOLVER_UNAVAILABLE)
    unmade.note("tcp-2", "tcp", Reason.STALLED)
    assert unmade.lost_kinds() == {"http": "no_socket, resolver_unavailable"}
    assert unmade.words() == "no_socket, resolver_unavailable, stalled"


def test_what_is_no_longer_asked_counts_for_nothing() -> None:
    unmade = told("http-1", "http-2", "http-3")
    fail(unmade, *["http-1", "http-2"] * 3)
    assert unmade.lost_kinds()
    for probe in ("http-1", "http-2", "never-heard-of"):
        unmade.forget(probe)
    assert unmade.lost_kinds() == {}
    assert (unmade.kinds, unmade.reasons) == ({"http-3": "http"}, {})
