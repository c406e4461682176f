"""Reads the journal for those who show what was, in a thread of its own: the loop never waits.

An answer is kept for some seconds and shared by all who ask meanwhile, so a page that a hundred
people look at costs one reading.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from config.fleet import Fleet
from monitor.archive import milliseconds
from monitor.past import DAYS, Found, SitePast, Wanted
from monitor.past_incident import PastIncident
from monitor.ports import Clock
from monitor.report.past_search import count, find, one
from monitor.report.site_past import site_past
from monitor.trouble import Trouble

log = logging.getLogger(__name__)

KEPT_S = 10.0
PATIENCE_S = 3.0
"""A disk that hangs costs a page its past, and not the page."""
MOST_KEPT = 64
"""Answers, those that are awaited included; beyond them nobody is answered until one is there."""
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Kept:
    answer: asyncio.Future[Any]
    asked_s: float


class Archivist:
    """Implements `monitor.past.Past` over the journal's file, beside the daemon that writes it."""

    def __init__(self, path: Path, fleet: Callable[[], Fleet], clock: Clock) -> None:
        self._path = path
        self._fleet = fleet
        self._clock = clock
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="archivist")
        self._trouble = Trouble(log, "journal, read for the board")
        self._kept: dict[Hashable, _Kept] = {}

    async def of_site(self, site: str) -> SitePast | None:
        """Return the last days of a site; None if it is not watched, or cannot be told now."""
        fleet, now = self._fleet(), self._clock.now()
        watched = fleet.sites_by_id.get(site)
        if watched is None:
            return None
        period = milliseconds(now - timedelta(days=DAYS)), milliseconds(now)
        return await self._ask(
            ("site", site), lambda database: site_past(database, fleet, watched, period)
        )

    async def count(self, wanted: Wanted) -> int | None:
        """Return how many incidents that are over are wanted; None if it cannot be told now."""
        return await self._ask(("count", wanted), lambda database: count(database, wanted))

    async def incidents(self, wanted: Wanted, first: int, most: int) -> Found | None:
        """Return some of them, read anew; None if they cannot be read now."""
        return await self._ask(None, lambda database: find(database, wanted, first, most))

    async def incident(self, number: str) -> PastIncident | None:
        """Return one that is over; None if there is none, or it cannot be read now."""
        return await self._ask(("one", number), lambda database: one(database, number))

    def close(self) -> None:
        """Let go; what is being read is not waited for."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    async def _ask(
        self, key: Hashable, read: Callable[[sqlite3.Connection], Answer]
    ) -> Answer | None:
        """Return an answer, kept under its key; one without a key is for who asks alone."""
        is_alone = key is None
        key = object() if is_alone else key
        now_s = self._clock.monotonic()
        kept = self._kept.get(key)
        if kept is None or (kept.answer.done() and now_s - kept.asked_s >= KEPT_S):
            if not self._makes_room(now_s):
                return None
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._reader, partial(self._read, read))
            kept = self._kept[key] = _Kept(answer, now_s)
            if is_alone:
                answer.add_done_callback(lambda _: self._kept.pop(key, None))
        done, _ = await asyncio.wait([kept.answer], timeout=PATIENCE_S)
        if not done:
            return None
        told: Answer | None = kept.answer.result()
        return told

    def _read(self, read: Callable[[sqlite3.Connection], Answer]) -> Answer | None:
        """Read in the thread; None, and a word in the log, where the disk or the file refuses."""
        try:
            with closing(_opened(self._path)) as database:
                answer = read(database)
        except (sqlite3.Error, ValueError) as error:  # refused, or a row that was torn
            self._trouble.happened(f"{error}: pages show no past until it can be read")
            return None
        self._trouble.over()
        return answer

    def _makes_room(self, now_s: float) -> bool:
        """Forget what is old; tell whether one more may be asked."""
        old = [k for k, one in self._kept.items() if one.answer.done()]
        for key in old:
            if now_s - self._kept[key].asked_s >= KEPT_S or len(self._kept) >= MOST_KEPT:
                del self._kept[key]
        return len(self._kept) < MOST_KEPT


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    database.text_factory = lambda stored: stored.decode("utf-8", "replace")
    return database
