"""Files that a command writes where it is told to."""

from pathlib import Path

import click


def write(path: Path, text: str) -> None:
    """Write a file and say so.

    Raises:
        click.ClickException: it cannot be written; the text says why.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    click.echo(f"wrote {path}", err=True)
