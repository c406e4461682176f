"""Reading YAML given as text, in tests."""

from config.document import read_document
from config.place import Source
from config.problem import Problems
from config.tree import Mapping, Value
from config.vault import Vault


def read(text: str, problems: Problems | None = None, name: str = "t.yaml") -> Value | None:
    """Return the root value of a text; with no `problems` given, there must be none."""
    told = Problems() if problems is None else problems
    root = read_document(Source(name, text), Vault({}), told)
    if problems is None:
        assert not told, [problem.text() for problem in told.listed()]
    return root


def mapping(text: str, problems: Problems | None = None, name: str = "t.yaml") -> Mapping:
    """Return the root mapping of a text."""
    root = read(text, problems, name)
    assert isinstance(root, Mapping)
    return root


def told(problems: Problems) -> list[str]:
    """Return each problem as `line:column message, fix`."""
    return [f"{one.line}:{one.column} {one.message}, {one.fix}" for one in problems.listed()]
