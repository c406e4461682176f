"""`guardia run`: the daemon."""

import asyncio
import logging
import os
import resource
import threading
from pathlib import Path

import click
import uvloop

from config.fleet import Fleet
from config.loader import ConfigError, load
from config.secret import RedactingFilter, Redactor
from exporters.web import ListenError
from monitor import collector
from monitor.app import App
from monitor.commands.options import config_option, listen_address
from monitor.journal_file import JournalVersionError
from monitor.logs import configure
from monitor.state_dir import StateDirError

log = logging.getLogger(__name__)

GOODBYE_S = 1.0

FIRST_STEPS = """\
Guardia reads what to watch from a settings file. Two steps make one:

  1. site lists, from the registry of health units (or written by hand, as in the README):
     guardia import clues CLUES.csv --state BC --out sites
  2. a guardia.yaml beside the folder `sites`, with this one line:
     include: [sites/*.yaml]

`guardia check` tells what is missing; `guardia demo` shows all of it without any file."""


@click.command(epilog="Example: guardia run -c /etc/guardia/guardia.yaml --listen 127.0.0.1:9710")
@config_option
@click.option(
    "--listen", metavar="HOST:PORT", callback=listen_address,
    help="Where to serve; overrides `listen:`.",
)  # fmt: skip
@click.option("--debug", is_flag=True, help="Log more.")
def run(config: Path, listen: str | None, debug: bool) -> None:
    """Watch everything, tell what is wrong, until SIGTERM. SIGHUP reloads.

    Exits with 0 when it was told to stop, 1 when it could not start.
    """
    fleet = _fleet(config)
    configure(RedactingFilter(Redactor(fleet.secrets)), debug=debug)
    _allow_open_files()
    if not fleet.probes:
        log.warning("no site has a probe: nothing is asked sites=%d", len(fleet.sites))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(config, fleet, listen))
    except (ListenError, StateDirError, JournalVersionError) as error:
        raise click.ClickException(str(error)) from error


def _fleet(config: Path) -> Fleet:
    if not config.exists():
        raise click.ClickException(f"nothing started: there is no {config}\n\n{FIRST_STEPS}")
    try:
        return load(config)
    except ConfigError as error:
        raise click.ClickException(f"nothing started\n{error}") from error


def _allow_open_files() -> None:
    """Raise our own limit: in a mass outage every HTTP and TCP run holds a socket at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError) as error:
        log.debug("open files stay limited soft=%d hard=%d why=%s", soft, hard, error)
    else:
        log.debug("open files soft=%d was=%d", hard, soft)


async def _serve(config: Path, fleet: Fleet, listen: str | None) -> None:
    app = App(config, fleet, listen)
    await app.serve(on_listening=_listening)
    _end_soon()


def _listening(_address: str, _port: int) -> None:
    collector.spare()
    collector.spare_again(asyncio.get_running_loop())


def _end_soon() -> None:
    """End the process though a thread of its own hangs.

    All is told and written by now, and Python would join its threads first: one that asks a dead
    name server cannot be interrupted, and may hang for half a minute.
    """
    last = threading.Timer(GOODBYE_S, os._exit, [os.EX_OK])
    last.daemon = True
    last.start()
