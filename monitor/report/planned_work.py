"""Which components were being worked on when: windows of the files and those that people opened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from config.component import Component
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from monitor.archive import milliseconds
from monitor.duty.maintenance import Window, window_on
from monitor.report.exclusions import instant
from monitor.report.spans import Span, Spans, common, joined
from monitor.response.windows import WindowRecord

_UTC = ZoneInfo("UTC")


class PlannedWork:
    """Of a fleet in one period. `orders` are what people wrote down, by id, oldest first."""

    def __init__(
        self, period: Span, fleet: Fleet, orders: Sequence[tuple[str, WindowRecord]]
    ) -> None:
        self._period = period
        self._ended: dict[str, list[datetime]] = {}
        written = {window.id: window for window in fleet.maintenance}
        for window, order in orders:
            if order.written is not None:
                written[window] = order.written
            if order.ended_at is not None:
                self._ended.setdefault(window, []).append(order.ended_at)
        self._by_place: dict[str, list[Window]] = {}
        for one in written.values():
            self._place(window_on(fleet, one))
        self._known: dict[tuple[str, ZoneInfo], Spans] = {}

    def on(self, component: Component) -> Spans:
        """Return when a component was being worked on."""
        if not self._by_place:
            return ()
        windows = {
            window.id: window
            for place in (component.site, component.key)
            for window in self._by_place.get(place, ())
            if window.concerns(component)
        }
        zones = ((one, one.zones.get(component.site, _UTC)) for one in windows.values())
        return joined(span for one, zone in zones for span in self._spans(one, zone))

    def _place(self, window: Window) -> None:
        for place in {*window.zones, *window.keys}:
            self._by_place.setdefault(place, []).append(window)

    def _spans(self, window: Window, zone: ZoneInfo) -> Spans:
        known = self._known.get((window.id, zone))
        if known is None:
            ends = sorted(self._ended.get(window.id, ()))
            found = joined(_occurrences(window.written, zone, self._period, ends))
            known = self._known[window.id, zone] = common(found, (self._period,))
        return known


def _occurrences(
    written: MaintenanceWindow, zone: ZoneInfo, period: Span, ended: Sequence[datetime]
) -> Iterable[Span]:
    """Yield those of a period, cut short where somebody ended them.

    What was for once and ended before it began never was; what recurs goes on the next time.
    """
    for starts, ends in written.after(instant(period[0]), zone):
        if milliseconds(starts) >= period[1]:
            return
        is_once = written.every is None
        cuts = [at for at in ended if at < ends and (is_once or at >= starts)]
        yield milliseconds(starts), milliseconds(min([ends, *cuts]))
