"""Reported round trips are compared with the true ones packet by packet, or not at all."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from bench.addresses import loopback
from bench.contest import MeaninglessError
from bench.pace import Pace, paced
from bench.trips import Reported

US = 1_000


def reported(trips: Mapping[str, Sequence[int | None]]) -> Reported:
    """Return what was said, the answers having come in the order of asking."""
    said = Reported()
    for address, times in trips.items():
        for time in times:
            said.place(address)(time)
    return said


def test_an_error_is_the_distance_from_the_truth_either_way() -> None:
    said = reported({"127.64.0.1": [15 * US, 5 * US], "127.64.0.2": [10 * US]})
    errors = said.errors({"127.64.0.1": [10 * US, 10 * US], "127.64.0.2": [10 * US]})
    assert errors.p50_ns == 5 * US
    assert errors.p99_ns == 5 * US


def test_answers_that_overtake_each_other_keep_their_places() -> None:
    said = Reported()
    first, second = said.place("127.64.0.1"), said.place("127.64.0.1")
    second(20 * US)
    assert not said.all_told.is_set()
    first(10 * US)
    assert said.all_told.is_set()
    assert said.errors({"127.64.0.1": [10 * US, 20 * US]}).p99_ns == 0


def test_one_in_a_hundred_shows_in_p99_and_not_in_p50() -> None:
    times = [10 * US] * 98 + [2_000 * US] * 2
    errors = reported({"127.64.0.1": times}).errors({"127.64.0.1": [10 * US] * 100})
    assert (errors.p50_ns, errors.p99_ns) == (0, 1_990 * US)


@pytest.mark.parametrize(
    "truths",
    [{}, {"127.64.0.1": [10 * US]}, {"127.64.0.1": [10 * US, None]}],
    ids=["no truth", "a request that was not seen", "a reply that was not seen"],
)
def test_too_many_unknown_round_trips_mean_nothing(truths: dict[str, list[int | None]]) -> None:
    with pytest.raises(MeaninglessError, match="of 2 round trips can be compared"):
        reported({"127.64.0.1": [10 * US, 10 * US]}).errors(truths)


def test_lost_replies_do_not_make_the_rest_look_good() -> None:
    with pytest.raises(MeaninglessError, match="only 98 of 100"):
        reported({"127.64.0.1": [0] * 98 + [None] * 2}).errors({"127.64.0.1": [0] * 100})


def test_one_lost_packet_in_a_short_campaign_says_nothing_against_the_rest() -> None:
    errors = reported({"127.64.0.1": [0] * 249 + [None]}).errors({"127.64.0.1": [0] * 250})
    assert (errors.p50_ns, errors.p99_ns) == (0, 0)


# ---- whom to ask, and when ----------------------------------------------------------------------


def test_addresses_are_distinct_and_never_leave_the_machine() -> None:
    addresses = loopback(100_000)
    assert len(set(addresses)) == 100_000
    assert {address.split(".")[0] for address in addresses} == {"127"}
    assert all(64 <= int(address.split(".")[1]) < 80 for address in addresses)
    with pytest.raises(ValueError, match="has room for"):
        loopback(2_000_000)


def test_starts_fall_on_ticks_at_the_rate_asked() -> None:
    pace = Pace(per_s=500, at_once=32)
    assert [pace.due_s(number) for number in (0, 4, 5, 9, 10)] == [0, 0, 0.01, 0.01, 0.02]
    assert pace.due_s(500) == pytest.approx(1.0)
    assert Pace(per_s=0, at_once=32).due_s(10_000) == 0


async def test_everyone_is_asked_once_and_successes_are_counted() -> None:
    asked: list[str] = []
    most = 0
    open_now = 0

    async def ask(target: str) -> bool:
        nonlocal most, open_now
        open_now += 1
        most = max(most, open_now)
        asked.append(target)
        await asyncio.sleep(0)
        open_now -= 1
        return target != "3"

    targets = [str(number) for number in range(20)]
    assert await paced(ask, targets, Pace(per_s=0, at_once=4)) == 19
    assert sorted(asked, key=int) == targets
    assert most == 4
