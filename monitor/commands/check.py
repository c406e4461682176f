"""`guardia check`: everything that is wrong with a configuration, at once."""

import json
from pathlib import Path

import click

from config.loader import check_files
from monitor.commands.options import DEFAULT_CONFIG

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog="Example: guardia check -c guardia.yaml sites/baja-california.yaml")
@click.option(
    "-c", "--config", "config", type=_FILE,
    help="The settings file; default: guardia.yaml when no FILE is named.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of problems.")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=_FILE)
def check(config: Path | None, as_json: bool, files: tuple[Path, ...]) -> None:
    """Check the settings and all they include, or site lists by themselves.

    Exits with 0 when nothing is wrong, 1 when something is.
    """
    main = config if config is not None or files else DEFAULT_CONFIG
    problems = check_files(main, files)
    if as_json:
        click.echo(json.dumps([problem.json() for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(problem.text())
        click.echo(f"{len(problems)} problem(s)" if problems else "nothing wrong", err=True)
    if problems:
        raise SystemExit(1)
