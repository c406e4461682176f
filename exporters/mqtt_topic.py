"""The tree of topics. It is API: subscribers and access lists spell it out (docs/mqtt.md)."""

from config.component import Component, ComponentKind
from monitor.events import IncidentEvent, ProbeEvent, StateEvent

ROOT = "guardia/v1"
_RESERVED = str.maketrans(dict.fromkeys("+#\0", "_"))


class Topics:
    """All topics of one vantage.

    >>> Topics("noc-1").status
    'guardia/v1/noc-1/status'
    """

    def __init__(self, vantage: str) -> None:
        self.base = _join(ROOT, vantage)
        self.status = _join(self.base, "status")
        self.incidents = _join(self.base, "incident")
        self.monitor = _join(self.base, "monitor")
        self.every_state = (f"{self.base}/site/#", f"{self.base}/node/#", f"{self.monitor}/#")

    def of_component(self, component: Component) -> str:
        """Return where the state of a component lives."""
        return self._state(component.kind, component.site, component.path)

    def of_state(self, event: StateEvent) -> str:
        return self._state(event.kind, event.site, event.component)

    def of_incident(self, event: IncidentEvent) -> str:
        return _join(self.incidents, event.id)

    def of_probe(self, event: ProbeEvent) -> str:
        return _join(self.base, "probe", event.site, event.component)

    def _state(self, kind: ComponentKind, site: str, path: str) -> str:
        if kind is ComponentKind.SITE:
            return _join(self.base, "site", site, "state")
        if site:
            return _join(self.base, "site", site, path, "state")
        return _join(self.base, path, "state")


def _join(*levels: str) -> str:
    """Join what is not empty. A wildcard in a name would be refused by every broker."""
    return "/".join(filter(None, levels)).translate(_RESERVED)
