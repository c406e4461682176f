"""Every verdict on a site says what would change it."""

import pytest

from monitor.diagnosis.diagnose import diagnose
from monitor.vocabulary import Cause, WouldChange
from tests.monitor.diagnosis.test_diagnose import TABLE
from tests.monitor.scene import NOW_S, at

Would = WouldChange


@pytest.mark.parametrize("case", TABLE)
def test_no_verdict_is_without_doubt(case: str) -> None:
    scene = TABLE[case][0]()
    scene.settle()
    for finding in diagnose(scene.view, NOW_S, at(NOW_S)):
        assert finding.would_change, finding.key
        assert len(set(finding.would_change)) == len(finding.would_change)


@pytest.mark.parametrize(
    ("case", "cause", "changes"),
    [
        (
            "the link, power heard seconds before", Cause.LINK,
            (Would.MAINS_SEEN_ABSENT, Would.OTHER_SITES_SILENT, Would.LINK_ANSWERS),
        ),
        (
            "the link, power heard since", Cause.LINK,
            (Would.OTHER_SITES_SILENT, Would.LINK_ANSWERS),
        ),
        (
            "silence, no power telemetry, no life area", Cause.UNDETERMINED,
            (Would.OTHER_SITES_SILENT, Would.LINK_ANSWERS),
        ),
        ("on battery", Cause.POWER, (Would.MAINS_SEEN_PRESENT,)),
        (
            "mains lost, generator in fault", Cause.GENERATOR_FAILED_TO_START,
            (Would.GENERATOR_RUNS, Would.MAINS_SEEN_PRESENT),
        ),
        ("one link of two", Cause.LINK, (Would.OTHER_LINK_SILENT, Would.LINK_ANSWERS)),
    ],
)  # fmt: skip
def test_what_would_change_it_follows_from_what_is_known(
    case: str, cause: Cause, changes: tuple[WouldChange, ...]
) -> None:
    scene = TABLE[case][0]()
    scene.settle()
    worst = diagnose(scene.view, NOW_S, at(NOW_S))[0]
    assert (worst.cause, worst.would_change) == (cause, changes)
