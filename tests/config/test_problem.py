"""Problems: their two forms, their order, and each told once."""

from config.place import Place, Source
from config.problem import MOST_PROBLEMS, Problems, SiteProblems, at_place, quoted
from tests.config.yamlfile import mapping

SOURCE = Source("sites/bc.yaml", "a: 1\n  intervall: 5s\n", order=1)


def test_the_text_form_has_place_words_line_and_caret() -> None:
    problem = at_place(
        Place(SOURCE, 2, 3, 9), "unknown key `intervall`", "did you mean `interval`?"
    )

    assert problem.text() == (
        "sites/bc.yaml:2:3: unknown key `intervall`, did you mean `interval`?\n"
        "    2 |   intervall: 5s\n"
        "      |   ^^^^^^^^^"
    )


def test_the_json_form_keeps_message_and_fix_apart() -> None:
    assert at_place(Place(SOURCE, 2, 3, 9), "unknown key", "remove it").json() == {
        "file": "sites/bc.yaml",
        "line": 2,
        "column": 3,
        "message": "unknown key",
        "fix": "remove it",
        "line_text": "  intervall: 5s",
    }


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    problems = Problems()
    problems.add_file("a.yaml", "there is no such file", "check the path")

    (problem,) = problems.listed()

    assert problem.text() == "a.yaml: there is no such file, check the path"
    assert problem.json()["line"] is None


def test_problems_come_in_the_order_of_files_and_lines() -> None:
    first, second = Source("z.yaml", "", order=1), Source("a.yaml", "", order=2)
    problems = Problems()
    for source, line in ((second, 1), (first, 9), (first, 2)):
        problems.add(Place(source, line, 1), "m", "f")

    assert [(one.file, one.line) for one in problems.listed()] == [
        ("z.yaml", 2),
        ("z.yaml", 9),
        ("a.yaml", 1),
    ]


def test_a_fault_met_in_several_sites_is_told_once_with_their_names() -> None:
    elsewhere = Place(Source("templates.yaml", "x: 1"), 1, 1)
    problems = Problems()
    for name in ("cs-1", "cs-2", "cs-3"):
        SiteProblems(problems, name, mapping("id: 1")).add(elsewhere, "bad", "fix")

    assert [one.message for one in problems.listed()] == ["bad (in site `cs-1` and 2 more)"]


def test_a_fault_in_the_sites_own_lines_does_not_name_it() -> None:
    site = mapping("id: 1\nname: x")
    problems = Problems()
    SiteProblems(problems, "cs-1", site).add(site.entries["name"].key, "bad", "fix")

    assert [one.message for one in problems.listed()] == ["bad"]


def test_endless_problems_end() -> None:
    problems = Problems()
    for line in range(MOST_PROBLEMS + 500):
        problems.add(Place(SOURCE, line + 1, 1), "m", "f")

    listed = problems.listed()

    assert problems.full
    assert len(listed) == MOST_PROBLEMS + 1
    assert listed[-1].message == "only 2000 problems are shown"


def test_a_long_word_is_shortened() -> None:
    assert len(quoted("x" * 10_000)) < 100
