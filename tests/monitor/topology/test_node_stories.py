"""Stories of nodes: many sites fall together, and people are told of one trouble."""

from dataclasses import replace
from pathlib import Path

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.settings import Settings
from config.site import Node, Site
from monitor.events import IncidentEvent
from monitor.vocabulary import Confidence, Fact, Phase, Priority
from probes.reading import Battery, Mains, UnitState
from tests.clock import START, FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, hospital


def below(node: str | None, *names: str, **more: object) -> list[Site]:
    """Clinics with one link each, all on one node."""
    link = {"id": "cfe", "probes": [{"kind": "icmp", "target": "127.65.0.1"}]}
    hangs = {} if node is None else {"node": node}
    return [clinic(name, name=name.title(), links=[link | hangs], **more) for name in names]


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def grid(*sites: Site, nodes: tuple[Node, ...] = (Node(id="pop"),), **settings: object) -> Fleet:
    base = Settings.model_validate({"include": ["x.yaml"], "vantage": "noc", **settings})
    return Fleet(base, sites, nodes)


def told(events: list[IncidentEvent]) -> list[tuple[str, str, int]]:
    """What people would remember of each incident: its cause, its root, its calls."""
    last = {event.id: event for event in events}
    return [(event.cause.value, event.root.key, event.pages) for event in last.values()]


TEN = names("cs", 10)
ANCHORS = ("127.64.255.1",)
"""Somebody has to vouch for us: where all sites are silent, it is us rather than a node."""


async def test_a_node_that_falls_is_one_incident_and_one_page_within_8_s(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN)
        cut_at = clock.now()
        await clock.advance(60)
        assert told(stage.incidents()) == [("node", "node/pop", 1)]
        (opened,) = stage.incidents(Phase.OPENED)
        assert (opened.at - cut_at).total_seconds() <= 8.0
        assert {part.key for part in opened.touched} == {"node/pop", *TEN}
        assert (opened.priority, opened.confidence) == (Priority.P2, Confidence.HIGH)
        world.speak(*TEN)
        await clock.advance(60)
    assert [event.phase for event in stage.incidents()][-1] is Phase.CLOSED
    assert told(stage.incidents()) == [("node", "node/pop", 1)]
    assert stage.states("cs-3/link/cfe") == ["up", "down", "up"]


async def test_a_node_of_which_two_sites_in_ten_survive_is_told_without_them(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN[2:])
        await clock.advance(60)
    (opened,) = stage.incidents(Phase.OPENED)
    assert {part.key for part in opened.touched} == {"node/pop", *TEN[2:]}
    assert opened.confidence is Confidence.MEDIUM


async def test_two_sites_in_ten_are_two_incidents_of_their_own(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence("cs-1", "cs-2")
        await clock.advance(90)
    assert sorted(root for _, root, _ in told(stage.incidents())) == [
        "cs-1/link/cfe", "cs-2/link/cfe",
    ]  # fmt: skip
    assert stage.pages() == 2


async def test_a_blip_of_ours_that_all_lose_for_one_round_is_nothing(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *names("cs", 24))), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*names("cs", 24))
        await clock.advance(2.6)
        world.speak(*names("cs", 24))
        await clock.advance(60)
    assert stage.incidents() == []


async def test_a_site_that_stays_down_after_its_node_is_back_has_an_incident_of_its_own(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN)
        await clock.advance(120)
        world.speak(*TEN[1:])
        await clock.advance(40)
        assert told(stage.incidents()) == [("node", "node/pop", 1)]
        last = stage.incidents()[-1]
        assert {part.key for part in last.touched} == {"node/pop", "cs-0"}
        await clock.advance(60)
    assert told(stage.incidents()) == [
        ("node", "node/pop", 1), ("undetermined", "cs-0/link/cfe", 1),
    ]  # fmt: skip
    assert [event.phase for event in stage.incidents() if event.cause == "node"][-1] is Phase.CLOSED


async def test_a_site_that_falls_later_joins_without_a_page(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(grid(*below("pop", *TEN)), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN[:8])
        await clock.advance(60)
        world.silence("cs-9")
        await clock.advance(60)
    assert told(stage.incidents()) == [("node", "node/pop", 1)]
    assert "cs-9" in {part.key for part in stage.incidents()[-1].touched}


async def test_critical_areas_are_named_and_one_more_calls_again(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    link = {"id": "cfe", "node": "pop", "probes": [{"kind": "icmp", "target": "127.64.0.1"}]}
    late = hospital("hg-2", clues=None, links=[link])
    sites = (*below("pop", *TEN), hospital("hg-1", links=[link]), late)
    stage = Stage(grid(*sites), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN, "hg-1")
        await clock.advance(30)
        (opened,) = stage.incidents(Phase.OPENED)
        assert opened.priority is Priority.P1
        assert {area.key for area in opened.critical_areas} == {
            "hg-1/area/uci", "hg-1/area/urgencias", "hg-1/area/quirofano",
        }  # fmt: skip
        assert told(stage.incidents()) == [("node", "node/pop", 1)]
        world.silence("hg-2")
        await clock.advance(30)
    assert told(stage.incidents()) == [("node", "node/pop", 2)]


async def test_the_fall_of_a_core_is_one_incident_and_not_one_of_each_pop(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    pops = [f"pop-{letter}" for letter in "abcd"]
    nodes = (Node(id="core", kind="core"), *(Node(id=pop, parent="core") for pop in pops))
    everybody = {pop: names(pop.replace("pop", "cs"), 6) for pop in pops}
    sites = [site for pop in pops for site in below(pop, *everybody[pop])]
    stage = Stage(grid(*sites, nodes=nodes), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*everybody["pop-a"])
        await clock.advance(60)
        assert told(stage.incidents()) == [("node", "node/pop-a", 1)]
        world.speak(*everybody["pop-a"])
        await clock.advance(90)
        for members in everybody.values():
            world.silence(*members)
        await clock.advance(60)
    assert told(stage.incidents()) == [("node", "node/pop-a", 1), ("node", "node/core", 1)]
    assert len(stage.incidents()[-1].touched) == 25


async def test_a_node_of_two_sites_falls_when_its_own_probe_does(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    node = Node.model_validate({"id": "pop", "probes": [{"kind": "icmp", "target": "127.64.9.9"}]})
    stage = Stage(
        grid(*below("pop", "cs-1", "cs-2"), nodes=(node,)), world, clock, tmp_path, ANCHORS
    )
    async with stage.playing():
        await clock.advance(61)
        world.silence("cs-1", "cs-2", "node/pop")
        await clock.advance(60)
    assert told(stage.incidents()) == [("node", "node/pop", 1)]
    assert Fact.NODE_SILENT in {line.fact for line in stage.incidents()[-1].evidence}


async def test_a_child_in_doubt_has_its_node_asked_at_once(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    node = Node.model_validate(
        {"id": "pop", "probes": [{"kind": "icmp", "target": "127.64.9.9", "interval": "5m"}]}
    )
    stage = Stage(
        grid(*below("pop", "cs-1", "cs-2"), nodes=(node,)), world, clock, tmp_path, ANCHORS
    )
    async with stage.playing():
        await clock.advance(61)
        world.silence("cs-1")
        began_s = clock.monotonic()
        await clock.advance(40)
    doubt_s = next(s for s, key in stage.asked if key == "cs-1/link/cfe#icmp" and s >= began_s)
    asked = [s for s, key in stage.asked if key == "node/pop#icmp" and s >= doubt_s]
    assert asked[0] - doubt_s < 1.1


async def test_sites_of_one_town_that_fall_together_are_a_suspicion(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    towns = below(None, *names("en", 6), state="BC", municipality="Ensenada")
    towns += below(None, *names("ti", 6), state="BC", municipality="Tijuana")
    stage = Stage(grid(*towns, nodes=()), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*names("en", 6))
        await clock.advance(60)
    assert told(stage.incidents()) == [("node", "region/BC/ensenada", 1)]
    (opened,) = stage.incidents(Phase.OPENED)
    assert opened.confidence is Confidence.MEDIUM
    assert opened.root.name == "Ensenada, Baja California"


async def test_regions_can_be_switched_off(world: World, clock: FakeClock, tmp_path: Path) -> None:
    town = below(None, *names("en", 5), state="BC", municipality="Ensenada")
    sites = grid(*town, nodes=(), topology={"regions": False})
    stage = Stage(sites, world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*names("en", 5))
        await clock.advance(60)
    assert {cause for cause, _, _ in told(stage.incidents())} == {"undetermined"}
    assert stage.pages() == 5


async def test_sites_of_one_feeder_without_mains_are_one_incident_of_power(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    sites = [hospital(name, clues=None, feeder="f-1") for name in names("hg", 4)]
    grid_of = grid(*sites, nodes=(Node(id="f-1", kind="feeder"),))
    stage = Stage(grid_of, world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        for name in names("hg", 4):
            world.power[f"{name}/power/ups"] = ON_BATTERY
        await clock.advance(40)
        assert told(stage.incidents()) == [("power", "node/f-1", 1)]
        assert Fact.SITES_WITHOUT_MAINS in {x.fact for x in stage.incidents()[-1].evidence}
        world.power["hg-2/power/ups"] = replace(ON_BATTERY, runtime_s=60.0)
        await clock.advance(40)
        assert told(stage.incidents())[1:] == [("power", "hg-2/power/ups", 1)]
        world.power.clear()
        await clock.advance(60)
    assert {event.phase for event in {e.id: e for e in stage.incidents()}.values()} == {
        Phase.CLOSED
    }


async def test_a_generator_that_fails_under_a_dark_feeder_has_its_own_voice(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    units = [
        {"id": unit, "kind": kind, "source": {"kind": "power", "url": f"http://h/{unit}"}}
        for unit, kind in (("ups", "ups"), ("planta", "generator"))
    ]
    sites = [
        hospital(name, clues=None, feeder="f-1", power=units, areas=[]) for name in names("hg", 4)
    ]
    grid_of = grid(*sites, nodes=(Node(id="f-1", kind="feeder"),))
    stage = Stage(grid_of, world, clock, tmp_path, ANCHORS)
    running = replace(ON_BATTERY, unit="planta", state=UnitState.RUNNING, battery=Battery.UNKNOWN)
    for name in names("hg", 4):
        world.power[f"{name}/power/planta"] = replace(
            running, state=UnitState.STOPPED, mains=Mains.PRESENT
        )
    async with stage.playing():
        await clock.advance(61)
        for name in names("hg", 4):
            world.power[f"{name}/power/ups"] = ON_BATTERY
            world.power[f"{name}/power/planta"] = running
        world.power["hg-2/power/planta"] = replace(running, state=UnitState.STOPPED)
        await clock.advance(60)
    assert ("generator_failed_to_start", "hg-2/power/planta", 1) in told(stage.incidents())
    assert ("power", "node/f-1", 1) in told(stage.incidents())
    assert len(told(stage.incidents())) == 2


async def test_a_microcut_of_a_feeder_is_nothing(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    sites = [hospital(name, clues=None, feeder="f-1") for name in names("hg", 4)]
    stage = Stage(
        grid(*sites, nodes=(Node(id="f-1", kind="feeder"),)), world, clock, tmp_path, ANCHORS
    )
    async with stage.playing():
        await clock.advance(61)
        for name in names("hg", 4):
            world.power[f"{name}/power/ups"] = ON_BATTERY
        await clock.advance(6)
        world.power.clear()
        await clock.advance(60)
    assert stage.incidents() == []


async def test_sites_that_lost_their_mains_first_say_nothing_of_their_node(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    link = {"id": "cfe", "node": "pop", "probes": [{"kind": "icmp", "target": "127.64.0.1"}]}
    sites = [hospital(name, clues=None, links=[link]) for name in names("hg", 5)]
    stage = Stage(grid(*sites), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        for name in names("hg", 5):
            world.power[f"{name}/power/ups"] = ON_BATTERY
        await clock.advance(60)
        world.silence(*names("hg", 5))
        await clock.advance(60)
    assert {cause for cause, _, _ in told(stage.incidents())} == {"power"}


async def test_maintenance_of_a_node_calls_nobody(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    window = MaintenanceWindow.model_validate(
        {"id": "obra", "nodes": ["pop"], "from": START, "lasts": "4h", "by": "noc",
         "reason": "cambio de tarjeta"}
    )  # fmt: skip
    sites = replace(grid(*below("pop", *TEN)), maintenance=(window,))
    stage = Stage(sites, world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*TEN)
        await clock.advance(60)
    assert told(stage.incidents()) == [("node", "node/pop", 0)]
    assert stage.incidents()[-1].quiet == "maintenance:obra"
