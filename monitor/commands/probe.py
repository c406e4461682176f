"""`guardia probe`: ask once, and explain the answer."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.markup import escape

from config.component import Probe
from config.fleet import Fleet, plan_probes
from config.loader import ConfigError, load
from config.probe import AnyProbe, HttpSettings, IcmpSettings, TcpSettings
from config.settings import Classes
from config.suggestion import closest
from monitor.commands.conclusion import Answer, conclude
from monitor.commands.options import DEFAULT_CONFIG, config_option
from monitor.commands.route import ending
from monitor.events import Echo
from monitor.explain import MEANING, explain
from monitor.normalize import published
from probes.kinds import Kinds
from probes.reading import Reading, Reason
from probes.route import Hop, TraceError, trace

_HOST_PORT = re.compile(r"(\[[^\]]+\]|[^:/\s]+):\d+")
_WORTH_TRACING = frozenset({Reason.NO_REPLY, Reason.CONNECT_TIMEOUT})
_UNRESOLVED = frozenset({Reason.RESOLVE_FAILED, Reason.RESOLVER_UNAVAILABLE})
_READING = TypeAdapter(Reading)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `site` is the site asked about as a whole; `hint` helps if all fails."""

    probes: tuple[Probe, ...]
    fleet: Fleet | None = None
    site: str | None = None
    hint: str = ""


@click.command(
    epilog="Examples: guardia probe 127.0.0.1 · guardia probe https://ece.example.mx/health · "
    "guardia probe 127.0.0.1:443 · guardia probe -c guardia.yaml hg-ensenada"
)
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per probe.")
@click.option(
    "--trace/--no-trace", "traced", default=None,
    help="Trace the route of what did not reply (needs root). Default: the first one, "
    "where permitted; not with --json.",
)  # fmt: skip
@click.argument("target")
def probe(config: Path, as_json: bool, traced: bool | None, target: str) -> None:
    """Ask TARGET once and explain the answer.

    TARGET is a site of the configuration, one of its components (SITE/link/cfe), an address or
    name to ping, HOST:PORT for TCP, or a URL. Exits with 1 when any probe failed.
    """
    question = _question(config, target)
    readings = asyncio.run(_ask(question.probes))
    if as_json:
        _print_json(question.probes, readings, traced=bool(traced))
    else:
        _print(question, readings, traced)
    if not all(reading.success for reading in readings):
        raise SystemExit(1)


def _question(config: Path, target: str) -> Question:
    fleet = _fleet(config, target)
    if fleet is not None:
        found = tuple(
            probe
            for probe in fleet.probes.values()
            if probe.component == target or probe.component.startswith(f"{target}/")
        )
        if found:
            return Question(found, fleet, target if target in fleet.sites_by_id else None)
        if target in fleet.components:
            raise click.ClickException(f"{target} has no probes; give it some in the site list")
        if "/" in target and not _is_url(target):
            raise click.ClickException(f"{config} has no {target}{_meant(fleet, target)}")
    try:
        asked = plan_probes(target, (_settings_of(target),), Classes().clinic)
    except ValidationError as error:
        raise click.ClickException(f"{target}: {error.errors()[0]['msg']}") from error
    return Question(asked, hint="" if fleet is None else _meant(fleet, target))


def _fleet(config: Path, target: str) -> Fleet | None:
    """Return the configuration, if there is one and the target may be in it."""
    if config == DEFAULT_CONFIG and (not config.exists() or {".", ":"} & set(target)):
        return None  # no site is called like an address
    try:
        return load(config)
    except ConfigError as error:
        raise click.ClickException(f"cannot look up {target}\n{error}") from error


def _meant(fleet: Fleet, target: str) -> str:
    near = closest(target, fleet.components)
    return f"; did you mean {near}?" if near else ""


def _is_url(target: str) -> bool:
    return re.match(r"https?://", target) is not None


def _settings_of(target: str) -> AnyProbe:
    if _is_url(target):
        return HttpSettings(url=target)
    if _HOST_PORT.fullmatch(target):
        return TcpSettings(target=target)
    return IcmpSettings(target=target, packets=5)


async def _ask(probes: Sequence[Probe]) -> list[Reading]:
    kinds = Kinds.open(on_ignored=lambda _why, _count: None, on_dropped=lambda _count: None)
    try:
        return list(await asyncio.gather(*(kinds.ask(probe, False) for probe in probes)))
    finally:
        await kinds.close()


def _print_json(probes: Sequence[Probe], readings: Sequence[Reading], *, traced: bool) -> None:
    for asked, reading in zip(probes, readings, strict=True):
        line = {
            "probe": asked.key,
            "component": asked.component,
            "kind": asked.settings.kind,
            **_READING.dump_python(reading, mode="json"),
            "echo": None if reading.echo is None else published(Echo, reading.echo).model_dump(),
            "meaning": None if reading.reason is None else MEANING[reading.reason],
        }
        if traced and reading.reason in _WORTH_TRACING:
            line["route"] = [asdict(hop) for hop in _hops(asked, reading)]
        click.echo(json.dumps(line, ensure_ascii=False, allow_nan=False))


def _print(question: Question, readings: Sequence[Reading], traced: bool | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    explained: set[Reason] = set()
    routes = 0
    for asked, reading in zip(question.probes, readings, strict=True):
        _print_one(console, asked, reading, explained)
        is_lost = reading.reason in _WORTH_TRACING
        if is_lost and (traced or (traced is None and routes == 0)):
            routes += 1
            _print_route(asked, reading, is_wanted=traced is True)
    if question.hint and readings[0].reason in _UNRESOLVED:
        console.print(f"  No site is called so either{escape(question.hint)}")
    if question.site is not None and question.fleet is not None:
        _print_conclusion(console, question.fleet, question.site, question.probes, readings)


def _print_one(console: Console, asked: Probe, reading: Reading, explained: set[Reason]) -> None:
    """Print one answer; what a reason means is told the first time only."""
    first, *rest = explain(reading)
    colour = "green" if reading.success else "red"
    title = f"[bold]{escape(asked.key)}[/bold] [{colour}]{escape(first)}[/{colour}]"
    place = _place_of(asked)
    is_known = place in (asked.component, reading.address)
    console.print(title if is_known else f"{title} [dim]{escape(place)}[/dim]")
    known = {MEANING[reason] for reason in explained}
    for line in rest:
        if line not in known:
            console.print(f"  {escape(line)}")
    if reading.reason is not None:
        explained.add(reading.reason)


def _place_of(asked: Probe) -> str:
    return str(getattr(asked.settings, "url", None) or getattr(asked.settings, "target", ""))


def _print_conclusion(
    console: Console, fleet: Fleet, site: str, probes: Sequence[Probe], readings: Sequence[Reading]
) -> None:
    answers = [
        Answer(fleet.components[asked.component], reading)
        for asked, reading in zip(probes, readings, strict=True)
    ]
    console.print(f"\n[bold]{escape(fleet.sites_by_id[site].name)}[/bold]")
    for line in conclude(answers):
        console.print(f"  {escape(line)}")


def _print_route(asked: Probe, reading: Reading, *, is_wanted: bool) -> None:
    try:
        hops = []
        for hop in trace(_end_of(asked, reading)):
            hops.append(hop)
            time = "no answer" if hop.rtt_s is None else f"{hop.rtt_s * 1000:.1f} ms"
            click.echo(f"  hop {hop.distance:2d}  {hop.address or '*'}  {time}")
    except TraceError as error:
        if is_wanted:
            click.echo(f"  no trace: {error}", err=True)
    else:
        click.echo(f"  {ending(hops, _end_of(asked, reading))}")


def _hops(asked: Probe, reading: Reading) -> list[Hop]:
    try:
        return list(trace(_end_of(asked, reading)))
    except TraceError as error:
        click.echo(f"no trace: {error}", err=True)
        return []


def _end_of(asked: Probe, reading: Reading) -> str:
    return reading.address or _place_of(asked)
