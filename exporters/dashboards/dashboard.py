"""A dashboard: its variables, its links, and its panels row by row."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exporters.dashboards.looks import Json
from exporters.dashboards.panel import COLUMNS, SOURCE, Panel

SCHEMA_VERSION = 41
"""Of Grafana 12; an older one migrates what it does not know."""
TAG = "guardia"


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and the panels below it, from left to right, as many lines as they need."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`uid` is its address in Grafana (`/d/<uid>`), and the name of its file."""

    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    variables: Sequence[Json] = ()
    links: Sequence[Json] = ()
    incidents: str = ""
    refresh: str = "30s"
    since: str = "now-24h"

    def file_name(self) -> str:
        return f"{self.uid}.json"

    def text(self, board_url: str) -> str:
        """Return the file that Grafana provisions; `board_url` is where links to Guardia lead."""
        document = {
            "uid": self.uid,
            "title": f"Guardia · {self.title}",
            "description": self.description,
            "tags": [TAG],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": True,
            "graphTooltip": 1,
            "refresh": self.refresh,
            "time": {"from": self.since, "to": "now"},
            "timezone": "browser",
            "templating": {"list": [data_source(), board(board_url), *self.variables]},
            "annotations": {"list": [_incidents(self.incidents)] if self.incidents else []},
            "links": [*self.links, _others()],
            "panels": list(self._panels()),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def _panels(self) -> Iterator[Json]:
        number, y = 1, 0
        for row in self.rows:
            yield _heading(row.title, number, y)
            number, y = number + 1, y + 1
            x = tallest = 0
            for panel in row.panels:
                if x + panel.width > COLUMNS:
                    x, y, tallest = 0, y + tallest, 0
                yield panel.json(number, x, y)
                number, x, tallest = number + 1, x + panel.width, max(tallest, panel.height)
            y += tallest


def data_source() -> Json:
    """Return the variable by which the reader chooses a Prometheus."""
    return {
        "type": "datasource",
        "name": "datasource",
        "label": "Fuente",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
    }


def board(url: str) -> Json:
    """Return the variable that knows where Guardia's own board is."""
    return {
        "type": "textbox",
        "name": "board_url",
        "label": "Tablero",
        "query": url,
        "current": {"text": url, "value": url},
        "hide": 0,
    }


def choice(name: str, label: str, values: str, *, several: bool = True) -> Json:
    """Return a variable that offers what `label_values(…)` finds, and all of it for `several`."""
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": SOURCE,
        "query": {"query": values, "refId": name},
        "definition": values,
        "refresh": 2,
        "sort": 5,
        "multi": several,
        "includeAll": several,
        **({"allValue": ".*", "current": {"text": "All", "value": "$__all"}} if several else {}),
        "hide": 0,
    }


def link(title: str, url: str) -> Json:
    """Return a link of a whole dashboard, such as to Guardia's board."""
    return {
        "type": "link",
        "title": title,
        "url": url,
        "icon": "external link",
        "targetBlank": True,
    }


def drill(title: str, uid: str, **variables: str) -> Json:
    """Return a link of a row or a dot to another dashboard, keeping time and data source."""
    chosen = "".join(f"&var-{name}={value}" for name, value in variables.items())
    return {
        "title": title,
        "url": f"/d/{uid}?${{__url_time_range}}&${{datasource:queryparam}}"
        f"&${{board_url:queryparam}}{chosen}",
        "targetBlank": False,
    }


def _others() -> Json:
    return {
        "type": "dashboards",
        "title": "Guardia",
        "tags": [TAG],
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
        "icon": "external link",
    }


def _heading(title: str, number: int, y: int) -> Json:
    return {
        "id": number,
        "type": "row",
        "title": title,
        "collapsed": False,
        "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
        "panels": [],
    }


def _incidents(expr: str) -> Json:
    """Return the annotation that shades the time of each incident."""
    return {
        "name": "Incidentes",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": "red",
        "expr": expr,
        "step": "60s",
        "titleFormat": "{{priority}} {{site}}",
        "textFormat": "{{cause}}",
        "tagKeys": "priority,cause",
    }
