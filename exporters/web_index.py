"""The front page: what can be read here, and how many incidents are open."""

from html import escape

from aiohttp import web

from monitor.ports import Registry
from monitor.vocabulary import Phase

_LINKS = {
    "/api/v1/incidents": {"es": "Incidentes abiertos (JSON)", "en": "Open incidents (JSON)"},
    "/api/v1/sites": {"es": "Sitios y sus estados (JSON)", "en": "Sites and their states (JSON)"},
    "/metrics": {"es": "Métricas para Prometheus", "en": "Metrics for Prometheus"},
    "/runbooks/": {"es": "Guías de atención", "en": "Runbooks (in Spanish)"},
    "/-/healthy": {"es": "Salud del proceso", "en": "Health of the daemon"},
    "/-/ready": {"es": "Listo para servir", "en": "Ready to serve"},
}
_SUMMARY = {
    "es": "Incidentes abiertos: {incidents}. Sitios vigilados: {sites}.",
    "en": "Open incidents: {incidents}. Sites watched: {sites}.",
}


class Index:
    """Works without style sheets or scripts, which the security policy does not allow."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.page)]

    async def page(self, _request: web.Request) -> web.Response:
        fleet = self._registry.fleet()
        language = fleet.settings.language
        opened = sum(i.phase is not Phase.CLOSED for i in self._registry.incidents())
        summary = _SUMMARY[language].format(incidents=opened, sites=len(fleet.sites))
        links = "\n".join(
            f'<li><a href="{path}">{escape(text[language])}</a></li>'
            for path, text in _LINKS.items()
        )
        title = f"Guardia · {escape(fleet.settings.vantage)}"
        body = (
            f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title></head>\n"
            f"<body>\n<h1>{title}</h1>\n<p>{summary}</p>\n<ul>\n{links}\n</ul>\n</body>\n</html>\n"
        )
        return web.Response(text=body, content_type="text/html")
