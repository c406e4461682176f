"""How fast packets leave: never more than allowed, in the order asked, with nothing saved up."""

from hypothesis import given
from hypothesis import strategies as st

from probes.icmp_pace import Pace
from probes.reading import Reading
from probes.wheel import TICK_NS
from tests.probes.conftest import MakeBench
from tests.probes.echo_fakes import TICK_S, Bench, asked


def ask_many(slow: Bench, count: int, timeout: str = "60s") -> list[Reading]:
    """Ask that many targets at once; return where their readings will be."""
    readings: list[Reading] = []
    for n in range(count):
        settings = asked(target=f"127.64.{n // 250}.{n % 250 + 1}", timeout=timeout)
        slow.engine.echo(settings).ask(False, readings.append)
    return readings


async def test_a_thousand_at_once_leave_at_the_configured_rate(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=1000)
    ask_many(slow, 1500)
    slow.clock.advance(0)
    sent = []
    for _ in range(10):
        sent.append(slow.sent)
        slow.clock.advance(TICK_S)
    assert sent == list(range(10, 110, 10))
    slow.clock.advance(2)
    assert slow.sent == 1500


async def test_they_leave_in_the_order_asked(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=2000)
    ask_many(slow, 600)
    slow.clock.advance(1)
    expected = [f"127.64.{n // 250}.{n % 250 + 1}" for n in range(600)]
    assert [target[0] for _, target in slow.port.sent] == expected


async def test_no_burst_follows_a_stall(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=1000)
    ask_many(slow, 1500)
    slow.clock.advance(0)
    before = slow.sent
    slow.clock.leap(5)  # five seconds' worth is not made up for
    assert slow.sent == before + 10


async def test_a_quiet_second_saves_nothing_up(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=1000)
    ask_many(slow, 1)
    slow.clock.advance(1)  # it ticks, for that one is waited for
    ask_many(slow, 500)
    slow.clock.advance(TICK_S)
    assert slow.sent == 1 + 10


async def test_a_new_question_waits_behind_the_others(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=1000)
    ask_many(slow, 30)
    slow.clock.advance(0)
    slow.engine.echo(asked(target="127.64.9.9")).ask(False, list[Reading]().append)
    slow.clock.advance(0.02)
    assert slow.port.sent[-1][1][0] == "127.64.0.30"
    slow.clock.advance(0.01)
    assert slow.port.sent[-1][1][0] == "127.64.9.9"


async def test_a_probes_clock_starts_when_its_packet_leaves(make_bench: MakeBench) -> None:
    slow = make_bench(max_packets_per_second=1000)
    readings = ask_many(slow, 200, timeout="100ms")  # the last ones wait longer than that
    slow.clock.advance(0.19)
    assert slow.sent == 200
    slow.port.answer(199, source="127.64.0.200", after_s=0.05)
    slow.clock.advance(0.06)
    answered = next(reading for reading in readings if reading.success)
    assert answered.address == "127.64.0.200"
    assert answered.echo is not None
    assert answered.echo.rtt_last_s is not None
    assert 0.04 < answered.echo.rtt_last_s <= 0.06
    assert answered.duration_s <= 0.07
    slow.clock.advance(1)
    assert len(readings) == 200


async def test_while_nothing_is_asked_nothing_turns(raw: Bench) -> None:
    raw.port.answers_itself = True
    readings = ask_many(raw, 3)
    raw.clock.advance(0.05)
    assert len(readings) == 3
    assert not any(timer.callback for _, _, timer in raw.clock._timers)


@given(
    st.integers(10, 1_000_000),
    st.lists(st.tuples(st.integers(0, 50_000_000), st.integers(0, 20_000)), max_size=200),
)
def test_no_second_sees_more_than_the_ceiling(
    per_second: int, turns: list[tuple[int, int]]
) -> None:
    pace, now_ns = Pace(per_second), 0
    sent: list[tuple[int, int]] = []
    for pause_ns, wanted in turns:
        now_ns += pause_ns
        packets = min(pace.allowed(now_ns), wanted)
        pace.spend(packets)
        sent.append((now_ns, packets))
    for at_ns, _ in sent:
        window = sum(packets for then, packets in sent if at_ns <= then < at_ns + 10**9 - TICK_NS)
        assert window <= per_second + 1


def test_a_rate_that_is_no_multiple_of_the_ticks_is_kept() -> None:
    pace = Pace(150)
    sent = 0
    for tick in range(1000):
        allowed = pace.allowed(tick * TICK_NS)
        pace.spend(allowed)
        sent += allowed
    assert sent == 1500
