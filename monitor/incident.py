"""The life of one incident: opened, updated, settled, closed, reopened; and who was called when."""

from dataclasses import dataclass
from datetime import datetime

from config.component import ComponentKind
from config.site import Site
from monitor.diagnosis.finding import Finding
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.response.course import Course
from monitor.standing import Standing
from monitor.vocabulary import OF_ROUTE, Call, Phase, Priority

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


def place_of(event: IncidentEvent) -> str:
    """Return where an incident is: the id of a site, the key of a node, empty for ourselves."""
    return event.root.key if event.root.kind is ComponentKind.NODE else event.site.id


def site_facts(site: Site | SiteFacts | None) -> SiteFacts:
    """Return what a receiver needs to know of the site; empty for the monitor itself."""
    if isinstance(site, SiteFacts):
        return site
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
    paged_areas: frozenset[str]
    course: Course

    @property
    def place(self) -> str:
        return place_of(self.event)

    @property
    def is_over(self) -> bool:
        return self.event.closed_at is not None

    @classmethod
    def opened(
        cls,
        number: str,
        finding: Finding,
        site: Site | SiteFacts | None,
        vantage: str,
        at: datetime,
    ) -> "Incident":
        """Open one, and call people if it is sure enough for that."""
        began_at = min(finding.since, at)
        event = IncidentEvent(
            vantage=vantage,
            at=at,
            id=number,
            phase=Phase.OPENED,
            revision=1,
            pages=1 if finding.wakes else 0,
            call=Call.OPENED if finding.wakes else None,
            quiet=finding.quiet,
            cause=finding.cause,
            confidence=finding.confidence,
            priority=finding.priority,
            root=touched(finding.root),
            site=site_facts(site),
            touched=tuple(touched(part) for part in finding.touched),
            evidence=finding.evidence,
            would_change=finding.would_change,
            opened_at=began_at,
            updated_at=at,
        )
        course = Course(began_at).called(at) if finding.wakes else Course(began_at)
        return cls(finding.key, event, finding.priority, _life_areas(event), course)

    def update(self, finding: Finding, at: datetime) -> IncidentEvent | None:
        """Take over what is now known; return the event if it is news.

        People are called once it is sure enough and nothing keeps it quiet, and again only when it
        became worse (a higher priority, or a life-critical area that the last call did not name)
        or when it is back though they were told that it is over. A better explanation is no reason.
        """
        self.key = finding.key
        latest = self._present(finding, at)
        call = self._call(finding, latest)
        if call is None and _news(latest) == _news(self.event):
            return None
        if call is not None:
            latest = latest.model_copy(update=self._called(call))
            self.course = self.course.called(at)
            self.paged_priority = latest.priority
            self.paged_areas |= _life_areas(latest)
        self.event = latest
        return latest

    def quote(self, line: Evidence, at: datetime) -> IncidentEvent:
        """Add what was found out beside the finding. It changes no verdict and calls nobody."""
        return self.amend(at, evidence=_with((line,), self.event.evidence))

    def settle(self, at: datetime) -> IncidentEvent | None:
        """Let a trouble that keeps returning be away for now; None if it was already."""
        if self.event.settling_since is not None:
            return None
        return self.amend(at, settling_since=at, troubled_s=self._troubled_s(at))

    def close(self, at: datetime) -> IncidentEvent:
        """End it, at the end of its last swing, under the highest priority that people heard."""
        over_at = self.event.settling_since or at
        return self.amend(
            at,
            phase=Phase.CLOSED,
            priority=self.paged_priority,
            closed_at=max(over_at, self.event.opened_at),  # the clock may have been set back
            settling_since=None,
            troubled_s=self._troubled_s(at),
        )

    def amend(self, at: datetime, **changes: object) -> IncidentEvent:
        """Make the next revision, with what has changed."""
        follows = {"at": at, "phase": Phase.UPDATED, "updated_at": at}
        revision = {"revision": self.event.revision + 1}
        self.event = self.event.model_copy(update=follows | revision | changes)
        return self.event

    def _present(self, finding: Finding, at: datetime) -> IncidentEvent:
        """Return how it is now; one that was over, or seemed to be, is back."""
        away_since = self.event.closed_at or self.event.settling_since
        found_out = self._found_out() if away_since is None else ()
        if away_since is not None:
            was_told_over = self.is_over and self.event.pages > 0
            began_at = min(max(finding.since, away_since), at)
            self.course = self.course.swung_back(began_at, was_told_over=was_told_over)
        return self.event.model_copy(
            update={
                "at": at,
                "phase": Phase.REOPENED if self.is_over else Phase.UPDATED,
                "cause": finding.cause,
                "confidence": finding.confidence,
                "priority": finding.priority,
                "root": touched(finding.root),
                "touched": tuple(touched(part) for part in finding.touched),
                "evidence": _with(found_out, finding.evidence),
                "would_change": finding.would_change,
                "quiet": finding.quiet,
                "updated_at": at,
                "closed_at": None,
                "settling_since": None,
                "reopened": self.event.reopened + (away_since is not None),
                "revision": self.event.revision + 1,
            }
        )

    def _found_out(self) -> tuple[Evidence, ...]:
        """Return what was found out at the beginning of the present swing."""
        return tuple(line for line in self.event.evidence if line.fact in OF_ROUTE)

    def _call(self, finding: Finding, latest: IncidentEvent) -> Call | None:
        """Return why people are called now; None: they are not."""
        if not finding.wakes:
            return None
        if self.event.pages == 0:
            return Call.OPENED
        if self._is_worse(latest):
            return Call.WORSE
        return Call.REOPENED if self.course.is_back else None

    def _called(self, call: Call) -> dict[str, object]:
        """Return what a call changes. Who acknowledged, took on less than what it is now."""
        known = None if call is Call.WORSE else self.event.acknowledged
        return {"pages": self.event.pages + 1, "call": call, "acknowledged": known}

    def _is_worse(self, latest: IncidentEvent) -> bool:
        higher = _SEVEREST_FIRST.index(latest.priority) < _SEVEREST_FIRST.index(self.paged_priority)
        return higher or not _life_areas(latest) <= self.paged_areas

    def _troubled_s(self, at: datetime) -> float:
        """Return the seconds of all swings, the present one included while there is one."""
        if self.event.settling_since is not None:
            return self.event.troubled_s
        return self.event.troubled_s + max(0.0, (at - self.course.began_at).total_seconds())


def _with(more: tuple[Evidence, ...], lines: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(sorted((*lines, *more), key=lambda line: line.at)) if more else lines


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
        event.reopened,
        tuple((part.key, part.state) for part in event.touched),
        frozenset((line.fact, line.subject, _tenth(line.figures)) for line in event.evidence),
    )


def _tenth(figures: dict[str, float | str]) -> int | None:
    charge = figures.get("charge_ratio")
    return int(charge * 10) if isinstance(charge, float) else None
