"""Which evidence says most: of power, of what still works, and of a cause in two lines."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from monitor.events import Evidence
from monitor.vocabulary import Cause, Fact

MOST_TELLING = 2
POWER_FACTS = frozenset(
    {
        Fact.MAINS_LOST,
        Fact.MAINS_BACK,
        Fact.ON_BATTERY,
        Fact.CHARGE,
        Fact.BATTERY_LOW,
        Fact.BATTERY_DEPLETED,
        Fact.UPS_OFF,
        Fact.MAINS_PRESENT,
        Fact.MAINS_OUT_OF_RANGE,
        Fact.GENERATOR_RUNNING,
        Fact.GENERATOR_STOPPED,
        Fact.GENERATOR_FAULT,
        Fact.GENERATOR_NO_START,
        Fact.GENERATOR_TEST_NO_START,
        Fact.GENERATOR_TEST_NOT_HELD,
        Fact.GENERATOR_TEST_FAILED,
        Fact.TRANSFER_EMERGENCY,
        Fact.POWER_GOOD,
        Fact.POWER_SILENT,
        Fact.NO_POWER_TELEMETRY,
        Fact.BATTERY_WOULD_BE_EMPTY,
    }
)
TEST_FACTS = frozenset(
    {Fact.GENERATOR_TEST_NO_START, Fact.GENERATOR_TEST_NOT_HELD, Fact.GENERATOR_TEST_FAILED}
)
STILL_UP_FACTS = frozenset({Fact.OTHER_LINK_UP, Fact.ON_BACKUP, Fact.GENERATOR_RUNNING})
_POWER = (
    Fact.SITES_WITHOUT_MAINS, Fact.BATTERY_DEPLETED, Fact.BATTERY_LOW, Fact.MAINS_LOST,
    Fact.UPS_OFF, Fact.ON_BATTERY, Fact.CHARGE, Fact.GENERATOR_FAULT, Fact.GENERATOR_STOPPED,
    Fact.TRANSFER_EMERGENCY,
)  # fmt: skip
_TELLING: Mapping[Cause, tuple[Fact, ...]] = MappingProxyType(
    {
        Cause.POWER: _POWER,
        Cause.GENERATOR_FAILED_TO_START: (
            Fact.GENERATOR_NO_START, Fact.GENERATOR_TEST_NO_START, Fact.GENERATOR_TEST_NOT_HELD,
            Fact.GENERATOR_TEST_FAILED, Fact.GENERATOR_FAULT, *_POWER,
        ),
        Cause.UPS_ON_BATTERY: (
            Fact.BATTERY_DEPLETED, Fact.BATTERY_LOW, Fact.MAINS_OUT_OF_RANGE, Fact.CHARGE,
            Fact.ON_BATTERY, Fact.BATTERY_WOULD_BE_EMPTY, Fact.MAINS_PRESENT,
        ),
        Cause.ISOLATION_FAULT: (Fact.ISOLATION_ALARM,),
        Cause.LINK: (
            Fact.LINK_SILENT, Fact.POWER_GOOD, Fact.POWER_SILENT, Fact.NO_POWER_TELEMETRY,
        ),
        Cause.AREA_NETWORK: (Fact.AREA_SILENT, Fact.OTHER_PROBE_ANSWERS, Fact.POWER_GOOD),
        Cause.SERVICE: (Fact.SERVICE_FAILING, Fact.OTHER_PROBE_ANSWERS),
        Cause.NODE: (Fact.SITES_SILENT, Fact.NODE_SILENT, Fact.NODE_ANSWERS, Fact.LINK_SILENT),
        Cause.NODE_MANAGEMENT: (Fact.NODE_SILENT, Fact.SITES_ANSWER),
        Cause.ICMP_FILTERED: (Fact.PING_SILENT, Fact.OTHER_PROBE_ANSWERS),
        Cause.MONITOR_BLIND: (
            Fact.CANNOT_ASK, Fact.INTERFACE_DOWN, Fact.OWN_FAILURE, Fact.ANCHORS_SILENT,
            Fact.GATEWAY_ANSWERS, Fact.FLEET_SILENT,
        ),
        Cause.UNDETERMINED: (Fact.LINK_SILENT, Fact.POWER_SILENT, Fact.NO_POWER_TELEMETRY),
    }
)  # fmt: skip
_SELDOM = frozenset({Fact.LINK_BACK, Fact.MAINS_BACK, Fact.AREA_BACK, Fact.SERVICE_BACK})
"""That something is back says little of why it was away."""


def most_telling(cause: Cause, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the two that say most, in the order in which they happened.

    What speaks for the cause goes first, in the order of its list, then what was seen first; of a
    fact that was seen twice of one thing, the newest counts.
    """
    newest = {(seen.fact, seen.subject): seen for seen in sorted(evidence, key=lambda e: e.at)}
    order = _TELLING[cause]
    rank = {fact: place for place, fact in enumerate(order)}

    def by_weight(seen: Evidence) -> tuple[bool, int]:
        return seen.fact in _SELDOM, rank.get(seen.fact, len(order))

    chosen = sorted(newest.values(), key=by_weight)[:MOST_TELLING]
    return tuple(sorted(chosen, key=lambda seen: seen.at))
