"""How good one link is: fed run by run by its first ping, and put into words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from config.component import Component, ComponentKind, Probe
from config.quality import QualityRules
from config.settings import Settings
from config.site import Medium, Site
from config.telemedicine import TelemedicineRules
from monitor.belief import Belief
from monitor.judge.habit import Habit
from monitor.quality.link_quality import Change, Impairment, LinkQuality, Quality
from monitor.quality.loss_rise import LossHabit
from monitor.quality.telemedicine import Assessment
from monitor.quality.turn import Turn
from monitor.vocabulary import State
from probes.reading import Reading

ASSESS_S = 20.0
"""A link that is asked every 30 s is assessed at each run."""
KEEP_S = 600.0
"""How often what a healthy link teaches is written down: its habit takes a day to form."""
_NAMES = {Quality.LOSS: "loss", Quality.DELAY: "round trip", Quality.JITTER: "jitter"}


class Terms(NamedTuple):
    """What the site list says of the quality of one link. `telemedicine` is None without it."""

    probe: Probe
    rules: QualityRules
    medium: Medium
    telemedicine: TelemedicineRules | None


@dataclass(slots=True)
class LinkWatch:
    """Of one link. `said` is what the last run turned to the better, for the event that tells it.

    `knows_loss` is False until the path has shown what it usually loses.
    """

    terms: Terms
    quality: LinkQuality
    usual: LossHabit
    knows_loss: bool = False
    learned_s: float | None = None
    assessed_s: float | None = None
    seen: tuple[bool, bool] = (False, False)
    kept_s: float | None = None
    said: str = ""

    @classmethod
    def of(cls, terms: Terms, habit: Habit) -> "LinkWatch":
        probe, rules, medium, telemedicine = terms
        usual = loss_habit(habit)
        quality = LinkQuality.of(rules, probe.interval_s, usual, medium, telemedicine)
        return cls(terms, quality, usual, habit.is_learned)

    @property
    def is_degraded(self) -> bool:
        return self.quality.is_degraded

    def observe(self, reading: Reading, at_s: float, belief: Belief) -> bool:
        """Take one run that the belief has taken already; return whether anything turned."""
        self.said = ""
        judge = belief.judge
        if judge.learned_s != self.learned_s:
            self.learned_s = judge.learned_s
            self.adopt(judge.habit)
        if reading.echo is None or belief.unseen:
            self.quality.exclude()
            return False
        counts = belief.state is not State.DOWN
        turned = self.quality.observe(at_s, reading.echo, counts=counts)
        if turned:
            self.said = ", ".join(self._turns(turned))
        return bool(turned)

    def adopt(self, habit: Habit) -> None:
        """Judge loss by what the path has shown by now."""
        self.knows_loss = habit.is_learned
        usual = loss_habit(habit)
        if usual != self.usual:
            self.usual = usual
            self.quality.adopt(usual)

    def assess(self, at_s: float, *, is_down: bool, is_blind: bool) -> Assessment | None:
        """Return what it is good for in telemedicine; None while that need not be told again."""
        telemedicine, seen = self.quality.telemedicine, (is_down, is_blind)
        if telemedicine is None:
            return None
        if seen == self.seen and self.assessed_s is not None and at_s - self.assessed_s < ASSESS_S:
            return None
        self.seen, self.assessed_s = seen, at_s
        return telemedicine.assess(at_s, is_down=is_down, is_blind=is_blind)

    def is_to_be_kept(self, at_s: float) -> bool:
        """Tell, now and again, that what it has learned should be written down."""
        if self.kept_s is not None and at_s - self.kept_s < KEEP_S:
            return False
        first, self.kept_s = self.kept_s is None, at_s
        return not first

    def words(self) -> str:
        """Return what is worse than usual, or what has just ceased to be: "" is nothing."""
        if not self.quality.is_degraded:
            return self.said
        worse = [self._impaired(impairment) for impairment in self.quality.impairments()]
        return ", ".join(worse) or self.said

    def _impaired(self, impairment: Impairment) -> str:
        quality, value, usual = impairment.quality, impairment.value, impairment.usual
        name = f"{_NAMES[quality]} {_figure(quality, value)}"
        is_known = quality is not Quality.LOSS or self.knows_loss
        return f"{name}, usually {_figure(quality, usual)}" if is_known else name

    def _turns(self, changes: tuple[Change, ...]) -> Iterator[str]:
        for change in changes:
            name, figure = _NAMES[change.quality], _figure(change.quality, change.value)
            if change.turn is Turn.RECOVERED:
                yield f"{name} back to {figure}"
            elif change.turn is Turn.BECAME_USUAL:
                yield f"{name} {figure} is usual now"


def terms_of(settings: Settings, site: Site, component: Component) -> Terms | None:
    """Return the terms of a link with a ping; None of anything else."""
    if component.kind is not ComponentKind.LINK:
        return None
    pings = (probe for probe in component.probes if probe.settings.kind == "icmp")
    probe = next(pings, None)
    if probe is None:
        return None
    medium = next(link.medium for link in site.links if link.id == component.id)
    rules = settings.telemedicine if site.has_telemedicine else None
    return Terms(probe, settings.quality, medium, rules)


def link_watch(terms: Terms, habit: Habit, held: LinkWatch | None) -> LinkWatch:
    """Return the watch on these terms: the one held, or another that knows what it knew."""
    if held is not None and held.terms == terms:
        return held
    fresh = LinkWatch.of(terms, habit)
    if held is not None and held.terms.probe == terms.probe:
        fresh.quality.restore(held.quality.record(0.0), 0.0)
    return fresh


def loss_habit(habit: Habit) -> LossHabit:
    """Return what a path loses in the mean, in bursts and between them."""
    null = habit.null
    in_bursts = null.burst_rate_hz * null.burst_s
    loss_ratio = null.loss_ratio + in_bursts
    return LossHabit(min(1.0, loss_ratio), null.burst_s, in_bursts / loss_ratio)


def _figure(quality: Quality, value: float) -> str:
    if quality is Quality.LOSS:
        return f"{value * 100:.0f} %" if value >= 0.1 else f"{value * 100:.1g} %"
    return f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.1f} ms"
