"""A report on paper: one HTML page without scripts, with its figures and its rules for printing."""

from collections.abc import Mapping
from itertools import islice

from jinja2 import Environment, PackageLoader, StrictUndefined

from config.state import STATES
from monitor.report.blame import Share
from monitor.report.figures import bars, columns
from monitor.report.group import Part
from monitor.report.question import Question
from monitor.report.report import Report
from monitor.report.spans import common, joined, without
from monitor.report.tally import EXCLUDED, Lot
from monitor.report.telemedicine_row import TelemedicineRow
from monitor.report.wording import clock, days, lasting, percent, wall
from monitor.report.words import WORDS, Language
from monitor.vocabulary import Fitness

WORST, LONGEST, STOPS = 25, 100, 60
"""So many rows of each list are printed; JSON and CSV have them all."""

_TEMPLATES = Environment(
    loader=PackageLoader("monitor.report", "texts"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.filters.update(clock=clock, lasting=lasting, percent=percent, wall=wall)


def page(told: Report, language: Language) -> str:
    """Return the page. It names no instant but those of the report: the same is printed again."""
    words = WORDS[language]
    return _TEMPLATES.get_template("report.html.j2").render(
        w=words,
        told=told,
        asked=told.question,
        days=days(told.question.first, told.question.last, words["months"].split()),
        scope=_scope(told.question, words),
        clocks=words["clocks"].format(zone=told.question.zone)
        if told.question.zone
        else words["own_clocks"],
        level=words[told.level],
        parts=[(words[f"part_{part.value}"], told.whole.parts[part]) for part in Part],
        excluded=[(words[lot.value], lot) for lot in EXCLUDED],
        Lot=Lot,
        site_part=Part.SITE,
        link_part=Part.LINK,
        named=_name,
        figures=_figures(told, words),
        shares=_shares(told, words),
        share_names=_share_names(words),
        worst=told.worst_sites(WORST),
        flapping=told.flapping_links(WORST),
        longest=told.longest_outages(LONGEST),
        site_outages=told.whole.parts[Part.SITE].total.failures,
        sites={row.site.id: row.site for row in told.sites},
        telemedicine=_telemedicine(told),
        grades=[grade for grade in Fitness if grade is not Fitness.UNKNOWN],
        stops=_stops(told, words),
        stops_most=STOPS,
    )


def _scope(asked: Question, words: Mapping[str, str]) -> str:
    named = (
        ("state", _name(asked.state)), ("municipality", asked.municipality),
        ("site", asked.site), ("provider", asked.provider),
    )  # fmt: skip
    told = " · ".join(f"{words[word]}: {value}" for word, value in named if value)
    return told or words["all"]


def _name(key: str) -> str:
    """Return the name of a state for its letters; anything else as it is."""
    known = STATES.get(key)
    return known.name if known is not None else key


def _figures(told: Report, words: Mapping[str, str]) -> Mapping[str, str]:
    columns_of = [
        (f"{day:%m-%d}", shares)
        for (day, _), shares in zip(told.question.days_in(told.zone), told.days, strict=True)
    ]
    most = max((sum(shares.values()) for shares in told.days), default=0)
    scale = words["highest"].format(clock=clock(most))
    drawn = columns(words["days"], columns_of, scale, _share_names(words))
    ratios = [
        (_name(group.key) or words["nameless"], group.parts[Part.SITE].total.availability)
        for group in islice(told.groups, 40)
    ]
    lacks = [(label, 1.0 - ratio, ratio) for label, ratio in ratios if ratio is not None]
    longest = max((lack for _, lack, _ in lacks), default=0.0) or 1.0
    rows = [(label, lack / longest, percent(ratio)) for label, lack, ratio in lacks]
    compared = bars(words["bars"], rows) if len(rows) > 1 else ""
    return {"days": drawn, "groups": compared}


def _share_names(words: Mapping[str, str]) -> dict[str, str]:
    return {share.value: words.get(f"share_{share.value}") or words[share.value] for share in Share}


def _shares(told: Report, words: Mapping[str, str]) -> list[tuple[str, int, float | None]]:
    names, shares = _share_names(words), told.whole.shares_ms
    whole = sum(shares.values())
    return [(names[share.value], ms, ms / whole if whole else None) for share, ms in shares.items()]


def _telemedicine(told: Report) -> list[tuple[str, int, dict[Fitness, int], dict[Fitness, int]]]:
    """Return, by group, how many sites, and their time by fitness, altogether and when open."""
    groups: dict[str, list[TelemedicineRow]] = {}
    for row in told.telemedicine:
        key = {"site": row.site.id, "municipality": row.site.municipality, "state": row.site.state}
        groups.setdefault(key[told.level] or "", []).append(row)
    return [
        (
            _name(key),
            len(rows),
            {grade: sum(row.total_ms[grade] for row in rows) for grade in Fitness},
            {grade: sum(row.open_ms[grade] for row in rows) for grade in Fitness},
        )
        for key, rows in sorted(groups.items())
    ]


def _stops(told: Report, words: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return when the daemon did not run, and when it ran and could not see."""
    unseen = without(joined(told.blind), told.stopped)
    stops = [(*span, words["stopped"]) for span in common(told.stopped, (told.span,))]
    return sorted([*stops, *((*span, words["blind"]) for span in unseen)])
