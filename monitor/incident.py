"""The life of one incident: opened, updated, closed, and how often people were called for it."""

from dataclasses import dataclass, field
from datetime import datetime

from config.site import Site
from monitor.events import IncidentEvent, SiteFacts, Touched
from monitor.finding import Finding
from monitor.standing import Standing
from monitor.vocabulary import Phase, Priority

_SEVEREST_FIRST = list(Priority)


def touched(standing: Standing) -> Touched:
    """Return how an incident names a component."""
    return Touched(
        key=standing.key,
        kind=standing.kind,
        name=standing.component.name,
        criticality=standing.component.criticality,
        state=standing.state,
    )


def site_facts(site: Site | None) -> SiteFacts:
    """Return what a receiver needs to know of the site; empty for the monitor itself."""
    if site is None:
        return SiteFacts(id="", name="Guardia")
    return SiteFacts(
        id=site.id,
        clues=site.clues or "",
        name=site.name,
        state=site.state or "",
        municipality=site.municipality or "",
        timezone=site.timezone,
        type=site.type,
        phone=site.phone or "",
    )


@dataclass(slots=True)
class Incident:
    """`event` is what was last told; `paged` what the last call to people named."""

    key: str
    event: IncidentEvent
    paged_priority: Priority
    paged_areas: frozenset[str] = field(default_factory=frozenset)

    @property
    def site(self) -> str:
        return self.event.site.id

    @classmethod
    def opened(
        cls, number: str, finding: Finding, site: Site | None, vantage: str, at: datetime
    ) -> "Incident":
        """Open one, and call people if it is sure enough for that."""
        event = IncidentEvent(
            vantage=vantage,
            at=at,
            id=number,
            phase=Phase.OPENED,
            revision=1,
            pages=1 if finding.wakes else 0,
            quiet=finding.quiet,
            cause=finding.cause,
            confidence=finding.confidence,
            priority=finding.priority,
            root=touched(finding.root),
            site=site_facts(site),
            touched=tuple(touched(part) for part in finding.touched),
            evidence=finding.evidence,
            opened_at=min(finding.since, at),
            updated_at=at,
        )
        return cls(finding.key, event, finding.priority, _life_areas(event))

    def update(self, finding: Finding, at: datetime) -> IncidentEvent | None:
        """Take over what is now known; return the event if it is news.

        People are called once it is sure enough and nothing keeps it quiet, and again only when it
        became worse: a higher priority, or a life-critical area that the last call did not name. A
        better explanation is no reason.
        """
        self.key = finding.key
        latest = self.event.model_copy(
            update={
                "at": at,
                "phase": Phase.UPDATED,
                "cause": finding.cause,
                "confidence": finding.confidence,
                "priority": finding.priority,
                "root": touched(finding.root),
                "touched": tuple(touched(part) for part in finding.touched),
                "evidence": finding.evidence,
                "quiet": finding.quiet,
                "updated_at": at,
                "revision": self.event.revision + 1,
            }
        )
        calls = finding.wakes and (self.event.pages == 0 or self._is_worse(latest))
        if not calls and _news(latest) == _news(self.event):
            return None
        if calls:
            latest = latest.model_copy(update={"pages": self.event.pages + 1})
            self.paged_priority = latest.priority
            self.paged_areas |= _life_areas(latest)
        self.event = latest
        return latest

    def close(self, at: datetime) -> IncidentEvent:
        """End it; it ends under the highest priority that people were called with."""
        self.event = self.event.model_copy(
            update={
                "at": at,
                "phase": Phase.CLOSED,
                "priority": self.paged_priority,
                "closed_at": max(at, self.event.opened_at),  # the clock may have been set back
                "updated_at": at,
                "revision": self.event.revision + 1,
            }
        )
        return self.event

    def _is_worse(self, latest: IncidentEvent) -> bool:
        higher = _SEVEREST_FIRST.index(latest.priority) < _SEVEREST_FIRST.index(self.paged_priority)
        return higher or not _life_areas(latest) <= self.paged_areas


def _life_areas(event: IncidentEvent) -> frozenset[str]:
    return frozenset(area.key for area in event.critical_areas)


def _news(event: IncidentEvent) -> tuple[object, ...]:
    """Return what makes two versions differ for a reader; a battery counts by tens of percent."""
    return (
        event.cause,
        event.confidence,
        event.priority,
        event.root.key,
        event.quiet,
        tuple((part.key, part.state) for part in event.touched),
        frozenset((line.fact, line.subject, _tenth(line.figures)) for line in event.evidence),
    )


def _tenth(figures: dict[str, float | str]) -> int | None:
    charge = figures.get("charge_ratio")
    return int(charge * 10) if isinstance(charge, float) else None
