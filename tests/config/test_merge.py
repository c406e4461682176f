"""Defaults < template < site; lists of parts by id; singulars beneath every part."""

from config.merge import merge_site, refuse_repeated_parts
from config.problem import Problems
from config.tree import Mapping, Scalar, plain
from tests.config.yamlfile import mapping, told


def merged(*layers: str) -> object:
    return plain(merge_site([mapping(layer) for layer in layers]))


def test_the_nearer_layer_wins() -> None:
    assert merged("{a: 1, b: 1, c: 1}", "{b: 2, c: 2}", "{c: 3}") == {"a": 1, "b": 2, "c": 3}


def test_mappings_merge_deeply() -> None:
    assert merged("{vars: {a: 1, b: 1}}", "{vars: {b: 2}}") == {"vars": {"a": 1, "b": 2}}


def test_parts_merge_by_id_template_first() -> None:
    assert merged(
        "{links: [{id: a, medium: fiber, role: primary}, {id: b}]}",
        "{links: [{id: c}, {id: a, medium: lte}]}",
    ) == {"links": [{"id": "a", "medium": "lte", "role": "primary"}, {"id": "b"}, {"id": "c"}]}


def test_probes_and_other_lists_are_replaced() -> None:
    assert merged(
        "{links: [{id: a, probes: [{icmp: A}, {icmp: B}]}], location: [1, 2]}",
        "{links: [{id: a, probes: [{icmp: C}]}], location: [3, 4]}",
    ) == {"links": [{"id": "a", "probes": [{"icmp": "C"}]}], "location": [3, 4]}


def test_singulars_are_weaker_than_any_part_written_out() -> None:
    assert merged(
        "{link: {provider: P, node: n1}, links: [{id: a, provider: Q}]}",
        "{link: {node: n2}}",
        "{links: [{id: b, node: n3}]}",
    ) == {
        "links": [
            {"id": "a", "provider": "Q", "node": "n2"},
            {"id": "b", "provider": "P", "node": "n3"},
        ]
    }


def test_source_means_each_power_source() -> None:
    assert merged(
        "{source: {kind: ups, source: {timeout: 2s}}}",
        "{power: [{id: a, source: {kind: power, url: U}}, {id: b, kind: ats}]}",
    ) == {
        "power": [
            {"id": "a", "kind": "ups", "source": {"timeout": "2s", "kind": "power", "url": "U"}},
            {"id": "b", "kind": "ats", "source": {"timeout": "2s"}},
        ]
    }


def test_probes_of_two_kinds_do_not_mix() -> None:
    assert merged(
        "{power: [{id: a, source: {kind: icmp, target: A}}]}",
        "{power: [{id: a, source: {kind: power, url: U}}]}",
    ) == {"power": [{"id": "a", "source": {"kind": "power", "url": "U"}}]}


def test_two_ways_of_authentication_do_not_mix() -> None:
    base = "{power: [{id: a, source: {kind: power, auth: {username: u, password: p}}}]}"

    assert merged(base, "{power: [{id: a, source: {auth: {bearer: b}}}]}") == {
        "power": [{"id": "a", "source": {"kind": "power", "auth": {"bearer": "b"}}}]
    }
    assert merged(base, "{power: [{id: a, source: {auth: {password: q}}}]}") == {
        "power": [
            {"id": "a", "source": {"kind": "power", "auth": {"username": "u", "password": "q"}}}
        ]
    }


def test_each_value_stays_at_its_place() -> None:
    template = mapping("links: [{id: a, medium: fibre}]", name="templates.yaml")
    site = mapping("id: s\nlinks: [{id: a, role: backup}]", name="sites.yaml")

    link = next(merge_site([template, site]).children("links"))

    places = {key: entry.value.place for key, entry in link.entries.items()}
    assert str(places["medium"]) == "templates.yaml:1:25"
    assert str(places["role"]) == "sites.yaml:2:23"


def test_layers_are_not_changed() -> None:
    template = mapping("{links: [{id: a}], link: {node: n}}")
    before = plain(template)

    merge_site([template, mapping("{links: [{id: a, role: backup}, {id: b}]}")])

    assert plain(template) == before


def test_parts_without_id_are_kept() -> None:
    assert merged("{links: [{role: backup}]}", "{links: [{role: primary}, x]}") == {
        "links": [{"role": "backup"}, {"role": "primary"}, "x"]
    }


def test_a_second_part_with_an_id_is_told_and_left_out() -> None:
    problems = Problems()

    site = refuse_repeated_parts(mapping("links: [{id: a}, {id: b}, {id: a}]"), problems)

    assert plain(site) == {"links": [{"id": "a"}, {"id": "b"}]}
    assert told(problems) == [
        "1:32 two links have the id `a` (the first at t.yaml:1:14), give one of them another id"
    ]


def test_an_incomplete_layer_makes_the_site_incomplete() -> None:
    broken = mapping("{<<: *x, a: 1}", Problems())

    site = merge_site([broken, mapping("{b: 1}")])

    assert isinstance(site, Mapping)
    assert not site.complete
    assert isinstance(site.get("a"), Scalar)
