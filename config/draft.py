"""Sites between file and Fleet: defaults, template and variables put in, not validated yet."""

from collections.abc import Iterable

from config.merge import SINGULAR, merge_site
from config.problem import Problems, SiteProblems, quoted
from config.references import DraftSite
from config.sitefile import SiteFile, Template
from config.suggestion import fix_for
from config.tree import Entry, Mapping, Sequence, size
from config.variable import substitute

LARGEST_FLEET = 20_000_000
"""Values after merging: 64,000 sites with a template of 300. Stops a template from exploding."""


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
    files: Iterable[SiteFile], templates: dict[str, Template], problems: Problems, *, closed: bool
) -> list[DraftSite]:
    """Return all sites merged. Unless `closed`, unknown templates may be in files not read."""
    sizes = {name: size(template.body) for name, template in templates.items()}
    drafts: list[DraftSite] = []
    total = 0
    for file in files:
        common = size(file.defaults)
        for site in file.sites:
            draft, used = _draft(site, file, templates, problems, closed=closed)
            total += common + (sizes[used.name] if used is not None else 0)
            if total > LARGEST_FLEET:
                message = f"templates make the fleet larger than {LARGEST_FLEET} values"
                problems.add(site.place, message, "make the templates smaller")
                return drafts
            drafts.append(draft)
    return drafts


def _draft(
    site: Mapping,
    file: SiteFile,
    templates: dict[str, Template],
    problems: Problems,
    *,
    closed: bool,
) -> tuple[DraftSite, Template | None]:
    name = site.text("id")
    reporter = SiteProblems(problems, name.written if name is not None else "?", site)
    asking = site if "template" in site.entries else file.defaults
    asked = asking.text("template")
    template = templates.get(asked.written) if asked is not None else None
    if asked is not None and template is None and closed:
        fix = fix_for(asked.written, templates, "write it under `templates:` in an included file")
        problems.add(asked.place, f"unknown template {quoted(asked.written)}", fix)
    layers = [file.defaults, *([template.body] if template is not None else []), site]
    merged = substitute(merge_site(layers).without("template"), reporter)
    whole = merged.complete and (asked is None or template is not None)
    return DraftSite(site, merged, reporter, whole), template


def as_site(layer: Mapping) -> Mapping:
    """Return defaults or a template in the shape of a site, for validation of what is there.

    What stands under `link` and its like becomes one more link.
    """
    entries = dict(layer.without(*SINGULAR, "vars", "template").entries)
    for singular, plural in SINGULAR.items():
        common = layer.entries.get(singular)
        if common is not None:
            parts = layer.get(plural)
            own = parts.items if isinstance(parts, Sequence) else []
            joined = Sequence([*own, common.value], common.value.place)
            entries[plural] = Entry(common.key, joined)
    return layer.having(entries)
