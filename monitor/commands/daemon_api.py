"""What a running daemon says of itself, over its own API."""

from types import TracebackType
from typing import Any, Self

import aiohttp

from monitor.events import IncidentEvent
from monitor.vocabulary import State

TIMEOUT_S = 5.0


class DaemonUnreachableError(Exception):
    """No daemon answers there; the text says where and what to try."""


class DaemonApi:
    """A client of `/api/v1` for the terminal."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
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

    async def incidents(self, *, closed_too: bool = False) -> list[IncidentEvent]:
        """Return the open incidents, newest first, and the recently closed if asked."""
        page = await self._get("/api/v1/incidents", {"all": "1"} if closed_too else {})
        return [IncidentEvent.model_validate(incident) for incident in page["incidents"]]

    async def counts(self) -> dict[State, int]:
        """Return how many sites are in each state."""
        counts = {}
        for state in State:
            page = await self._get("/api/v1/sites", {"state": state.value, "limit": "1"})
            counts[state] = int(page["total"])
        return counts

    async def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        try:
            async with self._session.get(self._url + path, params=query) as answer:
                answer.raise_for_status()
                document: dict[str, Any] = await answer.json()
                return document
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DaemonUnreachableError(
                f"no Guardia answers at {self._url} ({str(error) or 'timed out'}); "
                "is it running? name another place with --url"
            ) from error
