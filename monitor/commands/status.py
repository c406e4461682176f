"""`guardia status`: what a running daemon says, in the terminal."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.daemon_url import daemon_url
from monitor.commands.follow import REFRESH_S, follow
from monitor.commands.options import DEFAULT_CONFIG, config_option
from monitor.commands.panel import IncidentList, counts_line
from monitor.events import IncidentEvent
from monitor.vocabulary import State

_HEADER_LINES = 4


@click.command(epilog="Example: guardia status --watch")
@config_option
@click.option("--url", help="Of the daemon; default: where `listen:` of the settings file says.")
@click.option(
    "--watch", is_flag=True, help="Keep showing, until Ctrl-C; in a pipe, a line per news."
)
@click.option("--json", "as_json", is_flag=True, help="Print the open incidents as JSON.")
def status(config: Path, url: str | None, watch: bool, as_json: bool) -> None:
    """Show how many sites are up, and every open incident.

    Exits with 0 when nothing is open, 1 when something is or no daemon answers.
    """
    if watch and as_json:
        raise click.UsageError("--watch is for people and --json for programs: choose one")
    if url is None and config != DEFAULT_CONFIG and not config.exists():
        raise click.ClickException(f"{config}: there is no such file; name the daemon with --url")
    try:
        open_incidents = asyncio.run(_show(url or daemon_url(config), watch=watch, as_json=as_json))
    except DaemonUnreachableError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        return
    if open_incidents:
        raise SystemExit(1)


async def _show(url: str, *, watch: bool, as_json: bool) -> int:
    console = Console()
    async with DaemonApi(url) as api:
        if watch:
            await (_watch(api, console) if console.is_terminal else follow(api))
        incidents = await api.incidents()
        if as_json:
            lines = [incident.model_dump(mode="json", by_alias=True) for incident in incidents]
            click.echo(json.dumps(lines, ensure_ascii=False))
        else:
            console.print(view(url, await api.counts(), incidents, datetime.now(UTC)))
        return len(incidents)


async def _watch(api: DaemonApi, console: Console) -> None:
    """Keep showing, through restarts of the daemon too. Ends by Ctrl-C."""
    await api.counts()  # nobody there from the start is an error
    with Live(console=console, auto_refresh=False, screen=True) as live:
        while True:
            live.update(await _present(api, console.height), refresh=True)
            await asyncio.sleep(REFRESH_S)


async def _present(api: DaemonApi, height: int) -> RenderableType:
    now = datetime.now(UTC)
    try:
        counts, incidents = await api.counts(), await api.incidents()
    except DaemonUnreachableError as error:
        return Group(_clock(now), Text(str(error), style="bold red"))
    return view(api.url, counts, incidents, now, most_lines=height - _HEADER_LINES)


def view(
    url: str,
    counts: dict[State, int],
    incidents: list[IncidentEvent],
    now: datetime,
    most_lines: int | None = None,
) -> Group:
    """Return the whole view: who says it and when, how many sites are how, what is open."""
    number = {0: "nothing is open", 1: "1 incident is open"}.get(
        len(incidents), f"{len(incidents)} incidents are open"
    )
    return Group(
        Text.assemble(("Guardia", "bold"), f" at {url}, ", _clock(now)),
        Text.assemble("sites: ", counts_line(counts)),
        Text(number, style="bold" if incidents else "green"),
        IncidentList(incidents, now, most_lines),
    )


def _clock(now: datetime) -> Text:
    return Text(f"{now.astimezone():%H:%M:%S}", style="bold")
