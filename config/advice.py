"""For each kind of fault that validation finds: where to point, what to say, what to write."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from config.duration import format_duration
from config.excerpt import is_secret_name
from config.fault import UnusableError
from config.model import SLUG_PATTERN, TEXT_PATTERN
from config.place import Place
from config.probe import HEADER_PATTERN, STATUS_PATTERN
from config.problem import quoted
from config.scalar import meant_as_bool, meant_as_number
from config.schema import Step, keys_at
from config.shorthand import TARGET_KEYS
from config.site import CLUES_PATTERN
from config.slug import slug
from config.suggestion import closest, fix_for
from config.tree import Mapping, Scalar, Sequence, Value

_PROBE_FORMS = 'write such as `{icmp: 10.1.2.3}`, `{http: URL}` or `{tcp: "HOST:PORT"}`'
_OTHER_NAMES = MappingProxyType(
    {"ping": "icmp", "https": "http", "url": "http", "web": "http", "port": "tcp"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One error of pydantic, brought to its value. `key` is where the value's key stands.

    `name` is the nearest key, `label` how to call the value in a sentence, `parent` the mapping
    that holds it.
    """

    fault: str
    said: str
    context: dict[str, Any]
    loc: tuple[Step, ...]
    model: type[BaseModel]
    value: Value
    key: Place
    name: str
    label: str
    parent: Mapping

    @property
    def written(self) -> str:
        """The value as text; empty for what is no scalar or must not be shown."""
        if not isinstance(self.value, Scalar) or self.value.secret or is_secret_name(self.name):
            return ""
        return self.value.written

    def advice(self, message: str, fix: str) -> "Advice":
        """Point at the value."""
        return Advice(self.value.place, message, fix)


@dataclass(frozen=True, slots=True)
class Advice:
    """A problem in the making."""

    place: Place
    message: str
    fix: str


def otherwise(found: Finding) -> Advice:
    """Return what pydantic says, for the rare error without words of our own."""
    said = found.said[:1].lower() + found.said[1:]
    return found.advice(f"{found.label} cannot be used ({said})", "correct it")


def _unknown_key(found: Finding) -> Advice:
    known = keys_at(found.model, found.loc[:-1])
    fix = fix_for(found.name, known)
    if "include" in known and found.name in ("sites", "nodes", "defaults", "templates"):
        fix = "write it into a file that `include:` names"
    return Advice(found.key, f"unknown key {quoted(found.name)}", fix)


def _missing(found: Finding) -> Advice:
    step = found.loc[-1]
    if isinstance(step, int):
        return _location(found)
    return found.advice(f"{quoted(step)} is missing", f"add `{step}: …`")


def _location(found: Finding) -> Advice:
    fix = "write such as `[19.4326, -99.1332]`"
    return found.advice(f"{found.label} is a latitude and a longitude", fix)


def _not_text(found: Finding) -> Advice:
    if isinstance(found.value, Scalar) and found.value.value is not None:
        shown = quoted(found.written) if found.written else "this"
        said = f"{found.label} is text, and {shown} without quotes is {_kind(found.value)}"
        return found.advice(said, f'write "{found.written}"' if found.written else "add quotes")
    return _not(found, "a text", "write one text")


def _not_bool(found: Finding) -> Advice:
    meant = meant_as_bool(found.written)
    fix = _bare(meant, found.written) if meant else "write `true` or `false`"
    return _not(found, "true or false", fix)


def _not_whole(found: Finding) -> Advice:
    meant = meant_as_number(found.written)
    is_whole = meant is not None and "." not in meant
    fix = _bare(meant, found.written) if meant and is_whole else "write such as `3`"
    return _not(found, "a whole number", fix)


def _not_number(found: Finding) -> Advice:
    meant = meant_as_number(found.written)
    fix = _bare(meant, found.written) if meant else "write such as `1.5`"
    return _not(found, "a number", fix)


def _bare(meant: str, written: str) -> str:
    return f"write `{meant}` without quotes" if meant == written else f"write `{meant}`"


def _not_list(found: Finding) -> Advice:
    if isinstance(found.value, Mapping):
        return _not(found, "a list", "start each of its items with `- `")
    return _not(found, "a list", f"write `[{found.written}]`" if found.written else "write `[…]`")


def _not_keys(found: Finding) -> Advice:
    if found.label.endswith("of `probes`") or found.name == "source":
        return _not(found, "a probe", _PROBE_FORMS)
    known = keys_at(found.model, found.loc)
    fix = f"write keys under it: {', '.join(known)}" if known else "write `key: value` under it"
    return _not(found, "a group of keys", fix)


def _not(found: Finding, wanted: str, fix: str) -> Advice:
    if isinstance(found.value, Scalar) and found.value.value is None:
        return found.advice(f"{found.label} has no value", f"{fix}, or remove the key")
    shown = f"{quoted(found.written)} is " if found.written else ""
    kind = _kind(found.value)
    return found.advice(f"{found.label} is {wanted}, and {shown or 'this is '}{kind}", fix)


def _kind(value: Value) -> str:
    if isinstance(value, Mapping):
        return "a group of keys"
    if isinstance(value, Sequence):
        return "a list"
    if isinstance(value.value, bool):
        return "true or false"
    return "text" if isinstance(value.value, str) else "a number"


def _out_of_range(words: str, bound: str) -> Callable[[Finding], Advice]:
    def advise(found: Finding) -> Advice:
        limit = found.context[bound]
        # a text that became a number is a duration
        is_duration = isinstance(found.value, Scalar) and isinstance(found.value.value, str)
        shown = format_duration(limit) if is_duration and limit else f"{limit:g}"
        said = f"{found.label} cannot be {quoted(found.written)}"
        return found.advice(said, f"write {words} {shown}")

    return advise


def _no_choice(found: Finding) -> Advice:
    expected = str(found.context["expected"])
    choice = re.findall(r"'([^']*)'", expected) or re.split(r", | or ", expected)
    if not isinstance(found.value, Scalar) or found.value.value is None:
        return _not(found, "one word", f"allowed here: {', '.join(choice)}")
    if found.written in choice:
        return found.advice(f"{found.label} is a number", f"write `{found.written}` without quotes")
    fix = fix_for(found.written, choice)
    return found.advice(f"unknown {found.name} {quoted(found.written)}", fix)


def _no_match(found: Finding) -> Advice:
    explain = _PATTERNS.get(str(found.context["pattern"]))
    if explain is None:
        return otherwise(found)
    is_key = found.loc[-1] == "[key]"
    word = found.name if is_key else found.written
    said, fix = explain(word)
    place = found.key if is_key else found.value.place
    return Advice(place, f"{quoted(word)} is {said}" if word else f"this is {said}", fix)


def _no_slug(word: str) -> tuple[str, str]:
    meant = slug(word[:200])
    fix = f"write `{meant}`" if meant else "write such as `hg-ensenada`"
    return "no id (lower-case letters and digits, with single hyphens between)", fix


def _no_clues(word: str) -> tuple[str, str]:
    said = "no CLUES (two letters of the state, three of the institution, six digits)"
    upper = word.strip().upper().replace(" ", "").replace("-", "")
    return said, f"write `{upper if re.match(CLUES_PATTERN, upper) else 'BCIMB000010'}`"


_PATTERNS: MappingProxyType[str, Callable[[str], tuple[str, str]]] = MappingProxyType(
    {
        SLUG_PATTERN: _no_slug,
        CLUES_PATTERN: _no_clues,
        TEXT_PATTERN: lambda _: ("no text of one line", "remove line breaks and control codes"),
        STATUS_PATTERN: lambda _: ("no HTTP status", "write such as `200`, `200-299` or `2xx`"),
        HEADER_PATTERN: lambda _: ("no name of a header", "write such as `X-Api-Version`"),
    }
)


def _too_short(found: Finding) -> Advice:
    if found.fault == "string_too_short":
        return found.advice(f"{found.label} is empty", "write a text, or remove the key")
    return found.advice(f"{found.label} is an empty list", "write at least one")


def _too_long(found: Finding) -> Advice:
    if found.name == "location":
        return _location(found)
    most = found.context["max_length"]
    what = "characters" if found.fault == "string_too_long" else "items"
    return found.advice(f"{found.label} has more than {most} {what}", "shorten it")


def _unknown_kind(found: Finding) -> Advice:
    tag = str(found.context["tag"])
    kind = found.value.get("kind") if isinstance(found.value, Mapping) else None
    place = found.value.place if kind is None else kind.place
    known = found.context["expected_tags"].replace("'", "").split(", ")
    fix = f"write `{_OTHER_NAMES[tag]}`" if tag in _OTHER_NAMES else fix_for(tag, known)
    return Advice(place, f"unknown kind of probe {quoted(tag)}", fix)


def _no_kind(found: Finding) -> Advice:
    for key, entry in found.value.entries.items() if isinstance(found.value, Mapping) else ():
        meant = _OTHER_NAMES.get(key) or closest(key, TARGET_KEYS)
        if meant is not None:
            return Advice(entry.key, f"unknown kind of probe {quoted(key)}", f"write `{meant}`")
    return found.advice(f"{found.label} has no kind of probe", _PROBE_FORMS)


def _fault(found: Finding) -> Advice:
    error = found.context["error"]
    fix = error.fix if isinstance(error, UnusableError) else "correct it"
    if not isinstance(found.value, Scalar):
        return found.advice(str(error), fix)
    if found.value.value is None:
        return found.advice(f"{found.label} has no value", f"{fix}, or remove the key")
    shown = quoted(found.written) if found.written else "this"
    return found.advice(f"{found.label} cannot be {shown}: {error}", fix)


ADVICE: MappingProxyType[str, Callable[[Finding], Advice]] = MappingProxyType(
    {
        "extra_forbidden": _unknown_key,
        "missing": _missing,
        "string_type": _not_text,
        "path_type": _not_text,
        "bool_type": _not_bool,
        "int_type": _not_whole,
        "int_from_float": _not_whole,
        "float_type": _not_number,
        "tuple_type": _not_list,
        "dict_type": _not_keys,
        "model_type": _not_keys,
        "model_attributes_type": _not_keys,
        "greater_than": _out_of_range("more than", "gt"),
        "greater_than_equal": _out_of_range("at least", "ge"),
        "less_than": _out_of_range("less than", "lt"),
        "less_than_equal": _out_of_range("at most", "le"),
        "enum": _no_choice,
        "literal_error": _no_choice,
        "string_pattern_mismatch": _no_match,
        "string_too_short": _too_short,
        "string_too_long": _too_long,
        "too_short": _too_short,
        "too_long": _too_long,
        "union_tag_invalid": _unknown_kind,
        "union_tag_not_found": _no_kind,
        "value_error": _fault,
    }
)
