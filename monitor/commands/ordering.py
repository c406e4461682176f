"""How a command has something done by the daemon, or tells why not."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError, OrderRefusedError
from monitor.commands.daemon_url import daemon_url
from monitor.commands.options import DEFAULT_CONFIG

Answer = TypeVar("Answer")


def asked(
    ask: Callable[[DaemonApi], Awaitable[Answer]],
    config: Path,
    url: str | None,
    token_file: Path | None = None,
) -> Answer:
    """Ask the daemon; whatever keeps it from answering ends the command with its text."""
    if url is None and config != DEFAULT_CONFIG and not config.exists():
        raise click.ClickException(f"{config}: there is no such file; name the daemon with --url")

    async def run() -> Answer:
        async with DaemonApi(url or daemon_url(config), _token(token_file)) as api:
            return await ask(api)

    try:
        return asyncio.run(run())
    except (DaemonUnreachableError, OrderRefusedError) as error:
        raise click.ClickException(str(error)) from error


def ordered(
    method: str, path: str, body: dict[str, object], place: tuple[Path, str | None, Path | None]
) -> dict[str, Any]:
    """Have one thing done; what is None or empty is left unsaid."""
    said = {key: value for key, value in body.items() if value not in (None, (), [], "")}
    return asked(lambda api: api.order(method, path, said), *place)


def _token(token_file: Path | None) -> str | None:
    if token_file is None:
        return os.environ.get("GUARDIA_API_TOKEN") or None
    try:
        return token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{token_file}: cannot be read ({error})") from error
