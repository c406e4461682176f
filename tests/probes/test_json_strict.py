"""Which bytes are JSON, and what is said of the others."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from probes.json_strict import MAX_DEPTH, JsonValue, NotJsonError, parse_json


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b' {"a": [1, 2.5, true, "\\u00f1"]} \n', {"a": [1, 2.5, True, "ñ"]}),
        ("\ufeff[]".encode(), []),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"-0", 0),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
)
def test_json_is_read(body: bytes, value: JsonValue) -> None:
    parsed = parse_json(body)

    assert value is None or parsed == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty body"),
        (b"  \n", "an empty body"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e999", "1e999 is too large"),
        (b"1" * 31, "a number of 31 digits"),
        (b"9" * 100_000, "a number of 100000 digits"),
        (b'{"a": 1, "b": 2, "a": 1}', "the key 'a' appears twice"),
        (b'{"a": 1} x', "Extra data at line 1 column 10"),
        (b"{'a': 1}", "line 1 column 2"),
        (b'{"a": 1,}', "line 1 column"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'{"a": "\\ud800"}', "half of a surrogate pair"),
        (b'{"\\uDFFF": 1}', "half of a surrogate pair"),
        (b'"a\nb"', "control character"),
        (b"[" * 33 + b"]" * 33, "nested deeper than 32 levels"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "nested deeper than 32 levels"),
        (b"[" * 1_000_000, "nested deeper than 32 levels"),
        (b"<!DOCTYPE html><title>Inicio</title>", "an HTML page"),
        (b"<html><form action=/login>", "an HTML page (login form?)"),
        (b'<?xml version="1.0"?><ups/>', "looks like XML"),
        (b"\x1f\x8b\x08\x00", "binary data"),
        (b"\x89PNG\0\0", "binary data"),
    ],
)
def test_anything_else_is_refused_and_described(body: bytes, said: str) -> None:
    with pytest.raises(NotJsonError) as refused:
        parse_json(body)

    assert said in str(refused.value)


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(body: bytes) -> None:
    try:
        value = parse_json(body)
    except NotJsonError:
        return
    assert parse_json(json.dumps(value).encode()) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@hypothesis_settings(deadline=None)
@given(JSON)
def test_finite_json_comes_back_as_it_was(value: JsonValue) -> None:
    body = json.dumps(value).encode()
    if b"NaN" in body or b"Infinity" in body:
        return
    assert parse_json(body) == value
    assert not isinstance(value, float) or math.isfinite(value)
