"""`guardia report`: what a period was like, from the journal."""

import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import available_timezones

import click

from config.fleet import Fleet
from config.loader import ConfigError, load
from config.state import STATES, state_code
from monitor.commands.options import config_option
from monitor.commands.report_pdf import PdfError, printed
from monitor.report.page import page
from monitor.report.question import Question, QuestionError
from monitor.report.record import RecordError, read
from monitor.report.report import Report
from monitor.report.report import report as made
from monitor.report.tables import TABLES, Table, as_csv, as_json
from monitor.report.wording import wall
from monitor.report.words import Language
from monitor.state_dir import state_dir

TELL_EVERY_S = 1.0
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(epilog="Example: guardia report --from 2026-11-01 --to 2026-11-30 --out nov.html")
@config_option
@click.option("--from", "first", required=True, type=_DAY, help="The first day.")
@click.option("--to", "last", required=True, type=_DAY, help="The last day; all of it counts.")
@click.option("--state", default="", help="Its two letters, its INEGI number or its name.")
@click.option("--municipality", default="", help="By its name in the site list.")
@click.option("--site", default="", help="By its id or its CLUES.")
@click.option("--provider", default="", help="Its links, and the sites that have one.")
@click.option("--format", "form", default="html", show_default=True,
              type=click.Choice(["html", "csv", "json", "pdf"]))  # fmt: skip
@click.option("--table", default="availability", show_default=True, type=click.Choice(TABLES),
              help="Which table, in CSV.")  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["es", "en"]),
              help="Of HTML and PDF; default: the settings'.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write it; default: standard output.")  # fmt: skip
@click.option("--journal", type=click.Path(path_type=Path),
              help="The journal, or a copy; default: the one in the state directory.")  # fmt: skip
@click.option("--timezone", "zone", default="",
              help="By whose clocks days begin; default: each site's by its own.")  # fmt: skip
def report(
    config: Path, first: datetime, last: datetime, state: str, municipality: str, site: str,
    provider: str, form: str, table: Table, language: Language | None, out: Path | None,
    journal: Path | None, zone: str,
) -> None:  # fmt: skip
    """Tell availability, outages and their causes in a period.

    It reads the journal of the daemon, running or not, and the settings of today.
    """
    question = Question(
        first.date(), last.date(), _zone(zone), _state(state), municipality, site, provider
    )
    if form == "pdf" and out is None:
        raise click.UsageError("a PDF goes to a file: say which with --out")
    try:
        fleet = load(config)
        told = _made(fleet, question, journal or state_dir(fleet.settings.state_dir) / "journal.db")
        pieces = _written(told, form, table, language or fleet.settings.language)
        _deliver(pieces, form, out)
    except ConfigError as error:
        raise click.ClickException("\n".join(p.text() for p in error.problems)) from error
    except (QuestionError, RecordError, PdfError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: {error.strerror}") from error


def _made(fleet: Fleet, question: Question, journal: Path) -> Report:
    period = question.span(question.sites(fleet))  # a wrong question is told of at once
    record = read(journal, period)
    told = made(fleet, record, question, _Progress())
    if not told.is_over:
        click.echo(f"warning: {_unfinished(told)}", err=True)
    if told.unreadable:
        click.echo(f"warning: {told.unreadable} rows of the journal are unreadable", err=True)
    return told


def _unfinished(told: Report) -> str:
    if told.seen_until is None:
        return "the journal knows of no time at which a daemon was awake: nothing counts"
    until = wall(told.seen_until, told.zone)
    return f"the journal ends on {until}, before the period does: the rest is missing"


def _written(told: Report, form: str, table: Table, language: Language) -> Iterable[str]:
    """Yield it piece by piece: all of a country is tens of megabytes."""
    if form == "csv":
        return as_csv(told, table)
    return as_json(told) if form == "json" else [page(told, language)]


def _deliver(pieces: Iterable[str], form: str, out: Path | None) -> None:
    if form == "pdf" and out is not None:
        out.write_bytes(printed("".join(pieces)))
    elif out is not None:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    else:
        for piece in pieces:
            click.echo(piece, nl=False)


def _zone(written: str) -> str:
    if written and written not in available_timezones():
        raise click.UsageError(f"--timezone `{written}` is no IANA zone; write America/Tijuana")
    return written


def _state(written: str) -> str:
    if not written:
        return ""
    code = state_code(written)
    if code is None:
        known = ", ".join(STATES)
        raise click.UsageError(f"--state `{written}` is no Mexican state; write one of {known}")
    return code


class _Progress:
    """Says on standard error how far it is, where it takes long."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            sys.stderr.write(f"{done} of {of} sites\n")
