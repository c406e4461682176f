"""Equal values of a fleet are one object; what differs in any way that matters is not."""

import pytest

from config.interning import Interning
from config.probe import HttpExpectation, HttpSettings, IcmpSettings, JsonExpectation
from config.site import Link, Site


def http(**written: object) -> HttpSettings:
    return HttpSettings.model_validate({"url": "http://127.0.0.1/", **written})


def test_a_model_stays_equal_to_what_it_was() -> None:
    asked = http(expect={"json": {"path": "ok", "equals": True}, "headers": {"Server": "x"}})

    shared = Interning().of(asked)

    assert shared == http(
        expect={"json": {"path": "ok", "equals": True}, "headers": {"Server": "x"}}
    )
    assert shared.model_fields_set == {"url", "expect"}


def test_equal_parts_of_two_probes_are_one_object() -> None:
    interning = Interning()
    written = '{"url": "http://a/", "expect": {"status": ["200"], "headers": {"Server": "nginx"}}}'

    one, other = (interning.of(HttpSettings.model_validate_json(written)) for _ in range(2))

    assert one is not other
    assert one.expect is other.expect
    assert one.url is other.url
    assert one.headers is other.headers
    assert one.__pydantic_fields_set__ is other.__pydantic_fields_set__


def test_secrets_are_shared_and_stay_secret() -> None:
    interning = Interning()
    auth = {"username": "guardia", "password": "s3cr3t"}

    one, other = interning.of(http(auth=auth)), interning.of(http(auth=auth))

    assert one.auth is other.auth
    assert "s3cr3t" not in repr(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"path": "ok", "equals": True}, {"path": "ok", "equals": 1}),
        ({"path": "ok", "equals": 1}, {"path": "ok", "equals": 2}),
        ({"path": "ok", "equals": None}, {"path": "ok"}),
    ],
)
def test_what_an_answer_is_judged_by_is_never_mixed_up(
    one: dict[str, object], other: dict[str, object]
) -> None:
    interning = Interning()
    first, second = (
        interning.of(HttpExpectation.model_validate({"json": written})) for written in (one, other)
    )

    assert first != second
    assert first.json_value == JsonExpectation.model_validate(one)
    assert second.json_value == JsonExpectation.model_validate(other)


def test_whole_numbers_and_fractions_of_a_site_keep_their_type() -> None:
    interning = Interning()
    north = interning.of(Site(id="a", name="A", location=(1.0, -0.0), level=1))
    south = interning.of(Site(id="b", name="A", location=(1.0, 0.0), level=1))

    assert (repr(north.location), repr(south.location)) == ("(1.0, -0.0)", "(1.0, 0.0)")
    assert north.name is south.name


def test_named_parts_are_kept_apart_though_they_are_equal() -> None:
    interning = Interning()
    probes = (IcmpSettings(target="127.0.0.1"), IcmpSettings(target="127.0.0.1"))

    link = interning.of(Link(id="cfe", probes=probes))

    assert link.probes[0] == link.probes[1]
    assert link.probes[0].target is link.probes[1].target  # type: ignore[union-attr]
