"""Plays a scenario, and says what of its truth the daemon missed."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.judgement.scenarios.deeds import restart
from bench.judgement.scenarios.scenario import Page, Scenario
from bench.judgement.scenarios.stage import Stage, incidents_of
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase, State


@dataclass(frozen=True, slots=True)
class Told:
    """What people remember of one incident. `first_s` is when they were first called, or None.

    `cause` is the last that they were told: a better explanation may come late, and an incident
    that ends under a window says why nobody is called any more.
    """

    id: str
    about: str
    cause: str
    priority: str
    pages: int
    first_s: float | None
    told_s: float
    opened_at: datetime
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a story: its incidents, oldest first, and the verdicts at its end.

    `heard` is every event of an incident, with the second in which it was published.
    """

    told: tuple[Told, ...]
    states: dict[str, State]
    runs: int
    heard: tuple[tuple[float, IncidentEvent], ...] = ()

    @property
    def pages(self) -> int:
        return sum(one.pages for one in self.told)


def play(scenario: Scenario, killed_at_s: Iterable[float] = ()) -> Played:
    """Play it to the end; `killed_at_s` are further instants at which the daemon is killed."""
    return asyncio.run(_play(scenario, killed_at_s))


async def _play(scenario: Scenario, killed_at_s: Iterable[float]) -> Played:
    steps = [*scenario.deeds, *(restart(at_s) for at_s in killed_at_s)]
    with tempfile.TemporaryDirectory(prefix="scenario-") as folder:
        stage = Stage(scenario.fleet, scenario.anchors, scenario.start, Path(folder), scenario.name)
        for deed in sorted(steps, key=lambda step: step.at_s):
            stage.play(deed.at_s)
            if deed.do is None:
                await stage.restart()
            else:
                deed.do(stage)
        stage.play(scenario.lasts_s)
        played = Played(tuple(_told(stage)), stage.states(), stage.runs, tuple(stage.told))
        await stage.life.kill()
    return played


def _told(stage: Stage) -> Iterator[Told]:
    for number, events in incidents_of(stage.told).items():
        last = events[-1]
        calling = [event for event in events if event.pages and event.quiet is None]
        instants = [(at_s, event) for at_s, event in stage.told if event.id == number]
        first_s = next((at_s for at_s, event in instants if event.pages), None)
        worst = min(event.priority for event in events if event.pages == last.pages)
        yield Told(
            id=number,
            about=last.site.id or last.root.key,
            cause=(calling or events)[-1].cause.value,
            priority=worst.value,
            pages=last.pages,
            first_s=first_s,
            told_s=instants[0][0],
            opened_at=last.opened_at,
            is_closed=last.phase is Phase.CLOSED,
        )


def faults(scenario: Scenario, played: Played) -> list[str]:
    """Return what the daemon did wrong, in words; empty if it did all as it should."""
    called = [one for one in played.told if one.pages]
    found = []
    left = list(called)
    for page in scenario.pages:
        mine = _best(page, left)
        if mine is None:
            found.append(f"nobody was called for {page.cause} of {page.about}")
            continue
        left.remove(mine)
        found += _compared(page, mine)
    found += [
        f"people were called for {one.cause} of {one.about}, {_seconds(one.first_s)} in"
        for one in left
    ]
    if scenario.is_over:
        found += [f"{one.cause} of {one.about} is still open" for one in _open(played.told)]
    return found


def _best(page: Page, called: Sequence[Told]) -> Told | None:
    """Return the incident that a page is of: about the same place, and best of the same cause."""
    near = [one for one in called if one.about == page.about]
    near.sort(key=lambda one: (one.cause != page.cause, abs((one.first_s or 0.0) - page.began_s)))
    return near[0] if near else None


def _compared(page: Page, told: Told) -> Iterator[str]:
    if told.cause != page.cause:
        yield f"{page.cause} of {page.about} was told as {told.cause}"
    if told.pages != page.times:
        yield f"people were called {told.pages} times for {page.cause} of {page.about}"
    if page.priority and told.priority != page.priority:
        yield f"{page.cause} of {page.about} was {told.priority}, not {page.priority}"
    late_s = (told.first_s or 0.0) - page.began_s
    if not 0.0 <= late_s <= page.within_s:
        yield f"the call for {page.cause} of {page.about} took {late_s:.1f} s"


def _open(told: Iterable[Told]) -> Iterator[Told]:
    return (one for one in told if not one.is_closed)


def _seconds(at_s: float | None) -> str:
    return "?" if at_s is None else f"{at_s:.0f} s"
