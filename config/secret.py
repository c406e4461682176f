"""Secrets are never shown: not in logs, not where settings are displayed."""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterable
from urllib.parse import quote

from pydantic import BaseModel, SecretStr

MASK = "***"
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_PLAIN = (str, int, float)
_HARMLESS_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "content-type", "host",
     "user-agent"}
)  # fmt: skip


def secrets_in(model: BaseModel) -> frozenset[str]:
    """Return every SecretStr inside a model: passwords written openly in the YAML, too."""
    found: set[str] = set()
    _gather(model, found)
    return frozenset(found)


def _gather(value: object, found: set[str]) -> None:
    if isinstance(value, SecretStr):
        found.add(value.get_secret_value())
    elif isinstance(value, BaseModel):
        for part in vars(value).values():
            if part and not isinstance(part, _PLAIN):  # most parts, and there are half a million
                _gather(part, found)
    elif isinstance(value, dict):
        for key, part in value.items():
            if str(key).lower() not in _HARMLESS_HEADERS:
                _gather(part, found)
    elif isinstance(value, tuple):
        for part in value:
            _gather(part, found)


class Redactor:
    """Replaces secrets by `***`, as they are and as URLs, JSON and Python's repr write them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def redact(self, text: str) -> str:
        """Return the text without any secret."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }


class RedactingFilter(logging.Filter):
    """Keeps secrets out of log lines: message, arguments, fields, traceback and stack.

    Add it to *handlers*: a logger's own filters do not see what its children log.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self.redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; always let it pass."""
        redact = self.redactor.redact
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if record.exc_text:
            record.exc_text, record.exc_info = redact(record.exc_text), None
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        for name in vars(record).keys() - _STANDARD_FIELDS:
            # a field that is no plain value is made one here, so that no formatter can open it
            record.__dict__[name] = _display(record.__dict__[name], redact)
        return True


def shown(model: BaseModel, redactor: Redactor | None = None) -> dict[str, object]:
    """Return a model as JSON values for display, every SecretStr as `***`.

    Give a `redactor` too where secrets may have reached other texts, such as a URL.
    """
    redact = (redactor or Redactor(())).redact
    return {name: _display(value, redact) for name, value in _fields(model)}


def _fields(model: BaseModel) -> list[tuple[str, object]]:
    """Return the fields under the names that YAML has for them."""
    known = type(model).model_fields
    return [(known[name].alias or name, getattr(model, name)) for name in known]


def _display(value: object, redact: Callable[[str], str]) -> object:
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, BaseModel):
        return {name: _display(part, redact) for name, part in _fields(value)}
    if isinstance(value, dict):
        return {redact(str(key)): _display(part, redact) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_display(part, redact) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))
