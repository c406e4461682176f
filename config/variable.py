"""`${name}` in texts, from `vars:` and the site itself.

A text that is one variable and nothing else takes over its value with its type; inside a longer
text the value appears as it was written. `$${` stands for `${`. Variables may use others.
"""

import re

from config.excerpt import is_secret_name
from config.problem import Reporter, quoted
from config.suggestion import fix_for
from config.tree import Broken, Entry, Mapping, Scalar, Sequence, Value

BUILT_IN = ("id", "clues")
LONGEST = 4096
"""Characters of a text after substitution; without a limit, variables of variables double."""

DEEPEST = 20

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
_UNCLOSED = re.compile(r"(?<!\$)\$\{[^}]*$")


def substitute(site: Mapping, problems: Reporter) -> Mapping:
    """Return a merged site with its variables put in and `vars` taken out."""
    variables = _Variables(site, problems)
    return _in_mapping(site.without("vars"), variables)


def has_reference(value: Value | None) -> bool:
    """Tell whether a value is a text with a variable in it."""
    return isinstance(value, Scalar) and isinstance(value.value, str) and "${" in value.value


def check_vars(layer: Mapping, problems: Reporter) -> Mapping:
    """Return a site, template or defaults without those `vars` that cannot be used."""
    written = layer.get("vars")
    if written is None or isinstance(written, Broken):
        return layer
    if not isinstance(written, Mapping):
        problems.add(written.place, "`vars` holds no names", "write `vars: {name: value}`")
        return layer.without("vars")
    usable = {
        name: entry for name, entry in written.entries.items() if _is_usable(name, entry, problems)
    }
    return layer.but(vars=written.having(usable))


def _is_usable(name: str, entry: Entry, problems: Reporter) -> bool:
    if name in BUILT_IN:
        message = f"the variable {quoted(name)} is built in"
        problems.add(entry.key, message, "choose another name")
    elif not _NAME.fullmatch(name):
        message = f"{quoted(name)} is no name of a variable"
        problems.add(entry.key, message, "use letters, digits, `_` and `-`, a letter first")
    elif not isinstance(entry.value, Scalar):
        message = f"the variable {quoted(name)} is no single value"
        problems.add(entry.value.place, message, "write a text or a number")
    else:
        return True
    return False


class _Variables:
    """The variables of one site, each worked out once."""

    def __init__(self, site: Mapping, problems: Reporter) -> None:
        self._problems = problems
        self._known: dict[str, Scalar] = {}
        self._done: dict[str, Scalar] = {}
        self._open: list[str] = []
        written = site.get("vars")
        if isinstance(written, Mapping):
            for name, entry in written.entries.items():
                if isinstance(entry.value, Scalar):
                    self._known[name] = entry.value
        for name in BUILT_IN:
            value = site.get(name)
            if isinstance(value, Scalar):
                self._known[name] = value

    def put_into(self, scalar: Scalar) -> Scalar:
        """Return a text with its variables put in; a Broken one when that fails."""
        text = scalar.value
        if not isinstance(text, str) or "${" not in text or scalar.secret:
            return scalar
        if _UNCLOSED.search(text):
            return self._broken(scalar, "this `${` has no `}`", "close it, or write `$${` for `${`")
        whole = _REFERENCE.fullmatch(text)
        if whole is not None and whole[1] is not None:
            value = self._value_of(whole[1], scalar)
            return value if isinstance(value, Broken) else _moved(value, whole[1], scalar)
        return self._joined(text, scalar)

    def _joined(self, text: str, scalar: Scalar) -> Scalar:
        parts: list[str] = []
        length, end, secret = 0, 0, False
        for reference in _REFERENCE.finditer(text):
            if reference[1] is None:
                put = "${"
            else:
                value = self._value_of(reference[1], scalar)
                if isinstance(value, Broken):
                    return value
                put = _text_of(value)
                secret = secret or value.secret or is_secret_name(reference[1])
            parts += [text[end : reference.start()], put]
            end = reference.end()
            length += len(parts[-1]) + len(parts[-2])
            if length > LONGEST:
                message = f"this text grows beyond {LONGEST} characters"
                return self._broken(scalar, message, "shorten the variables in it")
        joined = "".join([*parts, text[end:]])
        return Scalar(joined, "" if secret else joined, scalar.place, secret)

    def _value_of(self, name: str, user: Scalar) -> Scalar:
        name = name.strip()
        if name in self._done:
            return self._done[name]
        if name not in self._known:
            known = (*self._known, *BUILT_IN)
            message = f"unknown variable {quoted(f'${{{name}}}')}"
            fix = fix_for(name, dict.fromkeys(known), "add it to `vars`, or write `$${` for `${`")
            return self._broken(user, message, fix)
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            return self._broken(user, f"the variables form a circle ({circle})", "break it")
        if len(self._open) >= DEEPEST:
            message = f"variables of variables, more than {DEEPEST} deep"
            return self._broken(user, message, "write the text out")
        self._open.append(name)
        value = self.put_into(self._known[name])
        self._open.pop()
        self._done[name] = value
        return value

    def _broken(self, scalar: Scalar, message: str, fix: str) -> Broken:
        self._problems.add(scalar.place, message, fix)
        return Broken(None, "", scalar.place)


def _text_of(value: Scalar) -> str:
    """Return what appears inside a longer text: the value as written, not as understood."""
    if value.value is None:
        return ""
    return value.value if isinstance(value.value, str) else value.written


def _moved(value: Scalar, name: str, to: Scalar) -> Scalar:
    return Scalar(value.value, value.written, to.place, value.secret or is_secret_name(name))


def _in_mapping(mapping: Mapping, variables: _Variables) -> Mapping:
    changed = {
        key: Entry(entry.key, put)
        for key, entry in mapping.entries.items()
        if (put := _in_value(entry.value, variables)) is not entry.value
    }
    return mapping.having({**mapping.entries, **changed}) if changed else mapping


def _in_value(value: Value, variables: _Variables) -> Value:
    """Return the very same value where it has no variable, so that templates stay shared."""
    if isinstance(value, Scalar):
        return variables.put_into(value)
    if isinstance(value, Mapping):
        return _in_mapping(value, variables)
    put = [_in_value(part, variables) for part in value.items]
    if all(new is old for new, old in zip(put, value.items, strict=True)):
        return value
    return Sequence(put, value.place)
