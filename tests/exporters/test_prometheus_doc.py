"""docs/metrics.md names every series that exists, and none that does not."""

import re
from pathlib import Path

from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from exporters.self_metrics import SelfMetrics
from tests.exporters.watched import AT, FixedRegistry, fleet

_ROW = re.compile(r"^\| `([a-z0-9_]+)` \| (gauge|counter|summary|histogram|info) \|", re.MULTILINE)
_DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"
_SUFFIX = {"counter": "_total", "info": "_info"}


async def test_the_documentation_lists_exactly_the_series_that_exist() -> None:
    exposition = Exposition()
    PrometheusExporter(exposition, FixedRegistry(fleet()))
    SelfMetrics(exposition, version="0.1.0", started_at=AT)
    existing = {
        (family.name + _SUFFIX.get(family.kind, ""), family.kind)
        for family in exposition.families
        if not family.name.startswith("process_")
    }
    documented = set(_ROW.findall(_DOCUMENT.read_text(encoding="utf-8")))
    assert documented == existing
