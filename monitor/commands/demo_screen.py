"""The demo's screen: plays the story, shows it, and gives the verdicts."""

import asyncio
import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.demo_story import Chapter
from monitor.commands.demo_view import Picture, Scene, clock, time_of_day
from monitor.commands.incident_news import IncidentNews
from monitor.commands.status import view as status_view
from monitor.commands.truth_words import Line, lines_of
from monitor.commands.verdicts import Verdict, compare, troubles
from monitor.events import IncidentEvent
from monitor.vocabulary import State
from simulator.client import ControlClient

REFRESH_S = 0.5
READY_S = 60.0
SETTLE_S = 25.0
"""After the story, what was repaired last gets the time to be told as over."""


@click.command("demo-screen", hidden=True)
@click.option("--url", required=True)
@click.option("--control", required=True, type=click.Path(path_type=Path))
@click.option("--chapters", required=True, type=click.Path(path_type=Path))
@click.option("--once", is_flag=True)
def demo_screen(url: str, control: Path, chapters: Path, once: bool) -> None:
    """Play the story and show it; part of `guardia demo`."""
    told = [Chapter(**chapter) for chapter in json.loads(chapters.read_text("utf-8"))]
    try:
        with ControlClient(control) as simulator:
            right = asyncio.run(Screen(url, simulator, Console(), told).play(once=once))
    except DaemonUnreachableError as error:
        raise click.ClickException(f"the daemon fell silent: {error}") from error
    except KeyboardInterrupt:
        raise SystemExit(1 if once else 0) from None
    raise SystemExit(0 if right else 1)


class Screen:
    """Follows a simulator and a daemon. On a terminal it is live; elsewhere it prints lines."""

    def __init__(
        self, url: str, simulator: ControlClient, console: Console, chapters: list[Chapter]
    ) -> None:
        self._url = url
        self._simulator = simulator
        self._console = console
        self._chapters = chapters
        self._announced = 0
        self._truths: list[dict[str, Any]] = []
        self._printed = 0
        self._news = IncidentNews()
        self._names: dict[str, str] = {}
        self._began_at = datetime.now(UTC)

    async def play(self, *, once: bool) -> bool:
        """Play to the end; return whether every verdict was right."""
        async with DaemonApi(self._url) as api:
            await self._until_known(api)
            self._names = await api.names()
            self._began_at = datetime.now(UTC)
            self._simulator.ask("start")
            with self._live() or nullcontext() as live:
                await self._follow(api, live)
            right = await self._judge(api)
            if not once and self._console.is_terminal:
                await self._linger(api)
        return right

    def _live(self) -> Live | None:
        if not self._console.is_terminal:
            return None
        return Live(console=self._console, auto_refresh=False, screen=True)

    async def _until_known(self, api: DaemonApi) -> None:
        """Wait until every site has been asked once."""
        for _ in range(int(READY_S / REFRESH_S)):
            try:
                counts = await api.counts()
            except DaemonUnreachableError:
                counts = {}
            if counts and not counts[State.UNKNOWN]:
                self._console.print(
                    f"{sum(counts.values())} real health units of Baja California are watched; "
                    "the story of two minutes begins."
                )
                return
            await asyncio.sleep(REFRESH_S)
        raise click.ClickException("the daemon did not get to know the fleet; see its log")

    async def _follow(self, api: DaemonApi, live: Live | None) -> None:
        """Show the story to its end, and then as long as what is over may take to be told."""
        ended_at: datetime | None = None
        while ended_at is None or (datetime.now(UTC) - ended_at).total_seconds() < SETTLE_S:
            await asyncio.sleep(REFRESH_S)
            if any(record["what"] == "ended" for record in self._ask_truth()):
                ended_at = datetime.now(UTC)
            incidents = await api.incidents(closed_too=True)
            if live is not None:
                live.update(await self._picture(api, incidents), refresh=True)
            else:
                self._print(incidents)

    def _ask_truth(self) -> list[dict[str, Any]]:
        since = self._truths[-1]["n"] if self._truths else 0
        news: list[dict[str, Any]] = self._simulator.ask("truth", since=since)["records"]
        self._truths += news
        return news

    async def _picture(self, api: DaemonApi, incidents: list[IncidentEvent]) -> Picture:
        now = datetime.now(UTC)
        played_s = (now - self._began_at).total_seconds()
        return Picture(
            Scene(
                played_s=played_s,
                chapter=[chapter for chapter in self._chapters if chapter.at_s <= played_s][-1],
                truths=lines_of(self._truths),
                incidents=incidents,
                counts=await api.counts(),
                names=self._names,
                now=now,
            )
        )

    def _print(self, incidents: list[IncidentEvent]) -> None:
        say = self._console.out
        played_s = (datetime.now(UTC) - self._began_at).total_seconds()
        while self._next_chapter_s() <= played_s:
            chapter = self._chapters[self._announced]
            self._announced += 1
            say(f"  story    {clock(chapter.at_s):>8}  {chapter.text}")
        for line in self._new_truths():
            name = self._names.get(line.site, line.site)
            say(f"  truth    {time_of_day(line.at)}  {name}: {line}")
        for told in self._news.of(incidents):
            say(f"  guardia  {told}")

    def _next_chapter_s(self) -> float:
        left = self._chapters[self._announced :]
        return left[0].at_s if left else float("inf")

    def _new_truths(self) -> list[Line]:
        """Return the lines that can still grow no more: what happens together is one line."""
        lines = lines_of(self._truths)
        fresh = lines[self._printed :]
        now = datetime.now(UTC)
        grown = [line for line in fresh if (now - line.at).total_seconds() > 1]
        self._printed += len(grown)
        return grown

    async def _judge(self, api: DaemonApi) -> bool:
        now = datetime.now(UTC)
        verdicts = compare(troubles(self._truths, now), await api.incidents(closed_too=True), now)
        self._console.print(self._table(verdicts))
        wrong = sum(not verdict.right for verdict in verdicts)
        ruling = f"{wrong} of {len(verdicts)} verdicts are wrong" if wrong else "all right"
        status = self._simulator.ask("status")
        lateness = f"simulator's own worst lateness: {status['worst_lateness_s']:.3f} s"
        self._console.print(f"{ruling if verdicts else 'nothing was judged'}; {lateness}")
        return bool(verdicts) and not wrong

    def _table(self, verdicts: list[Verdict]) -> Table:
        table = Table(title="Verdicts", title_justify="left")
        for heading in ("", "site", "what"):
            table.add_column(heading)
        for verdict in verdicts:
            mark = (
                Text("right", style="green") if verdict.right else Text("WRONG", style="bold red")
            )
            table.add_row(mark, self._names.get(verdict.site, verdict.site), verdict.text)
        return table

    async def _linger(self, api: DaemonApi) -> None:
        """Go on below the verdicts, which stay in sight."""
        self._console.print("The fleet lives on; Ctrl-C ends the demo.")
        with Live(console=self._console, auto_refresh=False) as live:
            while True:
                counts, incidents = await api.counts(), await api.incidents()
                view = status_view(self._url, counts, incidents, datetime.now(UTC), most_lines=8)
                live.update(view, refresh=True)
                await asyncio.sleep(REFRESH_S)
