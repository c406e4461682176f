"""Sites that are planned, begin, change in the list and leave it; and hours when they sleep."""

from datetime import UTC, datetime

from bench.judgement.scenarios.deeds import cut, mend, reload, restart
from bench.judgement.scenarios.fleets import clinic, fleet, hospital
from bench.judgement.scenarios.scenario import Page, Scenario

BEFORE_MIDNIGHT = datetime(2026, 11, 24, 7, 50, tzinfo=UTC)
"""23:50 of Monday in Tijuana."""
BEFORE_OPENING = datetime(2026, 11, 24, 15, 50, tzinfo=UTC)
"""07:50 of Tuesday there."""

_TOMORROW = "2026-11-24"
_WEEKDAYS = {"weekdays": "08:00-20:00"}
_BOTH = fleet(clinic("cs"), clinic("otro"))
_PATIENT = fleet(
    hospital(), classes={"hospital": {"interval": "5s", "reprobe": "1s", "successes": 5}}
)

SCENARIOS = (
    Scenario(
        "a planned site that is silent",
        fleet(clinic(status="planned")),
        (cut(130, "cs"), mend(400, "cs")),
        600,
    ),
    Scenario(
        "a site that retires at midnight, and is unplugged after it",
        fleet(clinic("cs", retired_from=_TOMORROW), clinic("otro")),
        (cut(700, "cs"),),
        1200,
        start=BEFORE_MIDNIGHT,
    ),
    Scenario(
        "a site that begins at midnight, and is silent",
        fleet(clinic(active_from=_TOMORROW)),
        (cut(130, "cs"), mend(1000, "cs")),
        1200,
        (Page("cs", "link", 600, 65, "P2"),),
        start=BEFORE_MIDNIGHT,
    ),
    Scenario(
        "a clinic that is cut while it is closed, and mended before it opens",
        fleet(clinic(hours=_WEEKDAYS)),
        (cut(130, "cs"), mend(400, "cs")),
        900,
        start=BEFORE_OPENING,
    ),
    Scenario(
        "a clinic that is still cut when it opens",
        fleet(clinic(hours=_WEEKDAYS)),
        (cut(130, "cs"), mend(900, "cs")),
        1100,
        (Page("cs", "link", 600, 65, "P2"),),
        start=BEFORE_OPENING,
    ),
    Scenario(
        "a hospital never sleeps",
        fleet(hospital(), hours={"hospital": _WEEKDAYS}),
        (cut(130, "hg/area/uci"), mend(300, "hg/area/uci")),
        400,
        (Page("hg", "area_network", 130, 12, "P1"),),
        start=BEFORE_OPENING,
    ),
    Scenario(
        "a site is taken out of the list in an outage",
        _BOTH,
        (cut(130, "cs"), reload(400, fleet(clinic("otro")))),
        600,
        (Page("cs", "link", 130, 40, "P2"),),
    ),
    Scenario(
        "other settings are taken over in an outage",
        fleet(hospital()),
        (cut(120, "hg/link/cfe"), reload(180, _PATIENT), mend(300, "hg/link/cfe")),
        400,
        (Page("hg", "link", 120, 10, "P1"),),
    ),
    Scenario(
        "the daemon is killed three times in an outage",
        fleet(hospital()),
        (
            cut(120, "hg/link/cfe"), restart(122), restart(150), restart(240),
            mend(300, "hg/link/cfe"),
        ),
        400,
        (Page("hg", "link", 120, 20, "P1"),),
    ),
    Scenario(
        "the daemon starts in the middle of an outage",
        fleet(hospital()),
        (cut(0, "hg/link/cfe"), mend(300, "hg/link/cfe")),
        400,
        (Page("hg", "link", 0, 20, "P1"),),
    ),
)  # fmt: skip
