"""The state of a whole site, from those of its parts."""

from datetime import datetime

from config.component import ComponentKind
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import State


def state_of_site(view: SiteView, at_s: float, at: datetime) -> bool:
    """Bring the site's own standing in line with its parts; return whether it changed."""
    itself = view.itself
    state = _derived(view)
    suspect = any(link.suspect for link in view.links)
    backup = view.backup
    before = (itself.state, itself.suspect, itself.backup)
    changed = (state, suspect, backup) != before
    if state is not itself.state or itself.since is None:
        itself.since = _began(view, itself.state, state) or at
        itself.changed_s = at_s
    itself.state, itself.suspect, itself.backup = state, suspect, backup
    itself.because = ", ".join(part.component.path for part in _failing(view))
    return changed


def _derived(view: SiteView) -> State:
    parts = [s for s in view.standings.values() if s.kind is not ComponentKind.SITE]
    if view.is_cut_off:
        return State.DOWN
    known = [part for part in parts if part.state is not State.UNKNOWN]
    if not known:
        return State.UNKNOWN
    return State.DEGRADED if _failing(view) else State.UP


def _failing(view: SiteView) -> list[Standing]:
    return [
        part
        for part in view.standings.values()
        if part.kind is not ComponentKind.SITE and part.state in (State.DOWN, State.DEGRADED)
    ]


def _began(view: SiteView, was: State, state: State) -> datetime | None:
    """Return when the new state began; None for now. What failed before it is older."""
    if state is State.DOWN:
        return view.cut_off_since
    if state is State.UP or was is State.DOWN:
        return None
    return min((part.since for part in _failing(view) if part.since), default=None)
