"""What Guardia said, held against what really happened. Pure: two lists in, findings out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.events import IncidentEvent
from monitor.vocabulary import EXPLAINS_NO_OUTAGE, OF_POWER, Cause

TOLD_WITHIN_S = 15.0
"""From a cut to the incident, and from the repair to its end; power waits `confirm` longer."""
POWER_CONFIRM_S = 10.0
MUST_TELL_S = 20.0
"""A lasting trouble is told from this length on; below `MAY_TELL_S` it must not be."""
MAY_TELL_S = 8.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What really was wrong at one site, from the first sign to the last repair.

    `length_s` is that of its longest unbroken stretch: a flapping link is many short ones.
    """

    site: str
    cause: Cause
    began_at: datetime
    ended_at: datetime | None
    length_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one trouble, or one incident, was told rightly."""

    right: bool
    site: str
    text: str


def troubles(records: Iterable[dict[str, object]], until: datetime) -> list[Trouble]:
    """Return the troubles that a simulator's truth records tell, by site, in order."""
    by_site: dict[str, list[dict[str, object]]] = {}
    for record in records:
        if record["site"]:
            by_site.setdefault(str(record["site"]), []).append(record)
    return [t for site, lines in by_site.items() for t in _of_site(site, lines, until)]


def _of_site(site: str, records: list[dict[str, object]], until: datetime) -> Iterator[Trouble]:
    """Yield one power trouble for mains and what follows, one of the link for all its cuts."""
    dark = _stretches(records, "mains", "mains_lost", "mains_back")
    down = _stretches(records, "site", "down", "up")
    cut = [stretch for stretch in down if stretch.cause == "link"]
    starved = [stretch for stretch in down if stretch.cause == "power"]
    for lost in dark:
        within = [s for s in starved if s.began_at >= lost.began_at]
        ends = [lost.ended_at, *(s.ended_at for s in within if _overlaps(s, lost))]
        ended_at = None if None in ends else max(end for end in ends if end)
        yield Trouble(site, Cause.POWER, lost.began_at, ended_at, lost.length_s(until))
    if cut:
        longest_s = max(stretch.length_s(until) for stretch in cut)
        yield Trouble(site, Cause.LINK, cut[0].began_at, cut[-1].ended_at, longest_s)
    areas = [
        stretch
        for component in dict.fromkeys(str(record["component"]) for record in records)
        if component.startswith("area/")
        for stretch in _stretches(records, component, "down", "up")
        if stretch.cause not in ("link", "power")
    ]
    for panel in dict.fromkeys(str(record["component"]) for record in records):
        for alarm in _stretches(records, panel, "isolation_alarm", "isolation_normal"):
            cause, lasted_s = Cause.ISOLATION_FAULT, alarm.length_s(until)
            yield Trouble(site, cause, alarm.began_at, alarm.ended_at, lasted_s)
    if areas:
        ends = [stretch.ended_at for stretch in areas]
        yield Trouble(
            site,
            Cause.AREA_NETWORK,
            min(stretch.began_at for stretch in areas),
            None if None in ends else max(end for end in ends if end),
            max(stretch.length_s(until) for stretch in areas),
        )


@dataclass(slots=True)
class _Stretch:
    began_at: datetime
    ended_at: datetime | None
    cause: str

    def length_s(self, until: datetime) -> float:
        return ((self.ended_at or until) - self.began_at).total_seconds()


def _stretches(
    records: list[dict[str, object]], component: str, begins: str, ends: str
) -> list[_Stretch]:
    found: list[_Stretch] = []
    for record in records:
        if record["component"] != component:
            continue
        at = datetime.fromisoformat(str(record["at"]))
        if record["what"] == begins:
            found.append(_Stretch(at, None, str(record.get("cause", ""))))
        elif record["what"] == ends and found and found[-1].ended_at is None:
            found[-1].ended_at = at
    return found


def _overlaps(one: _Stretch, other: _Stretch) -> bool:
    return other.ended_at is None or one.began_at <= other.ended_at


def compare(
    real: Sequence[Trouble], incidents: Sequence[IncidentEvent], until: datetime
) -> list[Verdict]:
    """Return a verdict on every trouble and on every incident that belongs to none."""
    verdicts = []
    claimed: set[str] = set()
    for trouble in real:
        mine = [i for i in incidents if i.site.id == trouble.site and _meets(i, trouble, until)]
        claimed |= {incident.id for incident in mine}
        verdicts.append(_on_trouble(trouble, mine))
    verdicts += [
        Verdict(False, incident.site.id, f"told {incident.cause} where nothing was wrong")
        for incident in incidents
        if incident.id not in claimed
    ]
    return verdicts


def _meets(incident: IncidentEvent, trouble: Trouble, until: datetime) -> bool:
    ended_at = trouble.ended_at or until
    late_s = (incident.opened_at - ended_at).total_seconds()
    early_s = (trouble.began_at - (incident.closed_at or until)).total_seconds()
    return late_s < TOLD_WITHIN_S and early_s < 0


def _on_trouble(trouble: Trouble, mine: list[IncidentEvent]) -> Verdict:
    what = f"{trouble.cause} for {trouble.length_s:.0f} s"
    if trouble.length_s < MAY_TELL_S:
        if mine:
            return Verdict(False, trouble.site, f"{what}: paged for a trifle")
        return Verdict(True, trouble.site, f"{what}: rightly silent")
    if not mine:
        missed = trouble.length_s >= MUST_TELL_S
        return Verdict(
            not missed, trouble.site, f"{what}: " + ("missed" if missed else "too short")
        )
    if len(mine) > 1:
        return Verdict(False, trouble.site, f"{what}: told {len(mine)} times")
    return _on_incident(trouble, mine[0], what)


def _is_meant(told: Cause, cause: Cause) -> bool:
    """Tell whether it was told for what it is. What a generator does is no trouble of its own."""
    explains = told in OF_POWER and told not in EXPLAINS_NO_OUTAGE
    return told is cause or (cause is Cause.POWER and explains)


def _on_incident(trouble: Trouble, incident: IncidentEvent, what: str) -> Verdict:
    allowed_s = TOLD_WITHIN_S + (POWER_CONFIRM_S if trouble.cause in OF_POWER else 0.0)
    if not _is_meant(incident.cause, trouble.cause):
        return Verdict(False, trouble.site, f"{what}: told as {incident.cause}")
    if abs((incident.opened_at - trouble.began_at).total_seconds()) > TOLD_WITHIN_S:
        return Verdict(False, trouble.site, f"{what}: told with the wrong beginning")
    if trouble.ended_at is None:
        return Verdict(incident.closed_at is None, trouble.site, f"{what}: told, still open")
    if incident.closed_at is None:
        return Verdict(False, trouble.site, f"{what}: told, and never closed")
    late_s = (incident.closed_at - trouble.ended_at).total_seconds()
    if not -1.0 <= late_s <= allowed_s:
        return Verdict(False, trouble.site, f"{what}: told, closed {late_s:+.0f} s off")
    return Verdict(True, trouble.site, f"{what}: told, closed {late_s:.0f} s after the repair")
