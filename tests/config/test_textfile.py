"""Files that cannot be read as text are told, each in its own way."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.problem import Problems
from config.textfile import LARGEST_BYTES, read_source, source_of


def fault_of(path: Path) -> str:
    problems = Problems()
    assert read_source(path, problems) is None
    (problem,) = problems.listed()
    return f"{problem.message}, {problem.fix}"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfsites: []\n")
    problems = Problems()

    source = read_source(tmp_path / "a.yaml", problems)

    assert source is not None
    assert source.text == "sites: []\n"
    assert not problems


def test_missing_directory_and_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert fault_of(tmp_path / "none.yaml") == "there is no such file, check the path"
    assert fault_of(tmp_path) == "this is a directory, name a YAML file"
    assert fault_of(tmp_path / "pipe") == "this is no regular file, name a YAML file"


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(LARGEST_BYTES * 100)

    assert fault_of(tmp_path / "huge.yaml").startswith("the file is larger than 8 MiB, split it")


def test_a_file_closed_to_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.yaml").write_text("sites: []")
    monkeypatch.setattr(Path, "open", refuse)

    assert fault_of(tmp_path / "a.yaml") == (
        "the file may not be read, let the user that runs Guardia read it"
    )


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "loop"])
def test_names_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    assert "cannot be read" in fault_of(tmp_path / name)


def test_a_byte_that_is_not_utf8_is_named_with_its_place() -> None:
    problems = Problems()

    assert source_of("a.yaml", "ñ: 1\r\nb: ".encode() + b"\xf3n", problems) is None

    (problem,) = problems.listed()
    assert (problem.line, problem.column) == (2, 4)
    assert problem.message == "byte 0xF3 at offset 10 is not UTF-8 (in Latin-1 it is `ó`)"


@given(st.binary(max_size=200))
def test_any_bytes_become_text_or_one_problem(content: bytes) -> None:
    problems = Problems()

    source = source_of("a.yaml", content, problems)

    assert (source is None) == bool(problems)
    for problem in problems.listed():
        problem.text().encode()
