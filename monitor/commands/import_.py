"""`guardia import`: site lists from registries."""

from datetime import date, datetime
from pathlib import Path

import click

from config.clues.error import RegistryError
from config.clues.registry import import_clues


@click.group("import")
def import_group() -> None:
    """Make site lists from a registry."""


@import_group.command(
    epilog="Example: guardia import clues CLUES.xlsx --state BC --institution IMB --out sites"
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="The folder for one YAML file per state.",
)  # fmt: skip
@click.option("--state", "states", multiple=True, help="CLUES letters, INEGI number or name.")
@click.option(
    "--institution", "institutions", multiple=True, help="IMB, IMS, or a part of its name."
)
@click.option(
    "--status", "statuses", multiple=True, default=("EN OPERACION",), show_default=True,
    help="Operating status; `all` for every one.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace site lists that are there already.")
def clues(
    file: Path,
    out: Path,
    states: tuple[str, ...],
    institutions: tuple[str, ...],
    statuses: tuple[str, ...],
    force: bool,
) -> None:
    """Turn the rows of the national CLUES catalogue (CSV or XLSX) into site lists.

    Every row that cannot be used is listed with its line and the reason.
    """
    try:
        report = import_clues(
            file,
            out,
            imported_on=_today(),
            states=states,
            institutions=institutions,
            statuses=statuses,
            force=force,
        )
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(report))


def _today() -> date:
    return datetime.now().astimezone().date()
