"""The two lines of evidence that say most."""

from exporters.telling import most_telling
from monitor.vocabulary import Cause, Fact
from tests.exporters.incident import seen

MAINS = seen(Fact.MAINS_LOST, 0)
BATTERY = seen(Fact.ON_BATTERY, 1, charge_ratio=0.9)
LOW = seen(Fact.BATTERY_LOW, 600, charge_ratio=0.2)
SILENT = seen(Fact.LINK_SILENT, 700, reason="no_reply")


def test_what_speaks_for_the_cause_goes_before_what_was_seen_first() -> None:
    assert most_telling(Cause.POWER, [MAINS, BATTERY, LOW, SILENT]) == (MAINS, LOW)
    assert most_telling(Cause.LINK, [MAINS, BATTERY, SILENT]) == (MAINS, SILENT)


def test_of_one_thing_seen_twice_the_newest_counts() -> None:
    earlier = seen(Fact.CHARGE, 10, "x/power/ups", charge_ratio=0.8)
    newer = seen(Fact.CHARGE, 90, "x/power/ups", charge_ratio=0.5)
    assert most_telling(Cause.POWER, [newer, earlier]) == (newer,)


def test_that_it_is_back_says_least() -> None:
    back = seen(Fact.LINK_BACK, 1)
    assert most_telling(Cause.LINK, [back, SILENT, MAINS]) == (MAINS, SILENT)


def test_every_cause_has_its_order() -> None:
    for cause in Cause:
        assert most_telling(cause, [MAINS]) == (MAINS,)
