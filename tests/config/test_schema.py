"""The keys that a model has at a location of a pydantic error."""

import pytest
from pydantic import BaseModel

from config.schema import Step, keys_at
from config.settings import Settings
from config.site import Site


@pytest.mark.parametrize(
    ("model", "loc", "some"),
    [
        (Site, (), "municipality"),
        (Site, ("links", 3), "medium"),
        (Site, ("links", 0, "probes", 1, "icmp"), "packets"),
        (Site, ("links", 0, "probes", 1, "http", "expect"), "body_regex"),
        (Site, ("links", 0, "probes", 1, "http", "expect"), "json"),
        (Site, ("links", 0, "probes", 1, "http", "expect", "json"), "equals"),
        (Site, ("links", 0, "probes", 1, "http", "auth", "BearerAuth"), "bearer"),
        (Site, ("power", 0, "source", "power", "tls"), "ca_file"),
        (Settings, ("exporters", "mqtt"), "client_id"),
        (Settings, ("exporters", "mqtt", "tls"), "ca_file"),
        (Settings, ("classes", "life"), "reprobe"),
    ],
)
def test_keys_under_their_yaml_names(
    model: type[BaseModel], loc: tuple[Step, ...], some: str
) -> None:
    assert some in keys_at(model, loc)


def test_the_tag_of_a_union_chooses_its_member() -> None:
    auth = ("links", 0, "probes", 1, "http", "auth", "BearerAuth")

    assert keys_at(Site, auth) == ("bearer",)
    assert "packets" not in keys_at(Site, ("links", 0, "probes", 1, "http"))


def test_a_location_without_model_has_no_keys() -> None:
    assert keys_at(Site, ("name",)) == ()
    assert keys_at(Site, ("links", 0, "probes", 0, "http", "headers", "X")) == ()
