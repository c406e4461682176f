"""`guardia import clues`: the real registry of Baja California into a site list."""

from pathlib import Path

import pytest

from config.loader import check_files, load
from tests.monitor.commands.terminal import typed

REGISTRY = Path(__file__).parent.parent.parent.parent / "simulator/data/clues_baja_california.csv"


def test_the_real_registry_becomes_a_site_list_that_loads(tmp_path: Path) -> None:
    result = typed("import", "clues", str(REGISTRY), "--out", str(tmp_path / "sites"))
    assert result.exit_code == 0
    assert "173 rows, 173 sites, 0 skipped" in result.stdout
    [written] = (tmp_path / "sites").iterdir()
    assert f"{written}: 173 sites" in result.stdout
    (tmp_path / "guardia.yaml").write_text("include: [sites/*.yaml]\n", encoding="utf-8")
    sites = load(tmp_path / "guardia.yaml").sites
    assert "Hospital General de Ensenada" in {site.name for site in sites}


def test_filters_choose_rows_and_say_what_they_left_out(tmp_path: Path) -> None:
    out = str(tmp_path)
    assert typed("import", "clues", str(REGISTRY), "--state", "BC", "--out", out).exit_code == 0
    for option, value in (("--state", "SR"), ("--institution", "no such")):
        result = typed("import", "clues", str(REGISTRY), option, value, "--out", out, "--force")
        assert result.exit_code == 1
        assert value in result.stderr


def test_a_site_list_is_replaced_only_by_force(tmp_path: Path) -> None:
    words = ("import", "clues", str(REGISTRY), "--out", str(tmp_path))
    assert typed(*words).exit_code == 0
    [written] = tmp_path.iterdir()
    written.write_text(f"# mine\n{written.read_text('utf-8')}", encoding="utf-8")
    refused = typed(*words)
    assert refused.exit_code == 1
    assert str(written) in refused.stderr
    assert written.read_text("utf-8").startswith("# mine")
    assert typed(*words, "--force").exit_code == 0
    assert not written.read_text("utf-8").startswith("# mine")


def test_rows_that_cannot_be_used_are_listed_with_line_and_reason(tmp_path: Path) -> None:
    header, first, second, *_ = REGISTRY.read_text("utf-8").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([header, first, second.replace("BCIMB", "??")]), encoding="utf-8")
    result = typed("import", "clues", str(broken), "--out", str(tmp_path / "sites"))
    assert result.exit_code == 0
    assert "2 rows, 1 sites, 1 skipped" in result.stdout
    assert "line 3 (" in result.stdout
    assert ": skipped: " in result.stdout
    assert check_files(None, list((tmp_path / "sites").iterdir())) == []


@pytest.mark.parametrize(
    ("content", "said"), [(None, "gone.csv"), ("", "gone.csv"), ("a,b\n1,2\n", "CLUES")]
)
def test_a_registry_that_is_none_says_so_and_writes_nothing(
    tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "gone.csv"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    result = typed("import", "clues", str(file), "--out", str(tmp_path / "sites"))
    assert result.exit_code == 1
    assert said in result.stderr
    assert not list(tmp_path.glob("sites/*"))


def test_the_folder_to_write_to_must_be_named() -> None:
    assert typed("import", "clues", str(REGISTRY)).exit_code == 2
