"""What an alert's text is made of: an incident as its receiver needs to see it, made safe."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from config.area import AreaKind, Criticality
from config.component import ComponentKind
from config.state import STATES
from exporters.localtime import local
from exporters.plain import clean
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Fact, State

MOST_PARTS = 8
MOST_CRITICAL = 24
"""Of critical areas the message names more: where a node has fallen, each has its patients."""
MOST_EVIDENCE = 8
LARGEST_FIGURE = 1e9
POWER_FACTS = frozenset(
    {
        Fact.MAINS_LOST,
        Fact.MAINS_BACK,
        Fact.ON_BATTERY,
        Fact.CHARGE,
        Fact.BATTERY_LOW,
        Fact.BATTERY_DEPLETED,
        Fact.UPS_OFF,
        Fact.GENERATOR_RUNNING,
        Fact.GENERATOR_STOPPED,
        Fact.GENERATOR_FAULT,
        Fact.GENERATOR_NO_START,
        Fact.GENERATOR_TEST_NO_START,
        Fact.GENERATOR_TEST_NOT_HELD,
        Fact.GENERATOR_TEST_FAILED,
        Fact.TRANSFER_EMERGENCY,
        Fact.POWER_GOOD,
        Fact.POWER_SILENT,
        Fact.NO_POWER_TELEMETRY,
        Fact.BATTERY_WOULD_BE_EMPTY,
    }
)
AREA_WORDS = frozenset(kind.value for kind in AreaKind) - {AreaKind.OTRA.value}
STILL_UP_FACTS = frozenset({Fact.OTHER_LINK_UP, Fact.ON_BACKUP, Fact.GENERATOR_RUNNING})


@dataclass(frozen=True, slots=True)
class Part:
    """A touched component. `word` is what a template can translate; empty: use `name`.

    `at` is the site of an area where the incident is one of several sites.
    """

    name: str
    word: str
    state: State
    at: str = ""

    @property
    def answers(self) -> bool:
        return self.state in (State.UP, State.DEGRADED)


@dataclass(frozen=True, slots=True)
class Parts:
    """The first few of a kind, and how many more there are."""

    shown: tuple[Part, ...] = ()
    more: int = 0

    def __len__(self) -> int:
        return len(self.shown) + self.more


@dataclass(frozen=True, slots=True)
class Line:
    """One evidence fact. A figure that was not given, or is no number, is None."""

    at: datetime
    fact: Fact
    subject: Part
    charge: float | None
    runtime_s: float | None
    age_s: float | None
    count: int | None
    of: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has taken the incident on, and until when by the clock of the site."""

    by: str
    until: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a template may show. Times are local to the site."""

    event: IncidentEvent
    now: datetime
    link: str
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
        return _part(self.event.root)

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
    def critical(self) -> Parts:
        most = MOST_CRITICAL if self.is_shared else MOST_PARTS
        return self._areas(self.event.critical_areas, most)

    @property
    def silent_critical(self) -> Parts:
        """Return the life-critical areas that do not answer, and whose state is not known."""
        return self._areas(tuple(a for a in self.event.critical_areas if not _part(a).answers))

    @property
    def threatened_critical(self) -> Parts:
        return self._areas(tuple(a for a in self.event.critical_areas if _part(a).answers))

    @property
    def other_areas(self) -> Parts:
        areas = self._of(ComponentKind.AREA)
        return _parts(tuple(a for a in areas if a.criticality is not Criticality.LIFE))

    @property
    def services(self) -> Parts:
        return _parts(self._of(ComponentKind.SERVICE))

    @property
    def links(self) -> Parts:
        return _parts(self._of(ComponentKind.LINK))

    @property
    def sites(self) -> Parts:
        return _parts(self._of(ComponentKind.SITE))

    @property
    def areas(self) -> Parts:
        """Return all areas, the life-critical ones first."""
        areas = self._of(ComponentKind.AREA)
        return _parts(tuple(sorted(areas, key=lambda a: a.criticality is not Criticality.LIFE)))

    @property
    def runs_on_other_link(self) -> bool:
        return any(seen.fact is Fact.OTHER_LINK_UP for seen in self.event.evidence)

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
    def still_up(self) -> tuple[Line, ...]:
        return self._last(STILL_UP_FACTS)

    def _areas(self, areas: tuple[Touched, ...], most: int = MOST_PARTS) -> Parts:
        """Return critical areas, with their sites where the incident is of several."""
        shown = tuple(replace(_part(area), at=self._site_of(area)) for area in areas[:most])
        return Parts(shown, len(areas) - len(shown))

    def _site_of(self, area: Touched) -> str:
        if not self.is_shared:
            return ""
        site = area.key.partition("/")[0]
        named = (part.name for part in self.event.touched if part.key == site)
        return clean(next(named, site), 60)

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
            reason=clean(str(seen.figures.get("reason", ""))),
        )

    def _subject(self, key: str) -> Part:
        known = (self.event.root, *self.event.touched)
        named = next((part for part in known if part.key == key), None)
        if named is not None:
            return _part(named)
        return Part(clean(key.rpartition("/")[2], 60), "", State.UNKNOWN)


def _number(seen: Evidence, figure: str) -> float | None:
    """Return what can be shown as a share or a time; anything else was no measurement."""
    value = seen.figures.get(figure)
    if isinstance(value, int | float) and 0 <= value < LARGEST_FIGURE:
        return float(value)
    return None


def _whole(seen: Evidence, figure: str) -> int | None:
    value = _number(seen, figure)
    return None if value is None else round(value)


def _place(site: SiteFacts) -> str:
    state = STATES[site.state].name if site.state in STATES else site.state
    return ", ".join(clean(part) for part in (site.municipality, state) if part)


def _part(touched: Touched) -> Part:
    """Return it with its kind as a word, when nobody has given it a better name than its id."""
    own_id = touched.key.rpartition("/")[2]
    is_named = touched.name not in ("", own_id)
    return Part(
        name=clean(touched.name or own_id, 60),
        word="" if is_named else _word(touched.kind, own_id),
        state=touched.state,
    )


def _word(kind: ComponentKind, own_id: str) -> str:
    word = own_id.replace("-", "_")
    if kind is ComponentKind.AREA:
        return word if word in AREA_WORDS else ""
    return word if kind is ComponentKind.SERVICE else ""


def _parts(touched: tuple[Touched, ...]) -> Parts:
    shown = tuple(map(_part, touched[:MOST_PARTS]))
    return Parts(shown, len(touched) - len(shown))
