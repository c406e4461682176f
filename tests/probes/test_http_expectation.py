"""When an answer counts, decided without a network."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.probe import JsonExpectation
from probes.failure import Failure
from probes.http_expectation import check_body, check_certificate, check_json, status_matches
from probes.reading import Reason
from probes.regex import RegexRunner
from tests.probes.http_servers import settings

ON_BOTH_LOOPS = True

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BODY = b'{"ok": true, "n": 1, "list": [{"name": "a"}, null], "10": "ten", "nothing": null}'


@pytest.mark.parametrize(
    ("status", "accepted", "matches"),
    [
        (204, ("204",), True),
        (205, ("204",), False),
        (299, ("200-299",), True),
        (300, ("200-299",), False),
        (404, ("2xx", "4xx"), True),
        (500, ("2xx", "4xx"), False),
    ],
)
def test_statuses_are_single_ranges_or_classes(
    status: int, accepted: tuple[str, ...], matches: bool
) -> None:
    assert status_matches(status, accepted) is matches


@hypothesis_settings(deadline=None)
@given(st.integers(100, 599), st.integers(100, 599), st.integers(100, 599))
def test_a_range_holds_what_lies_between_its_ends(status: int, first: int, last: int) -> None:
    assert status_matches(status, (f"{first}-{last}",)) is (first <= status <= last)


def expected(path: str, **equals: object) -> JsonExpectation:
    return JsonExpectation.model_validate({"path": path} | equals)


@pytest.mark.parametrize(
    ("path", "equals"),
    [
        ("ok", {"equals": True}),
        ("n", {"equals": 1}),
        ("n", {"equals": 1.0}),
        ("list.0.name", {"equals": "a"}),
        ("list.1", {"equals": None}),
        ("10", {"equals": "ten"}),
        ("nothing", {}),
        ("list", {}),
    ],
)
def test_a_json_value_that_is_there_passes(path: str, equals: dict[str, object]) -> None:
    check_json(BODY, expected(path, **equals))


@pytest.mark.parametrize(
    ("path", "equals", "said"),
    [
        ("ok", {"equals": 1}, "JSON ok is True"),
        ("n", {"equals": True}, "JSON n is 1"),
        ("n", {"equals": "1"}, "JSON n is 1"),
        ("list.0", {"equals": "a"}, "JSON list.0 is {'name': 'a'}"),
        ("nothing", {"equals": "x"}, "JSON nothing is None"),
        ("list.2", {}, "JSON has no 2 of list.2"),
        ("list.-1", {}, "JSON has no -1"),
        ("list.²", {}, "JSON has no ²"),
        ("ok.deeper", {}, "JSON has no deeper"),
        ("missing", {}, "JSON has no missing"),
    ],
)
def test_a_json_value_that_is_not_is_told(path: str, equals: dict[str, object], said: str) -> None:
    with pytest.raises(Failure) as failed:
        check_json(BODY, expected(path, **equals))

    assert failed.value.reason is Reason.BODY
    assert said in failed.value.detail


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "señal".encode()),
        ("ISO-8859-1", "señal".encode("latin-1")),
        ('"windows-1252"; x=y', "señal".encode("cp1252")),
        ("idna", "señal".encode()),
        ("zlib", "señal".encode()),
    ],
)
async def test_text_is_read_in_its_charset_and_in_no_dangerous_one(
    charset: str, body: bytes
) -> None:
    expect = settings("http://a/", expect={"body_regex": "señal"}).expect

    await check_body(body, {"Content-Type": f"text/html; charset={charset}"}, expect, RegexRunner())


def test_a_certificate_lives_long_enough_up_to_the_second() -> None:
    day_s = 86_400.0
    check_certificate(NOW + timedelta(days=7), 7 * day_s, NOW)
    check_certificate(None, 7 * day_s, NOW)
    check_certificate(NOW, None, NOW)

    with pytest.raises(Failure) as failed:
        check_certificate(NOW + timedelta(days=7, seconds=-1), 7 * day_s, NOW)
    assert failed.value.reason is Reason.CERTIFICATE_EXPIRING
    assert "2026-11-28 08:59 UTC, in 7.0 days" in failed.value.detail
