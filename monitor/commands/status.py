"""`guardia status`: what a running daemon says, in the terminal."""

import asyncio
import json
from datetime import UTC, datetime

import click
from rich.console import Console, Group
from rich.live import Live

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.panel import counts_line, incidents_table

REFRESH_S = 2.0


@click.command(epilog="Example: guardia status --watch")
@click.option("--url", default="http://127.0.0.1:9710", show_default=True, help="Of the daemon.")
@click.option("--watch", is_flag=True, help="Keep showing, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print the open incidents as JSON.")
def status(url: str, watch: bool, as_json: bool) -> None:
    """Show how many sites are up, and every open incident.

    Exits with 0 when nothing is open, 1 when something is or no daemon answers.
    """
    try:
        open_incidents = asyncio.run(_show(url, watch=watch, as_json=as_json))
    except DaemonUnreachableError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        return
    if open_incidents:
        raise SystemExit(1)


async def _show(url: str, *, watch: bool, as_json: bool) -> int:
    console = Console()
    async with DaemonApi(url) as api:
        if as_json:
            incidents = await api.incidents()
            lines = [incident.model_dump(mode="json", by_alias=True) for incident in incidents]
            click.echo(json.dumps(lines, ensure_ascii=False))
            return len(incidents)
        if not watch:
            console.print(await _view(api))
            return len(await api.incidents())
        with Live(await _view(api), console=console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(REFRESH_S)
                live.update(await _view(api), refresh=True)


async def _view(api: DaemonApi) -> Group:
    counts, incidents = await api.counts(), await api.incidents()
    title = f"{len(incidents)} open" if incidents else "nothing open"
    return Group(counts_line(counts), incidents_table(incidents, datetime.now(UTC), title))
