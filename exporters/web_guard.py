"""Keeps other people's web pages from giving us commands through an operator's browser."""

import ipaddress
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from aiohttp import web


class CrossSiteGuard:
    """For requests that change something.

    Scripts send neither Origin nor Sec-Fetch-Site and pass. A browser sends at least one, and
    passes only from a page of our own: the origin must be the host it asked, and that host an
    address, localhost or one of `trusted_hosts`; a name that an attacker has pointed at us (DNS
    rebinding) is its own origin, but none of those. They are read each time, as a reload changes
    them.
    """

    def __init__(self, trusted_hosts: Callable[[], Collection[str]]) -> None:
        self._trusted_hosts = trusted_hosts

    def check(self, request: web.Request) -> None:
        """Let it pass or refuse it.

        Raises:
            web.HTTPForbidden: it comes from a page that is not ours.

        """
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text="this may only be asked from Guardia's own pages")
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_ours(origin, request.host):
            raise web.HTTPForbidden(text="the Origin of this request is not Guardia's")

    def _is_ours(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
            name = parts.hostname or ""
        except ValueError:
            return False
        return parts.netloc.lower() == host.lower() and self._is_trusted(name)

    def _is_trusted(self, name: str) -> bool:
        if name == "localhost" or name in {host.lower() for host in self._trusted_hosts()}:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True
