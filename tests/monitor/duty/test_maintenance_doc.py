"""docs/maintenance.md names every key and every word there is, and its example is right."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.loader import check_files
from config.maintenance import LONGEST_CRITICAL_S, LONGEST_ONCE_S, GeneratorTest, MaintenanceWindow
from config.outside_hours import OutsideHours
from config.recurrence import Every
from config.site import SiteStatus
from monitor.duty.expectation import Breach

PAGE = (Path(__file__).parents[3] / "docs" / "maintenance.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("model", [MaintenanceWindow, Every, GeneratorTest, OutsideHours])
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if not re.search(rf"\b{key}\b", PAGE)] == []


def test_every_word_is_documented() -> None:
    assert [word for word in [*Breach, *SiteStatus] if f"`{word}`" not in PAGE] == []


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{LONGEST_CRITICAL_S / 3600:g} h at most" in PAGE
    assert f"{LONGEST_ONCE_S / 86_400:g} days at most" in PAGE
    assert f"`within` ({GeneratorTest().within:g} s" in PAGE


def test_the_example_is_right(tmp_path: Path) -> None:
    [example] = EXAMPLES
    (tmp_path / "windows.yaml").write_text(example)
    assert check_files(None, [tmp_path / "windows.yaml"]) == []
