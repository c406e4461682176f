"""What every test may use."""

import os
import shutil

import pytest
from hypothesis import settings

from tests.clock import FakeClock

# A busy machine may hold any example up: what is slow shows in the durations, not as a failure.
# Examples are new in every run at a desk, and the same in every run of CI: a discovery there would
# stop a change that has nothing to do with it.
settings.register_profile(
    "guardia", max_examples=25, deadline=None, derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("guardia")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def require(program: str, package: str) -> str:
    """Return the program's path; without it skip loudly, or fail where CI promised it."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is not None:
        return found
    missing = f"{program} is not installed (Debian package {package}): NOT TESTED"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
