"""The state of a whole site, from those of its parts."""

from collections.abc import Sequence
from datetime import datetime

from config.component import ComponentKind
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import State


def state_of_site(view: SiteView, at_s: float, at: datetime) -> bool:
    """Bring the site's own standing in line with its parts; return whether it changed."""
    itself = view.itself
    failing, answers, suspect = _parts(view, itself)
    if failing:
        state = State.DOWN if view.is_cut_off else State.DEGRADED
    else:
        state = State.UP if answers else State.UNKNOWN
    backup = view.backup if failing else ""
    before = (itself.state, itself.suspect, itself.backup)
    changed = (state, suspect, backup) != before
    if state is not itself.state or itself.since is None:
        itself.since = _began(view, itself.state, state, failing) or at
        itself.changed_s = at_s
    itself.state, itself.suspect, itself.backup = state, suspect, backup
    itself.because = ", ".join(part.component.path for part in failing)
    return changed


def _parts(view: SiteView, itself: Standing) -> tuple[list[Standing], bool, bool]:
    """Return the parts that fail, whether one answers, and whether a link is in doubt."""
    failing: list[Standing] = []
    answers = suspect = False
    for part in view.standings.values():
        if part is itself:
            continue
        state = part.state
        if state is State.UP:
            answers = True
        elif state is State.DOWN or state is State.DEGRADED:
            failing.append(part)
        if part.suspect and part.kind is ComponentKind.LINK:
            suspect = True
    return failing, answers, suspect


def _began(
    view: SiteView, was: State, state: State, failing: Sequence[Standing]
) -> datetime | None:
    """Return when the new state began; None for now. What failed before it is older."""
    if state is State.DOWN:
        return view.cut_off_since
    if state is State.UP or was is State.DOWN:
        return None
    return min((part.since for part in failing if part.since), default=None)
