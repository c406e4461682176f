"""Places count lines and columns as editors do."""

import pytest

from config.place import Place, Source


def test_a_place_prints_as_editors_jump_to_it() -> None:
    assert str(Place(Source("sites/bc.yaml", ""), 14, 7)) == "sites/bc.yaml:14:7"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_once(end: str) -> None:
    source = Source("a", f"one{end}two{end}{end}four")

    assert [source.line(number) for number in range(1, 5)] == ["one", "two", "", "four"]
    assert source.place_at(source.text.index("our"))[1:3] == (4, 2)


def test_a_line_outside_the_file_is_empty() -> None:
    source = Source("a", "one")

    assert (source.line(0), source.line(2)) == ("", "")
