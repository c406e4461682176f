"""A fleet that replaces another shares with it whatever did not change."""

import copy
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.loader import load

SITES = """\
sites:
  - id: cs-1
    name: Uno
    links: [{id: cfe, probes: [{icmp: 127.64.0.1}, {http: "http://127.64.0.1/"}]}]
  - id: cs-2
    name: Dos
    links: [{id: cfe, probes: [{icmp: 127.64.0.2}]}]
nodes:
  - {id: pop-1, probes: [{icmp: 127.64.1.1}]}
"""


@pytest.fixture
def main(tmp_path: Path) -> Path:
    (tmp_path / "sites.yaml").write_text(SITES)
    (tmp_path / "main.yaml").write_text("include: sites.yaml\n")
    return tmp_path / "main.yaml"


def rewrite(main: Path, name: str, before: str, after: str) -> None:
    path = main.with_name(name)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def same(one: Fleet, other: Fleet) -> set[str]:
    """Return the keys of the components that both fleets hold as one object."""
    return {key for key, part in one.components.items() if other.components.get(key) is part}


def test_nothing_changed_and_everything_is_the_very_same(main: Path) -> None:
    before = load(main)

    after = load(main, before)

    assert after == before
    assert all(new is old for new, old in zip(after.sites, before.sites, strict=True))
    assert all(new is old for new, old in zip(after.nodes, before.nodes, strict=True))
    assert same(after, before) == before.components.keys()
    assert all(after.probes[key] is probe for key, probe in before.probes.items())


def test_a_site_that_changed_is_new_and_the_others_are_the_same(main: Path) -> None:
    before = load(main)
    rewrite(main, "sites.yaml", "icmp: 127.64.0.2", "icmp: 127.64.0.22")

    after = load(main, before)

    assert after == load(main)
    assert (after.sites[0] is before.sites[0], after.sites[1] == before.sites[1]) == (True, False)
    assert before.components.keys() - same(after, before) == {"cs-2/link/cfe"}


def test_components_follow_settings_though_their_sites_are_the_same(main: Path) -> None:
    before = load(main)
    rewrite(main, "main.yaml", "include", "classes: {clinic: {interval: 7s, reprobe: 1s}}\ninclude")

    after = load(main, before)

    assert after.sites[0] is before.sites[0]
    assert same(after, before) == {"node/pop-1"}
    assert after.probes["cs-1/link/cfe#icmp"].interval_s == 7.0


def test_sites_come_and_go(main: Path) -> None:
    before = load(main)
    rewrite(main, "sites.yaml", "cs-2", "cs-3")

    after = load(main, before)

    assert [site.id for site in after.sites] == ["cs-1", "cs-3"]
    assert after.components.keys() == load(main).components.keys()


@pytest.mark.parametrize(("before", "after"), [("equals: 1", "equals: true"), (", equals: ~", "")])
def test_a_change_of_what_an_answer_is_judged_by_is_a_change(
    main: Path, before: str, after: str
) -> None:
    wanted = f"{{json: {{path: ok, {before.removeprefix(', ')}}}}}"
    rewrite(
        main, "sites.yaml", 'http: "http://127.64.0.1/"', f"""http: "http://a/", expect: {wanted}"""
    )
    held = load(main)
    rewrite(main, "sites.yaml", before, after)

    changed = load(main, held)

    assert changed.sites[0] is not held.sites[0]
    assert held.components.keys() - same(changed, held) == {"cs-1/link/cfe"}


def test_a_copy_of_what_never_changes_is_itself(main: Path) -> None:
    site = load(main).sites[0]

    assert copy.deepcopy(site) is site
