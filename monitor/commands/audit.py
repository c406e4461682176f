"""`guardia audit`: who ordered what of the daemon."""

import json
from pathlib import Path

import click

from monitor.commands.options import config_option, url_option
from monitor.commands.ordering import asked
from monitor.orders import AuditEntry


@click.command(epilog="Example: guardia audit --limit 20")
@config_option
@url_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print them as the API has them.")
def audit(config: Path, url: str | None, limit: int, as_json: bool) -> None:
    """Show who acknowledged, opened and ended windows, and reloaded: the newest first."""
    page = asked(lambda api: api.read("/api/v1/audit", limit=str(limit)), config, url)
    if as_json:
        click.echo(json.dumps(page["entries"], ensure_ascii=False))
        return
    for written in page["entries"]:
        click.echo(line_of(AuditEntry.model_validate(written)))


def line_of(entry: AuditEntry) -> str:
    """Return one line: when, what, of what, by whom, from where."""
    who = f"{entry.by} ({entry.origin})" if entry.by else entry.origin
    words = f"{entry.action.replace('_', ' ')} {entry.subject}".rstrip()
    detail = f": {entry.detail}" if entry.detail else ""
    return f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}  {words}  {who}{detail}"
