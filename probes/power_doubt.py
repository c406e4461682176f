"""When a well-formed power document cannot be believed: old, early, or against itself.

Only what cannot be true is a contradiction. What is merely odd (a UPS on battery with mains
present: its input breaker is open) is a finding for people, and passes.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from config.duration import format_duration
from probes.power_document import PowerDocument
from probes.reading import Reason

FUTURE_TOLERANCE_S = 60.0
"""How far ahead of ours a device's clock may run before its measurements tell nothing."""
SHORTEST_MAX_AGE_S = 30.0


def default_max_age_s(interval_s: float) -> float:
    """Return three intervals, at least 30 s."""
    return max(3 * interval_s, SHORTEST_MAX_AGE_S)


def doubt_time(
    observed_at: datetime, now: datetime, max_age_s: float, served_at: datetime | None
) -> tuple[Reason, str] | None:
    """Return why the time of measurement is not acceptable.

    Args:
        observed_at: when the devices were read, by their clock
        now: ours
        max_age_s: how old is too old
        served_at: the Date header, which shows a wrong clock for what it is

    """
    age_s = (now - observed_at).total_seconds()
    if -FUTURE_TOLERANCE_S <= age_s <= max_age_s:
        return None
    when = f"{observed_at:%Y-%m-%d %H:%M:%S} UTC"
    if age_s < 0:
        return Reason.FROM_THE_FUTURE, f"measured {_span(-age_s)} from now, at {when}"
    allowed = format_duration(max_age_s)
    said = f"measured {_span(age_s)} ago, at {when}; {allowed} are allowed"
    clock_is_wrong = served_at is not None and abs(served_at - observed_at) <= timedelta(
        seconds=max_age_s
    )
    return Reason.STALE, said + ("; its clock seems to be slow" if clock_is_wrong else "")


def contradictions(document: PowerDocument) -> Iterator[str]:
    """Yield what cannot be true. docs/power-endpoint.md lists the same."""
    yield from _of_the_load(document)
    for ups in document.ups:
        if ups.state == "on_battery" and ups.battery == "normal" and ups.charge_ratio == 0:
            yield f"ups {ups.id} runs on a battery that is normal and has no charge"
        if ups.state in ("online", "off", "bypass") and (ups.on_battery_seconds or 0) > 0:
            yield f"ups {ups.id} is {ups.state}, and on battery since {ups.on_battery_seconds:g} s"
    for generator in document.generators:
        tested_at = generator.last_test_at
        if tested_at is not None and tested_at - document.observed_at > timedelta(days=1):
            yield f"generator {generator.id} was tested after this measurement"


def _of_the_load(document: PowerDocument) -> Iterator[str]:
    source = document.load_source
    ups_states = {ups.state for ups in document.ups}
    generator_states = {generator.state for generator in document.generators}
    if source == "mains" and document.mains == "absent":
        yield "the load is on mains, and mains are absent"
    if source == "ups_battery" and ups_states and ups_states <= {"online", "off", "bypass"}:
        yield "the load is on battery, and no UPS is"
    if source == "generator" and generator_states == {"stopped"}:
        yield "the load is on a generator, and none runs"


def _span(seconds: float) -> str:
    for size_s, word in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size_s:
            return f"{seconds / size_s:.1f} {word}"
    return f"{seconds:.0f} s"
