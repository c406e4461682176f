"""An address of the web as an option of the command line."""

import re

import click


def web_address(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    """Return the address without its last slash.

    Raises:
        click.BadParameter: it is none, or has what would break a file that quotes it.

    """
    if not re.fullmatch(r"https?://[^\s\"'<>\\]+", value):
        raise click.BadParameter(f"{value!r} is no web address: write http://host/path")
    return value.rstrip("/")
