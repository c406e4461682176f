"""Stored readings, judged again by the shipped watch and pipeline: who would have been called.

They come when they were taken: other settings change what is made of them, not when was asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.component import Probe
from config.fleet import Fleet
from monitor.events import AnyEvent, IncidentEvent, ProbeEvent
from monitor.journal import Journal
from monitor.pipeline import Pipeline
from monitor.ports import ProbeRun, Telemetry
from monitor.replay.clock import ReplayClock
from monitor.replay.stored import reading_of
from monitor.roster import Roster
from monitor.sight.sight import Surroundings
from monitor.stalls import Stalls
from monitor.watch import Watch

TICK_S = 0.5
_SOON_S, _SLOW_TICK_S = 60.0, 60.0
"""Where nothing was recorded for a minute, time passes in steps of a minute."""
_END_S = 15.0
"""How long after the last reading what waits may still be told."""


class VantageError(Exception):
    """The file holds what several vantages saw; the text says the fix."""


@dataclass(frozen=True, slots=True)
class Story:
    """One incident as it would have been: the event last told, and when people were called."""

    event: IncidentEvent
    called_at: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What came of a replay. `strange` counts readings of probes that the list does not have."""

    readings: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None
    stories: dict[str, Story] = field(default_factory=dict)
    strange: Counter[str] = field(default_factory=Counter)

    @property
    def pages(self) -> int:
        return sum(len(story.called_at) for story in self.stories.values())

    @property
    def known_readings(self) -> int:
        return self.readings - self.strange.total()


class _NoStalls(Stalls):
    """What was lost to a stall of those days says so itself."""

    def within_s(self, from_s: float, to_s: float) -> float:  # noqa: ARG002 nothing stalls here
        return 0.0


class Replay:
    """One pass over readings of one vantage; of several, `vantage` says which.

    `folder` holds the journal while it lasts. Nothing is remembered from other days: every link
    is believed to be what its medium usually is, until it has shown its habit.
    """

    def __init__(
        self,
        fleet: Fleet,
        telemetry: Telemetry,
        folder: Path,
        began_at: datetime,
        vantage: str | None = None,
    ) -> None:
        self.told = Told()
        self._vantage = vantage
        self._is_chosen = vantage is not None
        self._clock = clock = ReplayClock(began_at)
        self._roster = Roster(fleet)
        self._journal = Journal(folder / "journal.db", clock, telemetry)
        self._journal.open()
        around = Surroundings(fleet.settings.anchors)
        self._watch = Watch(self._roster.watched(began_at), around, self._journal.number)
        self._pipeline = Pipeline(
            self._watch, self._journal, self._hear, _see_nothing, _NoStalls(clock, telemetry),
            clock, telemetry,
        )  # fmt: skip
        self._ticked_s = 0.0

    def play(self, events: Iterable[ProbeEvent]) -> Iterator[Told]:
        """Fold all events; yield what was told so far after each.

        Raises:
            VantageError: a second vantage speaks, and none was chosen.

        """
        for event in events:
            if self._is_ours(event):
                self._take(event)
                yield self.told
        self._pass_until(self._clock.monotonic() + _END_S)

    async def close(self) -> None:
        """Let go of the journal."""
        await self._journal.close()

    def _is_ours(self, event: ProbeEvent) -> bool:
        if self._vantage is None:
            self._vantage = event.vantage
        if event.vantage != self._vantage and not self._is_chosen:
            raise VantageError(
                f"the file holds what `{self._vantage}` and `{event.vantage}` saw: "
                "choose one of them with --vantage"
            )
        return event.vantage == self._vantage

    def _take(self, event: ProbeEvent) -> None:
        told = self.told
        told.readings += 1
        told.began_at = told.began_at or event.at
        told.ended_at = event.at
        self._pass_until(self._clock.elapsed_at(event.at))
        probe = self._probe(event)
        if probe is None:
            told.strange[f"{event.site}/{event.component}#{event.probe}".lstrip("/")] += 1
            return
        started_s = self._clock.monotonic() - event.duration_s
        self._pipeline.fold(probe, reading_of(event), started_s)

    def _probe(self, event: ProbeEvent) -> Probe | None:
        """Return the probe that an event is of, where the list still has one of its kind."""
        component = "/".join(filter(None, (event.site, event.component)))
        probe = self._watch.probes().get(f"{component}#{event.probe}")
        return probe if probe is not None and probe.settings.kind == event.kind else None

    def _pass_until(self, until_s: float) -> None:
        """Let time pass, and do what it may."""
        spoke_s = self._clock.monotonic()
        while self._ticked_s + TICK_S <= until_s:
            is_quiet = self._ticked_s - spoke_s > _SOON_S
            self._ticked_s = min(self._ticked_s + (_SLOW_TICK_S if is_quiet else TICK_S), until_s)
            self._clock.move_to(self._ticked_s)
            if self._roster.is_due(self._clock.now()):
                self._pipeline.reload(self._roster.watched(self._clock.now()))
            while self._pipeline.tick():
                continue
        self._clock.move_to(until_s)

    def _hear(self, event: AnyEvent) -> None:
        if not isinstance(event, IncidentEvent):
            return
        known = self.told.stories.get(event.id)
        before = known.event.pages if known is not None else 0
        called_at = known.called_at if known is not None else []
        if event.pages > before:
            called_at = [*called_at, event.at]
        self.told.stories[event.id] = Story(event, called_at)


def _see_nothing(_run: ProbeRun) -> None:
    """Nobody looks at single runs here."""
