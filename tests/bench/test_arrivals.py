"""What packet times tell, on hand-made wires."""

from hypothesis import given
from hypothesis import strategies as st

from bench.arrivals import Askings, between, fullest
from bench.fleet_plan import Place
from bench.wire_tap import Sent

HERE: Place = ("127.64.0.1", 0)
THERE: Place = ("127.64.0.1", 80)


def asked(place: Place, *times_s: float) -> list[Sent]:
    return [Sent(at_s, *place, asks=True) for at_s in times_s]


def test_the_fullest_second_may_begin_anywhere() -> None:
    assert fullest([0.0, 0.6, 0.7, 1.1, 1.2, 1.59, 3.0]) == 5


def test_a_window_leaves_its_end_out() -> None:
    assert fullest([0.0, 1.0, 2.0]) == 1


def test_no_packets_fill_no_second() -> None:
    assert fullest([]) == 0


@given(st.lists(st.integers(0, 300).map(lambda tenths: tenths / 10), max_size=60))
def test_the_fullest_second_is_what_trying_every_start_finds(times_s: list[float]) -> None:
    times_s.sort()
    tried = [sum(start <= at_s < start + 1.0 for at_s in times_s) for start in times_s]
    assert fullest(times_s) == max(tried, default=0)


def test_between_takes_the_beginning_and_leaves_the_end() -> None:
    assert list(between([1.0, 2.0, 3.0], 1.0, 3.0)) == [1.0, 2.0]


def test_the_sweep_is_over_when_the_last_place_was_asked() -> None:
    sent = [*asked(HERE, 10.5, 25.5), *asked(THERE, 14.0, 29.0)]
    assert Askings.among(sent, [HERE, THERE]).sweep_s(10.0) == (4.0, 0)


def test_what_was_asked_before_the_start_is_no_part_of_the_sweep() -> None:
    assert Askings.among(asked(HERE, 9.0), [HERE]).sweep_s(10.0) == (0.0, 1)


def test_a_place_that_nobody_asked_is_counted() -> None:
    assert Askings.among(asked(HERE, 11.0), [HERE, THERE]).sweep_s(10.0) == (1.0, 1)


def test_what_follows_in_a_conversation_asks_nothing() -> None:
    rest = [Sent(11.0, *THERE, asks=False)]
    assert Askings.among(rest, [THERE]).of[THERE] == ()


def test_on_a_kept_connection_each_request_but_the_first_asks() -> None:
    def line(caller: int, called_s: float, *said_s: float) -> list[Sent]:
        called = Sent(called_s, *THERE, asks=True, caller=caller)
        return [called, *(Sent(at_s, *THERE, says=True, caller=caller) for at_s in said_s)]

    sent = [*line(1, 10.0, 10.1, 25.0, 40.0), *line(2, 55.0, 55.1, 70.0)]
    assert Askings.among(sent, [THERE]).of[THERE] == (10.0, 25.0, 40.0, 55.0, 70.0)


def test_a_grid_that_keeps_its_interval_leaves_nothing_out() -> None:
    askings = Askings.among(asked(HERE, 3.0, 18.01, 32.99, 48.0), [HERE])
    assert askings.left_out(0.0, 60.0, interval_s=15.0, slack_s=7.5) == 0


def test_a_gap_of_two_intervals_lacks_one_run() -> None:
    askings = Askings.among(asked(HERE, 3.0, 33.0, 48.0), [HERE])
    assert askings.left_out(0.0, 60.0, interval_s=15.0, slack_s=7.5) == 1


def test_silence_throughout_lacks_every_run_that_fits() -> None:
    askings = Askings.among([], [HERE])
    assert askings.left_out(0.0, 60.0, interval_s=15.0, slack_s=7.5) == 3
