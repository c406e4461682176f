"""What must fit together: ids that differ, nodes, areas and parents that exist, no circles.

All of it is found on values with places, before validation, so that a fault inside one site
does not hide how the others refer to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Mapping_
from dataclasses import dataclass

from config.problem import Problems, Reporter, SiteProblems, quoted
from config.site import NodeKind
from config.state import STATES, state_code
from config.suggestion import fix_for
from config.tree import Broken, Mapping, Scalar
from config.tree import Sequence as Listed

RESERVED = frozenset({"monitor", "node"})
"""Ids that a site cannot have: the keys of anchors and of nodes begin with them."""


@dataclass(frozen=True, slots=True)
class DraftSite:
    """A merged site before validation. `written` is what its own file says of it.

    Without `whole`, a part of it was refused or is unknown, so that missing keys prove nothing.
    """

    written: Mapping
    merged: Mapping
    reporter: SiteProblems
    whole: bool = True


def check_sites(sites: Sequence[DraftSite], problems: Problems) -> None:
    """Tell of ids and CLUES that two sites share, and of what is wrong inside each site."""
    refuse_shared("id", "sites have the id", [site.merged for site in sites], problems)
    refuse_shared("clues", "sites have the CLUES", [site.merged for site in sites], problems)
    for site in sites:
        name = site.merged.text("id")
        if name is not None and name.written in RESERVED:
            message = f"the id {quoted(name.written)} is taken by Guardia itself"
            problems.add(name.place, message, "choose another")
        _check_feeds(site)
        _check_state(site)


def check_nodes(nodes: Sequence[Mapping], problems: Problems) -> None:
    """Tell of ids that two nodes share, and of nodes above each other in a circle."""
    refuse_shared("id", "nodes have the id", nodes, problems)
    parents = {
        name.written: {parent.written: parent for parent in _words(node, "parent")}
        for node in nodes
        if (name := node.text("id")) is not None
    }
    for circle in _circles(parents):
        shown = circle if len(circle) <= 8 else [*circle[:7], "…"]
        way = " → ".join([*shown, circle[0]])
        message = f"these nodes are each other's parents ({way})"
        above = parents[circle[0]][circle[1] if len(circle) > 1 else circle[0]]
        problems.add(above.place, message, "remove one `parent`")


def check_known_nodes(
    sites: Sequence[DraftSite], nodes: Sequence[Mapping], problems: Problems
) -> None:
    """Tell of links, sites and parents that name a node which no file declares, or the wrong kind.

    Power comes from feeders alone, and no link runs over one.
    """
    feeders = {
        name.written: _kind_of(node) == NodeKind.FEEDER
        for node in nodes
        if (name := node.text("id")) is not None
    }
    for node in nodes:
        for parent in _words(node, "parent"):
            _check_node(parent, feeders, problems, is_feeder=_kind_of(node) == NodeKind.FEEDER)
    for site in sites:
        feeder = site.merged.text("feeder")
        if feeder is not None:
            _check_node(feeder, feeders, site.reporter, is_feeder=True)
        for link in site.merged.children("links"):
            for named in _words(link, "node"):
                _check_node(named, feeders, site.reporter, is_feeder=False)


def _kind_of(node: Mapping) -> object:
    kind = node.text("kind")
    return None if kind is None else kind.value


def _check_node(
    name: Scalar, feeders: dict[str, bool], reporter: Reporter, *, is_feeder: bool
) -> None:
    word = quoted(str(name.value))
    if name.written not in feeders:
        otherwise = "declare it under `nodes:` in any included file"
        fix = fix_for(str(name.value), feeders, otherwise)
        reporter.add(name.place, f"unknown node {word}", fix)
    elif feeders[name.written] and not is_feeder:
        fix = "name a node of another kind; a site names the feeder of its power as `feeder`"
        reporter.add(name.place, f"{word} is a feeder of power, and carries no link", fix)
    elif is_feeder and not feeders[name.written]:
        reporter.add(name.place, f"{word} is no feeder", "give that node `kind: feeder`")


def _words(mapping: Mapping, key: str) -> Iterator[Scalar]:
    """Yield the texts under a key, whether it holds one or a list."""
    value = mapping.get(key)
    for word in value.items if isinstance(value, Listed) else (value,):
        if not isinstance(word, Scalar) or isinstance(word, Broken):
            continue
        if isinstance(word.value, str) and word.value:
            yield word


def refuse_shared(key: str, what: str, owners: Iterable[Mapping], problems: Problems) -> None:
    """Tell of owners whose key has a value that an earlier one has."""
    first: dict[str, Scalar] = {}
    for owner in owners:
        name = owner.text(key)
        if name is None:
            continue
        there = first.setdefault(str(name.value), name)
        if there is not name:
            message = f"two {what} {quoted(str(name.value))} (the first at {there.place})"
            problems.add(name.place, message, "give one of them its own")


def _check_feeds(site: DraftSite) -> None:
    areas = dict.fromkeys(
        str(name.value)
        for area in site.merged.children("areas")
        if (name := area.text("id")) is not None
    )
    for source in site.merged.children("power"):
        feeds = source.get("feeds")
        for fed in feeds.items if isinstance(feeds, Listed) else ():
            if not isinstance(fed, Scalar) or isinstance(fed, Broken):
                continue
            if isinstance(fed.value, str) and fed.value not in areas:
                message = f"no area {quoted(fed.value)} at this site"
                site.reporter.add(fed.place, message, fix_for(fed.value, areas, "add the area"))


def _check_state(site: DraftSite) -> None:
    clues, state = site.merged.text("clues"), site.merged.get("state")
    if clues is None or not isinstance(state, Scalar) or isinstance(state.value, bool):
        return
    code = state_code(str(state.value)[:64]) if state.value is not None else None
    letters = str(clues.value)[:2]
    if code is None or letters not in STATES or letters == code:
        return
    message = (
        f"CLUES {quoted(str(clues.value))} belongs to {STATES[letters].name} ({letters}), "
        f"but the state is {code} ({state.place})"
    )
    site.reporter.add(clues.place, message, "correct one of them")


def _circles(parents: Mapping_[str, Iterable[str]]) -> Iterator[list[str]]:
    """Yield circles, each starting at the node of it that is declared first.

    Each node is walked upwards from once, so not every circle through shared nodes is told; but
    there is none left when no circle is.
    """
    declared = {name: position for position, name in enumerate(parents)}
    done: set[str] = set()
    for start in parents:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(parents[start])}
        while path:
            name = next(reversed(path))
            above = next(path[name], None)
            if above is None:
                done.add(name)
                del path[name]
            elif above in path:
                walked = list(path)
                circle = walked[walked.index(above) :]
                at = circle.index(min(circle, key=declared.__getitem__))
                yield circle[at:] + circle[:at]
            elif above in parents and above not in done:
                path[above] = iter(parents[above])
