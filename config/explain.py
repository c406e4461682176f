"""What validation found, as problems: each at its own place, with what to write instead."""

import re

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.advice import ADVICE, Advice, Finding, otherwise
from config.fault import MismatchError
from config.place import Place
from config.problem import MOST_PROBLEMS, Reporter, quoted
from config.schema import Step, keys_at
from config.suggestion import closest
from config.tree import Broken, Mapping, Sequence, Value
from config.variable import has_reference


def explain(
    error: ValidationError,
    root: Mapping,
    model: type[BaseModel],
    reporter: Reporter,
    *,
    partial: bool = False,
) -> None:
    """Tell every fault that validating `plain(root)` as `model` found.

    With `partial`, the value is only a part of one (a template): missing keys are no fault, and
    texts with variables cannot be judged yet.
    """
    found = error.errors(include_url=False, include_input=False)
    misspelt = _misspelt(found, model)
    for details in found:
        if reporter.full:
            return
        if _is_told_elsewhere(details, misspelt):
            continue
        finding = _locate(details, root, model)
        if finding is None or (partial and _waits_for_site(finding)):
            continue
        if _is_short_of_bad_items(finding):
            continue
        advice = _advice(finding)
        reporter.add(advice.place, advice.message, advice.fix)


def _advice(finding: Finding) -> Advice:
    return ADVICE.get(finding.fault, otherwise)(finding)


def _misspelt(found: list[ErrorDetails], model: type[BaseModel]) -> set[tuple[Step, ...]]:
    """Return the locations of keys that are there under a slightly wrong name."""
    meant: set[tuple[Step, ...]] = set()
    for details in found[:MOST_PROBLEMS]:
        if details["type"] == "extra_forbidden":
            inside = details["loc"][:-1]
            near = closest(str(details["loc"][-1]), keys_at(model, inside))
            if near is not None:
                meant.add((*inside, near))
    return meant


def _is_told_elsewhere(details: ErrorDetails, misspelt: set[tuple[Step, ...]]) -> bool:
    if details["type"] == "missing" and details["loc"] in misspelt:
        return True
    return isinstance(details.get("ctx", {}).get("error"), MismatchError)


def _waits_for_site(finding: Finding) -> bool:
    """Tell whether a fault of a template may vanish when a site uses it."""
    if finding.fault == "missing" or has_reference(finding.value):
        return True
    is_whole_model = finding.fault == "value_error" and isinstance(finding.value, Mapping)
    return is_whole_model or (finding.fault == "union_tag_not_found" and finding.name == "source")


def _as_written(key: Place, name: str) -> str:
    """Return the key that stands in the file: `icmp`, where the long form says `target`."""
    start = key.column - 1
    word = key.source.line(key.line)[start : start + key.width]
    return word if re.fullmatch(r"\w+", word) else name


def _is_short_of_bad_items(finding: Finding) -> bool:
    """Tell whether a list is too short only because its items are faulty themselves."""
    return (
        finding.fault == "too_short"
        and isinstance(finding.value, Sequence)
        and len(finding.value.items) >= finding.context["min_length"]
    )


def _locate(details: ErrorDetails, root: Mapping, model: type[BaseModel]) -> Finding | None:
    """Follow a location through the values; None where the fault has been told already.

    Steps that lead nowhere are tags of unions, keys that are missing, or pydantic's `[key]`.
    """
    value: Value = root
    key, name, label, parent = root.place, "", "this", root
    for step in details["loc"]:
        if isinstance(value, Mapping) and step in value.entries:
            parent = value
            key, value = value.entries[str(step)]
            name = str(step)
            label = quoted(_as_written(key, name))
        elif isinstance(value, Sequence) and isinstance(step, int) and step < len(value.items):
            value = value.items[step]
            key, label = value.place, f"item {step + 1} of {quoted(name)}"
    if isinstance(value, Broken):
        return None
    if details["type"] == "missing" and isinstance(value, Mapping) and not value.complete:
        return None
    return Finding(
        fault=details["type"],
        said=details["msg"],
        context=details.get("ctx", {}),
        loc=details["loc"],
        model=model,
        value=value,
        key=key,
        name=name,
        label=label,
        parent=parent,
    )
