"""The page itself: its forms, what is kept of it, and scrapes that come together."""

import asyncio
import gzip
import math

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from exporters import exposition as exposition_module
from exporters.exposition import Exposition
from exporters.gzip_piece import Piece
from exporters.labels import labelled
from exporters.metric_block import MetricBlock
from exporters.metric_family import LINES_PER_BLOCK, Family
from exporters.row_families import HistogramFamily, SummaryFamily, VectorFamily
from exporters.series import Series

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def numbered(exposition: Exposition, count: int, name: str = "guardia_example") -> list[Series]:
    """Register a gauge with `count` series, all 0."""
    family = Family("gauge", name, "An example.", ("number",))
    exposition.register(family)
    bound = [family.one(str(number)) for number in range(count)]
    for series in bound:
        series.set(0)
    return bound


def values(body: bytes, name: str = "guardia_example") -> dict[str, float]:
    """Return the values of a family by the label `number`; each series is there once."""
    found = [
        (sample.labels["number"], sample.value)
        for family in parse(body.decode())
        for sample in family.samples
        if sample.name == name
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def rendered(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that every block joins when it is made anew."""
    made: list[object] = []
    render = MetricBlock.render

    def counting(block: MetricBlock[Series]) -> None:
        made.append(block)
        render(block)

    monkeypatch.setattr(MetricBlock, "render", counting)
    return made


async def until_rendered(series: Series) -> None:
    """Let a page be made up to the block of this series."""
    for _ in range(100):  # where each block is a slice
        if not series.block.is_stale:
            return
        await asyncio.sleep(0)
    raise AssertionError("it is not being rendered")


async def test_both_encodings_carry_the_same_page() -> None:
    exposition = Exposition()
    numbered(exposition, 1000)
    plain = await exposition.render()
    squeezed = await exposition.render(accept_encoding="gzip")
    assert b'guardia_example{number="999"} 0\n' in plain.body
    assert plain.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert (plain.content_encoding, squeezed.content_encoding) == ("", "gzip")
    assert values(gzip.decompress(squeezed.body)) == values(plain.body)
    assert len(values(plain.body)) == 1000


@pytest.mark.parametrize("accept_encoding", ["", "gzip"])
async def test_the_length_is_known_before_the_page_is_sent(accept_encoding: str) -> None:
    exposition = Exposition()
    numbered(exposition, 3000)
    page = await exposition.render("", accept_encoding)
    chunks = list(page.chunks())
    assert page.length == sum(map(len, chunks)) == len(page.body)
    assert accept_encoding or len(chunks) > 1


async def test_a_family_stands_together_under_one_header_in_either_format() -> None:
    exposition = Exposition()
    numbered(exposition, LINES_PER_BLOCK * 2 + 1, "guardia_first")
    numbered(exposition, LINES_PER_BLOCK + 1, "guardia_second")
    for accept in ("", OPENMETRICS):
        lines = (await exposition.render(accept)).body.decode().splitlines()
        names = [line.partition("{")[0] for line in lines if line.startswith("guardia_")]
        assert names == sorted(names)
        assert lines.count("# TYPE guardia_first gauge") == 1
        assert lines.index("# TYPE guardia_first gauge") < lines.index(
            'guardia_first{number="0"} 0'
        )
        assert lines.count("# EOF") == bool(accept)
        assert not accept or lines[-1] == "# EOF"


async def test_counters_and_facts_are_named_as_each_format_wants() -> None:
    exposition = Exposition()
    runs = Family("counter", "guardia_runs", 'All "runs"\nso far.')
    build = Family("info", "guardia_build", "What is running.", ("version",))
    runs.one().add(2)
    build.one("1").set(1)
    exposition.register(runs, build)
    text = (await exposition.render()).body.decode()
    assert (
        '# HELP guardia_runs_total All "runs"\\nso far.\n# TYPE guardia_runs_total counter' in text
    )
    assert "# TYPE guardia_build_info gauge" in text
    openmetrics = (await exposition.render(OPENMETRICS)).body.decode()
    assert (
        '# HELP guardia_runs All \\"runs\\"\\nso far.\n# TYPE guardia_runs counter' in openmetrics
    )
    assert "# TYPE guardia_build info" in openmetrics
    for page in (text, openmetrics):
        assert "\nguardia_runs_total 2\n" in page
        assert '\nguardia_build_info{version="1"} 1\n' in page


async def test_only_what_changed_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    exposition = Exposition()
    series = numbered(exposition, LINES_PER_BLOCK * 3)
    await exposition.render()
    made = rendered(monkeypatch)
    series[0].set(1)
    series[1].set(1)
    series[LINES_PER_BLOCK].set(0)  # as it was
    assert values((await exposition.render()).body)["0"] == 1
    assert [block for block in made if block is series[0].block] == [series[0].block]
    assert not [block for block in made if block is series[LINES_PER_BLOCK].block]


async def test_scrapers_that_come_together_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    exposition = Exposition()
    series = numbered(exposition, LINES_PER_BLOCK * 3)
    made = rendered(monkeypatch)
    monkeypatch.setattr(exposition_module, "SLICE_S", 0.0)  # every block is a slice of its own
    first = asyncio.ensure_future(exposition.render())
    await until_rendered(series[0])
    series[0].set(1)
    later = [asyncio.ensure_future(exposition.render("", "gzip")) for _ in range(5)]
    await first
    pages = await asyncio.gather(*later)
    assert {values(gzip.decompress(page.body))["0"] for page in pages} == {1}
    assert sum(block is series[0].block for block in made) == 2
    assert len({id(page.pieces[-1]) for page in pages}) == 1


async def test_one_who_asked_after_a_change_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    exposition = Exposition()
    series = numbered(exposition, LINES_PER_BLOCK * 3)
    monkeypatch.setattr(exposition_module, "SLICE_S", 0.0)
    first = asyncio.ensure_future(exposition.render())
    for number in range(20):  # while the first page is made, and after
        series[0].set(number)
        page = await exposition.render()
        assert values(page.body)["0"] == number
    assert len(values((await first).body)) == len(series)


async def test_a_scraper_that_is_cancelled_takes_nobody_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exposition = Exposition()
    numbered(exposition, LINES_PER_BLOCK * 3)
    monkeypatch.setattr(exposition_module, "SLICE_S", 0.0)
    first = asyncio.ensure_future(exposition.render())
    await asyncio.sleep(0)
    second = asyncio.ensure_future(exposition.render())
    await asyncio.sleep(0)
    first.cancel()
    assert len(values((await second).body)) == LINES_PER_BLOCK * 3
    assert first.cancelled()


async def test_what_comes_and_goes_while_a_page_is_made_is_there_once_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exposition = Exposition()
    series = numbered(exposition, LINES_PER_BLOCK * 4)
    monkeypatch.setattr(exposition_module, "SLICE_S", 0.0)
    rendering = asyncio.ensure_future(exposition.render())
    await until_rendered(series[0])
    for old in series[:LINES_PER_BLOCK:2]:
        old.drop()
    family = exposition.families[-1]
    for number in range(0, LINES_PER_BLOCK, 4):
        family.one(str(number)).set(7)  # into the last block, or into the holes
    shown = values((await rendering).body)
    assert shown["0"] == shown["4"] == 7
    assert "2" not in shown
    assert len(shown) == LINES_PER_BLOCK * 4 - LINES_PER_BLOCK // 4


async def test_a_page_that_is_sent_does_not_change_under_its_reader() -> None:
    exposition = Exposition()
    series = numbered(exposition, LINES_PER_BLOCK * 3)
    page = await exposition.render()
    for one in series:
        one.set(1)
    series[5].drop()
    await exposition.render()
    assert set(values(page.body).values()) == {0.0}
    assert len(values(page.body)) == LINES_PER_BLOCK * 3


async def test_holes_are_filled_so_that_blocks_do_not_pile_up() -> None:
    family = Family("gauge", "guardia_example", "An example.", ("number",))
    bound = [family.one(str(number)) for number in range(LINES_PER_BLOCK * 3)]
    for number, series in enumerate(bound):
        if number % LINES_PER_BLOCK:
            series.drop()
    for number in range(LINES_PER_BLOCK * 2):
        family.one(f"new-{number}")
    assert len(family.blocks) == 3
    for number in range(LINES_PER_BLOCK * 2):
        family.one(f"new-{number}").drop()
    bound[0].drop()
    bound[LINES_PER_BLOCK].drop()
    assert len(family.blocks) == 1


async def test_a_row_that_was_dropped_can_be_bound_again_and_the_old_one_is_dead() -> None:
    exposition = Exposition()
    (old,) = numbered(exposition, 1)
    family = exposition.families[-1]
    old.drop()
    old.drop()
    assert values(exposition.render_now().body) == {}
    family.one("0").set(1)
    old.set(2)
    old.drop()
    assert values(exposition.render_now().body) == {"0": 1}


async def test_a_name_cannot_be_taken_twice() -> None:
    exposition = Exposition()
    exposition.register(Family("counter", "guardia_example", "One."))
    with pytest.raises(ValueError, match="guardia_example"):
        exposition.register(Family("gauge", "guardia_example", "Another."))
    with pytest.raises(ValueError, match="guardia_example_total"):
        exposition.register(Family("gauge", "guardia_example_total", "Its sample."))


async def test_labels_of_another_family_are_refused() -> None:
    family = Family("gauge", "guardia_example", "An example.", ("site",))
    with pytest.raises(ValueError, match="guardia_example has the labels"):
        family.bind(labelled(("area",), ("uci",)))
    with pytest.raises(ValueError, match="zip"):
        family.one("hg-ensenada", "uci")


async def test_a_summary_has_a_count_and_a_sum_in_seconds() -> None:
    exposition = Exposition()
    family = SummaryFamily("guardia_example_seconds", "An example.", ("site",))
    family.one("hg-ensenada").add(4, 500_000_001)
    exposition.register(family)
    body = exposition.render_now().body.decode()
    assert 'guardia_example_seconds_count{site="hg-ensenada"} 4\n' in body
    samples = {s.name: s.value for found in parse(body) for s in found.samples}
    assert samples["guardia_example_seconds_sum"] == 0.500000001
    assert "_created" not in body


async def test_a_histogram_counts_what_is_on_a_bound_below_it() -> None:
    exposition = Exposition()
    family = HistogramFamily("guardia_example_seconds", "An example.", (0.5, 1, 60))
    for seconds in (0.5, 0.6, 1.0, 59.0, 61.0):
        family.one().observe(seconds)
    exposition.register(family)
    (shown,) = [
        found
        for found in parse(exposition.render_now().body.decode())
        if found.name == "guardia_example_seconds"
    ]
    counted = {s.labels["le"]: s.value for s in shown.samples if s.labels}
    assert counted == {"0.5": 1, "1.0": 3, "60.0": 4, "+Inf": 5}
    assert {s.name[-5:]: s.value for s in shown.samples if not s.labels} == {
        "count": 5,
        "s_sum": pytest.approx(122.1),
    }


async def test_what_nobody_knows_is_left_out() -> None:
    exposition = Exposition()
    gauge = Family("gauge", "guardia_example", "An example.", ("number",))
    phases = VectorFamily("guardia_phase_seconds", "An example.", (), "phase", ("a", "b"))
    exposition.register(gauge, phases)
    gauge.one("0").set(1)
    gauge.one("0").set(math.nan)
    gauge.one("1").set(None)
    gauge.one("2").set(True)
    gauge.one("3").set(-math.inf)
    phases.one().set((None, 2))
    body = exposition.render_now().body.decode()
    assert values(body.encode()) == {"2": 1, "3": -math.inf}
    assert 'guardia_example{number="2"} 1\n' in body
    assert 'guardia_example{number="3"} -Inf\n' in body
    assert 'guardia_phase_seconds{phase="b"} 2\n' in body
    assert 'phase="a"' not in body


async def test_a_lone_surrogate_does_not_cost_the_page() -> None:
    exposition = Exposition()
    family = Family("gauge", "guardia_example", "An example.", ("number",))
    family.one("\ud800").set(1)
    exposition.register(family)
    assert values(exposition.render_now().body) == {"?": 1}


async def test_the_process_describes_itself() -> None:
    body = Exposition().render_now().body.decode()
    samples = {s.name: s.value for found in parse(body) for s in found.samples}
    assert samples["process_resident_memory_bytes"] > 1e6
    assert samples["process_cpu_seconds_total"] > 0
    assert samples["process_open_fds"] >= 3


async def test_many_scrapes_leave_nothing_behind() -> None:
    exposition = Exposition()
    numbered(exposition, LINES_PER_BLOCK * 3)
    pages = [await exposition.render() for _ in range(3)]
    unchanged: set[Piece] = set(pages[0].pieces) & set(pages[2].pieces)
    assert len(unchanged) >= 3
