"""`guardia ack`: take an incident on, or give it back."""

from pathlib import Path
from urllib.parse import quote

import click

from monitor.commands.options import by_option, config_option, token_option, url_option
from monitor.commands.ordering import ordered
from monitor.events import IncidentEvent


@click.command(epilog='Example: guardia ack 20261121-031407 --by "Ing. Ruiz" --for 1h')
@config_option
@url_option
@token_option
@by_option
@click.option("--for", "lasts", metavar="TIME", help="For how long: 30m, 2h; a day at most.")
@click.option("--until", metavar="TIME", help="Or until when: 2026-12-01 06:00-08:00.")
@click.option("--note", help="What is being done, for whoever looks next.")
@click.option("--undo", is_flag=True, help="Give it back before its time.")
@click.argument("incident")
def ack(
    config: Path, url: str | None, token_file: Path | None, by: str, lasts: str | None,
    until: str | None, note: str | None, undo: bool, incident: str,
) -> None:  # fmt: skip
    """Take INCIDENT on: nobody is reminded of it, and no further level is called, meanwhile.

    What becomes worse calls all the same. Exits with 0 when it is on record, 1 when it is not.
    """
    if undo and (lasts or until or note):
        raise click.UsageError("--undo goes without --for, --until and --note")
    path = f"/api/v1/incidents/{quote(incident, safe='')}/acknowledgement"
    body: dict[str, object] = {"by": by, "for": lasts, "until": until, "note": note}
    answer = ordered("DELETE" if undo else "POST", path, body, (config, url, token_file))
    click.echo(_line(IncidentEvent.model_validate(answer)))


def _line(event: IncidentEvent) -> str:
    taken = event.acknowledged
    if taken is None:
        return f"{event.id} waits again for somebody to acknowledge it"
    return f"{event.id} is taken on by {taken.by} until {taken.until.astimezone():%Y-%m-%d %H:%M}"
