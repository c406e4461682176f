"""What goes over the wire: events as JSON, of a size that every broker takes."""

from monitor.events import Event, IncidentEvent

MAX_PAYLOAD_BYTES = 128 * 1024
"""Small brokers and clouds refuse more (AWS IoT Core: 128 KiB); a usual event has 1 KiB."""
_KEPT = 100


def wire(event: Event) -> bytes:
    """Return the payload. An incident that touches half a state is cut, critical areas last."""
    payload = event.to_json().encode()
    if len(payload) <= MAX_PAYLOAD_BYTES or not isinstance(event, IncidentEvent):
        return payload
    critical = event.critical_areas
    rest = tuple(part for part in event.touched if part not in critical)
    cut = event.model_copy(
        update={"touched": (*critical, *rest)[:_KEPT], "evidence": event.evidence[-_KEPT:]}
    )
    return cut.to_json().encode()
