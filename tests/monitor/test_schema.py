"""The shipped schemas are those of the events, and the events keep to them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from monitor.events import Event, ProbeEvent
from monitor.normalize import probe_event
from monitor.schema import EVENTS, schema_files, write_schemas
from monitor.vocabulary import Cause, Fact, Priority
from probes.reading import Reason
from tests.exporters.watched import echo, fleet, http, power, ran, state
from tests.monitor.sample import incident_event

SHIPPED = Path(__file__).parent.parent.parent / "docs" / "schema"
REGENERATE = "regenerate with: python -m monitor.schema docs/schema"


def shipped(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SHIPPED / f"{name}.schema.json").read_text("utf-8"))
    return schema


@pytest.mark.parametrize(("name", "content"), list(schema_files()))
def test_the_shipped_schema_is_the_one_of_the_event(name: str, content: str) -> None:
    assert (SHIPPED / name).read_text("utf-8") == content, REGENERATE


def event_of(kind: str, reason: Reason | None = None, **figures: object) -> ProbeEvent:
    return probe_event(ran("cs-maneadero/link/cfe", kind, reason, **figures))


@pytest.mark.parametrize("name", EVENTS)
def test_the_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(shipped(name))


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("incident-event", incident_event()),
        ("state-event", state(fleet(), "hg-ensenada/area/uci")),
        ("probe-event", event_of("icmp", echo=echo(received=0))),
        ("probe-event", event_of("http", Reason.STATUS, http=http())),
        ("probe-event", event_of("power", power=power())),
    ],
    ids=["incident", "state", "icmp", "http", "power"],
)
def test_what_goes_over_the_wire_keeps_to_its_schema(name: str, event: Event) -> None:
    judge = jsonschema.Draft202012Validator(
        shipped(name), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    document = json.loads(event.to_json())
    judge.validate(document)
    with pytest.raises(jsonschema.ValidationError):
        judge.validate(document | {"schema": "guardia/v2"})
    with pytest.raises(jsonschema.ValidationError):
        judge.validate(document | {"at": "yesterday"})


def test_every_word_of_a_verdict_is_in_the_schema() -> None:
    definitions = shipped("incident-event")["$defs"]
    for words in (Cause, Fact, Priority):
        assert definitions[words.__name__]["enum"] == [word.value for word in words]


def test_the_schemas_can_be_written_anywhere(tmp_path: Path) -> None:
    files = write_schemas(tmp_path / "new")
    assert sorted(file.name for file in files) == sorted(f"{name}.schema.json" for name in EVENTS)
    assert all(json.loads(file.read_text("utf-8"))["$schema"] for file in files)
