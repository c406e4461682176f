"""The page itself: its forms, its compression, and scrapes that come together."""

import asyncio
import gzip

import pytest

from exporters.exposition import Exposition, accepts_gzip
from exporters.metric_family import Family


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.8", True),
        ("GZIP", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("gzip;q=garbage", False),
        ("", False),
    ],
)
def test_gzip_is_used_only_where_accepted(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


async def test_both_encodings_carry_the_same_page() -> None:
    exposition = Exposition()
    family = Family("gauge", "guardia_example", "An example.", ("site",))
    family.one("hg-ensenada").value = 1.0
    exposition.register(family)
    plain = await exposition.render()
    squeezed = await exposition.render(accept_encoding="gzip")
    assert b'guardia_example{site="hg-ensenada"} 1.0\n' in plain.body
    assert squeezed.content_encoding == "gzip"
    assert b'guardia_example{site="hg-ensenada"} 1.0\n' in gzip.decompress(squeezed.body)
    assert plain.content_type == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.heavy
async def test_series_may_come_and_go_while_the_page_is_rendered() -> None:
    exposition = Exposition()
    family = Family("counter", "guardia_example", "An example.", ("number",))
    exposition.register(family)
    for number in range(20_000):
        family.bind(str(number))
    rendering = asyncio.ensure_future(exposition.render())
    number = 0
    while not rendering.done():
        family.drop(str(number))
        family.bind(f"new-{number}")
        number += 1
        await asyncio.sleep(0)
    page = await rendering
    assert page.body.count(b"\n") > 19_000


async def test_a_name_cannot_be_taken_twice() -> None:
    exposition = Exposition()
    exposition.register(Family("counter", "guardia_example", "One."))
    with pytest.raises(ValueError, match="guardia_example"):
        exposition.register(Family("gauge", "guardia_example", "Another."))


async def test_a_summary_has_a_count_and_a_sum_and_no_created_series() -> None:
    exposition = Exposition()
    family = Family("summary", "guardia_example_seconds", "An example.", ("site",))
    count, total = family.bind("hg-ensenada")
    count.value, total.value = 4.0, 0.5
    exposition.register(family)
    body = exposition.render_now().body.decode()
    assert 'guardia_example_seconds_count{site="hg-ensenada"} 4.0' in body
    assert 'guardia_example_seconds_sum{site="hg-ensenada"} 0.5' in body
    assert "_created" not in body
