"""The model, the shipped JSON Schema and the parser take the same documents."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from probes.failure import Failure
from probes.power_document import PowerDocument, power_schema, read_document
from probes.reading import Reason, UnitState

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "power-status.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(SCHEMA.read_text("utf-8")),
    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
)
LEAST: dict[str, Any] = {
    "schema": "power-status/1",
    "observed_at": "2026-11-21T09:00:00Z",
    "mains": "present",
}


def with_ups(**changes: object) -> dict[str, Any]:
    return LEAST | {"ups": [{"id": "u", "state": "online"} | changes]}


def test_the_shipped_schema_is_the_one_of_the_model() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == power_schema(), (
        "regenerate docs/schema/power-status.schema.json with "
        "json.dumps(probes.power_document.power_schema(), indent=2)"
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(power_schema())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (LEAST | {"schema": "power-status/2"}, "schema: should be 'power-status/1'"),
        (LEAST | {"mains": "yes"}, "mains: should be 'present', 'absent'"),
        (LEAST | {"Mains": "present"}, "Mains: unknown key (extensions begin with x-)"),
        (LEAST | {"schema_id": 1}, "schema_id: unknown key"),
        (LEAST | {"observed_at": "2026-11-21T09:00:00"}, "observed_at: write the time as RFC 3339"),
        (LEAST | {"observed_at": "2026-02-30T09:00:00Z"}, "observed_at: day is out of range"),
        (LEAST | {"observed_at": "1969-12-31T23:59:59Z"}, "observed_at: write the time"),
        (LEAST | {"observed_at": 1795251600}, "observed_at: write the time"),
        (LEAST | {"observed_at": "٢٠٢٦-11-21T09:00:00Z"}, "observed_at: write the time"),
        (LEAST | {"observed_at": "2026-11-21T09:00:00Z\n"}, "observed_at: write the time"),
        (LEAST | {"ups": {}}, "ups: should be a valid tuple"),
        (LEAST | {"ups": [1]}, "ups[0]: should be"),
        (with_ups(charge_ratio=1.5), "ups[0].charge_ratio: should be less than or equal to 1"),
        (with_ups(charge_ratio="0.5"), "ups[0].charge_ratio: should be a valid number"),
        (with_ups(charge_ratio=True), "ups[0].charge_ratio: should be a valid number"),
        (with_ups(charge_ratio=10**29), "ups[0].charge_ratio: should be less"),
        (with_ups(runtime_seconds=-1), "ups[0].runtime_seconds: should be greater"),
        (with_ups(id=""), "ups[0].id: "),
        (with_ups(id="a\x1bb"), "ups[0].id: "),
        (with_ups(id="x" * 65), "ups[0].id: "),
        (with_ups(runtime_second=9), "ups[0].runtime_second: unknown key"),
        (with_ups(alarms=["x"] * 33), "ups[0].alarms: "),
        (LEAST | {"ups": [{"id": "u"}]}, "ups[0].state: missing"),
        (with_ups() | {"ups": with_ups()["ups"] * 2}, "two of `ups` have the id u"),
        (LEAST | {"isolation": [{"id": "q", "alarm": 1}]}, "isolation[0].alarm: "),
        (LEAST | {"ats": [{"id": "a", "position": "normal", "transfers_total": 1.5}]}, "ats[0]"),
        ([], "the document: "),
        ("power", "the document: "),
    ],
)
def test_a_bad_document_names_the_place(written: object, said: str) -> None:
    with pytest.raises(Failure) as refused:
        read_document(written)

    assert refused.value.reason is Reason.BAD_DOCUMENT
    assert said in refused.value.detail


def test_times_with_any_offset_become_utc() -> None:
    read = read_document(LEAST | {"observed_at": "2026-11-21T03:00:00.123456789-06:00"})

    assert read.observed_at == datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC)


def test_extension_keys_may_hold_anything_anywhere() -> None:
    read = read_document(with_ups(**{"x-vendor": {"deep": [1, None]}}) | {"x-note": "hola"})

    assert read.ups[0].id == "u"


def test_a_whole_number_may_be_written_with_a_point() -> None:
    read = read_document(LEAST | {"ats": [{"id": "a", "position": "open", "transfers_total": 3.0}]})

    assert read.ats[0].transfers_total == 3


def test_every_state_of_the_document_is_one_of_ours() -> None:
    definitions = power_schema()["$defs"]
    for kind in ("Ups", "Generator"):
        for state in definitions[kind]["properties"]["state"]["enum"]:
            assert UnitState(state) == state
    for position in definitions["Ats"]["properties"]["position"]["enum"]:
        assert UnitState(position) == position


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=64)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.isoformat(timespec="microseconds") + "Z"
)


def maybe(key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), values.map(lambda value: {key: value}))


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda chosen: {k: v for part in chosen for k, v in part.items()})


def number(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high) | st.sampled_from([int(low), int(high)])


UPS = merged(
    st.fixed_dictionaries(
        {"id": NAMES, "state": st.sampled_from(["online", "on_battery", "off", "fault"])}
    ),
    maybe("battery", st.sampled_from(["normal", "low", "depleted", "replace", "unknown"])),
    maybe("charge_ratio", number(0, 1)),
    maybe("runtime_seconds", number(0, 31_536_000)),
    maybe("load_ratio", number(0, 2)),
    maybe("alarms", st.lists(NAMES, max_size=3)),
    maybe("x-vendor", st.integers()),
)
GENERATOR = merged(
    st.fixed_dictionaries({"id": NAMES, "state": st.sampled_from(["stopped", "running"])}),
    maybe("fuel_ratio", number(0, 1)),
    maybe("last_test_at", st.none() | TIMES),
)
ATS = merged(
    st.fixed_dictionaries({"id": NAMES, "position": st.sampled_from(["normal", "emergency"])}),
    maybe("transfers_total", st.none() | st.integers(0, 10**9)),
)
ISOLATION = st.fixed_dictionaries({"id": NAMES, "alarm": st.booleans() | st.none()})
DOCUMENTS = merged(
    st.fixed_dictionaries(
        {
            "schema": st.just("power-status/1"),
            "observed_at": TIMES,
            "mains": st.sampled_from(["present", "absent", "out_of_range", "unknown"]),
        }
    ),
    maybe("site", NAMES),
    maybe("ups", st.lists(UPS, max_size=2, unique_by=lambda unit: str(unit["id"]))),
    maybe("generators", st.lists(GENERATOR, max_size=1)),
    maybe("ats", st.lists(ATS, max_size=1)),
    maybe("isolation", st.lists(ISOLATION, max_size=1)),
)


@hypothesis_settings(deadline=None)
@given(DOCUMENTS)
def test_a_valid_document_is_taken_by_both_and_comes_back(written: dict[str, Any]) -> None:
    VALIDATOR.validate(written)
    read = read_document(written)

    again = PowerDocument.model_dump(read, mode="json", by_alias=True)

    assert read_document(again) == read
    VALIDATOR.validate(again)


WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(-2, 3),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=70).filter(
        lambda text: not text.endswith("\n")  # Python's `$` matches before it, ECMA's does not
    ),
    st.just([]),
    st.just({}),
    TIMES,
    st.sampled_from(["online", "running", "normal", "present", "2026-02-30T00:00:00Z"]),
)


def _places(written: object, here: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    members: list[tuple[object, object]] = []
    if isinstance(written, dict):
        members = list(written.items())
    elif isinstance(written, list):
        members = list(enumerate(written))
    return [here, *(place for key, value in members for place in _places(value, (*here, key)))]


def _changed(written: Any, place: tuple[Any, ...], value: object) -> Any:  # noqa: ANN401
    if not place:
        return value
    copy = dict(written) if isinstance(written, dict) else list(written)
    copy[place[0]] = _changed(copy[place[0]], place[1:], value)
    return copy


@pytest.mark.heavy
@hypothesis_settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.data())
def test_the_schema_takes_exactly_what_the_parser_takes(
    written: dict[str, Any], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(_places(written)))
    changed = _changed(written, place, data.draw(WRONG))
    if data.draw(st.booleans()) and isinstance(changed, dict):
        changed[data.draw(st.sampled_from(["x-more", "more", "alarms", "area"]))] = data.draw(WRONG)
    ids = [unit.get("id") for unit in _ups_of(changed)]
    assume(len(ids) == len({str(one) for one in ids}))  # no schema can say that ids differ

    try:
        read_document(changed)
        taken = True
    except Failure:
        taken = False

    assert VALIDATOR.is_valid(changed) is taken


def _ups_of(written: object) -> list[dict[str, Any]]:
    units = written.get("ups") if isinstance(written, dict) else None
    return [unit for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
