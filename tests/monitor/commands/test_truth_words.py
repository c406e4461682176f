"""The simulator's records in the words of the screen."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.commands.truth_words import lines_of, of_site

BEGAN = datetime(2026, 11, 21, 9, tzinfo=UTC)


def record(at_s: float, component: str, what: str, site: str = "hg", **more: str) -> dict[str, Any]:
    at = (BEGAN + timedelta(seconds=at_s)).isoformat()
    return {"at": at, "site": site, "component": component, "what": what, **more}


def told(*records: dict[str, Any]) -> list[str]:
    return [str(line) for line in lines_of(records)]


def test_what_happens_together_is_one_line() -> None:
    parts = ("site", "link/cfe", "link/lte", "area/uci", "area/urgencias")
    assert told(*(record(1, part, "down", cause="power") for part in parts)) == [
        "the site, link cfe, link lte and 2 more out of reach (power)"
    ]


def test_what_happens_apart_or_elsewhere_is_not() -> None:
    lines = lines_of(
        [
            record(1, "link/cfe", "down", cause="link"),
            record(1, "link/cfe", "down", site="cs", cause="link"),
            record(1, "area/uci", "down", cause="area_network"),
            record(5, "link/cfe", "up", cause="link"),
        ]
    )
    assert [str(line) for line in of_site(lines, "hg")] == [
        "link cfe out of reach (link)", "uci out of reach (area network)", "link cfe back",
    ]  # fmt: skip


def test_power_is_told_in_plain_words() -> None:
    assert told(
        record(1, "mains", "mains_lost"),
        record(1, "power/ups-uci", "on_battery"),
        record(2, "power/planta", "generator_starting"),
        record(3, "power/planta", "generator_fault"),
        record(9, "power/ups-uci", "battery_low"),
        record(12, "power/ups-uci", "battery_depleted"),
        record(20, "mains", "mains_back"),
    ) == [
        "mains lost", "ups-uci on battery", "planta starting", "planta does not start",
        "ups-uci nearly empty", "ups-uci empty", "mains back",
    ]  # fmt: skip


def test_the_turns_of_a_flapping_link_are_left_out() -> None:
    turns = [
        record(at_s, part, what, cause="link")
        for at_s, what in ((1, "down"), (5, "up"), (9, "down"), (13, "up"))
        for part in ("link/sat", "site")
    ]
    lines = told(
        record(1, "link/sat", "flapping"),
        *turns,
        record(14, "link/sat", "steady"),
        record(20, "link/sat", "down", cause="link"),
    )
    assert lines == [
        "link sat begins to flap", "link sat is steady", "link sat out of reach (link)",
    ]  # fmt: skip


def test_what_belongs_to_no_site_or_is_no_news_is_left_out() -> None:
    assert (
        told(
            record(0, "timeline", "started", site=""),
            record(1, "service/expediente", "down", cause="link"),
            record(2, "power/ups", "battery_charged"),
        )
        == []
    )


def test_a_word_that_is_not_known_is_shown_as_it_is() -> None:
    assert told(record(1, "power/panel-1", "isolation_alarm")) == ["panel-1 isolation alarm"]
