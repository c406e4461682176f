"""docs/configuration.md names every key there is, and its examples load."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from config.area import Area, AreaKind
from config.history import HistoryRules
from config.holidays import Holidays
from config.hours import Hours
from config.loader import check_files
from config.messages import (
    MailAddressee,
    MailSettings,
    NtfySettings,
    NtfyTopic,
    TelegramChat,
    TelegramSettings,
)
from config.outside_hours import HoursByType, OutsideHours
from config.probe import (
    BasicAuth,
    BearerAuth,
    HttpExpectation,
    HttpSettings,
    IcmpSettings,
    JsonExpectation,
    PowerSettings,
    ProbeTlsSettings,
    TcpSettings,
    TlsSettings,
)
from config.quality import LossRules, QualityRules, ShiftRules
from config.response import Escalation, EscalationByPriority, RemindEvery, ResponseRules
from config.settings import (
    AlertmanagerSettings,
    Bursts,
    Classes,
    ExporterSettings,
    IcmpEngineSettings,
    JudgementClass,
    MqttSettings,
    PowerRules,
    Settings,
    WebhookSettings,
)
from config.site import (
    Link,
    Medium,
    Node,
    PowerKind,
    PowerSource,
    Service,
    Site,
    SiteStatus,
    SiteType,
)
from config.sitefile import DEFAULTS_KEYS, TOP_KEYS
from config.telemedicine import QualityLimits, TelemedicineRules

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
MODELS: tuple[type[BaseModel], ...] = (
    AlertmanagerSettings, Area, BasicAuth, BearerAuth, Classes, ExporterSettings, HttpExpectation,
    HttpSettings, IcmpEngineSettings, IcmpSettings, JsonExpectation, JudgementClass, Link,
    MqttSettings, Node, Bursts, PowerRules, PowerSettings, PowerSource, ProbeTlsSettings, Service,
    Settings, Site, TcpSettings, TlsSettings, WebhookSettings,
    LossRules, QualityLimits, QualityRules, ShiftRules, TelemedicineRules,
    Hours, HoursByType, HistoryRules, Holidays, OutsideHours,
    Escalation, EscalationByPriority, RemindEvery, ResponseRules,
    MailAddressee, MailSettings, NtfySettings, NtfyTopic, TelegramChat, TelegramSettings,
)  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]

    assert [key for key in keys if not re.search(rf"\b{key}\b", PAGE)] == []


def test_every_choice_is_documented() -> None:
    choices = [*AreaKind, *Medium, *PowerKind, *SiteType, *SiteStatus, *TOP_KEYS, *DEFAULTS_KEYS]
    choices += get_args(Node.model_fields["kind"].annotation)

    assert [word for word in choices if not re.search(rf"\b{word}\b", PAGE)] == []


def test_there_are_examples_of_both_files() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_right(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUARDIA_WEBHOOK_TOKEN", "x")
    (tmp_path / "secret").write_text("x")
    (tmp_path / "sites").mkdir()
    is_main = "include:" in example
    site = "sites: [{id: a, name: A}]" if is_main else example
    main = example if is_main else "include: sites/*.yaml"
    (tmp_path / "sites" / "a.yaml").write_text(site)
    (tmp_path / "guardia.yaml").write_text(main.replace("/run/secrets/mqtt", "secret"))

    assert check_files(tmp_path / "guardia.yaml", []) == []
