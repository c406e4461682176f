"""What a YAML parser complains about, in plain words and with the fix.

libyaml and PyYAML's own parser word the same faults differently; both are recognized here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from yaml import MarkedYAMLError

from config.place import Place, Source


@dataclass(frozen=True, slots=True)
class _Fault:
    """One complaint of a parser: its two messages, its two places, the line of the second."""

    said: str
    context: str
    place: Place
    opened: Place
    line: str


_Advice = tuple[Place, str, str]


def explain_syntax(error: MarkedYAMLError, source: Source) -> _Advice:
    """Return the place to look at, what is wrong there, and the fix."""
    place = _place(source, error.problem_mark or error.context_mark)
    opened = _place(source, error.context_mark or error.problem_mark)
    line = source.line(place.line)
    fault = _Fault(error.problem or "", error.context or "", place, opened, line)
    for sign, advise in _ADVICE:
        if re.search(sign, fault.said):
            advice = advise(fault)
            if advice is not None:
                return advice
    told = fault.said or fault.context or "this is not YAML"
    return place, told, "correct the YAML here"


def _place(source: Source, mark: object) -> Place:
    """Return where a mark points; at the end of the file, the end of the last written line."""
    line = getattr(mark, "line", 0) + 1
    column = getattr(mark, "column", 0) + 1
    while line > 1 and not source.line(line).strip():
        line -= 1
        column = len(source.line(line).rstrip()) + 1
    return Place(source, line, column)


def _no_token(fault: _Fault) -> _Advice | None:
    character = fault.line[fault.place.column - 1 : fault.place.column]
    if character == "\t":
        return fault.place, "a tab cannot indent YAML", "indent with spaces"
    if character and character in "@`%":
        said = f"a word cannot start with `{character}`" if character != "`" else (
            "a word cannot start with a backquote")  # fmt: skip
        return fault.place, said, "put it in quotes"
    return None


def _unclosed_quote(fault: _Fault) -> _Advice | None:
    if "quoted scalar" not in fault.context:
        return None
    return fault.opened, "this quote is never closed", "close it, or double a quote inside the text"


def _value_not_allowed(fault: _Fault) -> _Advice:
    place = fault.place
    if fault.line.lstrip().startswith("\t") or "\t" in fault.line[: place.column - 1]:
        return place, "a tab cannot indent YAML", "indent with spaces"
    before = fault.line[: place.column - 1]
    if ": " in before:
        fix = 'put a text with ": " in quotes, or start a new line'
        return place, "a second `:` on one line", fix
    start = len(before) - len(before.lstrip())
    key = Place(place.source, place.line, start + 1, max(1, len(before) - start))
    return key, "a key cannot stand here", "align it with its neighbours, in the same column"


def _flow_not_closed(fault: _Fault) -> _Advice:
    bracket = "}" if "mapping" in fault.context else "]"
    opening = "{" if bracket == "}" else "["
    if "${" in fault.line and fault.place.line == fault.opened.line:
        return fault.place, "`${…}` inside brackets needs quotes", 'write "${…}"'
    if not fault.line[fault.place.column - 1 :].strip():
        return fault.opened, f"this `{opening}` is never closed", f"write the missing `{bracket}`"
    told = f"this `{opening}` is not closed before line {fault.place.line}"
    if fault.place.line == fault.opened.line:
        return fault.place, f"a `,` or `{bracket}` is missing before this", "write it"
    return fault.opened, told, f"write the missing `,` or `{bracket}`"


def _block(fault: _Fault) -> _Advice:
    if fault.line.strip().startswith("-"):
        told = "a list item cannot stand between keys"
    else:
        told = "this line fits neither the list nor the keys above it"
    return fault.place, told, "align it with its neighbours, in the same column"


def _bad_alias(fault: _Fault) -> _Advice | None:
    if "alias" not in fault.context and "anchor" not in fault.context:
        return None
    sign = "*" if "alias" in fault.context else "&"
    return fault.opened, f"a word cannot start with `{sign}`", 'put it in quotes: "*.yaml"' if (
        sign == "*") else "put it in quotes"  # fmt: skip


def _no_colon(fault: _Fault) -> _Advice:
    return fault.opened, "this line has no `:`", "write `key: value`, or indent a continued text"


def _always(message: str, fix: str) -> Callable[[_Fault], _Advice]:
    return lambda fault: (fault.place, message, fix)


_ADVICE: tuple[tuple[str, Callable[[_Fault], _Advice | None]], ...] = (
    (r"cannot start any token", _no_token),
    (r"unexpected end of stream|found unexpected document indicator", _unclosed_quote),
    (r"mapping values are not allowed", _value_not_allowed),
    (r"expected ',' or '[\]}]'", _flow_not_closed),
    (r"alphabetic or numeric character", _bad_alias),
    (r"expected key|expected <block end>|expected '-' indicator", _block),
    (r"sequence entries are not allowed",
     _always("a list cannot start on the line of its key", "put each `- ` on a line of its own")),
    (r"could not find expected ':'", _no_colon),
    (r"node content",
     _always("a value was expected here", "write one, or put this text in quotes")),
    (r"unknown escape character",
     _always("this escape is unknown in double quotes", "use single quotes: '…'")),
    (r"Unicode character escape|expected escape sequence|hexadecimal",
     _always("this escape names no character", "use single quotes: '…'")),
    (r"incompatible YAML document|%YAML",
     _always("this version of YAML is unknown", "remove the %YAML line")),
    (r"tag",
     _always("this tag is not used here", "remove it; only `!env NAME` and `!file PATH` exist")),
)  # fmt: skip
