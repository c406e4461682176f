"""`guardia test-message`: find out in daylight whether a channel reaches people."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from config.fleet import Fleet
from config.loader import ConfigError, load
from config.secret import Redactor
from config.suggestion import closest
from exporters.channel import Destination
from exporters.channels import destinations_of
from exporters.message import trial
from exporters.posting import Answer, Verdict
from exporters.text import wording_of
from monitor.commands.options import config_option

ALL = "all"


@click.command("test-message", epilog="Example: guardia test-message --to mail:noc")
@config_option
@click.option(
    "--to", "names", metavar="CHANNEL", multiple=True, required=True,
    help="Such as mail:noc, telegram:guardia-bc or ntfy:noc; may be repeated; `all` for each.",
)  # fmt: skip
def test_message(config: Path, names: tuple[str, ...]) -> None:
    """Send a message that is marked as a test, and rings as the worst would.

    It goes straight to each CHANNEL of the settings, whatever its priorities, once; no daemon is
    needed, and none takes notice. Exits with 1 when one of them did not take it.
    """
    fleet = _fleet(config)
    chosen = _chosen(config, _known(config, fleet), names)
    redactor = Redactor(fleet.secrets)
    answers = asyncio.run(_send(fleet, chosen, datetime.now().astimezone()))
    for name, answer in zip(chosen, answers, strict=True):
        is_told = answer.verdict is Verdict.TOLD
        said = "took it" if is_told else f"did not take it: {redactor.redact(answer.text)}"
        click.echo(f"{name} {said}", err=not is_told)
    if any(answer.verdict is not Verdict.TOLD for answer in answers):
        raise SystemExit(1)


def _fleet(config: Path) -> Fleet:
    try:
        return load(config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _known(config: Path, fleet: Fleet) -> dict[str, Destination]:
    try:
        found = destinations_of(fleet.settings.exporters)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not found:
        raise click.ClickException(
            f"{config} names nobody: write `mail`, `telegram` or `ntfy` under `exporters:` "
            "(docs/messages.md)"
        )
    return {one.member.receiver: one for several in found.values() for one in several}


def _chosen(
    config: Path, known: Mapping[str, Destination], names: Sequence[str]
) -> dict[str, Destination]:
    if ALL in names:
        return dict(known)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        near = closest(unknown, known)
        meant = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        raise click.BadParameter(f"{config} has no {unknown}; {meant}", param_hint="--to")
    return {name: known[name] for name in dict.fromkeys(names)}


async def _send(fleet: Fleet, chosen: Mapping[str, Destination], now: datetime) -> Sequence[Answer]:
    return await asyncio.gather(*(_send_one(fleet, one, now) for one in chosen.values()))


async def _send_one(fleet: Fleet, to: Destination, now: datetime) -> Answer:
    settings = fleet.settings
    message = trial(to.member.named, settings.vantage, wording_of(settings), now)
    async with to.carrier as carrier:
        return await carrier.post(to.compose(message, ""), {})
