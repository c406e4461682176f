"""Digital services: what fails alone, and what only fails with the link."""

from bench.judgement.scenarios.deeds import answer_rightly, answer_wrongly, cut, mend
from bench.judgement.scenarios.fleets import PING, PORTAL, fleet, hospital, link
from bench.judgement.scenarios.scenario import Page, Scenario
from probes.reading import Reason

_RECORD = {"id": "expediente", "probes": [PORTAL]}
_FLEET = fleet(hospital(services=[_RECORD]))
_PORTAL_ON_THE_LINK = fleet(hospital(links=[link("cfe", PING, PORTAL)]))
RECORD, LINK = "hg/service/expediente", "hg/link/cfe"

SCENARIOS = (
    Scenario(
        "the clinical record answers 503",
        _FLEET,
        (answer_wrongly(120, Reason.STATUS, RECORD), answer_rightly(300, RECORD)),
        400,
        (Page("hg", "service", 120, 30, "P3"),),
    ),
    Scenario(
        "the certificate of the clinical record is about to expire",
        _FLEET,
        (answer_wrongly(120, Reason.CERTIFICATE_EXPIRING, RECORD), answer_rightly(300, RECORD)),
        400,
        (Page("hg", "service", 120, 30, "P3"),),
    ),
    Scenario(
        "the clinical record hangs",
        _FLEET,
        (cut(120, RECORD), mend(300, RECORD)),
        400,
        (Page("hg", "service", 120, 60, "P3"),),
    ),
    Scenario(
        "the clinical record behind a link that is cut",
        _FLEET,
        (cut(120, LINK), mend(300, LINK)),
        400,
        (Page("hg", "link", 120, 10, "P1"),),
    ),
    Scenario(
        "a portal fails on a link that answers ping",
        _PORTAL_ON_THE_LINK,
        (
            answer_wrongly(120, Reason.REFUSED, f"{LINK}#http"),
            answer_rightly(300, f"{LINK}#http"),
        ),
        400,
        (Page("hg", "service", 120, 30, "P3"),),
    ),
    Scenario(
        "one wrong answer of the clinical record",
        _FLEET,
        (answer_wrongly(120, Reason.STATUS, RECORD), answer_rightly(121, RECORD)),
        300,
    ),
)
