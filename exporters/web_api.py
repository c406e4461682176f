"""/api/v1: sites and incidents as JSON (docs/api.md)."""

from aiohttp import web

from config.site import Site
from exporters.api_view import IncidentPage, Present, SitePage, matches
from exporters.web_reply import document
from monitor.ports import Registry
from monitor.vocabulary import Phase, State

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
_MAX_WORDS = 100
_MAX_DIGITS = 9


class Api:
    """Reads the daemon's present view; a query parameter it does not know is an error."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/sites", self.sites),
            web.get("/api/v1/sites/{id}", self.site),
            web.get("/api/v1/incidents", self.incidents),
        ]

    async def sites(self, request: web.Request) -> web.Response:
        """Return a page of sites in site-list order."""
        only(request, "state", "q", "limit", "offset")
        states, words = _states(request), request.query.get("q", "")[:_MAX_WORDS].strip()
        limit = whole_number(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
        offset = whole_number(request, "offset", 0, 0, 10**_MAX_DIGITS)
        present = self._present()
        found = [
            site
            for site in self._registry.fleet().sites
            if present.state_of(site) in states and (not words or matches(site, words))
        ]
        shown = tuple(map(present.site, found[offset : offset + limit]))
        return document(SitePage(total=len(found), offset=offset, limit=limit, sites=shown))

    async def site(self, request: web.Request) -> web.Response:
        only(request)
        return document(self._present().site(self._named(request.match_info["id"])))

    async def incidents(self, request: web.Request) -> web.Response:
        """Return the open incidents; with `all=1` also those closed a short while ago."""
        only(request, "all")
        everything = whole_number(request, "all", 0, 0, 1)
        incidents = tuple(
            incident
            for incident in self._registry.incidents()
            if everything or incident.phase is not Phase.CLOSED
        )
        return document(IncidentPage(incidents=incidents))

    def _present(self) -> Present:
        registry = self._registry
        return Present(registry.fleet(), registry.states(), registry.incidents())

    def _named(self, site_id: str) -> Site:
        site = self._registry.fleet().sites_by_id.get(site_id)
        if site is None:
            raise web.HTTPNotFound(text="no site has this id")
        return site


def only(request: web.Request, *names: str) -> None:
    """Refuse query parameters of other names."""
    unknown = sorted(set(request.query) - set(names))
    if unknown:
        known = f"known are: {', '.join(names)}" if names else "none is known here"
        raise web.HTTPBadRequest(text=f"unknown query parameter `{unknown[0][:50]}`; {known}")


def _states(request: web.Request) -> frozenset[State]:
    written = [word for value in request.query.getall("state", []) for word in value.split(",")]
    if not all(word in list(State) for word in written):
        raise web.HTTPBadRequest(text=f"`state` is one or more of: {', '.join(State)}")
    return frozenset(map(State, written)) or frozenset(State)


def whole_number(request: web.Request, name: str, default: int, least: int, most: int) -> int:
    """Return a query parameter that is a whole number within bounds."""
    written = request.query.get(name)
    if written is None:
        return default
    is_number = written.isascii() and written.isdecimal() and len(written) <= _MAX_DIGITS
    if not is_number or not least <= int(written) <= most:
        raise web.HTTPBadRequest(text=f"`{name}` is a number from {least} to {most}")
    return int(written)
