from pathlib import Path

import pytest

from simulator.world_file import BadWorldError, parse_world, read_world
from tests.simulator.worlds import WORLD, small_world

SITE = "sites: [{id: a, links: [{id: cfe, address: 127.64.0.1}]%s}]"

BURSTY = """
sites: [{id: a, links: [{id: cfe, address: 127.64.0.1}]}]
timeline: [{at: 1s, do: impair, site: a, impairment: {loss: 1.0, burst: 1s}}]
"""


def test_a_world_survives_being_written_as_json(tmp_path: Path) -> None:
    world = small_world("timeline: [{at: 2s, do: cut, site: clinic}]")
    path = tmp_path / "world.json"
    path.write_text(world.model_dump_json())
    assert read_world(path) == world


def test_primary_links_are_tried_before_backups() -> None:
    hospital = small_world().site("hospital")
    assert hospital is not None
    assert [link.id for link in hospital.ordered_links] == ["cfe", "lte"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sites: [", "world: while parsing"),
        ("{\"sites\": [], \"sites\": []}", "`sites` twice"),
        ("sites: []\nsites: []", "`sites` twice"),
        ("[]", "world: world: Input should be"),
        ("sites: []\nsiets: []", "world: siets: Extra inputs"),
        ("sites: [{id: a, links: []}]", "sites.0.links: Tuple should have at least 1"),
        ("sites: [{id: a, links: [{id: cfe, address: 10.0.0.1}]}]", "outside 127.64.0.0/12"),
        (SITE % ", power: {boot: 60}", "power.boot: .*needs a number and a unit"),
        (SITE % ", power: {boot: sixty}", "power.boot: .*needs a number and a unit"),
        (SITE % ", power: {ups: [{id: u, feeds: [uci]}]}", "feeds `uci`, which is nothing there"),
        (SITE % ", areas: [{id: cfe, address: 127.64.0.2}], power: {ups: [{id: u, feeds: [cfe]}]}",
         "feeds `cfe`, which is both link/cfe and area/cfe"),
        (SITE % ", power: {ups: [{id: u}], isolation: [{id: u}]}", "two power units called `u`"),
        (SITE % ", areas: [{id: uci, address: 127.64.0.1}]", "two owners have `127.64.0.1`"),
        ("sites: [{id: node, links: [{id: cfe, address: 127.64.0.1}]}]", "cannot be called `node`"),
        (f"{SITE % ''}\nnodes: [{{id: p, parent: q}}]", "node `p`: no node is called `q`"),
        (f"{SITE % ''}\nnodes: [{{id: p, parent: q}}, {{id: q, parent: p}}]",
         "node `p` is above itself; node `q` is above itself"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: cut, site: b}}]",
         "timeline.0: no site is called `b`"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: explode}}]", "explode"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: cut, site: a, node: p}}]", "exactly one of site"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: cut, node: p, link: cfe}}]", "only with a site"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: mains, present: true}}]", "exactly one of site"),
        (f"{SITE % ''}\ntimeline: [{{at: 1s, do: impair, site: a, impairment: {{jitter: 1s}}}}]",
         "jitter cannot exceed delay"),
        (BURSTY, "must be below in_burst"),
    ],
)  # fmt: skip
def test_an_impossible_world_says_where_and_why(text: str, problem: str) -> None:
    with pytest.raises(BadWorldError, match=problem):
        parse_world(text)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadWorldError) as raised:
        parse_world(WORLD.replace("127.64.0.10", "10.0.0.1").replace("30m", "30"))
    assert len(str(raised.value).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadWorldError, match=r"nowhere\.yaml"):
        read_world(tmp_path / "nowhere.yaml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadWorldError, match="utf-8"):
        read_world(path)


def test_the_world_in_the_documentation_is_a_world() -> None:
    text = (Path(__file__).parents[2] / "docs/simulator.md").read_text(encoding="utf-8")
    [example] = [block for block in text.split("```") if block.startswith("yaml\nseed:")]
    world = parse_world(example.removeprefix("yaml\n"))
    assert len(world.timeline) == 2
