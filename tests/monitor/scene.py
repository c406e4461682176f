"""A site set up by hand, as diagnosis sees it: no scheduler, no waiting."""

from dataclasses import replace
from datetime import datetime, timedelta

from config.component import ComponentKind
from config.site import Site
from monitor.diagnosis.unit_trouble import hear_unit
from monitor.mains_watch import MainsWatch
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import State
from probes.reading import PowerFigures, Reading, Reason
from tests.clock import START
from tests.monitor.story import GOOD, fleet

NOW_S = 5000.0
ANSWER = Reading(True, 0.01)
SILENCE = Reading.failed(Reason.NO_REPLY, "no reply")
OURS = Reading.failed(Reason.NO_SOCKET, "too many open files")


def at(seconds: float) -> datetime:
    """The wall clock at a monotonic instant; 5,000 s is now."""
    return START + timedelta(seconds=seconds - NOW_S)


def play(standing: Standing, reading: Reading, *seconds: float, probe: int = 0) -> State:
    """Let a component's probe bring the same answer at each of these instants."""
    for at_s in seconds:
        standing.observe(standing.component.probes[probe], reading, at_s, at(at_s))
    return standing.state


class Scene:
    """One site: everything answered up to now, and what a test then changes.

    Paths are those of components, such as `link/cfe`; `link/cfe#1` is its second probe alone.
    """

    def __init__(self, site: Site) -> None:
        planned = fleet(site)
        rules = planned.settings.power
        standings = {key: Standing.of(part) for key, part in planned.components.items()}
        self.view = SiteView(site, standings, rules, MainsWatch(rules.confirm))
        for standing in self._asked():
            if standing.kind is ComponentKind.POWER:
                self.says(standing.component.id, GOOD, NOW_S - 60)
            else:
                for place in range(len(standing.component.probes)):
                    play(standing, ANSWER, NOW_S - 600, NOW_S - 60, probe=place)

    def of(self, path: str) -> Standing:
        return self.view.standings[f"{self.view.site.id}/{path}"]

    def silence(self, *paths: str, since_s: float = NOW_S - 30) -> None:
        """Make components fail from an instant on, four times in six seconds: proven down."""
        self._each(paths, SILENCE, *_burst(since_s))

    def doubt(self, *paths: str, since_s: float = NOW_S - 1) -> None:
        """Let components fail once."""
        self._each(paths, SILENCE, since_s)

    def unsee(self, *paths: str, since_s: float = NOW_S - 30) -> None:
        """Let us be unable to ask components, long enough to know nothing of them any more."""
        self._each(paths, OURS, *_burst(since_s))

    def speak(self, *paths: str, since_s: float = NOW_S - 10) -> None:
        self._each(paths, ANSWER, *_burst(since_s))

    def says(self, source: str, figures: PowerFigures, at_s: float = NOW_S - 20) -> None:
        """Let a power source be heard, as the watch would fold it in."""
        standing = self.of(f"power/{source}")
        before, measured = standing.figures, replace(figures, measured_at=at(at_s))
        play(standing, Reading(True, 0.01, power=measured), at_s)
        kind = next(part for part in self.view.site.power if part.id == source)
        self.view.chronicle.note_power(before, measured, kind)
        absent = self.view.mains_absent()
        if absent is not None:
            self.view.mains.observe(absent=absent, at_s=at_s, at=at(at_s))
        hear_unit(self.view, kind, measured)

    def settle(self, now_s: float = NOW_S) -> None:
        self.view.mains.settle(now_s)

    def states(self) -> dict[str, State]:
        return {s.component.path: s.state for s in self.view.standings.values()}

    def _asked(self) -> list[Standing]:
        return [s for s in self.view.standings.values() if s.component.probes]

    def _each(self, paths: tuple[str, ...], reading: Reading, *seconds: float) -> None:
        for path in paths:
            name, _, chosen = path.partition("#")
            standing = self.of(name)
            for place in range(len(standing.component.probes)):
                if chosen in ("", str(place)):
                    _begin_before(standing, place, seconds[0])
                    play(standing, reading, *seconds, probe=place)


def _begin_before(standing: Standing, place: int, at_s: float) -> None:
    """Let what the scene began with lie before what a test tells of: a judge never goes back."""
    judge = standing.beliefs[standing.component.probes[place].key].judge
    if judge.sent_s is not None and judge.sent_s > at_s:
        judge.sent_s = judge.answered_s = at_s - 1.0


def _burst(since_s: float) -> tuple[float, ...]:
    return tuple(since_s + seconds for seconds in (0, 2, 4, 6))
