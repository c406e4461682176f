"""What we hold of one component: the beliefs of its probes folded into one state."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from config.component import Component, ComponentKind, Probe
from monitor.belief import Belief
from monitor.link_watch import LinkWatch
from monitor.power_state import state_of
from monitor.quality.telemedicine import Assessment
from monitor.transition import ANSWERS, REFUSALS, Signal
from monitor.vocabulary import State
from probes.reading import PowerFigures, Reading

ANSWERING = frozenset({State.UP, State.DEGRADED})


@dataclass(slots=True)
class Standing:
    """Of one component, with monotonic instants.

    `changed_s` is that of the last change of state, `reachable_s` of the last time when it
    began to answer after it had not: from up to degraded it went on answering. `certain_s` is
    since when it answers; None while nothing came since it was last asked in vain. `proven` means
    that one of its probes is down so surely that people must hear of it. `by_answers` is the
    state before its quality counts: a link that answers worse than usual is `degraded` by that.
    `backup` is, of a site, the name of the backup link that serves it now. `is_remembered` means
    that it was down before a restart, and has not been asked since.
    """

    component: Component
    beliefs: dict[str, Belief] = field(default_factory=dict)
    state: State = State.UNKNOWN
    since: datetime | None = None
    changed_s: float = 0.0
    reachable_s: float = 0.0
    certain_s: float | None = None
    suspect: bool = False
    proven: bool = False
    because: str = ""
    figures: PowerFigures | None = None
    figures_at: datetime | None = None
    by_answers: State = State.UNKNOWN
    link: LinkWatch | None = None
    backup: str = ""
    is_remembered: bool = False

    @classmethod
    def of(cls, component: Component) -> "Standing":
        beliefs = {
            probe.key: Belief.of(component.judgement, probe, component.burst_s, component.untried_s)
            for probe in component.probes
        }
        return cls(component, beliefs)

    @property
    def key(self) -> str:
        return self.component.key

    @property
    def kind(self) -> ComponentKind:
        return self.component.kind

    @property
    def is_judged(self) -> bool:
        """Tell whether anything can change its state: its probes, or the parts of a site."""
        return bool(self.beliefs) or self.kind is ComponentKind.SITE

    @property
    def is_reachable(self) -> bool:
        return self.state in ANSWERING

    @property
    def is_new(self) -> bool:
        """Tell whether nothing was ever proven of it, either way."""
        lost = any(belief.is_lost for belief in self.beliefs.values())
        return self.state is State.UNKNOWN and not lost

    @property
    def is_in_doubt(self) -> bool:
        """Tell whether it fails without proof, or has not answered since, or cannot be asked."""
        if self.suspect or self.state is State.DOWN or not self.beliefs:
            return self.suspect
        return self.certain_s is None or all(belief.blind for belief in self.beliefs.values())

    @property
    def is_mute(self) -> bool:
        """Tell whether it fails, and nothing has answered since that began."""
        answered_s = self.last_success_s
        return any(belief.failures for belief in self.beliefs.values()) and (
            answered_s is None or answered_s < self.first_failure_s
        )

    @property
    def is_silent(self) -> bool:
        """Tell whether a probe of it is proven down: of a power source, its telemetry."""
        return any(belief.state is State.DOWN for belief in self.beliefs.values())

    @property
    def is_steady(self) -> bool:
        """Tell whether one more answer to any of its probes changes no state and no doubt."""
        return self.is_settled and self.component.kind is not ComponentKind.POWER

    @property
    def is_settled(self) -> bool:
        """Tell the same of a power source that says what it said before.

        Asked for every run, so it is spelled out.
        """
        if self.state is not State.UP or self.because or self.suspect or self.certain_s is None:
            return False
        for belief in self.beliefs.values():
            if belief.state is not State.UP or belief.judge.lost or belief.unseen or belief.kept:
                return False
        return True

    @property
    def last_success_s(self) -> float | None:
        """Return when any of its probes last answered, monotonic."""
        latest_s: float | None = None
        for belief in self.beliefs.values():
            answered_s = belief.last_success_s
            if answered_s is not None and (latest_s is None or answered_s > latest_s):
                latest_s = answered_s
        return latest_s

    @property
    def first_failure_s(self) -> float:
        """Return when the oldest of its present rows of failures began, monotonic."""
        return min((b.first_failure_s for b in self.beliefs.values() if b.failures), default=0.0)

    @property
    def first_failure_at(self) -> datetime | None:
        """Return the same for people."""
        began = (b.first_failure_at for b in self.beliefs.values() if b.failures)
        return min((at for at in began if at is not None), default=None)

    @property
    def last_failure_asked_s(self) -> float:
        """Return when the last failed run of any of its probes began, monotonic."""
        return max((belief.last_failure_asked_s for belief in self.beliefs.values()), default=0.0)

    @property
    def interval_s(self) -> float:
        """Return how often it is asked, by its quickest probe."""
        return min((probe.interval_s for probe in self.component.probes), default=0.0)

    def observe(
        self, probe: Probe, reading: Reading, at_s: float, at: datetime,
        asked_s: float | None = None,
    ) -> bool:  # fmt: skip
        """Fold one run in; return whether state or doubt changed. Belief tells of `asked_s`."""
        if reading.success and self.is_steady:
            return self.go_on(probe, reading, at_s, at)
        belief = self.beliefs[probe.key]
        signal = belief.observe(reading, at_s, at, asked_s)
        self._note_silence(belief, signal, at_s)
        self.is_remembered = self.is_remembered and belief.blind
        link, turned = self.link, False
        if link is not None and link.terms.probe.key == probe.key:
            turned = link.observe(reading, at_s, belief)
        if reading.power is not None and reading.success:
            self.figures, self.figures_at = reading.power, at
        return self.settle(at_s, at) or turned

    def go_on(self, probe: Probe, reading: Reading, at_s: float, at: datetime) -> bool:
        """Take one more answer while it `is_steady`, or `is_settled` and says what it said.

        Return whether its quality turned.
        """
        belief, link = self.beliefs[probe.key], self.link
        belief.go_on(reading, at_s, at)
        if reading.power is not None:
            self.figures, self.figures_at = reading.power, at
        if link is None or link.terms.probe.key != probe.key:
            return False
        if not link.observe(reading, at_s, belief):
            return False
        self.settle(at_s, at)
        return True

    def assess(self, probe: Probe, at_s: float, *, is_blind: bool) -> Assessment | None:
        """Return what a link is good for in telemedicine; None where that is no news.

        Where ping alone is refused, there is nothing to tell it by.
        """
        link = self.link
        if link is None or probe.key != link.terms.probe.key:
            return None
        is_down = self.state is State.DOWN
        is_mute = not is_down and self.beliefs[probe.key].state is State.DOWN
        return link.assess(at_s, is_down=is_down, is_blind=is_blind or is_mute)

    def exclude(self) -> None:
        """Hold against a link nothing of what was lost, or took long, while we could not see."""
        if self.link is not None:
            self.link.quality.exclude()

    def settle(self, at_s: float, at: datetime) -> bool:
        """Derive state and doubt from the beliefs; return whether either changed."""
        beliefs = self.beliefs.values()
        is_power = self.component.kind is ComponentKind.POWER
        answers = self._power_state() if is_power else _combined(beliefs, self.by_answers)
        if answers is None:
            answers = self.by_answers
        is_worse = answers is State.UP and self.link is not None and self.link.is_degraded
        state = State.DEGRADED if is_worse else answers
        suspect = proven = False
        for belief in beliefs:
            suspect = suspect or belief.suspect
            proven = proven or belief.calls_people
        changed = (
            state is not self.state or suspect is not self.suspect or proven is not self.proven
        )
        if state is not self.state or self.since is None:
            is_of_quality = answers is self.by_answers and self.since is not None
            self.since = at if is_of_quality else self._began(state, at)
            self.changed_s = at_s
        if state in ANSWERING and not self.is_reachable:
            self.reachable_s = at_s
        self.state, self.suspect, self.proven = state, suspect, proven
        self.by_answers = answers
        self.because = self._because()
        return changed

    def _note_silence(self, belief: Belief, signal: Signal, at_s: float) -> None:
        """Keep since when it answers: any answer ends its silence, whatever was asked."""
        if signal in ANSWERS:
            if self.certain_s is None:
                self.certain_s = at_s
        elif signal in REFUSALS and self.certain_s is not None:
            answered_s = self.last_success_s
            if answered_s is None or answered_s < belief.last_failure_asked_s:
                self.certain_s = None

    def _power_state(self) -> State | None:
        unseen = all(belief.is_lost for belief in self.beliefs.values())
        if self.figures is None or self.is_silent or unseen:
            return State.UNKNOWN  # silence says nothing of the mains
        return state_of(self.figures)

    def _began(self, state: State, at: datetime) -> datetime:
        if self.kind is ComponentKind.POWER:
            known = self.figures is not None and state is not State.UNKNOWN
            return min(self.figures.measured_at, at) if known and self.figures else at
        if state is State.DOWN:
            return min(self._failures_since_the_last_answer(), default=at)
        if state is State.UP:
            answered = [b.since for b in self.beliefs.values() if b.since and b.state is State.UP]
            return max(answered, default=at)
        return at

    def _failures_since_the_last_answer(self) -> Iterator[datetime]:
        answered_s = self.last_success_s
        for belief in self.beliefs.values():
            is_after = answered_s is None or belief.first_failure_s >= answered_s
            if belief.failures > 0 and is_after and belief.first_failure_at is not None:
                yield belief.first_failure_at

    def _because(self) -> str:
        reasons = [
            f"{key.rpartition('#')[2]} {belief.reason}"
            for key, belief in self.beliefs.items()
            if belief.reason is not None
        ]
        if self.link is not None and self.by_answers is State.UP:
            words = self.link.words()
            if words:
                reasons.append(words)
        return ", ".join(reasons)


def _combined(beliefs: Collection[Belief], held: State) -> State | None:
    """Return the state that the beliefs add up to; None while the evidence is not fresh.

    One proven probe speaks for all that fail and have not answered since its doubt began; one
    that has must prove itself. A probe that goes on answering makes it `degraded`: a link that
    answers HTTP but not ping is not down, and what it answered last stands while we cannot ask.
    """
    down = [belief for belief in beliefs if belief.state is State.DOWN]
    if not down:
        return _undisputed(beliefs, held)
    doubt_began_s = min(belief.first_failure_s for belief in down)
    others = [belief for belief in beliefs if belief.state is not State.DOWN]
    if any(_has_answered_since(belief, doubt_began_s) for belief in others):
        return State.DEGRADED
    proof_s = max((belief.first_failure_s for belief in down if belief.is_proof), default=None)
    if all(belief.is_lost or _is_covered(belief, proof_s) for belief in others):
        return State.DOWN
    return None


def _is_covered(belief: Belief, proof_s: float | None) -> bool:
    """Tell whether it fails too, without an answer since the failures that prove an outage."""
    answered_s = belief.last_success_s
    return (
        belief.failures > 0
        and proof_s is not None
        and (answered_s is None or answered_s <= proof_s)
    )


def _undisputed(beliefs: Collection[Belief], held: State) -> State | None:
    """Return `up` or `unknown`; None while a probe that is new has yet to prove anything."""
    for belief in beliefs:
        if belief.state is State.UP:
            return State.UP
    lost = any(belief.is_lost for belief in beliefs)
    return State.UNKNOWN if lost and held is State.UP else None


def _has_answered_since(belief: Belief, since_s: float) -> bool:
    return (
        belief.failures == 0
        and belief.last_success_s is not None
        and belief.last_success_s > since_s
    )
