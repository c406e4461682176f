"""How available sites, links and areas were, computed ahead for dashboards and reports.

Available is what was not down, of the time in which it was known: time that nobody could see counts
for nothing, and neither does time in which Guardia was not running (it has no samples). Where
nothing is known of a whole window there is no figure.

What each window costs Prometheus, for 3,180 sites (some 13,000 components): the short ones read the
raw samples; the day reads the minutes' records; the month reads one record of each hour, for
its raw samples, 4,500 million in all, could not be read before the next turn.
"""

from exporters.rules.rule import Group, Recording

COMPONENTS = 'kind=~"site|link|area"'
_STATE = "guardia_component_state"


def _raw(window: str, what: str) -> list[Recording]:
    down = f'sum without (state) (avg_over_time({_STATE}{{{COMPONENTS},state="down"}}[{window}]))'
    unseen = (
        f'sum without (state) (avg_over_time({_STATE}{{{COMPONENTS},state="unknown"}}[{window}]))'
    )
    return [
        Recording(f"component:guardia_down:ratio{window}", down, why=what),
        Recording(f"component:guardia_known:ratio{window}", f"1 - {unseen}"),
    ]


def _folded(window: str, of: str, otherwise: str, what: str) -> list[Recording]:
    """Return the means of shorter records; `otherwise` stands in until there are any."""
    return [
        Recording(
            f"component:guardia_{part}:ratio{window}",
            f"avg_over_time(component:guardia_{part}:{of})"
            + (f"\n  or component:guardia_{part}:{otherwise}" if otherwise else ""),
            why=what if part == "down" else "",
        )
        for part in ("down", "known")
    ]


def _availability(window: str) -> Recording:
    return Recording(
        f"component:guardia_availability:ratio{window}",
        f"1 - component:guardia_down:ratio{window} / (component:guardia_known:ratio{window} > 0)",
    )


SHORT = Group(
    "guardia-availability-short",
    [
        *_raw("5m", "Shares of the last five minutes: down, and known at all."),
        _availability("5m"),
    ],
    interval="1m",
)

LONG = Group(
    "guardia-availability-long",
    [
        *_raw("1h", "The same of an hour."),
        _availability("1h"),
        *_folded("1d", "ratio5m[1d]", "", "A day, from the five minutes recorded every minute."),
        _availability("1d"),
        *_folded(
            "30d", "ratio1h[30d:1h]", "ratio1d",
            "Thirty days, from one record of each whole hour; before the first one, the day's.",
        ),
        _availability("30d"),
    ],
    interval="2m",
)  # fmt: skip
