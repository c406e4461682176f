"""For how long a consultation was possible, by the better of two links."""

from monitor.report.exclusions import layered
from monitor.report.spans import Ruler
from monitor.report.tally import Lot
from monitor.report.telemedicine_row import telemedicine_row
from monitor.vocabulary import Fitness
from tests.monitor.report.sample import BEGINS, ENDS, HOUR, clinic, steps

PERIOD = (BEGINS, ENDS)
MORNING = Ruler(((BEGINS + 8 * HOUR, BEGINS + 12 * HOUR),))


def test_at_each_instant_the_best_link_counts() -> None:
    cfe = steps((0, "ready"), (600, "unfit"))
    lte = steps((540, "ready_with_reservations"), (720, "unknown"))
    row = telemedicine_row(clinic(), PERIOD, [cfe, lte], [], MORNING)
    assert row.total_ms == {
        Fitness.READY: 10 * HOUR,
        Fitness.READY_WITH_RESERVATIONS: 2 * HOUR,
        Fitness.STORE_AND_FORWARD_ONLY: 0,
        Fitness.UNFIT: 36 * HOUR,
        Fitness.UNKNOWN: 0,
    }
    assert row.apt_ms == 12 * HOUR
    assert (row.open_ms[Fitness.READY], row.apt_open_ms) == (2 * HOUR, 4 * HOUR)


def test_what_is_excluded_or_was_never_assessed_is_unknown() -> None:
    excluded = layered(PERIOD, ((Lot.STOPPED, ((BEGINS, BEGINS + 9 * HOUR),)),))
    row = telemedicine_row(clinic(), PERIOD, [steps((0, "ready"))], excluded, MORNING)
    assert row.total_ms[Fitness.UNKNOWN] == 9 * HOUR
    assert row.open_ms[Fitness.UNKNOWN] == HOUR
    assert sum(row.total_ms.values()) == ENDS - BEGINS
    nothing = telemedicine_row(clinic(), PERIOD, [], [], MORNING)
    assert nothing.total_ms[Fitness.UNKNOWN] == ENDS - BEGINS
