"""Options that several commands share."""

from pathlib import Path

import click

DEFAULT_CONFIG = Path("guardia.yaml")

config_option = click.option(
    "-c", "--config", "config",
    type=click.Path(dir_okay=False, path_type=Path), default=DEFAULT_CONFIG, show_default=True,
    help="The settings file; its `include:` names the site lists.",
)  # fmt: skip
