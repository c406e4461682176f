"""What a running daemon says of itself, over its own API."""

import os
from types import TracebackType
from typing import Any, Self

import aiohttp
from pydantic import ValidationError

from monitor.events import IncidentEvent
from monitor.vocabulary import State

TIMEOUT_S = 5.0
_PAGE = 1000
_REFUSED = frozenset({400, 401, 403, 404, 409, 415})


class DaemonUnreachableError(Exception):
    """No daemon answers there; the text says where and what to try."""


class OrderRefusedError(Exception):
    """The daemon did not carry an order out; the text says why and what to do."""


class DaemonApi:
    """A client of `/api/v1` for the terminal. `token` is what `api_token:` of the daemon says.

    Raises:
        DaemonUnreachableError: from every question, when nobody or somebody else answers.

    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def order(self, method: str, path: str, body: dict[str, object]) -> dict[str, Any]:
        """Have something done; return what the daemon answers.

        Raises:
            OrderRefusedError: it refuses.

        """
        return await self._asked(method, path, json=body, headers=self._headers)

    async def read(self, path: str, **query: str) -> dict[str, Any]:
        """Return what the daemon answers."""
        return await self._get(path, query)

    async def incidents(self, *, closed_too: bool = False) -> list[IncidentEvent]:
        """Return the open incidents, newest first, and the recently closed if asked."""
        page = await self._get("/api/v1/incidents", {"all": "1"} if closed_too else {})
        try:
            return [IncidentEvent.model_validate(incident) for incident in page["incidents"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise self._stranger() from error

    async def counts(self) -> dict[State, int]:
        """Return how many sites are in each state."""
        counts = {}
        for state in State:
            page = await self._get("/api/v1/sites", {"state": state.value, "limit": "1"})
            try:
                counts[state] = int(page["total"])
            except (KeyError, TypeError, ValueError) as error:
                raise self._stranger() from error
        return counts

    async def names(self) -> dict[str, str]:
        """Return the name of each site by its id."""
        names: dict[str, str] = {}
        total = 1
        while len(names) < total:
            asked = {"limit": str(_PAGE), "offset": str(len(names))}
            page = await self._get("/api/v1/sites", asked)
            try:
                news = {str(site["id"]): str(site["name"]) for site in page["sites"]}
                total = int(page["total"]) if news else 0
            except (KeyError, TypeError, ValueError) as error:
                raise self._stranger() from error
            names |= news
        return names

    async def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        return await self._asked("GET", path, params=query)

    async def _asked(self, method: str, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        try:
            async with self._session.request(method, self.url + path, **more) as answer:
                if method != "GET" and answer.status in _REFUSED:
                    raise OrderRefusedError((await answer.json())["detail"])
                answer.raise_for_status()
                document = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise DaemonUnreachableError(
                f"no Guardia answers at {self.url} ({_why(error)}): "
                "is it running? name another place with --url"
            ) from error
        if not isinstance(document, dict):
            raise self._stranger()
        return document

    def _stranger(self) -> DaemonUnreachableError:
        return DaemonUnreachableError(
            f"what answers at {self.url} is no Guardia, or one of another version: "
            "name another place with --url"
        )


def _why(error: Exception) -> str:
    """Return the reason in a few words; aiohttp's own names internals."""
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0
        return os.strerror(number).lower() if number > 0 else str(error.os_error.strerror)
    if isinstance(error, aiohttp.ContentTypeError):
        return "it speaks no JSON"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"HTTP status {error.status}"
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT_S:.0f} s"
    return str(error) or type(error).__name__
