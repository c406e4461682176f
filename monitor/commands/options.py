"""Options and values that several commands share."""

from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from config.settings import Listen

DEFAULT_CONFIG = Path("guardia.yaml")
_LISTEN: TypeAdapter[str] = TypeAdapter(Listen)

config_option = click.option(
    "-c", "--config", "config",
    type=click.Path(dir_okay=False, path_type=Path), default=DEFAULT_CONFIG, show_default=True,
    help="The settings file; its `include:` names the site lists.",
)  # fmt: skip


url_option = click.option(
    "--url", help="Of the daemon; default: where `listen:` of the settings file says."
)
token_option = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Holds the daemon's `api_token:`; default: the variable GUARDIA_API_TOKEN, or none.",
)
by_option = click.option(
    "--by", required=True, envvar="GUARDIA_BY", metavar="NAME",
    help="Who orders this, for the record; default: the variable GUARDIA_BY.",
)  # fmt: skip


def listen_address(
    _context: click.Context, _parameter: click.Parameter, written: str | None
) -> str | None:
    """Return HOST:PORT as written, by the rule of the setting `listen:`; refuse anything else."""
    if written is None:
        return None
    try:
        return _LISTEN.validate_python(written)
    except ValidationError as error:
        raise click.BadParameter(
            f"{written!r} is no HOST:PORT; write such as 127.0.0.1:9710"
        ) from error
