"""The fleet of the benches: both sides of it agree."""

from pathlib import Path

from bench.fleet_plan import ELSEWHERE, PROBES_PER_SITE, REGION, FleetPlan
from config.loader import load
from config.probe import HttpSettings, IcmpSettings, PowerSettings

PLAN = FleetPlan(sites=3, interval_s=1.5, region=1)


def test_every_probe_asks_a_place_of_its_own() -> None:
    places = list(PLAN.places())
    assert len(places) == len(set(places)) == PLAN.probes == 3 * PROBES_PER_SITE


def test_the_daemon_reads_it_as_two_thirds_pings_and_one_third_http(tmp_path: Path) -> None:
    fleet = load(PLAN.write(tmp_path))
    kinds = [type(probe.settings) for probe in fleet.probes.values()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        IcmpSettings: 12,
        HttpSettings: 3,
        PowerSettings: 3,
    }
    assert {probe.interval_s for probe in fleet.probes.values()} == {1.5}


def test_the_simulator_answers_at_every_place(tmp_path: Path) -> None:
    world = PLAN.world()
    answering = {str(address) for address, _ in world.addresses()}
    assert {address for address, _ in PLAN.places()} <= answering
    assert {port for _, port in PLAN.places()} == {0, *world.tcp_ports}


def test_the_region_is_what_one_cut_takes() -> None:
    nodes = [site.links[0].node for site in PLAN.world().sites]
    assert nodes == [REGION, ELSEWHERE, ELSEWHERE]
