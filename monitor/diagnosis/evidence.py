"""The lines that a finding quotes: what happened, what is known of the power, and what is not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import Fact, State
from probes.reading import UnitState


def evidence(
    view: SiteView, since: datetime, more: tuple[Evidence, ...] = ()
) -> tuple[Evidence, ...]:
    """Return the story so far, oldest first; what is projected comes last."""
    told = {
        (fact.fact, fact.subject, fact.at): fact for fact in (*view.chronicle.since(since), *more)
    }
    return tuple(sorted(told.values(), key=lambda fact: fact.at))


def silences(links: list[Standing], now: datetime) -> Iterator[Evidence]:
    for link in links:
        yield Evidence(
            at=link.since or now,
            fact=Fact.LINK_SILENT,
            subject=link.component.name,
            figures={"reason": link.because},
        )


def failure(standing: Standing, now: datetime) -> Evidence:
    return Evidence(
        at=standing.since or now,
        fact=Fact.SERVICE_FAILING,
        subject=standing.component.name,
        figures={"reason": standing.because},
    )


def power_known(view: SiteView, since: datetime) -> Iterator[Evidence]:
    """Yield what we know, and no longer know, of the power of a site that went silent."""
    last = view.last_power_at()
    if last is None:
        yield Evidence(at=since, fact=Fact.NO_POWER_TELEMETRY)
        return
    age_s = max(0.0, (since - last).total_seconds())
    if not (view.mains.absent or view.mains.lost):
        yield Evidence(at=last, fact=Fact.POWER_GOOD, figures={"age_s": round(age_s, 1)})
    if all(s.state is State.UNKNOWN or s.suspect for _, s in view.power_sources()):
        yield Evidence(at=max(since, last), fact=Fact.POWER_SILENT)
    yield from projections(view)


def projections(view: SiteView) -> Iterator[Evidence]:
    """Yield when each battery would be empty, from its last reading."""
    for source, standing in view.power_sources():
        figures = standing.figures
        if figures is None or figures.runtime_s is None:
            continue
        if figures.state is UnitState.ON_BATTERY:
            yield Evidence(
                at=figures.measured_at + timedelta(seconds=figures.runtime_s),
                fact=Fact.BATTERY_WOULD_BE_EMPTY,
                subject=source.called,
            )
