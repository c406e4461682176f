"""`guardia maintenance`: windows that are opened, shown and ended while the daemon runs."""

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import click

from monitor.commands.options import by_option, config_option, token_option, url_option
from monitor.commands.ordering import asked, ordered
from monitor.orders import WindowView

PATH = "/api/v1/maintenance"


@click.group()
def maintenance() -> None:
    """Open, list and end maintenance windows of a running daemon."""


@maintenance.command(
    epilog="Example: guardia maintenance add --site hg-ensenada --part link/lte --for 90m "
    '--reason "Cambio del switch de la UCI" --critical-area uci --by "TI del hospital"'
)
@config_option
@url_option
@token_option
@by_option
@click.option("--reason", required=True, help="What is done, in 10 characters or more.")
@click.option("--site", "sites", multiple=True, help="Id of a site; may be repeated, as all below.")
@click.option("--state", "states", multiple=True, help="All sites of a state: BC.")
@click.option("--type", "types", multiple=True, help="All sites of a type: hospital.")
@click.option("--node", "nodes", multiple=True, help="A node, and the links that hang on it.")
@click.option("--part", "parts", multiple=True, help="Only these: link, or link/cfe.")
@click.option(
    "--critical-area", "critical_areas", multiple=True,
    help="A life-critical area that may be silent too; without, each calls as ever.",
)  # fmt: skip
@click.option("--from", "starts", metavar="TIME", help="2026-12-01 02:00; default: now.")
@click.option("--until", "ends", metavar="TIME", help="2026-12-01 06:00, or with an offset.")
@click.option("--for", "lasts", metavar="TIME", help="Or for how long: 90m, 4h.")
@click.option("--timezone", help="Of times without an offset; default: each site's own.")
@click.option("--generator-test", is_flag=True, help="Expect the generator to start and carry.")
def add(
    config: Path, url: str | None, token_file: Path | None, starts: str | None, ends: str | None,
    generator_test: bool, **said: object,
) -> None:  # fmt: skip
    """Open a window. It holds at once, and survives reloads and restarts.

    Exits with 0 when it is on record, 1 when it is not.
    """
    body = {key: list(value) if isinstance(value, tuple) else value for key, value in said.items()}
    expects = "generator_test" if generator_test else None
    body |= {"from": starts, "to": ends, "expects": expects}
    answer = ordered("POST", PATH, body, (config, url, token_file))
    click.echo(line_of(WindowView.model_validate(answer)))


@maintenance.command("list", epilog="Example: guardia maintenance list --all")
@config_option
@url_option
@click.option("--all", "everything", is_flag=True, help="Those that are over too.")
@click.option("--json", "as_json", is_flag=True, help="Print them as the API has them.")
def list_windows(config: Path, url: str | None, everything: bool, as_json: bool) -> None:
    """Show the windows of the files and those opened since."""
    query = {"all": "1"} if everything else {}
    page = asked(lambda api: api.read(PATH, **query), config, url)
    if as_json:
        click.echo(json.dumps(page["windows"], ensure_ascii=False))
        return
    for window in page["windows"]:
        click.echo(line_of(WindowView.model_validate(window)))
    if not page["windows"]:
        click.echo("no window is under way or to come", err=True)


@maintenance.command(epilog='Example: guardia maintenance end order-20261121-031407 --by "NOC"')
@config_option
@url_option
@token_option
@by_option
@click.argument("window")
def end(config: Path, url: str | None, token_file: Path | None, by: str, window: str) -> None:
    """End what is under way of WINDOW, or call off what is still to come.

    One that recurs in a site file goes on the next time. What is broken calls at once.
    """
    path = f"{PATH}/{quote(window, safe='')}"
    answer = ordered("DELETE", path, {"by": by}, (config, url, token_file))
    click.echo(line_of(WindowView.model_validate(answer)))


def line_of(window: WindowView) -> str:
    """Return one line: id, when, where, what may be silent, why and who."""
    where = ", ".join(window.where) + (f" ({', '.join(window.parts)})" if window.parts else "")
    critical = ", ".join(window.critical_areas)
    muted = f", {critical} may be silent" if critical else ""
    return f"{window.id}  {_when(window)}  {where}{muted}: {window.reason} ({window.by})"


def _when(window: WindowView) -> str:
    if window.starts is None or window.ends is None:
        return "over"
    span = f"{_clock(window.starts)} to {_clock(window.ends)}"
    recurring = ", recurring" if window.recurring else ""
    return f"{'under way' if window.active else 'to come'}, {span}{recurring}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
