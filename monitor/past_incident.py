"""What a report needs of an incident once it is over."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from config.component import ComponentKind
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Confidence, Priority


class PastIncident(BaseModel):
    """`touched` are the keys of the components it touched, its root first.

    Who took it on and why nobody was called are of its end, and empty where it was so, or where
    a version before this one wrote it down.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    cause: Cause
    confidence: Confidence
    priority: Priority
    site: str
    root_kind: ComponentKind
    touched: tuple[str, ...]
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    pages: int
    reopened: int
    acknowledged_by: str = ""
    quiet: str = ""

    @classmethod
    def of(cls, event: IncidentEvent) -> "PastIncident":
        keys = dict.fromkeys([event.root.key, *(part.key for part in event.touched)])
        return cls(
            id=event.id,
            cause=event.cause,
            confidence=event.confidence,
            priority=event.priority,
            site=event.site.id,
            root_kind=event.root.kind,
            touched=tuple(keys),
            opened_at=event.opened_at,
            closed_at=event.closed_at,
            pages=event.pages,
            reopened=event.reopened,
            acknowledged_by=event.acknowledged.by if event.acknowledged is not None else "",
            quiet=event.quiet or "",
        )
