"""Stored readings: what a line becomes, and what is said of a line that is none."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.normalize import probe_event
from monitor.ports import ProbeRun
from monitor.replay.stored import StoredError, reading_of, stored_events
from probes.echo_figures import EchoFigures
from probes.reading import HttpFigures, Reading, Reason
from tests.clock import START
from tests.monitor.replay.recorded import recorded, written
from tests.monitor.story import GOOD, fleet, hospital

LINK = fleet(hospital()).components["hg/link/cfe"]


def line(reading: Reading, seconds: float = 0.0) -> str:
    from_start = START.replace(second=int(seconds))
    return probe_event(ProbeRun(LINK, LINK.probes[0], reading, from_start, "noc")).to_json()


ANSWER = line(Reading(True, 0.01, echo=EchoFigures(1, (10_000_000,))))


@pytest.mark.parametrize(
    "reading",
    [
        Reading(True, 0.01, echo=EchoFigures(1, (10_000_000,))),
        Reading(True, 0.01, echo=EchoFigures(3, (10_000_000, 14_000_000))),
        replace(Reading.failed(Reason.NO_REPLY, "no reply", 1.0), echo=EchoFigures(1)),
        Reading(True, 0.2, http=HttpFigures(status=200, connect_s=0.01, body_bytes=12)),
        Reading(True, 0.2, power=GOOD),
    ],
)
def test_a_reading_comes_back_as_it_was(tmp_path: Path, reading: Reading) -> None:
    (event,) = stored_events(written(tmp_path / "a", [line(reading)]))
    assert reading_of(event) == reading


def test_of_many_round_trips_those_between_count_as_the_mean(tmp_path: Path) -> None:
    rtts = (10_000_000, 40_000_000, 20_000_000, 10_000_000)
    (event,) = stored_events(
        written(tmp_path / "a", [line(Reading(True, 0.1, echo=EchoFigures(4, rtts)))])
    )
    echo = reading_of(event).echo
    assert echo is not None
    assert (echo.received, echo.rtt_min_s) == (4, 0.01)
    assert echo.rtt_mean_s == pytest.approx(0.0225)


async def test_gzipped_or_not_is_the_same(tmp_path: Path) -> None:
    _, lines = await recorded(tmp_path / "life")
    plain = written(tmp_path / "a.jsonl", lines)
    packed = tmp_path / "b.jsonl"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(stored_events(plain)) == list(stored_events(packed))


def test_events_that_overtook_each_other_come_out_in_order(tmp_path: Path) -> None:
    answer = Reading(True, 0.01)
    path = written(tmp_path / "a", [line(answer, at) for at in (2, 1, 4, 3, 30, 25)])
    assert [event.at.second for event in stored_events(path)] == [1, 2, 3, 4, 25, 30]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{ANSWER}\nonline\n", "a:2: no probe event: Invalid JSON"),
        (f"{ANSWER}\n{ANSWER[:50]}", "a:2: no probe event: .*; the last line was cut short"),
        (f"guardia/v1/noc/probe/hg/link/cfe {ANSWER}\n", "a:1: .*; leave out the topics"),
        (ANSWER.replace("no_such", "") .replace('"icmp",', '"dns",') + "\n", "a:1: .*`kind`"),
        (json.dumps({"schema": "guardia/v1"}) + "\n", "a:1: no probe event: `vantage`"),
        ("\xff\n", "a:1: no probe event"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_event_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "a"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(StoredError, match=told):
        list(stored_events(path))


def test_a_packed_file_that_was_cut_short_is_named_with_the_line_reached(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(f"{ANSWER}\n".encode() * 5000)[:-20])
    with pytest.raises(StoredError, match=r"a\.gz:\d+: cannot be read"):
        list(stored_events(path))
    with pytest.raises(StoredError, match="cannot be read"):
        list(stored_events(tmp_path / "missing"))
