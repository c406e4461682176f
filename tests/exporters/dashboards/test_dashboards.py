"""What Grafana is given: well-formed, nothing hard-coded, nothing on top of another, all linked.

Nobody here renders it: Grafana has no package that we could run. The expressions run against a real
Prometheus in tests/e2e/test_dashboards.py.
"""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from exporters.dashboards.every import dashboard_files
from exporters.dashboards.looks import STATES
from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from exporters.rules.rule import Recording
from exporters.rules.rules_file import groups
from exporters.self_metrics import SelfMetrics
from monitor.commands.dashboards import dashboards
from tests.conftest import require
from tests.deploy.files import DEPLOY, compose_services, parsed, run
from tests.exporters.dashboards.panels import documents, expressions, panels
from tests.exporters.watched import AT, FixedRegistry, fleet

DOCUMENTS = documents()
SHOWN = [pytest.param(document, id=name) for name, document in DOCUMENTS.items()]
UNITS = {
    "short", "none", "s", "percentunit", "bytes", "pps", "ops", "dateTimeFromNow",
}  # fmt: skip
BUILT_IN = {
    "__url_time_range", "__data.fields", "__rate_interval", "__interval", "__all", "datasource",
}  # fmt: skip
PROVISIONING = "grafana/provisioning/dashboards/guardia.yaml"


def test_there_is_one_for_each_view() -> None:
    assert set(DOCUMENTS) == {
        f"guardia-{view}.json"
        for view in ("nacional", "estado", "sitio", "areas", "energia", "telemedicina", "salud")
    }


def test_what_is_shipped_is_what_the_command_writes() -> None:
    folder = DEPLOY / "grafana" / "dashboards"
    shipped = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert shipped == dashboard_files(), "run: guardia dashboards deploy/grafana/dashboards"


@pytest.mark.parametrize("document", SHOWN)
def test_panels_have_ids_of_their_own_and_lie_beside_each_other(document: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in document["panels"]]
    assert len(set(ids)) == len(ids) > 3
    cells = [_cells(panel["gridPos"]) for panel in document["panels"]]
    assert [1 for one, other in combinations(cells, 2) if one & other] == []
    assert all(0 <= x < 24 for covered in cells for x, _ in covered)


def _cells(place: dict[str, int]) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    }


@pytest.mark.parametrize("document", SHOWN)
def test_no_data_source_is_hard_coded(document: dict[str, Any]) -> None:
    sources = re.findall(r'"uid": "([^"]*)"', json.dumps(document))
    assert set(sources) == {"${datasource}", document["uid"]}
    first = document["templating"]["list"][0]
    assert (first["name"], first["type"], first["query"]) == (
        "datasource", "datasource", "prometheus",
    )  # fmt: skip


@pytest.mark.parametrize("document", SHOWN)
def test_every_variable_that_is_used_is_there_and_every_one_there_is_used(
    document: dict[str, Any],
) -> None:
    names = {variable["name"] for variable in document["templating"]["list"]}
    text = json.dumps(document)
    used = {name.partition(":")[0] for name in re.findall(r"\$\{?([A-Za-z_][\w.:]*)", text)}
    used = {"__data.fields" if name.startswith("__data.fields") else name for name in used}
    assert used - BUILT_IN == names - {"datasource"}


@pytest.mark.parametrize("document", SHOWN)
def test_panels_have_a_title_a_known_unit_and_as_many_letters_as_queries(
    document: dict[str, Any],
) -> None:
    for panel in panels(document):
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == ["A", "B", "C", "D", "E"][: len(letters)]
        assert letters


@pytest.mark.parametrize("document", SHOWN)
def test_every_link_leads_to_a_dashboard_of_ours_or_to_the_board(document: dict[str, Any]) -> None:
    links = [
        link for panel in panels(document) for link in panel["fieldConfig"]["defaults"]["links"]
    ]
    links += [link for link in document["links"] if "url" in link]
    for link in links:
        found = re.match(r"/d/([\w-]+)\?", link["url"])
        assert link["url"].startswith("${board_url}/") or (
            found is not None and f"{found[1]}.json" in DOCUMENTS
        ), link
        for variable in re.findall(r"var-(\w+)=", link["url"]):
            assert found is not None
            there = DOCUMENTS[f"{found[1]}.json"]["templating"]["list"]
            assert variable in {known["name"] for known in there}
    assert any("${board_url}" in link["url"] for link in links), "no way to the board"


def test_a_link_with_a_field_finds_it_in_its_table() -> None:
    """A heading that is translated is no field that a link could name."""
    for document in DOCUMENTS.values():
        for panel in panels(document):
            wanted = re.findall(r"__data\.fields\.(\w+)", json.dumps(panel["fieldConfig"]))
            renamed = {
                name: heading
                for change in panel["transformations"]
                if change["id"] == "organize"
                for name, heading in change["options"]["renameByName"].items()
            }
            for field in wanted:
                assert renamed.get(field, field) == field, panel["title"]
                assert re.search(rf"\b{field}\b", panel["targets"][0]["expr"]), panel["title"]


def test_every_column_of_a_table_is_a_label_that_its_expression_keeps() -> None:
    for document in DOCUMENTS.values():
        for panel in (panel for panel in panels(document) if panel["type"] == "table"):
            organize = panel["transformations"][-1]["options"]["renameByName"]
            labels = {name for name in organize if not name.startswith("Value")}
            for target in panel["targets"]:
                [kept] = re.findall(r"^(?:sort\()?\w+ by \(([^)]+)\)", target["expr"])
                assert set(kept.split(", ")) == labels, panel["title"]
            values = {f"Value #{target['refId']}" for target in panel["targets"]}
            assert {name for name in organize if name.startswith("Value #")} == values


@pytest.mark.parametrize("document", SHOWN)
def test_a_state_is_a_word_and_not_only_a_colour(document: dict[str, Any]) -> None:
    for panel in panels(document):
        if panel["type"] in {"state-timeline", "geomap"}:
            [mapping] = panel["fieldConfig"]["defaults"]["mappings"]
            assert all(look["text"] for look in mapping["options"].values())
    [states] = STATES
    assert [look["text"] for look in states["options"].values()] == [
        "en servicio", "degradado", "sin datos", "caído",
    ]  # fmt: skip


def test_the_expressions_read_only_series_that_exist() -> None:
    exposition = Exposition()
    SelfMetrics(exposition, version="0", started_at=AT, exporters=["mqtt"])
    PrometheusExporter(exposition, FixedRegistry(fleet()))
    page = exposition.render_now().body.decode()
    existing = set(re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE))
    recorded = {r.name for group in groups() for r in group.rules if isinstance(r, Recording)}
    for place, expr in expressions():
        for metric in re.findall(r"\b(?:guardia|probe|process)_\w+|\b\w+:guardia_\w+:\w+", expr):
            family = re.sub(r"_(bucket|sum|count)$", "", metric)
            assert {metric, family} & (existing | recorded), f"{place}: {metric}"


def test_prometheus_understands_every_expression(tmp_path: Path) -> None:
    promtool = require("promtool", "prometheus")
    places = list(expressions())
    assert len(places) > 80
    rules = [
        {"record": f"panel:number:{number}", "expr": expr}
        for number, (_, expr) in enumerate(places)
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    run(promtool, "check", "rules", path)


def test_grafana_provisions_them_where_compose_puts_them() -> None:
    [provider] = parsed(PROVISIONING)["providers"]
    mounted = [mount.split(":") for mount in compose_services()["grafana"]["volumes"]]
    [source] = [mount[0] for mount in mounted if mount[1] == provider["options"]["path"]]
    assert source == "./grafana/dashboards"


# ---- the command --------------------------------------------------------------------------------


def test_the_command_writes_them_with_the_address_of_the_board(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        dashboards, ["--board-url", "https://guardia.example.mx/", str(tmp_path / "new")]
    )
    assert told.exit_code == 0, told.output
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "new").iterdir()}
    assert set(written) == set(DOCUMENTS)
    for document in written.values():
        [board] = [v for v in document["templating"]["list"] if v["name"] == "board_url"]
        assert board["query"] == "https://guardia.example.mx"


def test_the_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = CliRunner().invoke(dashboards, [str(tmp_path / "file" / "below")])
    assert told.exit_code == 1
    assert "Not a directory" in told.output


def test_the_command_refuses_an_address_that_is_none(tmp_path: Path) -> None:
    told = CliRunner().invoke(dashboards, ["--board-url", "guardia", str(tmp_path)])
    assert (told.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "write http://host/path" in told.output
