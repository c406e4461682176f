"""`guardia rules`: what Prometheus must know of Guardia, as a file of rules."""

from pathlib import Path

import click

from exporters.rules.objective import DEFAULT_PERCENT
from exporters.rules.rules_file import DEFAULT_RUNBOOKS, rules_file
from monitor.commands.web_address import web_address
from monitor.commands.writing import write


@click.command(epilog="Example: guardia rules --out /etc/prometheus/guardia.rules.yml")
@click.option(
    "--runbooks", default=DEFAULT_RUNBOOKS, show_default=True, callback=web_address,
    help="Where people reach the runbooks; alerts link there.",
)  # fmt: skip
@click.option(
    "--objective", default=DEFAULT_PERCENT, show_default=True, type=click.FloatRange(50, 99.999),
    help="Percent of the time that a life-critical area shall be up, in thirty days.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path),
    help="Write this file instead of printing.",
)  # fmt: skip
def rules(runbooks: str, objective: float, out: Path | None) -> None:
    """Print the alerting and recording rules for Prometheus.

    They tell when Guardia is dead, blind, late or heard by nobody, record availability, and watch
    how fast life-critical areas use up their objective.
    """
    text = rules_file(runbooks, objective)
    if out is None:
        click.echo(text, nl=False)
    else:
        write(out, text)
