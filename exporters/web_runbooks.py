"""The runbooks, for whoever opens the link of an alert."""

from html import escape

from aiohttp import web

from exporters.runbook_pages import pages, to_html


class Runbooks:
    """Reads them once, at the start: they do not change while we run."""

    def __init__(self) -> None:
        self._pages = {name: _document(text) for name, text in pages().items()}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/runbooks/", self.index),
            web.get("/runbooks/{page}", self.page),
        ]

    async def index(self, _request: web.Request) -> web.Response:
        return _answer(self._pages["README.md"])

    async def page(self, request: web.Request) -> web.Response:
        found = self._pages.get(request.match_info["page"])
        if found is None:
            raise web.HTTPNotFound(text="no such runbook; /runbooks/ lists them")
        return _answer(found)


def _document(markdown: str) -> str:
    title = escape(markdown.partition("\n")[0].removeprefix("# "))
    return (
        '<!doctype html>\n<html lang="es">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head>\n<body>\n{to_html(markdown)}</body>\n</html>\n"
    )


def _answer(document: str) -> web.Response:
    return web.Response(text=document, content_type="text/html")
