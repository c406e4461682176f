"""Secrets from the environment and from files."""

import os
from pathlib import Path

import pytest

from config.place import Place, Source
from config.problem import Problems
from config.tree import Broken, Scalar
from config.vault import LARGEST_BYTES, Vault


def opened(vault: Vault, tag: str, name: str, file: str = "guardia.yaml") -> tuple[Scalar, str]:
    """Return the value and what is told: empty, or the one problem."""
    problems = Problems()
    scalar = vault.open(tag, name, Place(Source(file, f"a: {tag} {name}"), 1, 4), problems)
    return scalar, "".join(f"{one.message}, {one.fix}" for one in problems.listed())


def test_an_environment_variable_is_the_secret() -> None:
    vault = Vault({"TOKEN": "s3cret"})

    scalar, fault = opened(vault, "!env", "TOKEN")

    assert (scalar.value, scalar.written, scalar.secret, fault) == ("s3cret", "", True, "")
    assert vault.secrets == {"s3cret"}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("NONE", "the environment variable `NONE` is not set, set it"),
        ("BLANK", "the environment variable `BLANK` is empty, put the secret into it"),
        ("a b", "`a b` is no name of an environment variable, write `!env NAME`"),
        ("", "`` is no name of an environment variable, write `!env NAME`"),
        ("BYTES", ("the environment variable `BYTES` holds bytes that are no text, "
                  "put the secret into it as UTF-8")),
    ],
)  # fmt: skip
def test_an_environment_variable_that_is_no_secret(name: str, fault: str) -> None:
    vault = Vault({"BLANK": " ", "BYTES": "\udcff"})

    scalar, told = opened(vault, "!env", name)

    assert isinstance(scalar, Broken)
    assert told == fault
    assert vault.secrets == frozenset()


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "s3cret\r\n"])
def test_a_file_lies_beside_the_yaml_that_names_it(content: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content.encode())

    scalar, fault = opened(Vault(), "!file", "token", str(tmp_path / "guardia.yaml"))

    assert (scalar.value, fault) == ("s3cret", "")


def test_only_one_line_break_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(" two\nlines \n\n")

    assert opened(Vault(), "!file", str(tmp_path / "token"))[0].value == " two\nlines \n"


def test_readable_by_all_is_fine_but_writable_is_not(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret")
    token.chmod(0o444)
    assert opened(Vault(), "!file", str(token))[1] == ""

    for mode in (0o620, 0o602):
        token.chmod(mode)
        assert opened(Vault(), "!file", str(token))[1] == (
            f"the secret file `{token}` may be written by others, run `chmod go-w` on it"
        )


def test_files_that_are_no_secret(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "latin").write_bytes(b"\xf1")
    (tmp_path / "nul").write_bytes(b"a\0")
    (tmp_path / "huge").write_bytes(b"x" * (LARGEST_BYTES + 1))
    os.mkfifo(tmp_path / "pipe", 0o600)
    main = str(tmp_path / "guardia.yaml")

    for name, fault in {
        "none": "cannot be read (no such file or directory)",
        "empty": "is empty",
        "latin": "is not UTF-8",
        "nul": "holds bytes that are no text",
        "huge": "is larger than 64 KiB",
        "pipe": "is no regular file",
        ".": "is no regular file",
        "x" * 5000: "cannot be read (file name too long)",
        "": "names no file",
        "a\0b": "names no file",
    }.items():
        scalar, told = opened(Vault(), "!file", name, main)
        assert isinstance(scalar, Broken)
        assert fault in told
