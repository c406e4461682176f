"""The incidents of a daemon as lines in a pipe or a file, through its restarts too."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NoReturn

import click

from exporters.backoff import Backoff
from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.incident_news import IncidentNews

REFRESH_S = 2.0
LONGEST_S = 30.0
"""How long it is waited at most between two tries, while no daemon answers."""


class Absence:
    """Says on standard error when a daemon answers no more, and when it does again: each once."""

    def __init__(self) -> None:
        self._backoff = Backoff(REFRESH_S, LONGEST_S)
        self._told = ""

    def goes_on(self, why: str) -> float:
        """Return the seconds to wait before the next try."""
        if why != self._told:
            click.echo(f"{why}; trying again until it does", err=True)
            self._told = why
        return self._backoff.failed()

    def ends(self) -> None:
        if self._told:
            click.echo("the daemon answers again", err=True)
            self._told = ""
            self._backoff.reset()


async def follow(
    api: DaemonApi, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> NoReturn:
    """Print a line whenever an incident opens, pages or ends. Ends by Ctrl-C.

    Raises:
        DaemonUnreachableError: there is nobody from the start.

    """
    news, began_at, absence = IncidentNews(), datetime.now(UTC), Absence()
    incidents = await api.incidents(closed_too=True)
    while True:
        for line in news.of(i for i in incidents if i.closed_at is None or i.closed_at > began_at):
            click.echo(line)
        pause_s = REFRESH_S
        while True:
            await sleep(pause_s)
            try:
                incidents = await api.incidents(closed_too=True)
            except DaemonUnreachableError as error:
                pause_s = absence.goes_on(str(error))
            else:
                absence.ends()
                break
