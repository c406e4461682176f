"""What the report says of made-up figures, on paper and to the shell."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.effort import Effort
from bench.figure import Figure, Verdict
from bench.number import number
from bench.readme import quoting
from bench.registry import BENCHES, Bench
from bench.report import Outcome, Report, markdown
from tests.bench.figures import BROKEN, FAILING, PASSING, SHOWN, SKIPPED, report

GOLDEN = Path(__file__).with_name("performance.golden.md")
HOUSE = Path(__file__).parent.parent.parent


def of(*figures: Figure) -> Report:
    return replace(report(), outcomes=(Outcome(Bench("one", "one bench"), figures, 1.0),))


def test_the_page_shows_what_was_asked_and_what_came_of_it() -> None:
    assert markdown(report()) == GOLDEN.read_text(encoding="utf-8")


def test_the_page_begins_with_how_many_pass_fail_and_were_not_measured() -> None:
    said = report().summary()
    assert said == "2 of 5 figures pass, 2 fail, 1 not measured; 1 reach the stretch"


@pytest.mark.parametrize(
    ("figures", "passes"),
    [
        ((PASSING,), True),
        ((PASSING, SHOWN), True),
        ((PASSING, SKIPPED), False),
        ((PASSING, FAILING), False),
        ((PASSING, BROKEN), False),
        ((), False),
    ],
)
def test_a_run_passes_only_when_all_that_was_asked_was_measured(
    figures: tuple[Figure, ...], passes: bool
) -> None:
    assert of(*figures).passes is passes


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.00123, "0.0012"), (0.0475, "0.0475"), (0.297, "0.297"), (2.917, "2.92"),
     (39.54, "39.5"), (100.4, "100"), (98_765.4, "98,765")],
)  # fmt: skip
def test_numbers_are_short_and_without_exponents(value: float, text: str) -> None:
    assert number(value) == text


# ---- the command --------------------------------------------------------------------------------


class Runs:
    """Stands where a bench would run, and answers with made-up figures."""

    def __init__(self, *figures: Figure) -> None:
        self.figures = figures
        self.asked: list[tuple[str, Effort]] = []

    def __call__(self, bench: Bench, effort: Effort, _folder: Path) -> list[Figure]:
        self.asked.append((bench.name, effort))
        return list(self.figures)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    runs = Runs(PASSING)
    monkeypatch.setattr(command, "run_bench", runs)
    monkeypatch.setattr(command, "versions", dict)
    monkeypatch.setattr(command, "own_network", lambda: ("unshare",))
    return runs


def test_all_benches_run_unless_some_are_named(runs: Runs) -> None:
    assert command.main([]) == 0
    assert runs.asked == [(bench.name, Effort.FULL) for bench in BENCHES]
    runs.asked.clear()
    assert command.main(["--quick", "--only", "http", "icmp"]) == 0
    assert runs.asked == [("icmp", Effort.QUICK), ("http", Effort.QUICK)]


def test_a_run_says_how_far_it_is_and_what_each_part_may_take(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bench")
    assert command.main(["--quick", "--only", "rtt", "http"]) == 0
    assert "part 1 of 2, rtt, some 8 s: error of the reported" in caplog.text
    assert "part 2 of 2, http, some 10 s: CPU per HTTP probe" in caplog.text


def test_a_quick_run_is_planned_for_less_than_two_minutes() -> None:
    assert sum(bench.quick_s for bench in BENCHES) < 120


def test_the_exit_code_is_1_when_a_figure_was_not_measured(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    runs.figures = (PASSING, SKIPPED)
    assert command.main(["--only", "icmp"]) == 1
    assert "SKIPPED, which is no pass: ICMP against fping: fping is not installed" in caplog.text


def test_the_report_is_written_only_where_asked(
    runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.figures = (FAILING,)
    assert command.main(["--only", "icmp"]) == 1
    assert list(tmp_path.iterdir()) == []
    file = tmp_path / "performance.md"
    assert command.main(["--only", "icmp", "--write", str(file)]) == 1
    assert "| **RTT error, p99** | 21.8 ms | ≤ 0.3 | **FAIL** |" in file.read_text()
    assert "21.8 ms" in capsys.readouterr().out


def test_the_page_about_all_benches_is_not_replaced_by_one_about_some(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    before = command.PERFORMANCE.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        command.main(["--only", "icmp", "--write", str(command.PERFORMANCE)])
    assert "is about all benches" in capsys.readouterr().err
    assert (runs.asked, command.PERFORMANCE.read_text(encoding="utf-8")) == ([], before)


def test_a_busy_machine_is_told_of(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (6.0, 0.0, 0.0))
    assert command.main(["--only", "icmp"]) == 0
    assert "OTHERS ARE BUSY HERE (load 6.0)" in caplog.text
    assert runs.asked


def test_a_bench_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--only", "horoscope"])
    assert "horoscope" in capsys.readouterr().err


# ---- README -------------------------------------------------------------------------------------


def test_readme_quotes_the_headlines_word_for_word() -> None:
    readme = "# Guardia\n<!-- performance -->\nold\n<!-- /performance -->\nmore\n"
    written = quoting(readme, markdown(report()))
    assert "| ICMP against the C floor | 2.92 × its CPU | ≤ 4 | pass | ≤ 3 reached |\n" in written
    assert "| RTT error, p99 | 21.8 ms | ≤ 0.3 | **FAIL** |  |\n" in written
    assert "HTTP" not in written, "no headline"
    assert "old" not in written
    assert written.endswith("<!-- /performance -->\nmore\n")
    assert quoting(written, markdown(report())) == written


def test_readme_without_its_marks_is_not_touched() -> None:
    with pytest.raises(ValueError, match="README needs"):
        quoting("# Guardia\n", markdown(report()))


def test_our_readme_says_what_our_report_says() -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    performance = (HOUSE / "docs" / "performance.md").read_text(encoding="utf-8")
    assert quoting(readme, performance) == readme, "run `python -m bench --readme`"


def test_our_report_was_written_by_the_program() -> None:
    performance = (HOUSE / "docs" / "performance.md").read_text(encoding="utf-8")
    assert performance.splitlines()[2].startswith("<!-- Written by `make bench`")
    assert {Verdict.PASS, Verdict.FAIL} & {
        cell.strip(" *").lower() for line in performance.splitlines() for cell in line.split("|")
    }
