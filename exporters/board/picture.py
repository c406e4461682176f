"""What the board knows of the present, kept from events: a page never asks the monitor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from config.component import ComponentKind
from config.fleet import Fleet
from config.lifecycle import may_page
from config.site import Site
from exporters.board.census import Census, Counts
from monitor.events import StateEvent
from monitor.ports import ProbeRun
from monitor.vocabulary import State
from probes.reading import Mains, PowerFigures, UnitState


@dataclass(frozen=True, slots=True)
class StateSeen:
    """What a page shows of the state of a component: the event itself takes twelve times the room,
    23 MB for 3,180 sites.
    """

    kind: ComponentKind
    state: State
    suspect: bool
    since: datetime
    because: str
    backup: str

    @classmethod
    def of(cls, event: StateEvent) -> "StateSeen":
        return cls(event.kind, event.state, event.suspect, event.since, event.because, event.backup)


@dataclass(frozen=True, slots=True)
class PowerSeen:
    """What a power source last said, when, and whether it still answers."""

    figures: PowerFigures
    at: datetime
    answers: bool = True

    @property
    def on_battery(self) -> bool:
        return self.answers and self.figures.state is UnitState.ON_BATTERY

    @property
    def word(self) -> tuple[bool, UnitState, Mains]:
        """Return what people must see at once when it changes; charge and runtime drift."""
        return self.answers, self.figures.state, self.figures.mains


class LinkVoice(NamedTuple):
    """What a link is good for in telemedicine. The figures are None while unknown or down."""

    fitness: str
    r: float | None
    mos: float | None


class Picture:
    """The newest state of each component, word of each power source, and fitness of each link.

    As large as the fleet and no larger: `reload` drops what is gone.
    """

    def __init__(self, fleet: Fleet, now: Callable[[], datetime]) -> None:
        self._now = now
        self.states: dict[str, StateSeen] = {}
        self.power: dict[str, PowerSeen] = {}
        self.voices: dict[str, LinkVoice] = {}
        self.planned: frozenset[str] = frozenset()
        self._batteries: dict[str, set[str]] = {}
        self.reload(fleet)

    def begin(self, states: Iterable[StateEvent]) -> None:
        """Take over what was known before the board was there."""
        for state in states:
            self.take(state)

    def take(self, state: StateEvent) -> None:
        seen = self.states[state.key] = StateSeen.of(state)
        if seen.kind is ComponentKind.SITE:
            self._census.note(state.key, seen.state, on_backup=bool(seen.backup))

    def observe(self, run: ProbeRun) -> bool:
        """Take over what a run says of power or telemedicine; return whether people must see it."""
        changed = self._note_voice(run)
        if run.component.kind is ComponentKind.POWER:
            return self._note_power(run) or changed
        return changed

    def reload(self, fleet: Fleet) -> None:
        """Forget what is not watched any more; the daemon's own states stay."""
        self._fleet = fleet
        now = self._now()
        self.planned = frozenset(site.id for site in fleet.sites if not may_page(site, now))
        self.states = {
            key: seen
            for key, seen in self.states.items()
            if key in fleet.components or seen.kind is ComponentKind.MONITOR
        }
        self.power = {k: seen for k, seen in self.power.items() if k in fleet.components}
        self.voices = {k: voice for k, voice in self.voices.items() if k in fleet.components}
        self._batteries = {
            site: kept
            for site, keys in self._batteries.items()
            if (kept := keys & fleet.components.keys())
        }
        self._census = self._counted()

    def state(self, key: str) -> State:
        known = self.states.get(key)
        return State.UNKNOWN if known is None else known.state

    def on_battery(self, site: Site) -> bool:
        """Tell whether a UPS of the site says that it feeds its load from the battery."""
        return bool(self._batteries.get(site.id))

    def backup(self, site: Site) -> str:
        """Return the name of the backup link that serves the site; empty if none has to."""
        known = self.states.get(site.id)
        return "" if known is None else known.backup

    def counts(self) -> Counts:
        return self._census.counts()

    def _counted(self) -> Census:
        active = [site.id for site in self._fleet.sites if site.id not in self.planned]
        census = Census(active, len(self.planned))
        for site in active:
            known = self.states.get(site)
            if known is not None:
                census.note(site, known.state, on_backup=bool(known.backup))
            census.note_power(site, on_battery=bool(self._batteries.get(site)))
        return census

    def _note_voice(self, run: ProbeRun) -> bool:
        told, before = run.assessment, self.voices.get(run.component.key)
        if told is None:
            return False
        voice = LinkVoice(told.fitness.value, None, None)
        if told.figures is not None and not told.is_down:
            voice = LinkVoice(told.fitness.value, told.figures.r, told.figures.mos)
        self.voices[run.component.key] = voice
        return before is None or before.fitness != voice.fitness

    def _note_power(self, run: ProbeRun) -> bool:
        key, before = run.component.key, self.power.get(run.component.key)
        figures = run.reading.power if run.reading.success else None
        if figures is not None:
            seen = PowerSeen(figures, run.at)
        elif before is not None:
            seen = PowerSeen(before.figures, before.at, answers=False)
        else:
            return False
        self.power[key] = seen
        keys = self._batteries.setdefault(run.component.site, set())
        if seen.on_battery:
            keys.add(key)
        else:
            keys.discard(key)
        self._census.note_power(run.component.site, on_battery=bool(keys))
        return before is None or before.word != seen.word
