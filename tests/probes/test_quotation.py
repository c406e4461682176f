"""What a stranger said is short, on one line, and harmless to look at."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from probes.quotation import quote


@hypothesis_settings(deadline=None)
@given(st.text() | st.binary(), st.integers(1, 200))
def test_a_quotation_is_short_and_printable(said: str | bytes, limit: int) -> None:
    quoted = quote(said, limit)

    assert len(quoted) <= limit
    assert quoted.isprintable()


def test_controls_and_reversals_are_written_out() -> None:
    assert quote("año \x1b[2J\r\n") == r"año \x1b[2J\r\n"
    assert quote("abc\u202edef") == r"abc\u202edef"
    assert quote(b"\xff ok") == "� ok"
    assert quote("x" * 100, 10) == "xxxxxxxxx…"
