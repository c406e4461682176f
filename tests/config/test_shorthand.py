"""Short forms and the long form are the same, each value at its own place."""

import pytest

from config.problem import Problems
from config.shorthand import expand_probe, expand_settings, expand_site
from config.tree import Mapping, Scalar, plain
from tests.config.yamlfile import mapping, told

HTTP_200 = '{kind: http, url: U, expect: {status: ["200"]}}'


def expanded(text: str, http_kind: str = "http") -> object:
    problems = Problems()
    value = plain(expand_probe(mapping(text), problems, http_kind))
    assert not problems
    return value


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("{icmp: A}", "{kind: icmp, target: A}"),
        ("{icmp: A, interval: 5s}", "{kind: icmp, target: A, interval: 5s}"),
        ("{icmp: {target: A, packets: 3}}", "{kind: icmp, target: A, packets: 3}"),
        ("{icmp: {target: A}, id: x}", "{kind: icmp, id: x, target: A}"),
        ('{tcp: "h:1"}', '{kind: tcp, target: "h:1"}'),
        ("{http: U}", "{kind: http, url: U}"),
        ("{http: {url: U, expect: {status: 200}}}", HTTP_200),
        ("{http: U, expect: {status: [200]}}", HTTP_200),
        ("{kind: http, url: U, expect: {status: 200}}", HTTP_200),
        ("{power: U}", "{kind: power, url: U}"),
        ("{kind: icmp, target: A}", "{kind: icmp, target: A}"),
        ("{imcp: A}", "{imcp: A}"),
    ],
)  # fmt: skip
def test_a_probe_in_short(short: str, long: str) -> None:
    assert expanded(short) == plain(mapping(long))


def test_http_of_a_power_source_asks_for_power() -> None:
    assert expanded("{http: U, timeout: 2s}", "power") == {
        "kind": "power", "url": "U", "timeout": "2s",
    }  # fmt: skip


def test_values_keep_their_places() -> None:
    probe = expand_probe(mapping("icmp: 127.64.0.1\ninterval: 5s"), Problems())

    assert isinstance(probe, Mapping)
    target, kind, interval = (probe.get(key) for key in ("target", "kind", "interval"))
    assert isinstance(target, Scalar)
    assert isinstance(kind, Scalar)
    assert isinstance(interval, Scalar)
    assert (target.place[1:3], kind.place[1:3], interval.place[1:3]) == ((1, 7), (1, 1), (2, 11))


def test_all_parts_of_a_site_and_their_singulars_are_expanded() -> None:
    site = mapping(
        "links: [{id: a, probes: [{icmp: A}]}]\n"
        "areas: [{id: a, probes: [{icmp: A}]}]\n"
        "services: [{id: a, probes: [{icmp: A}]}]\n"
        "power: [{id: a, feeds: uci, source: {http: U}}]\n"
        "link: {probes: [{icmp: A}]}\n"
        "source: {feeds: uci, source: {http: U}}\n"
    )

    long = plain(expand_site(site, Problems()))

    asked = [{"kind": "icmp", "target": "A"}]
    fed = {"feeds": ["uci"], "source": {"kind": "power", "url": "U"}}
    assert long == {
        "links": [{"id": "a", "probes": asked}],
        "areas": [{"id": "a", "probes": asked}],
        "services": [{"id": "a", "probes": asked}],
        "power": [{"id": "a", **fed}],
        "link": {"probes": asked},
        "source": fed,
    }


def test_single_values_of_the_settings_become_lists() -> None:
    root = mapping("include: a\nanchors: gateway\nexporters: {alertmanager: {urls: U}}")

    assert plain(expand_settings(root)) == {
        "include": ["a"],
        "anchors": ["gateway"],
        "exporters": {"alertmanager": {"urls": ["U"]}},
    }


def test_two_questions_in_one_probe_are_told() -> None:
    problems = Problems()

    expand_probe(mapping("icmp: A\nhttp: U"), problems)

    (fault,) = told(problems)
    assert fault.startswith("2:1 one probe asks one question, and `icmp` is already there, ")


@pytest.mark.parametrize("text", ["links: 1", "links: [1]", "power: [{source: x}]", "areas: {}"])
def test_other_shapes_are_left_to_validation(text: str) -> None:
    problems = Problems()
    site = mapping(text)

    assert plain(expand_site(site, problems)) == plain(site)
    assert not problems
