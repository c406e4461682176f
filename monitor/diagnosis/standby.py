"""The generators of a site that is without mains: which carries it, is due, or failed to start.

A deadline passes only when a reading measured after it says that the thing has not happened: not
hearing of a generator is never evidence against it.
"""

from datetime import datetime, timedelta

from config.site import PowerKind, PowerSource
from monitor.diagnosis.finding import HOLD_S
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Fact
from probes.reading import Mains, UnitState

_HOPELESS = frozenset({UnitState.FAULT, UnitState.OFF})
_AT_REST = frozenset({UnitState.STOPPED, UnitState.ALARM}) | _HOPELESS
_TURNS = (Fact.GENERATOR_RUNNING, Fact.GENERATOR_STOPPED, Fact.GENERATOR_FAULT)


def failed_to_start(view: SiteView) -> list[tuple[PowerSource, Standing]]:
    """Return the generators that should be running by now, and have not run since mains went.

    None, as long as another one carries the site.
    """
    gone_at = view.mains.absent_at
    if gone_at is None or not (view.mains.absent or view.mains.lost) or view.generator_runs:
        return []
    return [
        (source, standing)
        for source, standing in _generators(view)
        if _is_overdue(view, standing, gone_at) and not _has_run_since(view, source, gone_at)
    ]


def is_due(view: SiteView) -> bool:
    """Tell whether a generator that we hear of may still start, by what it said last."""
    gone_at = view.mains.absent_at
    if gone_at is None or view.generator_runs:
        return False
    return any(
        not standing.is_silent
        and standing.figures is not None
        and not _is_overdue(view, standing, gone_at)
        and not _has_run_since(view, source, gone_at)
        for source, standing in _generators(view)
    )


def may_be_done(view: SiteView, now: datetime) -> bool:
    """Tell whether a generator has just come to rest, perhaps because mains are back.

    So it may be until who says that they are absent has been heard again.
    """
    stops = [fact.at for fact in view.chronicle.facts if fact.fact is Fact.GENERATOR_STOPPED]
    stopped_at = max(stops, default=None)
    if stopped_at is None or now - stopped_at >= timedelta(seconds=HOLD_S):
        return False
    return any(
        said.measured_at < stopped_at
        for source, standing in view.power_sources()
        if source.kind is not PowerKind.GENERATOR
        and (said := standing.figures) is not None
        and said.mains is Mains.ABSENT
    )


def _generators(view: SiteView) -> list[tuple[PowerSource, Standing]]:
    return [one for one in view.power_sources() if one[0].kind is PowerKind.GENERATOR]


def _is_overdue(view: SiteView, standing: Standing, gone_at: datetime) -> bool:
    figures = standing.figures
    if figures is None or figures.state not in _AT_REST:
        return False
    allowed_s = 0.0 if figures.state in _HOPELESS else view.rules.generator_start
    return figures.measured_at >= gone_at + timedelta(seconds=allowed_s)


def _has_run_since(view: SiteView, source: PowerSource, gone_at: datetime) -> bool:
    """Tell whether it ran when mains went, or has since: then it did start, and stopped."""
    name = source.called
    turns = [fact for fact in view.chronicle.facts if fact.subject == name and fact.fact in _TURNS]
    before = [turn.fact for turn in sorted(turns, key=lambda turn: turn.at) if turn.at < gone_at]
    if before[-1:] == [Fact.GENERATOR_RUNNING]:
        return True
    return any(turn.fact is Fact.GENERATOR_RUNNING and turn.at >= gone_at for turn in turns)
