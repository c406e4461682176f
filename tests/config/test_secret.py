"""No secret is shown: not in texts, not in log lines, not where settings are displayed."""

import io
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from config.probe import BasicAuth, BearerAuth, HttpSettings
from config.secret import MASK, RedactingFilter, Redactor, secrets_in, shown
from config.settings import ExporterSettings, MqttSettings, Settings

SECRET = 'p&ss"wörd/1'


def test_every_form_of_a_secret_is_replaced() -> None:
    redactor = Redactor([SECRET])
    text = " ".join([SECRET, quote(SECRET), quote(SECRET, safe=""), json.dumps(SECRET)])

    assert redactor.redact(text) == f'{MASK} {MASK} {MASK} "{MASK}"'


def test_a_secret_inside_another_leaves_no_rest() -> None:
    assert Redactor(["abc", "abcdef"]).redact("abcdef abc") == f"{MASK} {MASK}"


def test_without_secrets_nothing_changes() -> None:
    assert Redactor([]).redact("a (b)") == "a (b)"
    assert Redactor([""]).redact("a (b)") == "a (b)"


@given(st.text(min_size=1), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    redacted = Redactor([secret]).redact(f"{before}{secret}{after}")

    # where the mask itself meets its surroundings, the secret may appear anew: `*` in `***`
    assert secret in f"{before}{MASK}{after}{MASK}" or secret not in redacted


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """Yield a logger whose only handler redacts, and what it wrote."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(message)s %(fields)s", defaults={"fields": ""}))
    handler.addFilter(RedactingFilter(Redactor([SECRET])))
    logger = logging.getLogger("tests.config.test_secret")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_log_messages_arguments_and_fields_are_redacted(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log

    logger.warning("sent %s to %d", SECRET, 7, extra={"fields": {"url": f"http://x/{SECRET}"}})

    assert written.getvalue() == f"sent {MASK} to 7 {{'url': 'http://x/{MASK}'}}\n"


def test_tracebacks_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        int(SECRET)
    except ValueError:
        logger.exception("failed")

    assert "Traceback" in written.getvalue()
    assert f"invalid literal for int() with base 10: '{MASK}'" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_stacks_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log

    logger.warning("here", stack_info=True, extra={"fields": 'p&ss"wörd/1'})

    assert "Stack" in written.getvalue()
    assert SECRET not in written.getvalue()


def settings() -> Settings:
    mqtt = MqttSettings(host="127.0.0.1", username="guardia", password=SecretStr(SECRET))
    return Settings(include=("sites/*.yaml",), exporters=ExporterSettings(mqtt=mqtt))


def test_settings_are_shown_with_secrets_masked() -> None:
    display = shown(settings())

    assert SECRET not in json.dumps(display, ensure_ascii=False)
    exporters = display["exporters"]
    assert isinstance(exporters, dict)
    assert exporters["mqtt"]["password"] == MASK
    assert exporters["mqtt"]["username"] == "guardia"
    assert display["include"] == ["sites/*.yaml"]


def test_a_secret_in_an_open_text_is_masked_by_the_redactor() -> None:
    probe = HttpSettings(url="http://127.0.0.1/?key=s3cret")

    assert shown(probe, Redactor(["s3cret"]))["url"] == f"http://127.0.0.1/?key={MASK}"


def test_fields_are_shown_under_their_yaml_names() -> None:
    expect = shown(HttpSettings(url="http://127.0.0.1"))["expect"]

    assert isinstance(expect, dict)
    assert "json" in expect
    assert "json_value" not in expect


def test_openly_written_secrets_are_found() -> None:
    probe = HttpSettings(
        url="http://127.0.0.1",
        auth=BasicAuth(username="a", password=SecretStr("one")),
        headers={"X-Token": SecretStr("two"), "Accept": SecretStr("text/html")},
    )

    assert secrets_in(probe) == {"one", "two"}
    assert secrets_in(settings()) == {SECRET}
    assert secrets_in(BearerAuth(bearer=SecretStr("three"))) == {"three"}
