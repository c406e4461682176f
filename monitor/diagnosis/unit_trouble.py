"""What one power unit says of itself that is a trouble, though the mains are there.

An isolation panel that alarms, and a UPS that runs on its battery. Mains that are lost explain the
second, and so do a self-test and the seconds until a UPS takes the mains back.
"""

from config.site import PowerKind, PowerSource
from monitor.site_view import NO_BATTERY_LEFT, SiteView
from monitor.unit_watch import UnitWatch
from monitor.vocabulary import Fact
from probes.reading import Mains, PowerFigures, UnitState

_CARRIED = frozenset({UnitState.ONLINE, UnitState.BYPASS})
_OUT_OF_ORDER = frozenset({UnitState.OFF, UnitState.FAULT})
_LOW = frozenset({Fact.BATTERY_LOW, Fact.BATTERY_DEPLETED})
_THERE = frozenset({Mains.PRESENT, Mains.OUT_OF_RANGE})


def hear_unit(view: SiteView, source: PowerSource, said: PowerFigures) -> bool:
    """Fold in what a unit says, the mains of its site first; return whether a trouble turned."""
    watch = view.units.get(source.id, UnitWatch())
    bad = _is_bad(view, source, said, watch)
    if bad is None:
        return False
    view.units[source.id] = watch
    return watch.observe(bad=bad, at=said.measured_at, confirm_s=_confirm_s(view, source, said))


def was_low(view: SiteView, source: PowerSource) -> bool:
    """Tell whether the battery of a UPS has been low since mains left it."""
    began_at = view.units[source.id].began_at
    name = source.called
    return began_at is not None and any(
        fact.fact in _LOW and fact.subject == name and fact.at >= began_at
        for fact in view.chronicle.facts
    )


def _is_bad(
    view: SiteView, source: PowerSource, said: PowerFigures, watch: UnitWatch
) -> bool | None:  # fmt: skip
    """Tell whether a unit is in trouble; None where what it says tells nothing of that."""
    if source.kind is PowerKind.ISOLATION:
        return None if said.state is UnitState.UNKNOWN else said.state is UnitState.ALARM
    if source.kind is not PowerKind.UPS:
        return None
    if said.state in _OUT_OF_ORDER:  # told of as that, unless it is how its battery ended
        return None if watch.lasts and was_low(view, source) else False
    if said.state is not UnitState.ON_BATTERY:
        return False if said.state in _CARRIED else None
    if said.mains not in _THERE or view.mains.absent or view.mains.lost:
        return None if watch.lasts else False  # explained; what was wrong before may still be
    return True


def _confirm_s(view: SiteView, source: PowerSource, said: PowerFigures) -> float:
    if source.kind is not PowerKind.UPS or said.state is not UnitState.ON_BATTERY:
        return view.rules.confirm
    return 0.0 if said.battery in NO_BATTERY_LEFT else view.rules.self_test
