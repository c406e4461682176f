"""Whether an answer is the one that the operator asked for. Each check raises its own reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from config.probe import HttpExpectation, JsonExpectation
from probes.failure import Failure
from probes.json_strict import JsonValue, NotJsonError, parse_json
from probes.quotation import quote
from probes.reading import Reason
from probes.regex import RegexRunner, RegexTooSlowError, RegexUnavailableError

# Only these: Python's other codecs include ones that take quadratic time, and ones that unpack.
_CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})


@lru_cache(maxsize=256)  # a fleet asks for few, and gets few
def status_matches(status: int, accepted: tuple[str, ...]) -> bool:
    """Tell whether a status is among `204`, `200-299` or `2xx`.

    >>> status_matches(204, ("200-203", "5xx"))
    False
    """
    return any(_in_set(status, written) for written in accepted)


def _in_set(status: int, written: str) -> bool:
    if written.endswith("xx"):
        return status // 100 == int(written[0])
    first, _, last = written.partition("-")
    return int(first) <= status <= int(last or first)


def check_status(
    status: int, phrase: str, headers: Mapping[str, str], accepted: tuple[str, ...]
) -> None:
    """Refuse a status outside the sets; a redirect names where it leads."""
    if status_matches(status, accepted):
        return
    location = headers.get("Location")
    leads = f", leads to {quote(location)}" if location is not None else ""
    said = f" {quote(phrase, 40)}" if phrase else ""
    raise Failure(Reason.STATUS, f"status {status}{said}{leads}, expected {', '.join(accepted)}")


async def check_headers(
    headers: Mapping[str, str], expected: Mapping[str, str], regexes: RegexRunner
) -> None:
    """Refuse a missing header, or one whose value the regex is not found in."""
    for name, pattern in expected.items():
        value = headers.get(name)
        if value is None:
            raise Failure(Reason.HEADER, f"no header {name}")
        if not await _found(pattern, value, regexes, Reason.HEADER):
            raise Failure(Reason.HEADER, f"header {name} is {quote(value)}")


async def check_body(
    body: bytes, headers: Mapping[str, str], expect: HttpExpectation, regexes: RegexRunner
) -> None:
    """Refuse a body by its text, then by a value in its JSON."""
    wanted, unwanted = expect.body_regex, expect.not_body_regex
    if wanted is not None or unwanted is not None:
        text = _text(body, headers)
        if wanted is not None and not await _found(wanted, text, regexes, Reason.BODY):
            said = f"regex {quote(wanted, 60)} not found in {quote(text) or 'an empty body'}"
            raise Failure(Reason.BODY, said)
        if unwanted is not None and await _found(unwanted, text, regexes, Reason.BODY):
            raise Failure(Reason.BODY, f"regex {quote(unwanted, 60)} found, and must not be")
    if expect.json_value is not None:
        check_json(body, expect.json_value)


def check_json(body: bytes, expected: JsonExpectation) -> None:
    """Refuse a body that is no JSON or has another value at the path.

    Without `equals` the value only has to be there. 1 equals 1.0, but true does not equal 1.
    """
    try:
        value = _at(parse_json(body), expected.path)
    except NotJsonError as error:
        raise Failure(Reason.NOT_JSON, str(error)) from error
    if "equals" not in expected.model_fields_set:
        return
    is_same_kind = isinstance(value, bool) == isinstance(expected.equals, bool)
    if not is_same_kind or value != expected.equals:
        said = f"JSON {quote(expected.path)} is {quote(repr(value), 60)}"
        raise Failure(Reason.BODY, said)


def check_certificate(expires_at: datetime | None, min_life_s: float | None, now: datetime) -> None:
    """Refuse a chain of which a certificate ends too soon. Without TLS there is none to refuse."""
    if min_life_s is None or expires_at is None:
        return
    left = expires_at - now
    if left < timedelta(seconds=min_life_s):
        said = f"certificate expires on {expires_at:%Y-%m-%d %H:%M} UTC, in {_days(left)}"
        raise Failure(Reason.CERTIFICATE_EXPIRING, said)


def _days(left: timedelta) -> str:
    return f"{left.total_seconds() / 86_400:.1f} days"


def _at(value: JsonValue, path: str) -> JsonValue:
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Failure(Reason.BODY, f"JSON has no {quote(step, 40)} of {quote(path)}")
    return value


def _text(body: bytes, headers: Mapping[str, str]) -> str:
    _, _, named = headers.get("Content-Type", "").lower().partition("charset=")
    charset = named.partition(";")[0].strip().strip("\"'")
    return body.decode(charset if charset in _CHARSETS else "utf-8", "replace")


async def _found(pattern: str, text: str, regexes: RegexRunner, reason: Reason) -> bool:
    try:
        return await regexes.search(pattern, text)
    except RegexTooSlowError as error:
        raise Failure(reason, f"regex {quote(pattern, 60)} {error}") from error
    except RegexUnavailableError as error:
        raise Failure(Reason.INTERNAL_ERROR, str(error)) from error
