"""What a trace has shown, as an incident quotes it."""

import pytest

from config.fleet import Fleet
from config.settings import Settings
from config.site import Node
from monitor.events import Evidence
from monitor.routing.line import route_line
from monitor.vocabulary import Fact
from probes.route import Hop
from probes.route_tracer import Route
from tests.clock import START
from tests.monitor.story import clinic

TARGET = "10.9.9.9"


def node(node_id: str, host: str, kind: str = "pop", **more: object) -> Node:
    probes = [{"kind": "icmp", "target": host}]
    return Node.model_validate({"id": node_id, "kind": kind, "probes": probes, **more})


FLEET = Fleet(
    Settings.model_validate({"include": ["x.yaml"]}),
    (
        clinic("cs", links=[{"id": "cfe", "probes": [{"kind": "tcp", "target": "10.9.9.1:80"}]}]),
        clinic("far", links=[{"id": "cfe", "probes": [{"kind": "icmp", "target": "10.8.8.1"}]}]),
    ),
    (
        node("tij", "10.20.0.1", name="CFE Tijuana 1"),
        node("ring", "10.30.0.1", "ring"),
        node("six", "2001:DB8::1"),
        node("named", "pop.example.mx"),
    ),
)


def line(*addresses: str | None) -> Evidence:
    hops = tuple(Hop(n, one, one and 0.01) for n, one in enumerate(addresses, 1))  # type: ignore[arg-type]
    return route_line(Route(TARGET, hops), FLEET, "cs", "10.0.0.1", START)


def test_one_that_ends_at_a_node_names_it() -> None:
    found = line("10.0.0.1", None, "10.20.0.1", None, None, None)
    assert found == Evidence(
        at=START,
        fact=Fact.ROUTE_ENDS,
        subject="CFE Tijuana 1",
        figures={
            "target": TARGET, "hops": 3.0, "address": "10.20.0.1", "place": "pop", "behind": 0.0,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("addresses", "subject", "place", "behind"),
    [
        (("10.0.0.1", "10.20.0.1", "10.20.9.9"), "CFE Tijuana 1", "pop", 1.0),
        (("10.0.0.1", "10.30.0.1"), "ring", "node", 0.0),
        (("10.0.0.1", "2001:db8::1"), "six", "pop", 0.0),
        (("10.0.0.1", "10.20.0.1", "10.9.9.1"), "cfe", "link", 0.0),
        (("10.0.0.1",), "", "gateway", 0.0),
        (("10.0.0.1", None, "172.16.0.1"), "", "gateway", 2.0),
    ],
)
def test_the_last_that_we_know_is_named_and_how_far_beyond_it_the_way_goes(
    addresses: tuple[str | None, ...], subject: str, place: str, behind: float
) -> None:
    found = line(*addresses, None, None, None)
    assert found.subject == subject
    assert (found.figures["place"], found.figures["behind"]) == (place, behind)


@pytest.mark.parametrize("address", ["172.16.0.1", "10.8.8.1"])
def test_who_is_nobody_to_us_has_no_name(address: str) -> None:
    """Nor has what belongs to another site: it would be the wrong one to call."""
    found = line(address, None)
    assert found.subject == ""
    assert found.figures == {"target": TARGET, "hops": 1.0, "address": address}


def test_one_that_arrives_says_so() -> None:
    found = line("10.0.0.1", TARGET)
    assert (found.fact, found.figures) == (Fact.ROUTE_REACHES, {"target": TARGET, "hops": 2.0})


@pytest.mark.parametrize("addresses", [(), (None, None, None)])
def test_one_that_meets_nobody_says_so(addresses: tuple[None, ...]) -> None:
    found = line(*addresses)
    assert (found.fact, found.figures) == (Fact.ROUTE_UNSEEN, {"target": TARGET})
