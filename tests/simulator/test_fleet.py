from ipaddress import IPv4Address

import pytest

from simulator.allocation import MOST_SITES, addresses_of, allocate, anchor_address, node_address
from simulator.fleet import HOSPITAL_AREAS, plan_site, synthetic_world, world_of
from simulator.model import NETWORK


def test_allocation_is_fixed_for_ever() -> None:
    assert allocate(0) == IPv4Address("127.64.0.0")
    assert allocate(1) == IPv4Address("127.64.0.32")
    assert allocate(3000) == IPv4Address("127.65.119.0")
    hospital = addresses_of(0)
    assert [str(hospital.link(0)), str(hospital.link(1))] == ["127.64.0.1", "127.64.0.2"]
    assert [str(hospital.area(0)), str(hospital.service(0))] == ["127.64.0.10", "127.64.0.5"]


def test_no_two_owners_meet_at_the_edges() -> None:
    last = addresses_of(MOST_SITES - 1)
    edges = [last.area(20), node_address(0), node_address(3999), anchor_address(0)]
    assert edges == sorted(set(edges))
    assert anchor_address(94) in NETWORK
    assert anchor_address(94) != NETWORK.broadcast_address


@pytest.mark.parametrize("index", [-1, MOST_SITES])
def test_there_is_no_site_beyond_the_network(index: int) -> None:
    with pytest.raises(ValueError, match="sites are numbered 0 to 32639"):
        allocate(index)


def test_a_site_has_only_so_many_areas() -> None:
    with pytest.raises(ValueError, match="areas are numbered 0 to 20"):
        addresses_of(0).area(21)


def test_a_hospital_has_what_a_hospital_has() -> None:
    site = plan_site("hg", "hospital", 2, clues="BCIMB000010")
    assert [link.id for link in site.links] == ["cfe", "lte"]
    assert tuple(area.id for area in site.areas) == HOSPITAL_AREAS
    assert site.power.units == (
        "ups-uci", "ups-site", "planta", "transferencia", "panel-quirofano",
    )  # fmt: skip
    assert site.areas[0].address == addresses_of(2).area(0)
    assert site.registry_key == "BCIMB000010"


def test_sites_come_in_the_order_given_with_the_address_of_their_place() -> None:
    world = world_of(
        [("hg", "hospital"), ("cl", "clinic"), ("mo", "mobile")], clues={"cl": "BCSSA000123"}
    )
    assert [str(site.links[0].address) for site in world.sites] == [
        "127.64.0.1",
        "127.64.0.33",
        "127.64.0.65",
    ]
    assert [site.registry_key for site in world.sites][1] == "BCSSA000123"
    assert {site.links[0].node for site in world.sites} == {"pop-0"}


def test_the_same_seed_makes_the_same_world() -> None:
    assert synthetic_world(60, seed=3) == synthetic_world(60, seed=3)
    assert synthetic_world(60, seed=3) != synthetic_world(60, seed=4)


def test_a_thousand_sites_are_mostly_clinics() -> None:
    world = synthetic_world(1000)
    hospitals = sum(site.power.generator is not None for site in world.sites)
    assert 40 < hospitals < 130
    assert len(world.nodes) == 1 + 42
