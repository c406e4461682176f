"""YAML in, a frozen Fleet out; or every problem of every file at once."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from config.document import read_document
from config.draft import as_site, draft_sites, gather_templates
from config.explain import explain
from config.fleet import Fleet
from config.include import identity, included_files
from config.interning import Interning
from config.maintenance import MaintenanceWindow
from config.maintenance_references import check_critical_areas, check_windows
from config.model import WRITTEN, Model
from config.place import Source
from config.problem import Problem, Problems, Reporter, render
from config.references import DraftSite, check_known_nodes, check_nodes, check_sites
from config.secret import secrets_in
from config.settings import Settings
from config.shorthand import expand_settings
from config.site import Node, Site
from config.sitefile import SiteFile, read_site_file
from config.textfile import read_source
from config.tree import Mapping, Value, plain
from config.vault import Vault

AnyModel = TypeVar("AnyModel", bound=Model)


class ConfigError(Exception):
    """The configuration cannot be used. `str()` shows every problem with its line and fix."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(render(problems))
        self.problems = tuple(problems)


def load(path: Path, previous: Fleet | None = None) -> Fleet:
    """Return the fleet that a `guardia.yaml` and the files it includes describe.

    What is as it was in `previous`, the fleet to be replaced, is the very same object: sites and
    nodes, components and probes. So both together take little more room than one, and comparing
    them costs next to nothing.

    Raises:
        ConfigError: anything is wrong with any of them, however little.

    """
    loading = _Loading(closed=True, previous=previous)
    with _collector_paused():
        fleet = loading.fleet(path, ())
    if fleet is None or loading.problems:
        raise ConfigError(loading.problems.listed())
    return fleet


def check_files(main: Path | None, files: Sequence[Path]) -> list[Problem]:
    """Return the problems of site files, together with those of the main file where given.

    Without it, templates and nodes that no given file declares may exist elsewhere, and what
    depends on them is not judged.
    """
    loading = _Loading(closed=main is not None)
    with _collector_paused():
        loading.fleet(main, files)
    return list(loading.problems.listed())


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare Python's cycle collector a million young values: it would take half of the time.

    None of them is in a cycle, so reference counts free them all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


Window = tuple[MaintenanceWindow, Mapping]
"""With the tree that it was written as, which knows the places."""


class _Loading:
    """One loading of a configuration, from files to Fleet.

    `closed`: every file of the fleet is at hand, so that a name nobody declares is unknown.
    """

    def __init__(self, *, closed: bool, previous: Fleet | None = None) -> None:
        self.problems = Problems()
        self._closed = closed
        self._previous = previous
        self._interning = Interning()
        self._vault = Vault()
        self._names: list[str] = []

    def fleet(self, main: Path | None, more: Sequence[Path]) -> Fleet | None:
        """Return the fleet; None without valid settings. Problems are in `self.problems`."""
        settings, paths = self._main(main) if main is not None else (None, [])
        given = {identity(path): path for path in [*paths, *more]}
        if main is not None:
            given.pop(identity(main), None)
        sites, nodes, windows = self._contents(list(given.values()))
        if settings is None:
            return None
        if not sites and not nodes and not self.problems:
            fix = "write `sites:` in an included file"
            self.problems.add_file(str(main), "there is nothing to watch", fix)
        secrets = self._vault.secrets | secrets_in(settings)
        for site in sites:
            secrets |= secrets_in(site)
        return Fleet(
            settings, tuple(sites), tuple(nodes), secrets, tuple(self._names),
            tuple(windows), previous=self._previous,
        )  # fmt: skip

    def _main(self, main: Path) -> tuple[Settings | None, list[Path]]:
        read = self._read(main)
        if read is None:
            return None, []
        source, root = read
        if not isinstance(root, Mapping):
            fix = "write `include: [sites/*.yaml]`"
            self.problems.add(root.place, f"{source.name} holds no settings", fix)
            self._closed = False
            return None, []
        settings_tree = expand_settings(root)
        settings = _validate(Settings, settings_tree, self.problems)
        return settings, included_files(settings_tree.get("include"), main, self.problems)

    def _site_file(self, path: Path) -> SiteFile | None:
        read = self._read(path)
        return None if read is None else read_site_file(read[1], read[0], self.problems)

    def _read(self, path: Path) -> tuple[Source, Value] | None:
        """Return one file; None, and an open fleet, when what it declares cannot be known."""
        self._names.append(str(path))
        source = read_source(path, self.problems, order=len(self._names))
        root = None if source is None else read_document(source, self._vault, self.problems)
        if source is None or root is None:
            self._closed = False
            return None
        return source, root

    def _contents(
        self, paths: list[Path]
    ) -> tuple[list[Site], list[Node], list[MaintenanceWindow]]:
        drafts, node_trees, windows = self._drafts(paths)
        known = {} if self._previous is None else {one.id: one for one in self._previous.nodes}
        valid = [_validate(Node, tree, self.problems) for tree in node_trees]
        nodes = [self._lasting(node, known.get(node.id)) for node in valid if node is not None]
        sites = self._sites(drafts)
        if self._closed and not self.problems:
            check_critical_areas(windows, sites, self.problems)
        return sites, nodes, [window for window, _ in windows]

    def _drafts(self, paths: list[Path]) -> tuple[list[DraftSite], list[Mapping], list[Window]]:
        """Read the files; return what is in them, checked against each other."""
        files = [file for path in paths if (file := self._site_file(path)) is not None]
        templates = gather_templates(files, self.problems)
        for layer in [file.defaults for file in files] + [one.body for one in templates.values()]:
            _validate(Site, as_site(layer), self.problems, partial=True)
        drafts = draft_sites(files, templates, self.problems, closed=self._closed)
        nodes = [node for file in files for node in file.nodes]
        check_nodes(nodes, self.problems)
        check_sites(drafts, self.problems)
        if self._closed:
            check_known_nodes(drafts, nodes, self.problems)
        return drafts, nodes, self._windows(files)

    def _windows(self, files: list[SiteFile]) -> list[Window]:
        written = [window for file in files for window in file.maintenance]
        site_trees = [site for file in files for site in file.sites]
        node_trees = [node for file in files for node in file.nodes]
        check_windows(written, site_trees, node_trees, self.problems, closed=self._closed)
        known = [(_validate(MaintenanceWindow, tree, self.problems), tree) for tree in written]
        return [(window, tree) for window, tree in known if window is not None]

    def _sites(self, drafts: list[DraftSite]) -> list[Site]:
        """Validate drafts, using them up: what was read makes room for what comes of it."""
        known = {} if self._previous is None else self._previous.sites_by_id
        sites: list[Site] = []
        drafts.reverse()
        while drafts:
            draft = drafts.pop()
            site = _validate(Site, draft.merged, draft.reporter, partial=not draft.whole)
            if site is not None:
                sites.append(self._lasting(site, known.get(site.id)))
        return sites

    def _lasting(self, fresh: AnyModel, held: AnyModel | None) -> AnyModel:
        """Return what the previous fleet holds already where it is equal."""
        return held if held is not None and held == fresh else self._interning.of(fresh)


def _validate(
    model: type[AnyModel], tree: Mapping, reporter: Reporter, *, partial: bool = False
) -> AnyModel | None:
    """Return the validated value, or None with its faults told."""
    try:
        return model.model_validate(plain(tree), context=WRITTEN)
    except ValidationError as error:
        explain(error, tree, model, reporter, partial=partial)
        return None
