"""`guardia replay`: stored readings, judged again under these settings."""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import click
from rich.console import Console

from config.fleet import Fleet
from config.loader import ConfigError, load
from exporters.exposition import Exposition
from exporters.self_metrics import SelfMetrics
from exporters.text import Language
from monitor.commands.options import config_option
from monitor.commands.replay_view import as_record, view
from monitor.events import ProbeEvent
from monitor.replay.replay import Replay, Told, VantageError
from monitor.replay.stored import StoredError, stored_events

TELL_EVERY_S = 2.0
_FILE_COLUMNS = 200


@click.command(epilog="Example: guardia replay readings.jsonl.gz -c other.yaml")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@config_option
@click.option("--vantage", help="Whose readings, where the file holds those of several.")
@click.option(
    "--language", type=click.Choice(["es", "en"]), help="Of the table; default: the settings'."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay(
    file: Path, config: Path, vantage: str | None, language: Language | None, as_json: bool
) -> None:
    """Judge stored readings again, and show whom it would have called.

    FILE holds probe events as MQTT carries them, one a line, gzipped or not.
    """
    try:
        fleet = load(config)
        with _without_shift_log():
            told = asyncio.run(_replayed(fleet, file, vantage))
    except ConfigError as error:
        raise click.ClickException("\n".join(p.text() for p in error.problems)) from error
    except (StoredError, VantageError) as error:
        raise click.ClickException(str(error)) from error
    _complain(told)
    if as_json:
        click.echo(json.dumps(as_record(told), ensure_ascii=False))
        return
    console = Console()
    if not console.is_terminal:  # a file is as wide as it has to be
        console = Console(width=_FILE_COLUMNS)
    console.print(view(told, language or fleet.settings.language))


@contextmanager
def _without_shift_log() -> Iterator[None]:
    """Keep to ourselves what the daemon would log: it is of other days."""
    log = logging.getLogger("monitor")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


async def _replayed(fleet: Fleet, file: Path, vantage: str | None) -> Told:
    events = stored_events(file)
    first = next(events, None)
    if first is None:
        raise StoredError(f"{file}: there is no reading in it")
    telemetry = SelfMetrics(Exposition(), version=version("guardia"), started_at=first.at)
    with tempfile.TemporaryDirectory(prefix="guardia-replay-") as folder:
        replay = Replay(fleet, telemetry, Path(folder), first.at, vantage)
        try:
            _play(replay, chain([first], events))
        finally:
            await replay.close()
    return replay.told


def _play(replay: Replay, events: Iterable[ProbeEvent]) -> None:
    told_s = time.monotonic()
    for told in replay.play(events):
        if told.readings % 1000 == 0 and time.monotonic() - told_s >= TELL_EVERY_S:
            told_s = time.monotonic()
            sys.stderr.write(
                f"{told.readings} readings, up to {told.ended_at:%Y-%m-%d %H:%M:%S} UTC\n"
            )


def _complain(told: Told) -> None:
    """Say what was left out."""
    if not told.readings:
        raise click.ClickException("the file holds no reading of that vantage")
    if not told.strange:
        return
    names = ", ".join(f"`{name}`" for name, _ in told.strange.most_common(3))
    more = "" if len(told.strange) <= 3 else f" and {len(told.strange) - 3} more"
    text = (
        f"{told.strange.total()} of {told.readings} readings were left out: these settings have "
        f"no such probe of that kind: {names}{more}"
    )
    if told.known_readings == 0:
        raise click.ClickException(text)
    click.echo(f"warning: {text}", err=True)
