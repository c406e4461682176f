import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clues.location import location_of


@pytest.mark.parametrize(
    ("latitude", "longitude", "location"),
    [
        ("31.825117", "-116.600282", (31.825117, -116.600282)),
        ("31,825117", "-116,600282", (31.825117, -116.600282)),
        ("+19", "-99", (19.0, -99.0)),
    ],
)
def test_decimal_degrees(latitude: str, longitude: str, location: tuple[float, float]) -> None:
    assert location_of(latitude, longitude) == location


@pytest.mark.parametrize(
    ("latitude", "longitude", "told"),
    [
        ("", "", "it has no coordinates"),
        ("31.8", "", "it has no longitude"),
        (None, "-116.6", "it has no latitude"),
        ("0", "0.0", "its coordinates are 0, 0"),
        ("-116.6", "31.8", "its latitude and longitude are swapped (-116.6, 31.8)"),
        ("31.8", "116.6", "its longitude lacks the minus sign (31.8, 116.6)"),
        ("48.85", "2.35", "its coordinates 48.85, 2.35 are outside Mexico"),
        ("31°49'N", "-116.6", "its coordinates 31°49'N, -116.6 are no decimal degrees"),
        ("nan", "inf", "its coordinates nan, inf are no decimal degrees"),
        ("1e1", "-99", "its coordinates 1e1, -99 are no decimal degrees"),
        ("٣١", "-99", "its coordinates ٣١, -99 are no decimal degrees"),
    ],
)
def test_what_cannot_be_true_is_told_and_not_repaired(
    latitude: str | None, longitude: str | None, told: str
) -> None:
    assert location_of(latitude, longitude) == told


def test_a_file_without_coordinates_is_no_fault_of_the_row() -> None:
    assert location_of(None, None) is None


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_location_is_always_inside_mexico(latitude: str, longitude: str) -> None:
    found = location_of(latitude, longitude)
    if isinstance(found, tuple):
        assert 14 <= found[0] <= 33
        assert -119 <= found[1] <= -86
