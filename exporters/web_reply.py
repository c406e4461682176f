"""How every answer looks: JSON problems, and headers that let a browser do nothing."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import BaseModel

from exporters.api_view import Problem

LOG = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_WORDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}


def document(view: BaseModel, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        text=view.model_dump_json(by_alias=True), status=status, content_type="application/json"
    )


def problem(status: int, detail: str) -> web.Response:
    """Return a JSON answer that says what is wrong."""
    return document(Problem(error=_WORDS.get(status, "error"), detail=detail), status)


def plain(text: str, status: int = 200) -> web.Response:
    return web.Response(text=f"{text}\n", status=status, content_type="text/plain")


async def set_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer has, unless it brought its own."""
    response.headers["Server"] = "guardia"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def problems_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn HTTP errors into JSON, and a bug into a 500 that tells the caller nothing."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = problem(error.status, error.text or error.reason)
        for name in ("Allow", "WWW-Authenticate"):
            if name in error.headers:
                answer.headers[name] = error.headers[name]
        return answer
    except Exception:  # the boundary of this exporter: one request never ends the server
        LOG.exception("request failed method=%s path=%s", request.method, request.path)
        return problem(500, "an error inside Guardia; its log has the details")
