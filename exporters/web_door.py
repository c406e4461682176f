"""Who may order anything of the daemon: whoever shows the token, or else this machine alone."""

import hmac
import ipaddress
from collections.abc import Callable

from aiohttp import web
from pydantic import SecretStr

from exporters.web_guard import CrossSiteGuard

_JSON = "application/json"


class Door:
    """Asked before each order, in this order: a page of others, the form, the token or the machine.

    `token` is read each time, so that a reload changes it. JSON is asked for because no form of a
    web page can send it without the browser asking us first.
    """

    def __init__(self, guard: CrossSiteGuard, token: Callable[[], SecretStr | None]) -> None:
        self._guard = guard
        self._token = token

    def check(self, request: web.Request) -> None:
        """Let it pass or refuse it.

        Raises:
            web.HTTPException: 403, 415 or 401; the text says what to do.

        """
        self._guard.check(request)
        if request.content_type != _JSON:
            raise web.HTTPUnsupportedMediaType(text=f"send JSON, with `Content-Type: {_JSON}`")
        token = self._token()
        if token is not None:
            self._check_token(request, token.get_secret_value().strip())
        elif not _is_here(request.remote):
            raise web.HTTPForbidden(
                text="orders come from this machine only; set `api_token:` in guardia.yaml, "
                "and send it as a bearer token"
            )

    @staticmethod
    def _check_token(request: web.Request, token: str) -> None:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        is_right = hmac.compare_digest(
            shown.strip().encode("utf-8", "surrogateescape"), token.encode()
        )
        if scheme.lower() != "bearer" or not is_right:
            raise web.HTTPUnauthorized(
                text="send the `api_token` of guardia.yaml: `Authorization: Bearer …`",
                headers={"WWW-Authenticate": 'Bearer realm="guardia"'},
            )


def _is_here(remote: str | None) -> bool:
    """Tell whether the other end of a connection is on this machine."""
    try:
        address = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
