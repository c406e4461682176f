"""What every page has in common: language, frame, headers, and that it is made once for all."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from exporters.board.feed import Feed
from exporters.board.rendering import render
from exporters.text import Language
from monitor.ports import Clock, Registry

SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere, in nobody's frame."""
COOKIE = "guardia_language"
KEPT_S = 1.0
"""While nothing was told since, a page may be this old: a hundred who look again are one's work."""
REST = 20
"""A page is kept for so many times what it took, whatever was told: it takes no more than a
twentieth of a core. Viewers see by `seen` that it is older than what they heard, and ask again."""
MOST_KEPT = 64
_YEAR_S = 365 * 86_400
_LANGUAGES: dict[str, Language] = {"es": "es", "en": "en"}

Context = Callable[[datetime], Mapping[str, object]]
"""Gathers what a page shows at an instant; asked only when the page has to be made."""


@dataclass(frozen=True, slots=True)
class _Made:
    plain: bytes
    squeezed: bytes
    place: str
    at_s: float
    took_s: float

    def holds(self, place: str, now_s: float) -> bool:
        """Tell whether it can be shown again."""
        age_s = now_s - self.at_s
        return (self.place == place and age_s < KEPT_S) or age_s < self.took_s * REST


class Frame:
    """Answers with pages. Paths in them are relative, so that a proxy may put us anywhere."""

    def __init__(self, registry: Registry, feed: Feed, clock: Clock) -> None:
        self._registry = registry
        self._feed = feed
        self._clock = clock
        self._kept: dict[tuple[str, Language], _Made] = {}

    def language(self, request: web.Request) -> Language:
        """Return what was asked for, or chosen before, or set for everybody."""
        for asked in (request.query.get("lang", ""), request.cookies.get(COOKIE, "")):
            if asked in _LANGUAGES:
                return _LANGUAGES[asked]
        return self._registry.fleet().settings.language

    def kept(self, request: web.Request) -> web.Response | None:
        """Return a page that still holds, for who would have to ask others for what is in it."""
        made = self._kept.get((request.path_qs, self.language(request)))
        if made is None or not made.holds(self._feed.place, self._clock.monotonic()):
            return None
        return self._answer(request, made, 200)

    def answer(self, request: web.Request, template: str, context: Context) -> web.Response:
        """Return a page. `lang` in the query is remembered in a cookie of this host."""
        key = request.path_qs, self.language(request)
        made = self._kept.get(key)
        if made is None or not made.holds(self._feed.place, self._clock.monotonic()):
            made = self._make(request, template, context)
            self._keep(key, made)
        return self._answer(request, made, 200)

    def missing(self, request: web.Request, what: str) -> web.Response:
        """Return a page that says that this is not, or not any more."""
        return self.refusal(request, "missing.html.j2", lambda _now: {"what": what}, 404)

    def refusal(
        self, request: web.Request, template: str, context: Context, status: int
    ) -> web.Response:
        """Return a page that says why there is no other; it is made for this one request."""
        return self._answer(request, self._make(request, template, context), status)

    def _make(self, request: web.Request, template: str, context: Context) -> _Made:
        began_s = self._clock.monotonic()
        language, now, place = self.language(request), self._clock.now(), self._feed.place
        settings = self._registry.fleet().settings
        text = render(
            template,
            language,
            up="../" * (request.path.count("/") - 1),
            other="en" if language == "es" else "es",
            query=[(name, value) for name, value in request.query.items() if name != "lang"],
            vantage=settings.vantage,
            grafana=(settings.grafana_url or "").rstrip("/"),
            seen=place,
            now=now,
            **context(now),
        )
        body = text.encode()
        squeezed = gzip.compress(body, compresslevel=5, mtime=0)
        now_s = self._clock.monotonic()
        return _Made(body, squeezed, place, now_s, now_s - began_s)

    def _keep(self, key: tuple[str, Language], made: _Made) -> None:
        self._kept.pop(key, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = made

    def _answer(self, request: web.Request, made: _Made, status: int) -> web.Response:
        language = self.language(request)
        accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {
            "Content-Language": language,
            "Content-Security-Policy": SECURITY,
            "Vary": "Accept-Encoding, Cookie",
        }
        if accepts_gzip:
            headers["Content-Encoding"] = "gzip"
        answer = web.Response(
            body=made.squeezed if accepts_gzip else made.plain,
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers=headers,
        )
        if request.query.get("lang") in _LANGUAGES:
            answer.set_cookie(COOKIE, language, max_age=_YEAR_S, samesite="Lax", httponly=True)
        return answer
