"""One panel: its queries, and how Grafana shows them.

Only what differs from Grafana's own defaults is written: a dashboard reads as what it means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict, Unpack

from exporters.dashboards.looks import PLAIN, Json, ordered

SOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
"""The reader's choice: no dashboard knows where its Prometheus is."""
COLUMNS = 24
"""How wide a dashboard is."""


@dataclass(frozen=True, slots=True)
class Query:
    """An expression; `legend` names its series (`{{site}}`), `is_now` asks for this instant."""

    expr: str
    legend: str = ""
    is_now: bool = False
    is_table: bool = False

    def json(self, place: int) -> Json:
        return {
            "refId": chr(ord("A") + place),
            "datasource": SOURCE,
            "expr": self.expr,
            "legendFormat": self.legend or "__auto",
            "instant": self.is_now,
            "range": not self.is_now,
            "format": "table" if self.is_table else "time_series",
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel, `width` of 24 columns, `height` in rows of 30 pixels."""

    kind: str
    title: str
    queries: Sequence[Query]
    width: int = 12
    height: int = 8
    description: str = ""
    unit: str = "short"
    decimals: int | None = None
    lowest: float | None = None
    highest: float | None = None
    mappings: Sequence[Json] = ()
    thresholds: Json = field(default_factory=lambda: PLAIN)
    links: Sequence[Json] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    overrides: Sequence[Json] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    transformations: Sequence[Json] = ()

    def json(self, number: int, x: int, y: int) -> Json:
        """Return the panel at its place; `number` is its id in the dashboard."""
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "targets": [query.json(place) for place, query in enumerate(self.queries)],
            "fieldConfig": {"defaults": self._defaults(), "overrides": list(self.overrides)},
            "options": dict(self.options),
            "transformations": list(self.transformations),
        }

    def _defaults(self) -> Json:
        bounds = {"decimals": self.decimals, "min": self.lowest, "max": self.highest}
        return {
            "unit": self.unit,
            **{name: bound for name, bound in bounds.items() if bound is not None},
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
            "mappings": list(self.mappings),
            "thresholds": self.thresholds,
            "links": list(self.links),
            "custom": dict(self.custom),
        }


class Looks(TypedDict, total=False):
    """What a panel may show otherwise than its kind usually does: fields of Panel."""

    width: int
    height: int
    description: str
    unit: str
    decimals: int
    lowest: float
    highest: float
    mappings: Sequence[Json]
    thresholds: Json
    links: Sequence[Json]
    custom: Mapping[str, object]
    overrides: Sequence[Json]
    options: Mapping[str, object]
    transformations: Sequence[Json]


def figure(title: str, expr: str, **looks: Unpack[Looks]) -> Panel:
    """Return one large number, as it is now."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "background_solid",
        "graphMode": "none",
        "textMode": "value",
    }
    chosen: Looks = {"width": 3, "height": 4, "options": options, **looks}
    return Panel("stat", title, [Query(expr, is_now=True)], **chosen)


def lines(title: str, *queries: Query, stacked: bool = False, **looks: Unpack[Looks]) -> Panel:
    """Return curves over time, with their last value in the legend."""
    custom = {
        "fillOpacity": 25 if stacked else 5,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
    }
    options = {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    chosen: Looks = {"custom": custom, "options": options, **looks}
    return Panel("timeseries", title, queries, **chosen)


def timeline(title: str, query: Query, **looks: Unpack[Looks]) -> Panel:
    """Return bands of states over time, one for each series."""
    options = {
        "mergeValues": True,
        "showValue": "auto",
        "rowHeight": 0.8,
        "legend": {"displayMode": "list", "placement": "bottom"},
    }
    custom = {"fillOpacity": 80, "lineWidth": 0}
    chosen: Looks = {"custom": custom, "options": options, **looks}
    return Panel("state-timeline", title, [query], **chosen)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a label, or `Value #A` of the first query; its heading and looks."""

    name: str
    heading: str
    unit: str = ""
    mappings: Sequence[Json] = ()
    thresholds: Json | None = None

    def overrides(self) -> list[Json]:
        properties: list[Json] = []
        if self.unit:
            properties.append({"id": "unit", "value": self.unit})
        if self.mappings:
            properties.append({"id": "mappings", "value": list(self.mappings)})
        if self.thresholds is not None:
            properties.append({"id": "thresholds", "value": self.thresholds})
        if self.mappings or self.thresholds is not None:
            properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
        if not properties:
            return []
        return [{"matcher": {"id": "byName", "options": self.heading}, "properties": properties}]


def table(
    title: str, columns: Sequence[Column], *expressions: str, sort: str = "", **looks: Unpack[Looks]
) -> Panel:
    """Return a table of this instant, a row for each set of labels.

    The labels of all expressions are the same (`sum by (site, …)`), so that their values meet in
    one row. `sort` is a heading, with the highest first.
    """
    names = [column.name for column in columns]
    renamed = {column.name: column.heading for column in columns}
    alone = {"Value": renamed["Value #A"]} if len(expressions) == 1 else {}
    hidden = {"Time": True} | {"__name__": True}
    organize = {
        "excludeByName": hidden,
        "indexByName": ordered(names) | ({"Value": names.index("Value #A")} if alone else {}),
        "renameByName": renamed | alone,
    }
    chosen: Looks = {
        "height": 10,
        "custom": {"align": "auto", "filterable": True},
        "options": {
            "showHeader": True,
            "cellHeight": "sm",
            "sortBy": [{"displayName": sort, "desc": True}] if sort else [],
        },
        "transformations": [
            *([{"id": "merge", "options": {}}] if len(expressions) > 1 else []),
            {"id": "organize", "options": organize},
        ],
        "overrides": [override for column in columns for override in column.overrides()],
        **looks,
    }
    queries = [Query(expr, is_now=True, is_table=True) for expr in expressions]
    return Panel("table", title, queries, **chosen)


def site_map(title: str, expr: str, **looks: Unpack[Looks]) -> Panel:
    """Return dots on a map; the expression has the labels `latitude` and `longitude`.

    The outlines of countries are a file of Grafana's own. What lies under them, Grafana fetches
    from the Internet, unless its `default_baselayer_config` says otherwise.
    """
    coordinates = [
        {"targetField": name, "destinationType": "number"} for name in ("latitude", "longitude")
    ]
    dots: Json = {
        "type": "markers",
        "name": "Sitios",
        "tooltip": True,
        "location": {"mode": "coords", "latitude": "latitude", "longitude": "longitude"},
        "config": {
            "showLegend": True,
            "style": {
                "color": {"field": "Value", "fixed": "dark-green"},
                "size": {"fixed": 6, "min": 4, "max": 12},
                "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
                "opacity": 0.8,
            },
        },
    }
    outlines: Json = {
        "type": "geojson",
        "name": "Países",
        "tooltip": False,
        "config": {"src": "public/maps/countries.geojson", "rules": []},
    }
    chosen: Looks = {
        "height": 16,
        "options": {
            "view": {"id": "coords", "lat": 23.6, "lon": -102.5, "zoom": 4.7},
            "basemap": {"type": "default", "name": "Base"},
            "controls": {"showZoom": True, "mouseWheelZoom": False, "showAttribution": True},
            "layers": [outlines, dots],
        },
        "transformations": [
            {"id": "convertFieldType", "options": {"conversions": coordinates}},
        ],
        **looks,
    }
    return Panel("geomap", title, [Query(expr, is_now=True, is_table=True)], **chosen)
