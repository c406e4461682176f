"""Whether people are called for a finding now: the answer of `quiet`, kept until it may change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from config.fleet import Fleet
from config.site import Site
from monitor.diagnosis.finding import Finding
from monitor.duty.maintenance import Maintenance, maintenance_of
from monitor.duty.quiet import Quiet, quiet

ASK_AGAIN = timedelta(minutes=1)
"""For how long "call them" holds: a place that closes meanwhile is told of for a minute more."""

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


class _Answer(NamedTuple):
    """`until` is None where only a reload changes it."""

    question: tuple[object, ...]
    quiet: Quiet | None
    until: datetime | None


@dataclass(slots=True)
class Duty:
    """An answer costs up to 0.7 ms, and a mass outage asks for a thousand sites twice a second."""

    fleet: Fleet
    _maintenance: Maintenance = field(init=False)
    _answers: dict[tuple[str, str], _Answer] = field(init=False, default_factory=dict)
    _turn: datetime | None = field(init=False, default=_AT_ONCE)

    def __post_init__(self) -> None:
        self._maintenance = maintenance_of(self.fleet)

    def reload(self, fleet: Fleet) -> None:
        """Take over another fleet; all is asked anew."""
        self.fleet, self._maintenance = fleet, maintenance_of(fleet)
        self._answers, self._turn = {}, _AT_ONCE

    def has_turned(self, at: datetime) -> bool:
        """Tell, once, that an answer of before may be another now: look at open incidents."""
        if self._turn is None or at < self._turn:
            return False
        self._answers = {
            name: answer
            for name, answer in self._answers.items()
            if answer.until is None or at < answer.until
        }
        self._turn = self._maintenance.next_change(at)
        for answer in self._answers.values():
            if answer.quiet is not None:
                self._turn_at(answer.until)
        return True

    def settled(
        self,
        findings: Iterable[Finding],
        site: Site,
        at: datetime,
        failed: Collection[str] = (),
    ) -> list[Finding]:
        """Return findings with the reason why nobody is called for each of them now."""
        told = []
        for finding in findings:
            why = None if finding.held else self.quiet(finding, site, at, failed)
            told.append(finding if why is None else replace(finding, quiet=why.told))
        return told

    def quiet(
        self, finding: Finding, site: Site | None, at: datetime, failed: Collection[str] = ()
    ) -> Quiet | None:
        """Return why nobody is called for it now; None: call them.

        `failed` are the ids of windows whose expectation is violated at the site.
        """
        root, touched = finding.root.component, [part.component for part in finding.touched]
        name = (site.id if site is not None else "", finding.key)
        keys = tuple(part.key for part in touched)
        question = (finding.cause, finding.priority, root.key, keys, tuple(failed))
        known = self._answers.get(name)
        if known is None or known.question != question or (known.until and known.until <= at):
            answer = quiet(
                finding.cause, finding.priority, root, touched, site,
                self.fleet.settings, self._maintenance, at, failed,
            )  # fmt: skip
            known = self._answers[name] = self._kept(question, answer, at)
        return known.quiet

    def _kept(self, question: tuple[object, ...], answer: Quiet | None, at: datetime) -> _Answer:
        if answer is not None:
            self._turn_at(answer.until)
            return _Answer(question, answer, answer.until)
        until = at + ASK_AGAIN  # and never beyond the beginning of a window
        return _Answer(question, None, until if self._turn is None else min(until, self._turn))

    def _turn_at(self, at: datetime | None) -> None:
        if at is not None and (self._turn is None or at < self._turn):
            self._turn = at
