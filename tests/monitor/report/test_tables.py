"""A report for programs."""

import csv
import json

from monitor.report.report import Report, report
from monitor.report.tables import TABLES, as_csv, as_json
from tests.monitor.report.sample import QUESTION, clinic, fleet, incident, record, steps

TELEMEDICINE = [{"id": "telemedicina", "probes": []}]


def told(*, quiet: bool = False) -> Report:
    changes = [(-100.0, "up")] if quiet else [(-100.0, "up"), (600.0, "down"), (660.0, "up")]
    held = record(
        {
            "cs": steps(*changes),
            "cs/link/cfe": steps(*changes, number=20),
            "cs/link/cfe#telemedicine": steps((0, "ready"), number=40),
        },
        incidents=(incident("20261104-160000", "link", 600, 660),),
    )
    return report(fleet(clinic(services=TELEMEDICINE)), held, QUESTION)


def table(name: str, made: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(as_csv(made, name)))  # type: ignore[arg-type]


def test_every_component_is_a_row_of_availability() -> None:
    site, link = table("availability", told())
    assert (site["component"], link["component"]) == ("cs", "cs/link/cfe")
    assert link["provider"] == "CFE Internet"
    assert site["availability"] == "0.979166667"
    assert (site["down_s"], site["up_s"], site["stopped_s"]) == ("3600.0", "169200.0", "0.0")


def test_every_outage_is_a_row_with_what_it_can_be_traced_by() -> None:
    outage, _ = table("outages", told())
    assert outage == {
        "component": "cs",
        "kind": "site",
        "site": "cs",
        "state": "BC",
        "municipality": "Ensenada",
        "provider": "",
        "began_at": "2026-11-04T16:00:00.000Z",
        "ended_at": "2026-11-04T17:00:00.000Z",
        "down_s": "3600.0",
        "down_open_s": "3600.0",
        "cause": "link",
        "share": "cfe_internet",
        "incident": "20261104-160000",
        "began_change": "2",
        "ended_change": "3",
        "because": "icmp no_reply",
    }


def test_a_row_of_telemedicine_has_hours_by_fitness() -> None:
    (row,) = table("telemedicine", told())
    assert (row["site"], row["ready_s"], row["unknown_s"]) == ("cs", "172800.0", "0.0")


def test_a_table_without_rows_still_names_its_columns() -> None:
    quiet = report(fleet(clinic()), record({}), QUESTION)
    for name in TABLES:
        assert next(as_csv(quiet, name)) == next(as_csv(told(), name))


def test_json_has_all_of_it() -> None:
    record = json.loads("".join(as_json(told())))
    assert (record["from"], record["until"]) == (
        "2026-11-04T06:00:00.000Z", "2026-11-06T06:00:00.000Z",
    )  # fmt: skip
    assert record["whole"]["site"]["outages"] == 1
    assert record["whole"]["shares"]["cfe_internet_s"] == 3600.0
    assert record["groups"][0]["key"] == "Ensenada"
    assert [day["day"] for day in record["days"]] == ["2026-11-04", "2026-11-05"]
    assert len(record["availability"]) == 2
    assert len(record["outages"]) == 2
    assert record["stopped"] == record["blind"] == []
