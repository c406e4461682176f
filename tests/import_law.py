"""Reads the imports of the packages and tells which break the law of the house.

It parses and never imports, so an import hidden in a function or behind `TYPE_CHECKING` counts
like any other.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

MAY_IMPORT = {
    "config": {"config"},
    "probes": {"config", "probes"},
    "monitor": {"config", "probes", "monitor"},
    "exporters": {"config", "probes", "monitor", "exporters"},
    "simulator": {"simulator"},
}
SEEN_BY_EXPORTERS = {
    "monitor.vocabulary",
    "monitor.events",
    "monitor.normalize",
    "monitor.orders",
    "monitor.past",
    "monitor.past_incident",
    "monitor.ports",
    "monitor.trouble",
}
ROOT_MODULES = {"monitor.__main__", "monitor.app"}
ROOT_PACKAGE = "monitor.commands"
"""The composition root: it alone sees everything, and nobody sees it."""
BY_NAME = {"monitor.__main__"}
"""May import by name: a command when it is called (docs/adr/0007-commands-are-part-of-the-root.md).

What it names are modules of the root, which may see everything and which only it sees; the test of
the command line holds that the table names them all, and nothing else.
"""


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one module; of `from a import b`, `a.b` where that is a module of ours."""

    importer: str
    module: str
    line: int

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.module}"


@dataclass(frozen=True, slots=True)
class House:
    """All modules by dotted name, with the imports of each and what is wrong with their form."""

    modules: frozenset[str]
    imports: tuple[Import, ...]
    malformed: tuple[str, ...] = field(default=())

    @property
    def packages(self) -> frozenset[str]:
        return frozenset(module.partition(".")[0] for module in self.modules)


def read_house(folder: Path) -> House:
    """Parse every module of the packages that the law names."""
    sources = {}
    for path in (file for package in MAY_IMPORT for file in (folder / package).rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text(encoding="utf-8")
    return parse_house(sources)


def parse_house(sources: Mapping[str, str]) -> House:
    """Build the house from sources by dotted module name."""
    imports: list[Import] = []
    malformed: list[str] = []
    for module, source in sources.items():
        for node, is_deferred in _import_nodes(ast.parse(source), is_deferred=False):
            where = f"{module}:{node.lineno}"
            if is_deferred:
                malformed.append(f"{where} imports inside a function or class")
            if isinstance(node, ast.ImportFrom) and node.level:
                malformed.append(f"{where} imports relatively")
                continue
            imports += [
                Import(module, named, node.lineno) for named in _named(node, sources.keys())
            ]
        if module not in BY_NAME:
            found = _dynamic(ast.parse(source))
            malformed += [f"{module}:{line} imports by name" for line in found]
    return House(frozenset(sources), tuple(imports), tuple(malformed))


def _import_nodes(
    tree: ast.AST, *, is_deferred: bool
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, is_deferred
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from _import_nodes(child, is_deferred=is_deferred or inside)


def _named(node: ast.Import | ast.ImportFrom, ours: AbstractSet[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    assert node.module is not None
    for alias in node.names:
        submodule = f"{node.module}.{alias.name}"
        yield submodule if submodule in ours else node.module


def _dynamic(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"__import__", "import_module", "importlib.import_module"}:
                yield node.lineno


def is_root(module: str) -> bool:
    """Tell whether a module belongs to the composition root."""
    return module in ROOT_MODULES or f"{module}.".startswith(f"{ROOT_PACKAGE}.")


def trespasses(house: House) -> list[str]:
    """Return every import that points downstream, or at the root, or too deep into `monitor`."""
    return [
        f"{found}: {why}"
        for found in house.imports
        if found.package in house.packages or found.package in {"tests", "bench"}
        if (why := _trespass(found)) is not None
    ]


def _trespass(found: Import) -> str | None:
    if is_root(found.importer):
        return None
    package = found.importer.partition(".")[0]
    if is_root(found.module):
        return "nobody imports the composition root"
    if found.package not in MAY_IMPORT[package]:
        return f"{package} may import {', '.join(sorted(MAY_IMPORT[package]))}"
    is_look_into_monitor = (package, found.package) == ("exporters", "monitor")
    if is_look_into_monitor and found.module not in SEEN_BY_EXPORTERS:
        return (
            "exporters see only its vocabulary, events, orders, past, ports and trouble of monitor"
        )
    return None


def cycles(house: House) -> list[str]:
    """Return one path for every group of modules that import each other in a circle."""
    graph: dict[str, set[str]] = defaultdict(set)
    for found in house.imports:
        target = found.module
        while target and target not in house.modules:
            target = target.rpartition(".")[0]
        if target:
            graph[found.importer].add(target)
    return list(_circles(graph))


def _circles(graph: Mapping[str, set[str]]) -> Iterator[str]:
    done: set[str] = set()
    for start in sorted(graph):
        path: list[str] = []
        stack = [(start, iter(sorted(graph.get(start, ()))))]
        while stack:
            module, targets = stack[-1]
            if len(path) < len(stack):
                path.append(module)
            target = next(targets, None)
            if target is None:
                done.add(module)
                stack.pop()
                path.pop()
            elif target in path:
                yield " → ".join([*path[path.index(target) :], target])
            elif target not in done:
                stack.append((target, iter(sorted(graph.get(target, ())))))


def strangers(house: House) -> dict[tuple[str, str], set[str]]:
    """Return the modules that import each third-party library, by package and library."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in house.imports:
        if one.package not in house.packages and one.package not in sys.stdlib_module_names:
            found[one.importer.partition(".")[0], one.package].add(one.importer)
    return dict(found)
