"""Sites between file and Fleet: defaults, template and variables put in, not validated yet."""

from collections.abc import Iterable, Sequence

from config.merge import SINGULAR, merge_site
from config.problem import Problems, SiteProblems, quoted
from config.references import DraftSite
from config.sitefile import SiteFile, Template
from config.suggestion import fix_for
from config.tree import Entry, Mapping, Scalar, size
from config.tree import Sequence as Listed
from config.variable import substitute

LARGEST_FLEET = 5_000_000
"""Values out of templates: 64,000 sites with a template of 78. Stops templates from exploding."""


def gather_templates(files: Iterable[SiteFile], problems: Problems) -> dict[str, Template]:
    """Return the templates of all files by name."""
    known: dict[str, Template] = {}
    for file in files:
        for template in file.templates:
            first = known.setdefault(template.name, template)
            if first is not template:
                message = (
                    f"two templates have the name {quoted(template.name)} "
                    f"(the first at {first.place})"
                )
                problems.add(template.place, message, "give one of them another name")
    return known


def draft_sites(
    files: Sequence[SiteFile], templates: dict[str, Template], problems: Problems, *, closed: bool
) -> list[DraftSite]:
    """Return all sites merged. Unless `closed`, unknown templates may be in files not read."""
    if _is_too_large(files, templates, problems):
        return []
    return [
        _draft(site, file, templates, problems, closed=closed)
        for file in files
        for site in file.sites
    ]


def _is_too_large(
    files: Sequence[SiteFile], templates: dict[str, Template], problems: Problems
) -> bool:
    """Tell whether the sites would hold too many values that no file wrote out, and say so."""
    sizes = {name: size(template.body) for name, template in templates.items()}
    total = 0
    for file in files:
        common = size(file.defaults)
        for site in file.sites:
            asked = _asked_template(site, file)
            total += common + (sizes.get(asked.written, 0) if asked is not None else 0)
            if total > LARGEST_FLEET:
                message = f"templates make the fleet larger than {LARGEST_FLEET} values"
                problems.add(site.place, message, "make the templates smaller")
                return True
    return False


def _asked_template(site: Mapping, file: SiteFile) -> Scalar | None:
    """Return the name of a site's template: its own, else that of its file's defaults."""
    return (site if "template" in site.entries else file.defaults).text("template")


def _draft(
    site: Mapping,
    file: SiteFile,
    templates: dict[str, Template],
    problems: Problems,
    *,
    closed: bool,
) -> DraftSite:
    name = site.text("id")
    reporter = SiteProblems(problems, name.written if name is not None else "?", site)
    asked = _asked_template(site, file)
    template = templates.get(asked.written) if asked is not None else None
    if asked is not None and template is None and closed:
        fix = fix_for(asked.written, templates, "write it under `templates:` in an included file")
        problems.add(asked.place, f"unknown template {quoted(asked.written)}", fix)
    layers = [file.defaults, *([template.body] if template is not None else []), site]
    merged = substitute(merge_site(layers).without("template"), reporter)
    whole = merged.complete and (asked is None or template is not None)
    return DraftSite(site, merged, reporter, whole)


def as_site(layer: Mapping) -> Mapping:
    """Return defaults or a template in the shape of a site, for validation of what is there.

    What stands under `link` and its like becomes one more link.
    """
    entries = dict(layer.without(*SINGULAR, "vars", "template").entries)
    for singular, plural in SINGULAR.items():
        common = layer.entries.get(singular)
        if common is not None:
            parts = layer.get(plural)
            own = parts.items if isinstance(parts, Listed) else []
            joined = Listed([*own, common.value], common.value.place)
            entries[plural] = Entry(common.key, joined)
    return layer.having(entries)
