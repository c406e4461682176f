"""Which files the patterns of `include:` mean."""

from pathlib import Path

import pytest

from config.include import included_files
from config.problem import Problems
from tests.config.yamlfile import mapping, told


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("main.yaml", "b.yaml", "a.yaml", "sites/bc.yaml", "sites/mx/mc.yaml", "x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("sites: []")
    return tmp_path


def names(root: Path, include: str, problems: Problems | None = None) -> list[str]:
    collected = Problems() if problems is None else problems
    value = mapping(f"include: {include}").get("include")
    found = included_files(value, root / "main.yaml", collected)
    return [str(path.relative_to(root)) for path in found]


def test_patterns_are_sorted_and_leave_out_the_main_file(root: Path) -> None:
    assert names(root, '["*.yaml"]') == ["a.yaml", "b.yaml"]


def test_each_file_comes_once_in_the_order_of_the_patterns(root: Path) -> None:
    assert names(root, '[b.yaml, "*.yaml", ./a.yaml, sites/../b.yaml]') == ["b.yaml", "a.yaml"]


def test_two_stars_descend_and_match_no_directories(root: Path) -> None:
    assert names(root, '["sites/**"]') == ["sites/bc.yaml", "sites/mx/mc.yaml"]


def test_absolute_patterns_are_allowed(root: Path) -> None:
    assert names(root, f'["{root}/sites/*.yaml"]') == ["sites/bc.yaml"]


def test_what_matches_nothing_is_told(root: Path) -> None:
    problems = Problems()

    assert names(root, f'["none/*.yaml", none.yaml, {"x" * 3000}, "sites/mx/*/"]', problems) == []
    assert [fault.split(", check")[0][-15:] for fault in told(problems)] == [
        "matches no file",
        "` names no file",
        "` names no file",
        "matches no file",
    ]


def test_a_directory_by_name_is_left_to_the_reader_to_refuse(root: Path) -> None:
    assert names(root, "[sites]") == ["sites"]


def test_what_is_no_text_is_left_to_validation(root: Path) -> None:
    problems = Problems()

    assert names(root, '[1, ~, "", "a\\0b"]', problems) == []
    assert not problems
