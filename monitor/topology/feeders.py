"""Feeders of electric power: sites on one that lose their mains within seconds."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.judge.null import YEAR_S
from monitor.site_view import SiteView
from monitor.topology.outage import Outage
from monitor.topology.row import ANSWERED_NATS
from monitor.topology.weight import Weight
from monitor.vocabulary import Cause

TOGETHER_S = 60.0
"""A recloser tries for about a minute: who loses the mains later has lost them by itself."""
_ABSENT_NATS = math.log(7 * 86_400 / TOGETHER_S)
"""A site loses its mains about once a week by itself."""


def feeder_fallen(
    key: str, sites: Sequence[str], views: Mapping[str, SiteView], budget: float,
    at_s: float, at: datetime,
) -> Outage | None:  # fmt: skip
    """Return the fall of a feeder, its members yet to join; None if it stands, as far as we know.

    `budget` is of false incidents a year. The loss must have lasted at one of the sites: a shorter
    one is a microcut.
    """
    weight, absent = weigh_mains(sites, views, at_s)
    is_confirmed = any(view.mains.lost for view in absent)
    if not is_confirmed or weight.nats < math.log(YEAR_S / budget):
        return None
    since = min((view.mains.absent_at for view in absent if view.mains.absent_at), default=at)
    return Outage(key, Cause.POWER, since, weight.onset_s, at_s, weight)


def weigh_mains(
    sites: Sequence[str], views: Mapping[str, SiteView], at_s: float
) -> tuple[Weight, list[SiteView]]:
    """Return how likely it is that these sites lost their feeder, and which lost their mains.

    Sites that say nothing of their mains speak neither for it nor against.
    """
    known = [views[site] for site in sites if site in views]
    absent = [view for view in known if view.mains.absent]
    recent = [view for view in absent if at_s - view.mains.changed_s <= TOGETHER_S]
    if not recent:
        return Weight(), []
    onset_s = min(view.mains.changed_s for view in recent)
    present = sum(
        not view.mains.absent and not view.mains.lost and _has_said_since(view, onset_s)
        for view in known
    )
    nats = len(recent) * _ABSENT_NATS + present * ANSWERED_NATS
    return Weight(nats, nats, onset_s, len(recent), len(recent), present), recent


def _has_said_since(view: SiteView, onset_s: float) -> bool:
    answers = [
        standing.last_success_s
        for _, standing in view.power_sources()
        if standing.last_success_s is not None
    ]
    return view.mains_absent() is False and max(answers, default=-math.inf) >= onset_s
