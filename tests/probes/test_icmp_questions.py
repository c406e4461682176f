"""Questions prepared once and asked again and again, and what a bug costs."""

import errno
import gc
import tracemalloc
from typing import NoReturn

import pytest

from probes.icmp_outlet import Outlet
from probes.icmp_ports import MAX_OUTLETS
from probes.reading import Reading, Reason
from probes.resolve import Resolver
from tests.probes.conftest import MakeBench
from tests.probes.echo_fakes import TARGET, TICK_S, Bench, asked


async def test_one_question_is_asked_again_and_again(raw: Bench) -> None:
    readings: list[Reading] = []
    question = raw.engine.echo(asked())
    for rtt_s in (0.001, 0.002, 0.003):
        question.ask(False, readings.append)
        raw.clock.advance(TICK_S if raw.sent else 0)  # the first leaves at once
        raw.port.answer(after_s=rtt_s)
        await raw.turn()
    assert [r.echo.rtt_last_s for r in readings if r.echo] == pytest.approx([0.001, 0.002, 0.003])


async def test_two_runs_of_one_question_at_once_have_an_answer_each(raw: Bench) -> None:
    one, two = list[Reading](), list[Reading]()
    question = raw.engine.echo(asked())
    question.ask(False, one.append)
    question.ask(False, two.append)
    raw.clock.advance(0)
    raw.port.answer(1)
    await raw.turn()
    assert (len(one), len(two)) == (0, 1)
    raw.clock.advance(1.1)
    assert one[0].reason is Reason.NO_REPLY


async def test_in_doubt_it_asks_under_a_fresh_identifier(dgram: Bench) -> None:
    readings: list[Reading] = []
    shared = dgram.port
    dgram.engine.echo(asked()).ask(True, readings.append)
    await dgram.turn()
    fresh = dgram.port
    assert fresh is not shared
    fresh.answer()
    await dgram.turn()
    assert readings[0].success
    assert not fresh.is_open


async def test_a_question_to_no_address_is_answered_at_once(raw: Bench) -> None:
    readings: list[Reading] = []
    raw.engine.echo(asked(target="127.64.0.1", family="ipv6")).ask(False, readings.append)
    assert readings[0].reason is Reason.RESOLVE_FAILED


async def test_a_name_is_looked_up_while_unknown_and_asked_without_once_it_is(
    make_bench: MakeBench,
) -> None:
    def look_up(*_asked: object, **_how: object) -> list[tuple[int, int, int, str, object]]:
        return [(2, 2, 0, "", ("127.64.0.5", 0))]

    resolver = Resolver(lookup=look_up)
    bench = make_bench(resolver=resolver)
    unknown: list[bool] = []
    question = bench.engine.echo(
        asked(target="clinic.example.mx"), lambda in_doubt, _answer: unknown.append(in_doubt)
    )
    readings: list[Reading] = []
    question.ask(True, readings.append)
    assert unknown == [True]
    assert not readings
    await resolver.resolve("clinic.example.mx", "any")
    question.ask(False, readings.append)
    bench.clock.advance(0)
    bench.port.answer(source="127.64.0.5")
    await bench.turn()
    assert readings[0].address == "127.64.0.5"
    assert unknown == [True]
    resolver.close()


async def test_a_bug_in_one_question_costs_that_one_reading(
    raw: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_asked: object) -> NoReturn:
        raise ZeroDivisionError("a bug")

    good, bad = list[Reading](), list[Reading]()
    question = raw.engine.echo(asked(target="127.64.0.9"))
    with monkeypatch.context() as patched:
        patched.setattr(raw.port, "send", broken)
        question.ask(False, bad.append)
        raw.clock.advance(0)
    raw.engine.echo(asked()).ask(False, good.append)
    await raw.turn()
    raw.port.answer()
    await raw.turn()
    assert (bad[0].reason, bad[0].detail) == (
        Reason.INTERNAL_ERROR, "ZeroDivisionError('a bug')",
    )  # fmt: skip
    assert "probe run failed target=127.64.0.9" in caplog.text
    assert good[0].success


async def test_a_bug_in_the_engine_leaves_nobody_waiting(
    raw: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_limit: int) -> NoReturn:
        raise ZeroDivisionError("a bug")

    readings: list[Reading] = []
    raw.engine.echo(asked()).ask(False, readings.append)
    several = await raw.start(packets=5)
    with monkeypatch.context() as patched:
        patched.setattr(raw.port, "receive", broken)
        raw.port.arrive(b"anything")
        raw.engine.echo(asked()).ask(False, readings.append)
        await raw.turn()
    assert (await raw.end(several)).reason is Reason.INTERNAL_ERROR
    assert [reading.reason for reading in readings] == [Reason.INTERNAL_ERROR] * 2
    assert "the ICMP engine failed" in caplog.text
    raw.port.receive(10)
    run = await raw.start()
    raw.port.answer()
    assert (await raw.end(run)).success  # and it works on


async def test_probes_that_ask_alike_share_one_socket(raw: Bench) -> None:
    opened = len(raw.kernel.ports)
    for n in range(1, 9):
        raw.engine.echo(asked(target=f"127.64.0.{n}", dscp=46)).ask(False, list[Reading]().append)
    raw.clock.advance(0)
    assert len(raw.kernel.ports) == opened + 1
    assert raw.port.wish.outlet == Outlet(2, dscp=46)
    assert len(raw.port.sent) == 8


async def test_too_many_different_ways_to_ask_are_refused_as_ours(raw: Bench) -> None:
    readings: list[Reading] = []
    for n in range(MAX_OUTLETS):
        settings = asked(target=TARGET, dscp=n % 48, dont_fragment=True)
        raw.engine.echo(settings).ask(False, readings.append)
    raw.clock.advance(0)
    assert {reading.reason for reading in readings} == {Reason.NO_SOCKET}
    assert "different sets of dscp" in readings[0].detail
    assert len(raw.kernel.ports) == MAX_OUTLETS


async def test_a_source_that_is_not_ours_is_named(raw: Bench) -> None:
    raw.kernel.refuses = errno.EADDRNOTAVAIL
    reading = await raw.end(await raw.start(source="192.0.2.9"))
    assert reading.reason is Reason.NO_SOCKET
    assert reading.detail == "192.0.2.9 is no address of this machine"


async def test_a_name_is_asked_in_the_family_of_the_source(raw: Bench) -> None:
    reading = await raw.end(await raw.start(target="::1", source="127.0.0.1"))
    assert reading.reason is Reason.RESOLVE_FAILED
    assert reading.detail == "::1 is not an IPv4 address"


async def test_a_large_request_wants_its_whole_reply(raw: Bench) -> None:
    run = await raw.start(size=1000)
    assert len(raw.port.sent[0][0]) == 1008
    small = await raw.start(target="127.64.0.2")
    raw.port.arrive(raw.port.reply_to(0)[:32])  # as long as some other probe's, but not as this one
    await raw.turn()
    assert raw.ignored == {"length": 1}
    raw.port.answer(0)
    assert (await raw.end(run)).success
    raw.port.answer(1, source="127.64.0.2")
    assert (await raw.end(small)).success


async def test_the_kernels_stamp_of_departure_is_believed_over_ours(raw: Bench) -> None:
    run = await raw.start()
    raw.port.departed(after_s=0.004)  # it lay in our own queue that long
    raw.port.answer(after_s=0.009)
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert echo.rtt_last_s == pytest.approx(0.005)


async def test_a_hundred_thousand_questions_are_small(raw: Bench) -> None:
    settings = [asked(target=f"127.64.{n // 250}.{n % 250 + 1}") for n in range(2_000)]
    raw.engine.echo(settings[0])
    gc.collect()
    tracemalloc.start()
    questions = [raw.engine.echo(each) for each in settings]
    taken_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken_bytes / len(questions) < 400
