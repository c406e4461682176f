"""Of which incidents a trace tells something, and where it has to lead."""

from collections.abc import Iterator

from config.component import ComponentKind, Probe
from monitor.belief import Belief
from monitor.duty.quiet import Why
from monitor.events import IncidentEvent
from monitor.standing import Standing
from monitor.vocabulary import Cause
from monitor.watch import Watch
from probes.reading import Reason

CAUSES = frozenset({Cause.LINK, Cause.UNDETERMINED, Cause.NODE, Cause.SERVICE})
"""Where power fails, or we do, the routers on the way say nothing of it."""
NOT_REACHED = frozenset({Reason.NO_REPLY, Reason.UNREACHABLE, Reason.CONNECT_TIMEOUT})
"""Whoever answers wrongly, or late, was reached."""


def is_worth_tracing(event: IncidentEvent) -> bool:
    """Tell whether it goes on, a trace tells something of it, and nobody works on it just now."""
    is_under_way = event.closed_at is None and event.settling_since is None
    is_worked_on = (event.quiet or "").startswith(Why.MAINTENANCE)
    return is_under_way and event.cause in CAUSES and not is_worked_on


def probe_to_trace(event: IncidentEvent, watch: Watch) -> Probe | None:
    """Return the failing probe of what an incident is about; None if nothing of it is unreached.

    Of a node that has fallen it is the node's own, or else that of the first link that fell with
    it: one for all. A link whose node has fallen is told of there.
    """
    outage = watch.topology.outages.of(event.root.key)
    if event.root.kind is ComponentKind.LINK and outage is not None:
        return None
    standings = filter(None, map(watch.standing, _parts(event, watch)))
    failing = (probe for standing in standings if (probe := _failing(standing)))
    return next(failing, None)


def _parts(event: IncidentEvent, watch: Watch) -> Iterator[str]:
    yield event.root.key
    outage = watch.topology.outages.by_key.get(event.root.key)
    if outage is not None:
        yield from outage.members


def _failing(standing: Standing) -> Probe | None:
    """Return the first probe that does not reach it, a ping if there is one."""
    unreached = [p for p in standing.component.probes if _is_unreached(standing.beliefs[p.key])]
    return min(unreached, key=lambda probe: probe.settings.kind != "icmp", default=None)


def _is_unreached(belief: Belief) -> bool:
    """Tell whether it failed for want of an answer, as far as we know: we may be blind since."""
    return belief.failures > 0 and (belief.blind or belief.reason in NOT_REACHED)
