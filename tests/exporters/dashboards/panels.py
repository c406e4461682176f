"""The dashboards as Grafana reads them: JSON, its panels, and their expressions."""

import json
from collections.abc import Iterator
from typing import Any

from exporters.dashboards.every import dashboard_files

CHOSEN = {
    "$estado": ".*",
    "$municipio": ".*",
    "$sitio": ".*",
    "$instancia": ".*",
    "$__rate_interval": "1m",
    "$__interval": "15s",
}
"""What Grafana puts in place of the variables when everything is chosen."""


def documents() -> dict[str, dict[str, Any]]:
    return {name: json.loads(text) for name, text in dashboard_files().items()}


def panels(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what shows something; a row is a heading."""
    return [panel for panel in document["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each expression, annotations included."""
    for name, document in documents().items():
        for panel in panels(document):
            for target in panel["targets"]:
                yield f"{name} · {panel['title']} · {target['refId']}", filled(target["expr"])
        for annotation in document["annotations"]["list"]:
            yield f"{name} · {annotation['name']}", filled(annotation["expr"])


def filled(expr: str) -> str:
    """Return an expression as Grafana would send it."""
    for variable, value in CHOSEN.items():
        expr = expr.replace(variable, value)
    return expr
