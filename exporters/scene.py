"""What an alert's text is made of: an incident as its receiver needs to see it, made safe."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from config.area import Criticality
from config.component import ComponentKind
from config.state import STATES
from exporters.localtime import local
from exporters.plain import clean
from exporters.scene_parts import FULL, Limits, Line, Part, Parts, Taken, word_of
from exporters.site_name import fitted
from exporters.telling import POWER_FACTS, STILL_UP_FACTS, TEST_FACTS, most_telling
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Fact, State

MOST_EVIDENCE = 8
LARGEST_FIGURE = 1e9


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a template may show. Times are local to the site."""

    event: IncidentEvent
    now: datetime
    link: str
    limits: Limits = FULL
    opened: datetime = field(init=False)
    closed: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        zone = self.event.site.timezone
        object.__setattr__(self, "now", local(self.now, zone))
        object.__setattr__(self, "opened", local(self.event.opened_at, zone))
        closed_at = self.event.closed_at
        object.__setattr__(self, "closed", closed_at and local(closed_at, zone))

    @property
    def lasted_s(self) -> float:
        """Return how long it has lasted, or lasted; the stamps outlive a restart, we do not."""
        return max(0.0, ((self.closed or self.now) - self.opened).total_seconds())

    @property
    def troubled_s(self) -> float:
        """Return how long the swings that have ended lasted together."""
        return self.event.troubled_s

    @property
    def reopened(self) -> int:
        return self.event.reopened

    @property
    def settling(self) -> datetime | None:
        since = self.event.settling_since
        return since and local(since, self.event.site.timezone)

    @property
    def call(self) -> str:
        """Return why people were last told; empty if they were not."""
        return self.event.call.value if self.event.call is not None else ""

    @property
    def escalation(self) -> int:
        return self.event.escalation

    @property
    def reminders(self) -> int:
        return self.event.reminders

    @property
    def taken(self) -> Taken | None:
        one = self.event.acknowledged
        if one is None:
            return None
        until = local(one.until, self.event.site.timezone)
        return Taken(clean(one.by, 60), until, clean(one.note))

    @property
    def cause(self) -> str:
        return self.event.cause.value

    @property
    def priority(self) -> str:
        return self.event.priority.value

    @property
    def confidence(self) -> str:
        return self.event.confidence.value

    @property
    def id(self) -> str:
        return clean(self.event.id)

    @property
    def vantage(self) -> str:
        return clean(self.event.vantage)

    @property
    def root(self) -> Part:
        return self._part(self.event.root)

    @property
    def site_name(self) -> str:
        return clean(self.event.site.name or self.event.site.id)

    @property
    def clues(self) -> str:
        return clean(self.event.site.clues)

    @property
    def phone(self) -> str:
        return clean(self.event.site.phone)

    @property
    def place(self) -> str:
        return _place(self.event.site)

    @property
    def is_shared(self) -> bool:
        """Tell whether it is of something that several sites share, and not of one site."""
        return self.event.root.kind is ComponentKind.NODE

    @property
    def is_suspicion(self) -> bool:
        """Tell whether nobody has said that these sites share anything."""
        return self.is_shared and not self.event.root.key.startswith(f"{ComponentKind.NODE}/")

    @property
    def unasked(self) -> str:
        """Return the kinds of probe that we cannot make, where we see by the others."""
        lost = (line.subject for line in self.event.evidence if line.fact is Fact.CANNOT_ASK)
        return ", ".join(lost)

    @property
    def critical(self) -> Parts:
        most = self.limits.critical if self.is_shared else self.limits.parts
        return self._areas(self.event.critical_areas, most)

    @property
    def silent_critical(self) -> Parts:
        """Return the life-critical areas that do not answer, and whose state is not known."""
        silent = tuple(a for a in self.event.critical_areas if not self._part(a).answers)
        return self._areas(silent, self.limits.parts)

    @property
    def threatened_critical(self) -> Parts:
        threatened = tuple(a for a in self.event.critical_areas if self._part(a).answers)
        return self._areas(threatened, self.limits.parts)

    @property
    def other_areas(self) -> Parts:
        areas = self._of(ComponentKind.AREA)
        return self._parts(tuple(a for a in areas if a.criticality is not Criticality.LIFE))

    @property
    def services(self) -> Parts:
        return self._parts(self._of(ComponentKind.SERVICE))

    @property
    def links(self) -> Parts:
        return self._parts(self._of(ComponentKind.LINK))

    @property
    def sites(self) -> Parts:
        return self._parts(self._of(ComponentKind.SITE))

    @property
    def areas(self) -> Parts:
        """Return all areas, the life-critical ones first."""
        areas = self._of(ComponentKind.AREA)
        return self._parts(
            tuple(sorted(areas, key=lambda a: a.criticality is not Criticality.LIFE))
        )

    @property
    def runs_on_other_link(self) -> bool:
        return any(seen.fact is Fact.OTHER_LINK_UP for seen in self.event.evidence)

    @property
    def drained(self) -> str:
        """Return the name of the UPS that it is about; empty where it is about what hangs on it."""
        return self.root.name if self.event.root.kind is ComponentKind.POWER else ""

    @property
    def is_test_breach(self) -> bool:
        """Tell whether it is a generator that failed in its test, while there were mains."""
        return any(seen.fact in TEST_FACTS for seen in self.event.evidence)

    @property
    def backup(self) -> str:
        """Return the name of the backup link that serves the site; empty if none has to."""
        serving = (seen for seen in self.event.evidence if seen.fact is Fact.ON_BACKUP)
        return next((self._subject(seen.subject).name for seen in serving), "")

    @property
    def evidence(self) -> tuple[Line, ...]:
        """Return what was seen in the order it happened: the first of all, and the newest."""
        ordered = sorted(self.event.evidence, key=lambda seen: seen.at)
        if len(ordered) > MOST_EVIDENCE:
            ordered = [ordered[0], *ordered[1 - MOST_EVIDENCE :]]
        return tuple(map(self._line, ordered))

    @property
    def telling(self) -> tuple[Line, ...]:
        """Return the two lines of evidence that say most of the cause."""
        return tuple(map(self._line, most_telling(self.event.cause, self.event.evidence)))

    @property
    def all_evidence(self) -> tuple[Line, ...]:
        """Return everything that was seen, in the order it happened."""
        return tuple(map(self._line, sorted(self.event.evidence, key=lambda seen: seen.at)))

    @property
    def unseen_evidence(self) -> int:
        return max(0, len(self.event.evidence) - MOST_EVIDENCE)

    @property
    def would_change(self) -> tuple[str, ...]:
        """Return what would change the verdict, as words that a template can translate."""
        return tuple(change.value for change in self.event.would_change)

    @property
    def power(self) -> tuple[Line, ...]:
        """Return the last thing known of each power source."""
        return self._last(POWER_FACTS)

    @property
    def power_beside(self) -> tuple[Line, ...]:
        """Return what is known of power beside what the telling lines say of it already."""
        return tuple(line for line in self.power if line not in self.telling)

    @property
    def still_up_beside(self) -> tuple[Line, ...]:
        """Return what still works, beside what was said of it already."""
        said = (*self.telling, *self.power)
        return tuple(line for line in self.still_up if line not in said)

    @property
    def still_up(self) -> tuple[Line, ...]:
        return self._last(STILL_UP_FACTS)

    def _areas(self, areas: tuple[Touched, ...], most: int) -> Parts:
        """Return critical areas, with their sites where the incident is of several."""
        shown = tuple(replace(self._part(area), at=self._site_of(area)) for area in areas[:most])
        return Parts(shown, len(areas) - len(shown))

    def _site_of(self, area: Touched) -> str:
        if not self.is_shared:
            return ""
        site = area.key.partition("/")[0]
        named = (part.name for part in self.event.touched if part.key == site)
        return fitted(clean(next(named, site)), self.limits.name)

    def _of(self, kind: ComponentKind) -> tuple[Touched, ...]:
        return tuple(part for part in self.event.touched if part.kind is kind)

    def _last(self, facts: frozenset[Fact]) -> tuple[Line, ...]:
        last = {
            (seen.subject, seen.fact is Fact.BATTERY_WOULD_BE_EMPTY): seen
            for seen in sorted(self.event.evidence, key=lambda seen: seen.at)
            if seen.fact in facts
        }
        return tuple(map(self._line, last.values()))[:4]

    def _line(self, seen: Evidence) -> Line:
        return Line(
            at=local(seen.at, self.event.site.timezone),
            fact=seen.fact,
            subject=self._subject(seen.subject),
            charge=_number(seen, "charge_ratio"),
            runtime_s=_number(seen, "runtime_s"),
            age_s=_number(seen, "age_s"),
            count=_whole(seen, "count"),
            of=_whole(seen, "of"),
            reason=_words(seen, "reason"),
            hops=_whole(seen, "hops"),
            behind=_whole(seen, "behind"),
            address=_words(seen, "address"),
            target=_words(seen, "target"),
            place=_words(seen, "place"),
        )

    def _subject(self, key: str) -> Part:
        known = (self.event.root, *self.event.touched)
        named = next((part for part in known if part.key == key), None)
        if named is not None:
            return self._part(named)
        return Part(clean(key.rpartition("/")[2], self.limits.name), "", State.UNKNOWN)

    def _parts(self, touched: tuple[Touched, ...]) -> Parts:
        shown = tuple(map(self._part, touched[: self.limits.parts]))
        return Parts(shown, len(touched) - len(shown))

    def _part(self, touched: Touched) -> Part:
        """Return it with its kind as a word, when nobody gave it a better name than its id."""
        own_id = touched.key.rpartition("/")[2]
        is_named = touched.name not in ("", own_id)
        return Part(
            name=clean(touched.name or own_id, self.limits.name),
            word="" if is_named else word_of(touched.kind, own_id),
            state=touched.state,
        )


def _number(seen: Evidence, figure: str) -> float | None:
    """Return what can be shown as a share or a time; anything else was no measurement."""
    value = seen.figures.get(figure)
    if isinstance(value, int | float) and 0 <= value < LARGEST_FIGURE:
        return float(value)
    return None


def _whole(seen: Evidence, figure: str) -> int | None:
    value = _number(seen, figure)
    return None if value is None else round(value)


def _words(seen: Evidence, figure: str) -> str:
    return clean(str(seen.figures.get(figure, "")))


def _place(site: SiteFacts) -> str:
    state = STATES[site.state].name if site.state in STATES else site.state
    return ", ".join(clean(part) for part in (site.municipality, state) if part)
