"""What must fit together: ids that differ, nodes, areas and parents that exist, no circles.

All of it is found on values with places, before validation, so that a fault inside one site
does not hide how the others refer to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from config.problem import Problems, Reporter, SiteProblems, quoted
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
        name.written: parent
        for node in nodes
        if (name := node.text("id")) is not None and (parent := node.text("parent")) is not None
    }
    for circle in _circles({name: parent.written for name, parent in parents.items()}):
        shown = circle if len(circle) <= 8 else [*circle[:7], "…"]
        way = " → ".join([*shown, circle[0]])
        message = f"these nodes are each other's parents ({way})"
        problems.add(parents[circle[0]].place, message, "remove one `parent`")


def check_known_nodes(
    sites: Sequence[DraftSite], nodes: Sequence[Mapping], problems: Problems
) -> None:
    """Tell of links and parents that name a node which no file declares."""
    known = dict.fromkeys(name.written for node in nodes if (name := node.text("id")) is not None)
    otherwise = "declare it under `nodes:` in any included file"
    for node in nodes:
        _check_node(node.text("parent"), known, otherwise, problems)
    for site in sites:
        for link in site.merged.children("links"):
            _check_node(link.text("node"), known, otherwise, site.reporter)


def _check_node(
    name: Scalar | None, known: Iterable[str], otherwise: str, reporter: Reporter
) -> None:
    if name is not None and str(name.value) not in known:
        message = f"unknown node {quoted(str(name.value))}"
        reporter.add(name.place, message, fix_for(str(name.value), known, otherwise))


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


def _circles(parents: dict[str, str]) -> Iterator[list[str]]:
    """Yield each circle once, starting at the node of it that is declared first."""
    declared = {name: position for position, name in enumerate(parents)}
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in done and name not in path:
            path[name] = None
            name = parents[name]
        if name in path:
            walked = list(path)
            circle = walked[walked.index(name) :]
            at = circle.index(min(circle, key=declared.__getitem__))
            yield circle[at:] + circle[:at]
        done |= path.keys()
