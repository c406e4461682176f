"""What every story may use."""

import pytest

from tests.monitor.story import World


@pytest.fixture
def world() -> World:
    return World()
