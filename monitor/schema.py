"""The JSON Schemas of the events, as they are on the wire: `python -m monitor.schema DIR`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.events import Event, IncidentEvent, ProbeEvent, StateEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EVENTS: dict[str, type[Event]] = {
    "probe-event": ProbeEvent,
    "state-event": StateEvent,
    "incident-event": IncidentEvent,
}


def schema_of(event: type[Event]) -> dict[str, Any]:
    """Return the JSON Schema of what `Event.to_json` writes."""
    return {"$schema": DIALECT, **event.model_json_schema(by_alias=True, mode="serialization")}


def schema_files() -> Iterator[tuple[str, str]]:
    """Yield the name and the content of each schema file."""
    for name, event in EVENTS.items():
        yield (
            f"{name}.schema.json",
            json.dumps(schema_of(event), indent=2, ensure_ascii=False) + "\n",
        )


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in schema_files():
        path = folder / name
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for path in write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema")):
        sys.stdout.write(f"{path}\n")
