"""The demo's screen: what really happens beside what Guardia says, then the verdicts."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.columns import Columns
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from exporters.text import summary
from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.panel import counts_line, incidents_table
from monitor.commands.verdicts import compare, troubles
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase, State
from simulator.client import ControlClient

REFRESH_S = 0.5
READY_S = 60.0
SETTLE_S = 25.0
"""After the story, what was repaired last gets the time to be told as over."""
SHOWN_TRUTHS = 16
_QUIET = frozenset({"battery_charged", "transfer_normal"})


@click.command("demo-screen", hidden=True)
@click.option("--url", required=True)
@click.option("--control", required=True, type=click.Path(path_type=Path))
@click.option("--once", is_flag=True)
def demo_screen(url: str, control: Path, once: bool) -> None:
    """Play the story and show it; part of `guardia demo`."""
    with ControlClient(control) as simulator:
        right = asyncio.run(Screen(url, simulator, Console()).play(once=once))
    raise SystemExit(0 if right else 1)


class Screen:
    """Follows a simulator and a daemon. On a terminal it is live; elsewhere it prints lines."""

    def __init__(self, url: str, simulator: ControlClient, console: Console) -> None:
        self._url = url
        self._simulator = simulator
        self._console = console
        self._truths: list[dict[str, Any]] = []
        self._told: dict[str, tuple[int, Phase]] = {}
        self._began_at = datetime.now(UTC)

    async def play(self, *, once: bool) -> bool:
        """Play to the end; return whether every verdict was right."""
        async with DaemonApi(self._url) as api:
            await self._until_known(api)
            self._began_at = datetime.now(UTC)
            self._simulator.ask("start")
            await self._follow(api)
            right = await self._judge(api)
            if not once and self._console.is_terminal:
                await self._linger(api)
        return right

    async def _until_known(self, api: DaemonApi) -> None:
        """Wait until every site has been asked once."""
        for _ in range(int(READY_S / REFRESH_S)):
            try:
                counts = await api.counts()
            except DaemonUnreachableError:
                counts = {}
            if counts and not counts[State.UNKNOWN]:
                self._console.print(
                    f"{counts[State.UP]} real health units of Baja California are watched; "
                    "the story of two minutes begins."
                )
                return
            await asyncio.sleep(REFRESH_S)
        raise click.ClickException("the daemon did not get to know the fleet; see its log")

    async def _follow(self, api: DaemonApi) -> None:
        ended_at: datetime | None = None
        live = Live(console=self._console, auto_refresh=False)
        with live if self._console.is_terminal else nullcontext():
            while ended_at is None or (datetime.now(UTC) - ended_at).total_seconds() < SETTLE_S:
                await asyncio.sleep(REFRESH_S)
                news = self._news()
                if any(record["what"] == "ended" for record in news):
                    ended_at = datetime.now(UTC)
                incidents = await api.incidents(closed_too=True)
                if self._console.is_terminal:
                    live.update(await self._view(api, incidents), refresh=True)
                else:
                    self._print(news, incidents)

    def _news(self) -> list[dict[str, Any]]:
        since = self._truths[-1]["n"] if self._truths else 0
        news: list[dict[str, Any]] = self._simulator.ask("truth", since=since)["records"]
        self._truths += news
        return news

    async def _view(self, api: DaemonApi, incidents: list[IncidentEvent]) -> Group:
        played_s = (datetime.now(UTC) - self._began_at).total_seconds()
        happened = Table(title="What really happened", title_justify="left")
        for heading in ("at", "site", "what"):
            happened.add_column(heading, no_wrap=True, overflow="ellipsis")
        for record in [r for r in self._truths if _is_worth_showing(r)][-SHOWN_TRUTHS:]:
            happened.add_row(*_truth_cells(record))
        says = incidents_table(incidents, datetime.now(UTC), "What Guardia says")
        lines = [Text(summary(i, "es", datetime.now(UTC)), style="dim") for i in incidents[:4]]
        clock = Text(f"{played_s:5.0f} s ", style="bold") + counts_line(await api.counts())
        return Group(clock, Columns([happened, says]), *lines)

    def _print(self, news: list[dict[str, Any]], incidents: list[IncidentEvent]) -> None:
        say: Callable[[str], None] = self._console.out
        for record in news:
            if _is_worth_showing(record):
                say("  truth    " + "  ".join(_truth_cells(record)))
        for incident in reversed(incidents):
            version = (incident.pages, incident.phase)
            before = self._told.get(incident.id)
            self._told[incident.id] = version
            if before is None or before[0] != version[0] or version[1] is Phase.CLOSED != before[1]:
                stamp = f"{incident.at.astimezone():%H:%M:%S}"
                say(f"  guardia  {stamp}  {incident.phase}  {summary(incident, 'es', incident.at)}")

    async def _judge(self, api: DaemonApi) -> bool:
        now = datetime.now(UTC)
        verdicts = compare(troubles(self._truths, now), await api.incidents(closed_too=True), now)
        table = Table(title="Verdicts", title_justify="left")
        for heading in ("", "site", "what"):
            table.add_column(heading)
        for verdict in verdicts:
            mark = (
                Text("right", style="green") if verdict.right else Text("WRONG", style="bold red")
            )
            table.add_row(mark, verdict.site, verdict.text)
        self._console.print(table)
        status = self._simulator.ask("status")
        self._console.print(f"simulator's own worst lateness: {status['worst_lateness_s']:.3f} s")
        return bool(verdicts) and all(verdict.right for verdict in verdicts)

    async def _linger(self, api: DaemonApi) -> None:
        self._console.print("The fleet lives on; Ctrl-C ends the demo.")
        with Live(console=self._console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(REFRESH_S)
                self._news()
                live.update(await self._view(api, await api.incidents()), refresh=True)


def _is_worth_showing(record: dict[str, Any]) -> bool:
    return record["what"] not in _QUIET and not record["component"].startswith("service/")


def _truth_cells(record: dict[str, Any]) -> tuple[str, str, str]:
    at = datetime.fromisoformat(record["at"]).astimezone()
    cause = f" ({record['cause']})" if record.get("cause") else ""
    return f"{at:%H:%M:%S}", record["site"], f"{record['component']} {record['what']}{cause}"
