"""`guardia run`: the daemon."""

import asyncio
import gc
from pathlib import Path

import click

from config.fleet import Fleet
from config.loader import ConfigError, load
from config.secret import RedactingFilter, Redactor
from exporters.web import ListenError
from monitor.app import App
from monitor.commands.options import config_option
from monitor.journal import JournalVersionError
from monitor.logs import configure
from monitor.state_dir import StateDirError


@click.command(epilog="Example: guardia run -c /etc/guardia/guardia.yaml --listen 127.0.0.1:9710")
@config_option
@click.option("--listen", metavar="HOST:PORT", help="Where to serve; overrides `listen:`.")
@click.option("--debug", is_flag=True, help="Log more.")
def run(config: Path, listen: str | None, debug: bool) -> None:
    """Watch everything, tell what is wrong, until SIGTERM. SIGHUP reloads."""
    try:
        fleet = load(config)
    except ConfigError as error:
        raise click.ClickException(f"nothing started\n{error}") from error
    configure(RedactingFilter(Redactor(fleet.secrets)), debug=debug)
    try:
        asyncio.run(_serve(config, fleet, listen))
    except (ListenError, StateDirError, JournalVersionError, ValueError) as error:
        raise click.ClickException(str(error)) from error


async def _serve(config: Path, fleet: Fleet, listen: str | None) -> None:
    app = App(config, fleet, listen)
    gc.collect()
    gc.freeze()  # the fleet lives as long as we do: the collector need not walk it again
    await app.serve()
