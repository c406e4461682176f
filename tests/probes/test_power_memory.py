"""What is remembered of a document changes no outcome: it is read as if nothing were."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes import power_memory
from probes.failure import Failure
from probes.power_document import PowerDocument
from probes.power_memory import LONGEST_BYTES, LastDocument

FIRST: dict[str, Any] = {
    "schema": "power-status/1",
    "observed_at": "2026-11-21T09:00:00Z",
    "mains": "present",
    "ups": [{"id": "u", "state": "online", "charge_ratio": 1.0, "runtime_seconds": 900}],
    "x-note": "as ever",
}
BODY = json.dumps(FIRST).encode()


def outcome(memory: LastDocument, body: bytes) -> PowerDocument | tuple[str, str]:
    try:
        return memory.read(body)
    except Failure as failure:
        return failure.reason, failure.detail


def after(first: bytes, body: bytes) -> PowerDocument | tuple[str, str]:
    memory = LastDocument()
    outcome(memory, first)
    return outcome(memory, body)


@pytest.mark.parametrize(
    "written",
    ["2026-11-21T09:00:15Z", "2026-11-21T09:00:15.250-06:00", "2026-11-21T09:00:00Z"],
)
def test_another_time_alone_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    memory = LastDocument()
    memory.read(BODY)
    body = json.dumps(FIRST | {"observed_at": written}).encode()
    fresh = LastDocument().read(body)
    monkeypatch.setattr(power_memory, "parse_json", None)

    assert memory.read(body) == fresh


def test_what_else_changes_is_read_again() -> None:
    memory = LastDocument()
    for mains in ("present", "absent", "present"):
        assert memory.read(json.dumps(FIRST | {"mains": mains}).encode()).mains == mains


@pytest.mark.parametrize(
    "middle",
    [
        b"2026-02-30T09:00:00Z",
        b"2026-11-21T09:00:00",
        b'2026-11-21T09:00:00Z", "mains": "absent',
        b'2026-11-21T09:00:00Z", "observed_at": "2026-11-21T09:00:15Z',
        b"2026-11-21T09:00:00Z\\n",
        b"\xd9\xa2026-11-21T09:00:00Z",
        b"",
    ],
)
def test_only_a_time_passes_for_one(middle: bytes) -> None:
    body = BODY.replace(b"2026-11-21T09:00:00Z", middle)

    assert after(BODY, body) == outcome(LastDocument(), body)


@pytest.mark.parametrize(
    "changes",
    [
        {"x-sent": "2026-11-21T09:00:00Z"},  # the same text twice: which one moved?
        {"x-note": 'a "quotation"'},  # escapes may hide a text
        {"x-note": "a" * LONGEST_BYTES},
    ],
)
def test_what_cannot_be_told_apart_for_sure_is_not_remembered(changes: dict[str, str]) -> None:
    first = json.dumps(FIRST | changes).encode()
    for old, new in ((b"09:00:00Z", b"09:00:15Z"), (b"900", b"0900"), (b"900", b"1000")):
        body = first.replace(old, new)
        assert after(first, body) == outcome(LastDocument(), body)


@given(st.integers(0, len(BODY)), st.integers(0, 12), st.binary(max_size=12), st.booleans())
@example(BODY.index(b"2026"), 4, b"2027", False)
@example(0, 0, b"\xef\xbb\xbf", True)
def test_any_change_is_read_as_if_it_were_the_first(
    at: int, dropped: int, put: bytes, with_mark: bool
) -> None:
    first = b"\xef\xbb\xbf" + BODY if with_mark else BODY
    body = first[:at] + put + first[at + dropped :]

    assert after(first, body) == outcome(LastDocument(), body)


def test_what_is_remembered_of_a_document_keeps_no_note_of_its_keys() -> None:
    one, other = LastDocument().read(BODY), LastDocument().read(BODY)
    assert one.__pydantic_fields_set__ is other.ups[0].__pydantic_fields_set__
    later = json.dumps(FIRST | {"observed_at": "2026-11-21T09:00:15Z"}).encode()
    memory = LastDocument()
    memory.read(BODY)
    memory.read(later)
    assert not LastDocument().read(BODY).model_fields_set  # the copy above noted its own
