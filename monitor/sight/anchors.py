"""The anchors: places that should always answer, and tell by it that we can see."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from config.area import Criticality
from config.component import Component, ComponentKind
from config.fleet import plan_probes
from config.probe import IcmpSettings
from config.settings import JudgementClass, Settings
from monitor.belief import Belief
from monitor.standing import Standing
from monitor.vocabulary import State
from probes.reading import Reason

ANCHOR_CLASS = JudgementClass(interval=2.0, reprobe=0.5, successes=1)
"""Two seconds and a timeout: our own uplink is missed within five, whatever else is asked."""
_ANCHOR_BURST_S = 0.5
MONITOR_KEY = "monitor"


def monitor_component(settings: Settings) -> Component:
    """Return the component that stands for this daemon."""
    return Component(
        key=MONITOR_KEY,
        kind=ComponentKind.MONITOR,
        site="",
        id=settings.vantage,
        name=settings.vantage,
        criticality=Criticality.CLINICAL,
        judgement=ANCHOR_CLASS,
        burst_s=_ANCHOR_BURST_S,
        probes=(),
    )


def anchor_components(hosts: tuple[str, ...]) -> list[Component]:
    """Return one component per anchor; `hosts` are addresses or names, no longer `gateway`."""
    return [
        Component(
            key=f"{MONITOR_KEY}/anchor-{place}",
            kind=ComponentKind.MONITOR,
            site="",
            id=f"anchor-{place}",
            name=host,
            criticality=Criticality.CLINICAL,
            judgement=ANCHOR_CLASS,
            burst_s=_ANCHOR_BURST_S,
            probes=plan_probes(
                f"{MONITOR_KEY}/anchor-{place}", (IcmpSettings(target=host),), ANCHOR_CLASS
            ),
        )
        for place, host in enumerate(hosts, start=1)
    ]


@dataclass(slots=True)
class Anchors:
    """By key. While fewer than `needed` answer we are blind.

    The gateway proves that we reach our own network and no more: it counts only where there is no
    other anchor. One that was not asked yet is no witness of blindness.
    """

    standings: dict[str, Standing]
    needed: int = 1
    gateway: str | None = None
    _counted: tuple[Standing, ...] = field(init=False)

    def __post_init__(self) -> None:
        standings = tuple(self.standings.values())
        far = tuple(one for one in standings if one.component.name != self.gateway)
        self._counted = far or standings

    @classmethod
    def at(cls, hosts: tuple[str, ...], gateway: str | None = None, needed: int = 1) -> "Anchors":
        """Return them before any was asked."""
        standings = {part.key: Standing.of(part) for part in anchor_components(hosts)}
        return cls(standings, needed, gateway)

    @property
    def are_silent(self) -> bool:
        """Tell whether too few of those that count answer."""
        counted = self._counted
        silent = sum(map(_is_silent, counted))
        return bool(counted) and len(counted) - silent < min(self.needed, len(counted))

    @property
    def vouch(self) -> bool:
        """Tell whether most of those that count answered when they were last asked."""
        counted = self._counted
        answering = 0
        for one in counted:
            answering += _answers(one)
        return 2 * answering > len(counted)

    @property
    def gateway_answers(self) -> bool:
        """Tell whether our gateway is an anchor that does not count, and answers."""
        return any(
            _answers(one) and one not in self._counted
            for one in self.standings.values()
            if one.component.name == self.gateway
        )

    def silent_names(self) -> str:
        return ", ".join(s.component.name for s in self.standings.values() if _is_silent(s))

    def probe_keys(self) -> Iterator[str]:
        for standing in self.standings.values():
            yield from standing.beliefs


def _is_silent(standing: Standing) -> bool:
    return all(_failed(belief) for belief in standing.beliefs.values())


def _answers(standing: Standing) -> bool:
    return not _is_silent(standing) and standing.last_success_s is not None


def _failed(belief: Belief) -> bool:
    """Tell whether its last run failed, or could not even leave this machine."""
    unsent = belief.unseen > 0 and belief.reason is Reason.SEND_FAILED
    return belief.failures > 0 or belief.state is State.DOWN or unsent
