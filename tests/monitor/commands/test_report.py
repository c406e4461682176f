"""`guardia report`: its formats, and what it says where it cannot make one."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.commands import report_pdf
from tests.clock import FakeClock
from tests.monitor.commands.terminal import typed
from tests.monitor.story import Stage, World, clinic, fleet

SETTINGS = """
include: [sites.yaml]
vantage: noc
state_dir: {folder}
"""
SITES = """
sites:
  - id: cs
    name: Centro de Salud Loma Linda
    state: BC
    municipality: Ensenada
    links: [{id: cfe, provider: CFE Internet, probes: [{icmp: 127.65.0.1}]}]
"""
DAY = ("--from", "2026-11-21", "--to", "2026-11-21")


async def outage(folder: Path) -> None:
    world, clock = World(), FakeClock()
    async with Stage(fleet(clinic()), world, clock, folder).playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(240)
        world.speak("cs")
        await clock.advance(120)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    asyncio.run(outage(tmp_path))
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    path = tmp_path / "guardia.yaml"
    path.write_text(SETTINGS.replace("{folder}", str(tmp_path)), encoding="utf-8")
    return path


def test_a_page_in_the_language_of_the_settings(config: Path) -> None:
    out = config.parent / "report.html"
    result = typed("report", "-c", str(config), *DAY, "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "Informe de disponibilidad" in out.read_text(encoding="utf-8")
    assert "the journal ends on" in result.stderr
    assert "before the period does: the rest is missing" in result.stderr
    english = typed("report", "-c", str(config), *DAY, "--lang", "en")
    assert "Availability report" in english.stdout


def test_json_and_csv_go_to_standard_output(config: Path) -> None:
    record = json.loads(typed("report", "-c", str(config), *DAY, "--format", "json").stdout)
    assert record["whole"]["link"]["outages"] == 1
    words = ("--format", "csv", "--table", "outages")
    lines = typed("report", "-c", str(config), *DAY, *words).stdout.splitlines()
    assert lines[0].startswith("component,kind,site")
    assert [line.split(",")[0] for line in lines[1:]] == ["cs", "cs/link/cfe"]


def test_the_same_journal_gives_the_same_bytes(config: Path) -> None:
    words = ("report", "-c", str(config), *DAY)
    for form in ("html", "json", "csv"):
        assert typed(*words, "--format", form).stdout == typed(*words, "--format", form).stdout


def test_a_state_by_its_name_and_a_copy_of_the_journal(config: Path) -> None:
    (config.parent / "journal.db").rename(config.parent / "copy.db")
    copy = ("--journal", str(config.parent / "copy.db"))
    words = ("report", "-c", str(config), *DAY, "--state", "Baja California", *copy)
    assert json.loads(typed(*words, "--format", "json").stdout)["state"] == "BC"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--site", "otro"), 1, "no site has --site `otro`; there are such as `cs`"),
        (("--state", "Narnia"), 2, "`Narnia` is no Mexican state"),
        (("--timezone", "Mexico"), 2, "is no IANA zone"),
        (("--format", "pdf"), 2, "say which with --out"),
        (("--journal", "/nowhere/journal.db"), 1, "there is no journal"),
        (("--out", "/nowhere/report.html"), 1, "/nowhere/report.html: No such file"),
    ],
)
def test_what_cannot_be_made_says_why(
    config: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    result = typed("report", "-c", str(config), *DAY, *words)
    assert result.exit_code == code
    assert told in result.stderr


def test_days_that_are_none_are_wrong_use(config: Path) -> None:
    result = typed("report", "-c", str(config), "--from", "21/11/2026", "--to", "2026-11-21")
    assert result.exit_code == 2
    backwards = typed("report", "-c", str(config), "--from", "2026-11-22", "--to", "2026-11-21")
    assert "before it begins" in backwards.stderr


def test_a_browser_that_hangs_is_given_up(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_pdf, "PRINT_S", 0.1)
    code, text = printed(config, monkeypatch, "#!/bin/sh\nexec sleep 20\n")
    assert code == 1
    assert "timed out after 0.1 seconds; write --format html instead" in text


def test_rows_that_are_torn_are_counted_and_the_rest_is_told(config: Path) -> None:
    with closing(sqlite3.connect(config.parent / "journal.db")) as journal, journal:
        journal.execute("UPDATE past_incident SET body = '{'")
    result = typed("report", "-c", str(config), *DAY, "--format", "csv", "--table", "outages")
    assert result.exit_code == 0
    assert "warning: 1 rows of the journal are unreadable" in result.stderr
    assert "cs/link/cfe" in result.stdout


def test_a_journal_without_a_waking_hour_says_that_nothing_counts(config: Path) -> None:
    with closing(sqlite3.connect(config.parent / "journal.db")) as journal, journal:
        journal.execute("DELETE FROM life")
    result = typed("report", "-c", str(config), *DAY, "--format", "csv")
    assert "knows of no time at which a daemon was awake: nothing counts" in result.stderr


def test_settings_with_a_fault_are_told_as_check_tells_them(config: Path) -> None:
    config.write_text("includ: []\n", encoding="utf-8")
    result = typed("report", "-c", str(config), *DAY)
    assert result.exit_code == 1
    assert "guardia.yaml:1" in result.stderr


PRINTER = """#!/bin/sh
for word in "$@"; do
  case "$word" in --print-to-pdf=*) to="${word#*=}";; file:*) from="$word";; esac
done
[ -n "$from" ] || exit 1
printf "%%PDF-1.4 /CreationDate (D:20261122031207+00'00') end" > "$to"
"""


def browser(folder: Path, script: str) -> None:
    program = folder / "chromium"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)


def printed(config: Path, monkeypatch: pytest.MonkeyPatch, script: str | None) -> tuple[int, str]:
    """Print by a browser of our own, or by none."""
    programs = config.parent / "bin"
    programs.mkdir()
    if script is not None:
        browser(programs, script)
    monkeypatch.setenv(
        "PATH", f"{programs}{os.pathsep}/nowhere" if script is None else f"{programs}:/bin:/usr/bin"
    )
    out = config.parent / "report.pdf"
    result = typed("report", "-c", str(config), *DAY, "--format", "pdf", "--out", str(out))
    return result.exit_code, result.stderr if result.exit_code else out.read_text()


def test_a_browser_prints_the_pdf_and_its_own_instant_is_taken_out(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = printed(config, monkeypatch, PRINTER)
    assert (code, text) == (0, "%PDF-1.4 /CreationDate (D:19700101000000+00'00') end")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (None, "no Chromium is installed to print a PDF"),
        ("#!/bin/sh\necho no display >&2\nexit 3\n", "failed: no display"),
        ("#!/bin/sh\nexit 0\n", "printed nothing"),
        ("#!/no/such/interpreter\n", "write --format html instead"),
    ],
)
def test_a_browser_that_is_missing_or_fails_is_told_of(
    config: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, told: str
) -> None:
    code, text = printed(config, monkeypatch, script)
    assert code == 1
    assert told in text
