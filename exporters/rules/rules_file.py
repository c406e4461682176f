"""All rules, as one file of Prometheus.

Written by hand and not by a YAML library, because a file that people read at night has comments and
whole sentences in it.
"""

import json
import textwrap
from collections.abc import Iterator

from exporters.rules.availability import LONG, SHORT
from exporters.rules.certificates import CERTIFICATES
from exporters.rules.objective import DEFAULT_PERCENT, burning, errors
from exporters.rules.rule import Alert, Group, Recording
from exporters.rules.telling import HEARD, TELLS
from exporters.rules.watching import ALIVE, KEEPS_UP, SEES

DEFAULT_RUNBOOKS = "http://127.0.0.1:9710/runbooks"
_HEAD = """\
# Written by `guardia rules`; change exporters/rules and write it anew.
#
# What must hold when Guardia itself is dead, blind, or heard by nobody, and figures that are
# computed ahead. Outages of clinics are not here: Guardia judges them and posts its own alerts, and
# a second voice would page twice. Its stories: promtool test rules guardia.rules_test.yml

groups:
"""
_WIDTH = 100


def groups(percent: float = DEFAULT_PERCENT) -> tuple[Group, ...]:
    """Return all groups; `percent` is the objective of life-critical areas, such as 99.9."""
    return (
        ALIVE, SEES, KEEPS_UP, TELLS, HEARD,
        SHORT, LONG, errors(), burning(percent), CERTIFICATES,
    )  # fmt: skip


def rules_file(runbooks: str = DEFAULT_RUNBOOKS, percent: float = DEFAULT_PERCENT) -> str:
    """Return the file. `runbooks` is the address under which people reach docs/runbooks."""
    base = runbooks.rstrip("/")
    return _HEAD + "\n".join("".join(_group(group, base)) for group in groups(percent))


def _group(group: Group, base: str) -> Iterator[str]:
    yield f"  - name: {group.name}\n"
    if group.interval:
        yield f"    interval: {group.interval}\n"
    yield "    rules:\n"
    for number, rule in enumerate(group.rules):
        yield "\n" if number else ""
        yield from _wrapped(rule.why, "      # ")
        yield from _alert(rule, base) if isinstance(rule, Alert) else _recording(rule)


def _recording(rule: Recording) -> Iterator[str]:
    yield f"      - record: {rule.name}\n"
    yield from _expression(rule.expr)


def _alert(alert: Alert, base: str) -> Iterator[str]:
    yield f"      - alert: {alert.name}\n"
    yield from _expression(alert.expr)
    if alert.hold:
        yield f"        for: {alert.hold}\n"
    yield f"        labels: {{severity: {alert.severity}}}\n"
    yield "        annotations:\n"
    for name, text in (("summary", alert.summary), ("description", alert.description)):
        yield f"          {name}: >-\n"
        yield from _wrapped(text, "            ")
    yield f"          runbook_url: {json.dumps(f'{base}/{alert.runbook_path()}')}\n"


def _expression(expr: str) -> Iterator[str]:
    yield "        expr: |-\n"
    yield textwrap.indent(expr, "          ") + "\n"


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """Yield the lines of a text; folded again (`>-`), they are the text that they were."""
    lines = textwrap.wrap(
        text, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False
    )
    yield from (f"{indent}{line}\n" for line in lines)
