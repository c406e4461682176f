"""One site as diagnosis sees it: its components, its power, and what happened there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from config.area import Criticality
from config.component import ComponentKind
from config.settings import PowerRules
from config.site import PowerKind, PowerSource, Site
from monitor.chronicle import Chronicle
from monitor.judge.judge import LEAST_LOST
from monitor.mains_watch import MainsWatch
from monitor.standing import Standing
from monitor.unit_watch import UnitWatch
from monitor.vocabulary import State
from probes.reading import Battery, Mains, PowerFigures, UnitState

NO_BATTERY_LEFT = frozenset({Battery.LOW, Battery.DEPLETED})
_ABSENT_BY_UNIT = {
    UnitState.ON_BATTERY: True,
    UnitState.ONLINE: False,
    UnitState.BYPASS: False,
    UnitState.NORMAL: False,  # a transfer switch on its normal source
}
_DEAD = frozenset({UnitState.OFF, UnitState.OPEN, UnitState.FAULT})


@dataclass(slots=True)
class SiteView:
    """Everything that a verdict on one site may look at, and when that was last done.

    `units` are by id of the power source. `standings` are complete before the first question.
    """

    site: Site
    standings: dict[str, Standing]
    rules: PowerRules
    mains: MainsWatch
    chronicle: Chronicle = field(default_factory=Chronicle)
    units: dict[str, UnitWatch] = field(default_factory=dict)
    looked_s: float = -inf
    _by_kind: dict[ComponentKind, tuple[Standing, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _power: tuple[tuple[PowerSource, Standing], ...] | None = field(
        init=False, repr=False, compare=False, default=None
    )

    def of_kind(self, kind: ComponentKind) -> tuple[Standing, ...]:
        """Return its components of a kind. Asked some fifty times for each verdict."""
        found = self._by_kind.get(kind)
        if found is None:
            found = tuple(one for one in self.standings.values() if one.kind is kind)
            self._by_kind[kind] = found
        return found

    @property
    def itself(self) -> Standing:
        return self.standings[self.site.id]

    @property
    def links(self) -> tuple[Standing, ...]:
        return self.of_kind(ComponentKind.LINK)

    @property
    def areas(self) -> tuple[Standing, ...]:
        return self.of_kind(ComponentKind.AREA)

    @property
    def life_areas(self) -> list[Standing]:
        return [s for s in self.areas if s.component.criticality is Criticality.LIFE]

    @property
    def is_cut_off(self) -> bool:
        """Tell whether every link is proven down; one that is new has not reconnected it yet.

        A link that we lost sight of may well serve the site: not seeing cuts nobody off.
        """
        dead = self.dead_links
        if not dead:
            return False
        return all(link in dead or link.is_new for link in self.links if link.beliefs)

    @property
    def dead_links(self) -> list[Standing]:
        """Return the links that are proven down, and those that have been silent with them.

        Two paths that fail together have one cause: what proves one of them speaks for the other,
        if that has not answered since and lost enough by now.
        """
        links = self.links
        down = [link for link in links if link.state is State.DOWN]
        if not down or len(down) == len(links):
            return down
        died_s = min(link.first_failure_s for link in down)
        return [link for link in links if link in down or _silent_with(link, died_s)]

    @property
    def backup(self) -> str:
        """Return the name of the backup link that serves the site now; "" if none has to."""
        if not any(link.state is State.DOWN for link in self.links) or self.is_cut_off:
            return ""
        roles = {link.id: link.role for link in self.site.links}
        asked = [link for link in self.links if link.beliefs]
        primary = [link for link in asked if roles[link.component.id] == "primary"]
        if not primary or not all(link.state is State.DOWN for link in primary):
            return ""
        spare = (link for link in asked if link not in primary and link.is_reachable)
        return next((link.component.name for link in spare), "")

    @property
    def has_mute_links(self) -> bool:
        """Tell whether there are links, and none answers: nothing else can be told through them."""
        asked = [link for link in self.links if link.beliefs]
        return bool(asked) and all(link.is_mute for link in asked)

    @property
    def is_troubled(self) -> bool:
        """Tell whether anything is wrong that diagnosis might tell of."""
        for standing in self.standings.values():
            if standing.state is State.DOWN or standing.state is State.DEGRADED:
                return True
        if self.mains.absent or self.mains.lost:
            return True
        return any(unit.lasts for unit in self.units.values())

    @property
    def cut_off_since(self) -> datetime | None:
        """Return when the last of its links died."""
        died = [
            link.since if link.state is State.DOWN else link.first_failure_at
            for link in self.dead_links
        ]
        return max((at for at in died if at is not None), default=None)

    def power_sources(self) -> tuple[tuple[PowerSource, Standing], ...]:
        if self._power is None:
            prefix = f"{self.site.id}/{ComponentKind.POWER}"
            self._power = tuple(
                (source, self.standings[f"{prefix}/{source.id}"]) for source in self.site.power
            )
        return self._power

    def fed_by(self, source: PowerSource) -> list[Standing]:
        """Return the areas that a source feeds: all of them when none is named."""
        return [s for s in self.areas if not source.feeds or s.component.id in source.feeds]

    @property
    def generator_runs(self) -> bool:
        return any(
            standing.figures is not None and standing.figures.state is UnitState.RUNNING
            for source, standing in self.power_sources()
            if source.kind is PowerKind.GENERATOR
        )

    @property
    def generator_carries(self) -> bool:
        """Tell whether a generator runs, and no transfer switch keeps it from what it feeds."""
        is_stuck = any(source.kind is PowerKind.ATS for source, _ in self.dead())
        return self.generator_runs and not is_stuck

    def fading(self) -> list[tuple[PowerSource, Standing]]:
        """Return the UPSs on battery that are low, or have less left than the margin."""
        return [
            (source, standing)
            for source, standing in self.power_sources()
            if source.kind is PowerKind.UPS
            and standing.figures is not None
            and _is_fading(standing.figures, self.rules.runtime_critical)
        ]

    def in_trouble(self, kind: PowerKind) -> list[tuple[PowerSource, Standing]]:
        """Return the units of a kind that are in a trouble of their own, however silent now."""
        return [
            (source, standing)
            for source, standing in self.power_sources()
            if source.kind is kind
            and standing.figures is not None
            and source.id in self.units
            and self.units[source.id].lasts
        ]

    def is_ending(self, standing: Standing) -> bool:
        """Tell whether a UPS runs on a battery that is low, or has less left than the margin."""
        figures = standing.figures
        if figures is None or figures.state is not UnitState.ON_BATTERY:
            return False
        return _is_short(figures, self.rules.runtime_critical)

    @property
    def battery_is_low(self) -> bool:
        """Tell whether a UPS that runs on its battery calls it low or empty."""
        return any(
            standing.figures is not None and standing.figures.battery in NO_BATTERY_LEFT
            for _, standing in self.fading()
        )

    def dead(self) -> list[tuple[PowerSource, Standing]]:
        """Return the sources that deliver nothing (off, open, in fault, empty), or said so last.

        Silence afterwards repairs nothing.
        """
        return [
            (source, standing)
            for source, standing in self.power_sources()
            if source.kind is not PowerKind.UTILITY
            and standing.figures is not None
            and _is_dead(standing.figures)
        ]

    def mains_absent(self) -> bool | None:
        """Return what the sources say together; None when none says anything of the mains.

        The last words of a silent source count only when all are silent: a UPS that died on
        its battery must not outvote those that see the mains back.
        """
        spoken = [s for _, s in self.power_sources() if s.figures is not None]
        speaking = [s for s in spoken if not s.is_silent]
        said = [_says_absent(s.figures) for s in speaking or spoken if s.figures is not None]
        known = [absent for absent in said if absent is not None]
        return any(known) if known else None

    def last_power_at(self) -> datetime | None:
        """Return when any power source was last heard."""
        heard = [s.figures_at for _, s in self.power_sources() if s.figures_at is not None]
        return max(heard, default=None)

    def heard_shortly_before(self, at: datetime) -> bool:
        """Tell whether power telemetry still spoke when something happened at `at`."""
        last = self.last_power_at()
        intervals = [s.interval_s for _, s in self.power_sources()]
        margin_s = max(60.0, 3 * max(intervals, default=0.0))
        return last is not None and at - last <= timedelta(seconds=margin_s)


def _silent_with(link: Standing, died_s: float) -> bool:
    """Tell whether a link in doubt fails in all it is asked, and has not answered since."""
    doubted = [belief for belief in link.beliefs.values() if belief.state is not State.DOWN]
    return (
        link.suspect
        and all(belief.failures > 0 for belief in doubted)
        and any(belief.failures >= LEAST_LOST for belief in doubted)
        and (link.last_success_s is None or link.last_success_s <= died_s)
    )


def _says_absent(figures: PowerFigures) -> bool | None:
    """Return what one document says of the mains, if need be by what its unit runs on."""
    if figures.mains is Mains.UNKNOWN:
        return _ABSENT_BY_UNIT.get(figures.state)
    return figures.mains is Mains.ABSENT


def _is_fading(figures: PowerFigures, margin_s: float) -> bool:
    return bool(_says_absent(figures)) and _is_short(figures, margin_s)


def _is_short(figures: PowerFigures, margin_s: float) -> bool:
    short = figures.runtime_s is not None and figures.runtime_s < margin_s
    return figures.battery in NO_BATTERY_LEFT or short


def _is_dead(figures: PowerFigures) -> bool:
    empty = figures.battery is Battery.DEPLETED and figures.state is UnitState.ON_BATTERY
    return figures.state in _DEAD or empty
