"""From the start of the daemon to the first full sweep, as the wire saw it.

What is counted is what left for the sites, packet by packet. The fullest second is looked for
wherever it begins, which is stricter than the seconds of a clock.
"""

from dataclasses import dataclass

from bench.arrivals import Askings, between, fullest
from bench.figure import Ask, Figure, Side
from bench.fleet_plan import FleetPlan
from bench.steady import Steady
from bench.wire_tap import Tapped

INTERVALS = 2
"""How many intervals from the start on no second may be fuller than usual."""
SWEEP = Ask("cold start: first full sweep", "× the interval", "<= 1.01", headline=True)
"""One interval, and what a start may be late: 30 ms of 3 s are 1 %."""
BURST = Ask("cold start: fullest second on the wire", "× the steady packet rate", "<= 1.2")
ASKED = (SWEEP, BURST)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """`sweep_s` runs from `watching` to the first packet of the last probe to be asked first."""

    sweep_s: float
    never_asked: int
    fullest: int
    steady_per_s: float
    steady_fullest: int
    missed: int


def look(
    tapped: Tapped, askings: Askings, plan: FleetPlan, watching_s: float, steady: Steady
) -> ColdStart:
    """Return what the wire saw of the start, beside what it saw in the steady state."""
    times = [packet.at_s for packet in tapped.sent]
    end_s = watching_s + INTERVALS * plan.interval_s
    usual = between(times, steady.from_s, steady.to_s)
    sweep_s, never = askings.sweep_s(watching_s)
    return ColdStart(
        sweep_s=sweep_s,
        never_asked=never,
        fullest=fullest(between(times, 0.0, end_s)),
        steady_per_s=len(usual) / steady.took_s,
        steady_fullest=fullest(usual),
        missed=tapped.missed,
    )


def figures(start: ColdStart, plan: FleetPlan, took_to_watch_s: float) -> list[Figure]:
    """Return what the issue asks of a cold start."""
    to_watch = Side(
        "from the start of the process to `watching`", took_to_watch_s, "s", note="reads the fleet"
    )
    if start.never_asked:
        return [SWEEP.broken(f"{start.never_asked} probes were never asked", to_watch)]
    return [
        SWEEP.measured(
            start.sweep_s / plan.interval_s,
            Side("from `watching` to the last first packet", start.sweep_s, "s"),
            to_watch,
            note=str(plan),
        ),
        BURST.measured(
            start.fullest / start.steady_per_s,
            Side("fullest second of the start", start.fullest, "packets"),
            Side("steady, mean", start.steady_per_s, "packets/s"),
            Side("steady, fullest second", start.steady_fullest, "packets"),
            note="every packet that left for the sites, counted by a packet socket",
        ),
    ]
