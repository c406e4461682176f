"""The page where a report is asked for, and the report itself: `guardia report` in a browser."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import BinaryIO

from aiohttp import web

from config.state import STATES
from exporters.board.frame import Frame
from monitor.ports import Press, Registry

PIECE_BYTES = 1 << 16
LONGEST_DAYS = 400
"""As long as the journal keeps anything by default (docs/configuration.md, `history:`)."""
RETRY_S = 10
_PAPER = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""What a report may do: nothing but carry its own style (monitor/report/texts)."""
FORMS = {
    "html": ("text/html", ".html", ()),
    "json": ("application/json", ".json", ()),
    "csv": ("text/csv", "-availability.csv", ("--table=availability",)),
    "csv-outages": ("text/csv", "-outages.csv", ("--table=outages",)),
    "csv-telemedicine": ("text/csv", "-telemedicine.csv", ("--table=telemedicine",)),
}
"""Media type, how the file is called, and what is asked besides."""
_SCOPES = ("state", "municipality", "site", "provider")
MOST_LETTERS = 200


class ReportsPage:
    """`/reports` asks, `/report` answers."""

    def __init__(self, registry: Registry, press: Press, frame: Frame) -> None:
        self._registry = registry
        self._press = press
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        """Return the form, filled with what was asked before, or else with last month."""
        return self._frame.answer(request, "reports.html.j2", self._context(request))

    async def report(self, request: web.Request) -> web.StreamResponse:
        """Return the report, as a page of its own or a file; the form again where none is made."""
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise web.HTTPForbidden(text="a report is asked for from the board itself")
        form = request.query.get("format", "html")
        days = _days(request.query)
        if days is None or form not in FORMS:
            return self._refused(request, 400, "report_days" if days is None else "report_format")
        made = await self._press.printed(_words(request.query, days, form, self._language(request)))
        if made is None:
            busy = self._refused(request, 503, "report_busy")
            busy.headers["Retry-After"] = str(RETRY_S)
            return busy
        if isinstance(made, str):
            return self._refused(request, 400, "report_failed", made)
        return await _sent(request, made, form, days)

    def _language(self, request: web.Request) -> str:
        return self._frame.language(request)

    def _refused(
        self, request: web.Request, status: int, problem: str, detail: str = ""
    ) -> web.Response:
        context = self._context(request, problem, detail)
        return self._frame.refusal(request, "reports.html.j2", context, status)

    def _context(self, request: web.Request, problem: str = "", detail: str = "") -> "_Context":
        return _Context(self._registry, request.query, problem, detail)


class _Context:
    """What the form shows at an instant."""

    def __init__(
        self, registry: Registry, given: Mapping[str, str], problem: str, detail: str
    ) -> None:
        self._registry = registry
        self._given = given
        self._problem = problem
        self._detail = detail

    def __call__(self, now: datetime) -> Mapping[str, object]:
        last = now.date().replace(day=1) - timedelta(days=1)
        sites = self._registry.fleet().sites
        return {
            "given": {
                "from": last.replace(day=1).isoformat(),
                "to": last.isoformat(),
                **{name: value[:MOST_LETTERS] for name, value in self._given.items()},
            },
            "states": [one for one in STATES.values() if one.code in {s.state for s in sites}],
            "providers": sorted(
                {link.provider for s in sites for link in s.links if link.provider}
            ),
            "forms": tuple(FORMS),
            "problem": self._problem,
            "detail": self._detail,
        }


def _days(query: Mapping[str, str]) -> tuple[date, date] | None:
    """Return the first and the last day; None where they are none, or too many."""
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return (first, last) if timedelta() <= last - first < timedelta(days=LONGEST_DAYS) else None


def _words(
    query: Mapping[str, str], days: tuple[date, date], form: str, language: str
) -> Sequence[str]:
    """Return the options of `guardia report`: each with its value in one word, so none is two."""
    scope = ((name, query.get(name, "").strip()[:MOST_LETTERS]) for name in _SCOPES)
    return [
        f"--from={days[0]}",
        f"--to={days[1]}",
        f"--lang={language}",
        f"--format={form.partition('-')[0]}",
        *FORMS[form][2],
        *(f"--{name}={value}" for name, value in scope if value and "\0" not in value),
    ]


async def _sent(
    request: web.Request, made: BinaryIO, form: str, days: tuple[date, date]
) -> web.StreamResponse:
    """Send it piece by piece: all of a country is tens of megabytes."""
    media, ending, _ = FORMS[form]
    is_shown = form == "html" and "download" not in request.query
    name = f"guardia-{days[0]}-{days[1]}{ending}"
    answer = web.StreamResponse(
        headers={
            "Content-Type": f"{media}; charset=utf-8",
            "Content-Disposition": f'{"inline" if is_shown else "attachment"}; filename="{name}"',
            "Content-Security-Policy": _PAPER,
            "Cache-Control": "no-store",
        }
    )
    with made:
        await answer.prepare(request)
        while piece := await asyncio.to_thread(made.read, PIECE_BYTES):
            await answer.write(piece)
    await answer.write_eof()
    return answer
