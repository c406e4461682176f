"""`guardia probe`: ask once, and explain the answer."""

import asyncio
import json
import re
from dataclasses import asdict
from pathlib import Path

import click
import icmplib
from pydantic import ValidationError
from rich.console import Console

from config.component import Probe
from config.fleet import Fleet, plan_probes
from config.loader import ConfigError, load
from config.probe import AnyProbe, HttpSettings, IcmpSettings, TcpSettings
from config.settings import Classes
from monitor.commands.options import DEFAULT_CONFIG, config_option
from monitor.explain import explain
from probes.kinds import Kinds
from probes.reading import Reading, Reason

MAX_HOPS = 20
_HOST_PORT = re.compile(r"(\[[^\]]+\]|[^:/\s]+):\d+")
_WORTH_TRACING = frozenset({Reason.NO_REPLY, Reason.UNREACHABLE})


@click.command(
    epilog="Examples: guardia probe 127.0.0.1 · guardia probe https://ece.example.mx/health · "
    "guardia probe 127.0.0.1:443 · guardia probe -c guardia.yaml hg-ensenada"
)
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per probe.")
@click.option("--trace", is_flag=True, help="Trace the route of a ping that failed (needs root).")
@click.argument("target")
def probe(config: Path, as_json: bool, trace: bool, target: str) -> None:
    """Ask TARGET once and explain the answer.

    TARGET is a site of the configuration, one of its components (SITE/link/cfe), an address or
    name to ping, HOST:PORT for TCP, or a URL. Exits with 1 when any probe failed.
    """
    probes = _probes_of(config, target)
    readings = asyncio.run(_ask(probes))
    for asked, reading in zip(probes, readings, strict=True):
        if as_json:
            click.echo(json.dumps({"probe": asked.key, **asdict(reading)}, default=str))
        else:
            _show(asked, reading)
    if trace:
        _trace_failed(probes, readings)
    if not all(reading.success for reading in readings):
        raise SystemExit(1)


def _probes_of(config: Path, target: str) -> list[Probe]:
    fleet = _fleet(config, target)
    if fleet is not None:
        found = [
            probe
            for probe in fleet.probes.values()
            if probe.component == target or probe.component.startswith(f"{target}/")
        ]
        if found:
            return found
        if target in fleet.components:
            raise click.ClickException(f"{target} has no probes; give it some in the site list")
    try:
        settings = _settings_of(target)
    except ValidationError as error:
        raise click.ClickException(f"{target}: {error.errors()[0]['msg']}") from error
    return list(plan_probes(target, (settings,), Classes().clinic))


def _fleet(config: Path, target: str) -> Fleet | None:
    if config == DEFAULT_CONFIG and not config.exists():
        return None
    try:
        return load(config)
    except ConfigError as error:
        raise click.ClickException(f"cannot look up {target}\n{error}") from error


def _settings_of(target: str) -> AnyProbe:
    if re.match(r"https?://", target):
        return HttpSettings(url=target)
    if _HOST_PORT.fullmatch(target):
        return TcpSettings(target=target)
    return IcmpSettings(target=target, packets=5)


async def _ask(probes: list[Probe]) -> list[Reading]:
    ignored: list[tuple[str, int]] = []
    kinds = Kinds.open(
        on_ignored=lambda why, count: ignored.append((why, count)), on_dropped=lambda _count: None
    )
    try:
        return list(await asyncio.gather(*(kinds.ask(probe, False) for probe in probes)))
    finally:
        await kinds.close()


def _show(asked: Probe, reading: Reading) -> None:
    console = Console(highlight=False, soft_wrap=True)
    first, *rest = explain(reading)
    colour = "green" if reading.success else "red"
    console.print(f"[bold]{asked.key}[/bold] [{colour}]{_plain(first)}[/{colour}]")
    for line in rest:
        console.print(f"  {_plain(line)}")


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _trace_failed(probes: list[Probe], readings: list[Reading]) -> None:
    for asked, reading in zip(probes, readings, strict=True):
        settings = asked.settings
        if isinstance(settings, IcmpSettings) and reading.reason in _WORTH_TRACING:
            _trace(settings.target)


def _trace(target: str) -> None:
    try:
        hops = icmplib.traceroute(target, count=1, interval=0, timeout=1, max_hops=MAX_HOPS)
    except icmplib.SocketPermissionError:
        click.echo("  no trace: it needs CAP_NET_RAW (run as root)", err=True)
        return
    except icmplib.ICMPLibError as error:
        click.echo(f"  no trace: {error}", err=True)
        return
    for hop in hops:
        click.echo(f"  hop {hop.distance:2d}  {hop.address}  {hop.avg_rtt:.1f} ms")
