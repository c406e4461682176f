"""A report for programs: JSON of all of it, CSV of one table. Seconds, ratios, RFC 3339 in UTC."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, get_args

from monitor.report.component_row import ComponentRow, Outage
from monitor.report.group import Group
from monitor.report.report import Report
from monitor.report.spans import Spans
from monitor.report.tally import Lot, Tally
from monitor.report.telemedicine_row import TelemedicineRow
from monitor.report.wording import stamp
from monitor.vocabulary import Fitness

Table = Literal["availability", "outages", "telemedicine"]
TABLES: tuple[Table, ...] = get_args(Table)
Row = dict[str, Any]


def as_csv(told: Report, table: Table) -> Iterator[str]:
    """Yield the lines of one table, that of its names first."""
    rows = _TABLES[table](told)
    first = next(rows, None)
    yield _line(first or _NAMES[table])
    if first is not None:
        yield _line(first.values())
    for row in rows:
        yield _line(row.values())


def as_json(told: Report) -> Iterator[str]:
    """Yield the lines of one object that is the whole report, a row of its lists on each."""
    yield "{\n"
    for name, value in _heading(told).items():
        yield f"{_json(name)}: {_json(value)},\n"
    for place, (name, table) in enumerate(_TABLES.items()):
        yield f"{_json(name)}: ["
        for number, row in enumerate(table(told)):
            yield f"{',' if number else ''}\n{_json(row)}"
        yield "]\n" if place == len(_TABLES) - 1 else "],\n"
    yield "}\n"


def _line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _heading(told: Report) -> Row:
    asked = told.question
    return {
        "schema": "guardia/report/v1",
        "from": stamp(told.span[0]),
        "until": stamp(told.span[1]),
        "timezone": asked.zone,
        "state": asked.state,
        "municipality": asked.municipality,
        "site": asked.site,
        "provider": asked.provider,
        "is_over": told.is_over,
        "seen_until": stamp(told.seen_until),
        "strangers": told.strangers,
        "unreadable": told.unreadable,
        "stopped": _spans(told.stopped),
        "blind": _spans(told.blind),
        "whole": _group(told.whole),
        "groups": [_group(group) for group in told.groups],
        "providers": [_group(group) for group in told.providers],
        "days": [
            {"day": day.isoformat(), **_shares(shares)}
            for (day, _), shares in zip(asked.days_in(told.zone), told.days, strict=True)
        ],
    }


def _availability(told: Report) -> Iterator[Row]:
    for row in told.rows:
        yield {
            "component": row.component.key,
            "kind": row.component.kind.value,
            "criticality": row.component.criticality.value,
            "name": row.component.name,
            "site": row.site.id,
            "clues": row.site.clues or "",
            "site_name": row.site.name,
            "state": row.site.state or "",
            "municipality": row.site.municipality or "",
            "provider": row.provider,
            **_figures(row.total, row.opened),
            "timezone": told.question.zone or row.site.timezone,
        }


def _outages(told: Report) -> Iterator[Row]:
    rows = {row.component.key: row for row in told.rows}
    for outage in told.outages:
        yield _outage(outage, rows[outage.component])


def _outage(outage: Outage, row: ComponentRow) -> Row:
    return {
        "component": outage.component,
        "kind": row.component.kind.value,
        "site": outage.site,
        "state": row.site.state or "",
        "municipality": row.site.municipality or "",
        "provider": row.provider,
        "began_at": stamp(outage.began_ms),
        "ended_at": stamp(outage.ended_ms),
        "down_s": outage.down_ms / 1000,
        "down_open_s": outage.open_ms / 1000,
        "cause": outage.blame.cause,
        "share": outage.blame.share.value,
        "incident": outage.blame.incident,
        "began_change": outage.began,
        "ended_change": outage.ended or None,
        "because": outage.because,
    }


def _telemedicine(told: Report) -> Iterator[Row]:
    for row in told.telemedicine:
        yield _fitness(row)


def _fitness(row: TelemedicineRow) -> Row:
    return {
        "site": row.site.id,
        "state": row.site.state or "",
        "municipality": row.site.municipality or "",
        **{f"{grade.value}_s": ms / 1000 for grade, ms in row.total_ms.items()},
        **{f"{grade.value}_open_s": ms / 1000 for grade, ms in row.open_ms.items()},
    }


def _figures(total: Tally, opened: Tally) -> Row:
    return {
        "availability": _ratio(total.availability),
        "availability_open": _ratio(opened.availability),
        "outages": total.failures,
        "outages_open": opened.failures,
        "mttr_s": _seconds(total.mttr_ms),
        "mtbf_s": _seconds(total.mtbf_ms),
        **{f"{lot.value}_s": total.ms[lot] / 1000 for lot in Lot},
        **{f"{lot.value}_open_s": opened.ms[lot] / 1000 for lot in Lot},
    }


def _group(group: Group) -> Row:
    return {
        "key": group.key,
        **{
            part.value: {"count": one.count, "seen": one.seen, **_figures(one.total, one.opened)}
            for part, one in group.parts.items()
        },
        "shares": _shares(group.shares_ms),
    }


def _shares(shares: dict[Any, int]) -> Row:
    return {f"{share.value}_s": ms / 1000 for share, ms in shares.items()}


def _spans(spans: Spans) -> list[Row]:
    return [{"from": stamp(starts), "until": stamp(ends)} for starts, ends in spans]


def _ratio(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 9)


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else round(ms / 1000, 3)


_NAMES: dict[Table, tuple[str, ...]] = {
    "availability": (),  # there is a site at least
    "outages": (
        "component", "kind", "site", "state", "municipality", "provider", "began_at", "ended_at",
        "down_s", "down_open_s", "cause", "share", "incident", "began_change", "ended_change",
        "because",
    ),
    "telemedicine": (
        "site", "state", "municipality",
        *(f"{grade.value}_s" for grade in Fitness),
        *(f"{grade.value}_open_s" for grade in Fitness),
    ),
}  # fmt: skip
"""Of tables that may be empty."""
_TABLES: Mapping[Table, Callable[[Report], Iterator[Row]]] = {
    "availability": _availability,
    "outages": _outages,
    "telemedicine": _telemedicine,
}
