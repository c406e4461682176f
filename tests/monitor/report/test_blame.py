"""Whose an outage was."""

import pytest

from config.site import Node
from monitor.report.blame import NOBODY_KNOWS, Blames, Share, is_cfe
from tests.monitor.report.sample import BEGINS, ENDS, MINUTE, clinic, fleet, incident

CLINIC = clinic()


def share(*incidents: object, component: str = "cs", began: float = 60, ended: float = 90) -> Share:
    return blames(*incidents).of(component, CLINIC, at(began), at(ended)).share


def blames(*incidents: object, provider: str | None = "CFE Internet") -> Blames:
    links: list[dict[str, object]] = [{"id": "cfe", "provider": provider, "probes": []}]
    feeder = Node.model_validate({"id": "alim-1", "kind": "feeder"})
    pop = Node.model_validate({"id": "tij-1", "kind": "pop"})
    held = fleet(
        CLINIC.model_copy(update={"links": clinic(links=links).links}), nodes=(feeder, pop)
    )
    return Blames(held, incidents, ENDS)  # type: ignore[arg-type]


def at(minute: float) -> int:
    return BEGINS + round(minute * MINUTE)


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("power", Share.CFE_POWER),
        ("generator_failed_to_start", Share.SITE),
        ("link", Share.CFE_INTERNET),
        ("area_network", Share.SITE),
        ("undetermined", Share.UNKNOWN),
        ("icmp_filtered", Share.UNKNOWN),
        ("ups_on_battery", Share.SITE),
    ],
)
def test_the_cause_tells_whose_it_was(cause: str, expected: Share) -> None:
    assert share(incident("1", cause, 60, 90)) is expected


@pytest.mark.parametrize("cause", ["isolation_fault", "node_management", "monitor_blind"])
def test_what_takes_nothing_down_explains_no_outage(cause: str) -> None:
    assert share(incident("1", cause, 60, 90)) is Share.UNKNOWN
    found = blames(incident("1", cause, 0, 900), incident("2", "link", 80, 90))
    assert found.of("cs", CLINIC, at(60), at(90)).incident == "2"


@pytest.mark.parametrize(
    ("provider", "expected"),
    [("Telmex", Share.OTHER_PROVIDER), (None, Share.UNKNOWN), ("cfe-telecom", Share.CFE_INTERNET)],
)
def test_a_link_is_its_providers(provider: str | None, expected: Share) -> None:
    found = blames(incident("1", "link", 60, 90), provider=provider)
    assert found.of("cs/link/cfe", CLINIC, at(60), at(90)).share is expected


@pytest.mark.parametrize(
    ("node", "cause", "expected"),
    [
        ("node/alim-1", "node", Share.CFE_POWER),
        ("node/alim-1", "power", Share.CFE_POWER),
        ("node/tij-1", "node", Share.CFE_INTERNET),
    ],
)
def test_a_node_is_of_those_whose_it_is(node: str, cause: str, expected: Share) -> None:
    touched = (node, "cs", "cs/link/cfe")
    event = incident("1", cause, 60, 90, root_kind="node", site="", touched=touched)
    assert share(event) is expected


def test_where_no_incident_tells_nobody_knows() -> None:
    assert blames().of("cs", CLINIC, at(60), at(90)) == NOBODY_KNOWS
    assert share(incident("1", "link", 100, 120)) is Share.UNKNOWN
    assert share(incident("1", "monitor_blind", 60, 90)) is Share.UNKNOWN


def test_the_incident_that_covers_most_tells_and_of_equals_the_first() -> None:
    brief, long = incident("1", "link", 60, 65), incident("2", "power", 62, None)
    assert share(brief, long) is Share.CFE_POWER
    assert (
        share(incident("3", "link", 60, 90), incident("4", "power", 60, 90)) is Share.CFE_INTERNET
    )


def test_what_touches_the_component_itself_comes_first() -> None:
    area = incident("1", "area_network", 80, 90, touched=("cs/area/uci",), root_kind="area")
    both = (area, incident("2", "link", 60, 90))
    assert share(*both, component="cs/area/uci") is Share.SITE
    assert share(*both, component="cs") is Share.CFE_INTERNET  # an area explains itself alone


def test_a_word_of_the_name_makes_it_cfe() -> None:
    assert is_cfe("CFE Telecomunicaciones e Internet para Todos")
    assert not is_cfe("Cafetel")
