"""The settings of mail, Telegram and ntfy: what is meant, and each fault with its place and fix."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.loader import check_files, load
from config.messages import MailSettings, TelegramSettings
from config.settings import ExporterSettings

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
MAIL = {"host": "h", "sender": "g@example.mx", "to": [{"id": "noc", "address": "n@example.mx"}]}


def faults(tmp_path: Path, exporters: str) -> list[str]:
    """Return what is wrong with `exporters:`, written as one flow of YAML."""
    (tmp_path / "a.yaml").write_text("sites: [{id: a, name: A}]")
    main = tmp_path / "guardia.yaml"
    main.write_text(f"include: a.yaml\nexporters:\n  {exporters}\n")
    return [f"{p.line}:{p.column}: {p.message}, {p.fix}" for p in check_files(main, [])]


def test_the_example_of_the_page_loads(tmp_path: Path) -> None:
    example = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.yaml").write_text("sites: [{id: a, name: A}]")
    for name, secret in {"mail": "m", "telegram": "1:x", "ntfy": "tk_n"}.items():
        (tmp_path / name).write_text(secret)
        (tmp_path / name).chmod(0o600)
    main = tmp_path / "guardia.yaml"
    main.write_text(example.replace("/run/secrets/", ""))
    told = load(main).settings.exporters
    assert told.mail is not None
    assert [(one.id, one.priorities) for one in told.mail.to] == [
        ("noc", ("P1", "P2", "P3", "P4")),
        ("jefatura", ("P1",)),
    ]
    assert told.telegram is not None
    assert told.telegram.chats[0].chat == "-1001234567890"
    assert told.telegram.url == "https://api.telegram.org"
    assert told.ntfy is not None
    assert told.ntfy.token is not None


@pytest.mark.parametrize(
    ("security", "port", "expected"),
    [("starttls", None, 587), ("tls", None, 465), ("none", None, 25), ("none", 1025, 1025)],
)
def test_the_port_follows_from_the_security(security: str, port: int | None, expected: int) -> None:
    mail = MailSettings.model_validate({**MAIL, "security": security, "port": port})
    assert mail.at_port == expected


TO = "to: [{id: noc, address: n@example.mx}]"
MAILBOX = "{id: a, address: b@x.mx}"
TOPICS = "topics: [{id: a, topic: b}]"
CHATS = "chats: [{id: bc, chat: -1}]"


@pytest.mark.parametrize(
    ("exporters", "said"),
    [
        (f"mail: {{host: h, sender: Guardia <g@x.mx>, {TO}}}", "write `g@x.mx`"),
        (f"mail: {{host: h, sender: güera@x.mx, {TO}}}", "in ASCII and alone"),
        (f"mail: {{host: h, sender: g@x.mx, username: u, {TO}}}", "write both or neither"),
        (
            f"mail: {{host: h, sender: g@x.mx, security: none, username: u, password: p, {TO}}}",
            "would travel in the clear",
        ),
        (f"mail: {{host: 'smtp://h', sender: g@x.mx, {TO}}}", "write `h`"),
        ("mail: {host: h, sender: g@x.mx, to: []}", "`to`"),
        ("mail: {host: h, sender: g@x.mx}", "`to` is missing"),
        (
            "mail: {host: h, sender: g@x.mx, to: [{id: a, address: b@x.mx, priorities: [P5]}]}",
            "allowed here: P1, P2, P3, P4",
        ),
        (
            f"mail: {{host: h, sender: g@x.mx, to: [{MAILBOX}, {MAILBOX}]}}",
            "two of them have the id `a`, give each an `id` of its own",
        ),
        (f"telegram: {{token: '12 34', {CHATS}}}", "copy it whole from @BotFather"),
        ("telegram: {token: '1:x', chats: [{id: bc, chat: guardia}]}", "negative for a group"),
        ("ntfy: {url: 'https://n', topics: [{id: a, topic: 'a/b'}]}", "without the server's"),
        ("ntfy: {topics: [{id: a, topic: b}]}", "`url` is missing"),
        (
            f"ntfy: {{url: 'https://n', token: t1, username: u, password: p, {TOPICS}}}",
            "not both, leave one of them out",
        ),
    ],
)
def test_each_fault_has_a_place_and_a_fix(tmp_path: Path, exporters: str, said: str) -> None:
    (fault,) = faults(tmp_path, exporters)
    assert fault.startswith("3:")
    assert said in fault


def test_a_token_is_never_shown(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"telegram: {{token: '12 34', {CHATS}}}")
    assert "12 34" not in fault


def test_a_chat_may_be_a_number_or_the_name_of_a_channel() -> None:
    chats = [{"id": "a", "chat": -100}, {"id": "b", "chat": "@guardia_bc"}]
    settings = TelegramSettings.model_validate({"token": "1:x", "chats": chats})
    assert [one.chat for one in settings.chats] == ["-100", "@guardia_bc"]


def test_somebody_has_to_be_told() -> None:
    with pytest.raises(ValidationError):
        ExporterSettings.model_validate({"ntfy": {"url": "http://n", "topics": []}})
