"""Whose fresh answer would explain what a run has shown: asked at once, not in their turn."""

from collections.abc import Iterator

from config.component import ComponentKind
from monitor.site_view import SiteView
from monitor.standing import Standing

_ASKED_ON_DOUBT = frozenset({ComponentKind.LINK, ComponentKind.POWER})


def others_at_the_site(view: SiteView, standing: Standing, *, moved: bool) -> Iterator[str]:
    """Yield the probes of a component in doubt, and of the links and the power of its site.

    When a link has come back (it `moved`, and answers), all that lies behind it is asked.
    """
    back = moved and standing.kind is ComponentKind.LINK and standing.is_reachable
    for other in view.standings.values():
        if back or other is standing or other.kind in _ASKED_ON_DOUBT:
            yield from other.beliefs
