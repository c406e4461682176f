"""The settings of our own sight."""

import pytest
from pydantic import ValidationError

from config.settings import Settings


def settings(**more: object) -> Settings:
    return Settings.model_validate({"include": ["x.yaml"], **more})


def test_one_anchor_is_enough_by_default() -> None:
    rules = settings(anchors=["gateway", "10.0.0.1"]).sight
    assert (rules.anchors_needed, rules.share, rules.interface) == (1, 0.6, True)


def test_so_many_anchors_as_there_are_beside_the_gateway_can_be_needed() -> None:
    two = settings(anchors=["gateway", "10.0.0.1", "10.0.0.2"], sight={"anchors_needed": 2})
    assert two.far_anchors == ("10.0.0.1", "10.0.0.2")


def test_more_anchors_than_there_are_would_make_us_blind_for_ever() -> None:
    with pytest.raises(ValidationError, match="more than there are `anchors`"):
        settings(anchors=["gateway", "10.0.0.1"], sight={"anchors_needed": 2})


@pytest.mark.parametrize("share", [0, 1.1, "half"])
def test_a_share_is_one(share: object) -> None:
    with pytest.raises(ValidationError):
        settings(sight={"share": share})
