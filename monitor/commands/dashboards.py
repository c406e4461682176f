"""`guardia dashboards`: what Grafana shows of Guardia, as files that it provisions."""

from pathlib import Path

import click

from exporters.dashboards.every import DEFAULT_BOARD, dashboard_files
from monitor.commands.web_address import web_address
from monitor.commands.writing import write


@click.command(epilog="Example: guardia dashboards /var/lib/grafana/dashboards")
@click.option(
    "--board-url", default=DEFAULT_BOARD, show_default=True, callback=web_address,
    help="Where people reach Guardia; panels link there.",
)  # fmt: skip
@click.argument(
    "folder", metavar="[DIR]", default=Path("dashboards"),
    type=click.Path(file_okay=False, path_type=Path),
)  # fmt: skip
def dashboards(board_url: str, folder: Path) -> None:
    """Write the dashboards for Grafana into DIR, by default `dashboards` here.

    The country, a state, a site, critical areas, power, telemedicine, and Guardia's own health, in
    Spanish. Files of the same name are replaced.
    """
    for name, text in dashboard_files(board_url).items():
        write(folder / name, text)
