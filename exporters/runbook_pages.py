"""The runbooks of docs/runbooks, as people read them on a telephone: plain HTML, without a network.

They are written in the part of Markdown that `to_html` knows: headings, paragraphs, lists, tables,
**bold**, `code` and links. Anything else stays as it was typed.
"""

import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_ITEM = re.compile(r"( *)(?:(\d+)\.|-) (.*)")
_ROW = re.compile(r"\|(.*)\|$")
_RULE = re.compile(r"[|:\- ]+$")


def pages() -> dict[str, str]:
    """Return the Markdown of each runbook by its file name, such as `power.md`."""
    return {
        page.name: page.read_text(encoding="utf-8")
        for page in _folder().iterdir()
        if page.name.endswith(".md")
    }


def _folder() -> Traversable:
    """Return where they are: in the wheel beside us, in a checkout among the docs."""
    packed = files("exporters") / "runbooks"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "docs" / "runbooks"


def to_html(markdown: str) -> str:
    """Return the body of a page.

    >>> to_html("## Qué hacer\\n\\n1. Llame **ya**.")
    '<h2 id="qué-hacer">Qué hacer</h2>\\n<ol>\\n<li>Llame <strong>ya</strong>.</li>\\n</ol>\\n'
    """
    blocks = re.split(r"\n\s*\n", markdown.strip())
    return "".join(piece for block in blocks for piece in _block(block.split("\n")))


def _block(lines: list[str]) -> Iterator[str]:
    heading = re.fullmatch(r"(#{1,6}) (.+)", lines[0])
    if heading is not None:
        level, text = len(heading[1]), heading[2]
        yield f'<h{level} id="{_anchor(text)}">{_inline(text)}</h{level}>\n'
        lines = lines[1:]
    elif _ROW.match(lines[0]):
        yield from _table(lines)
        return
    prose = next((n for n, line in enumerate(lines) if _ITEM.match(line)), len(lines))
    if lines[:prose]:
        yield f"<p>{_inline(' '.join(lines[:prose]))}</p>\n"
    yield from _list(lines[prose:])


def _list(lines: list[str]) -> Iterator[str]:
    """Yield one list; what is indented below an item is a list or more words of it."""
    first = _ITEM.match(lines[0]) if lines else None
    if first is None:
        return
    depth, tag = len(first[1]), "ol" if first[2] else "ul"
    starts = [
        number
        for number, line in enumerate(lines)
        if (item := _ITEM.match(line)) is not None and len(item[1]) <= depth
    ]
    yield f"<{tag}>\n"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield f"<li>{''.join(_item(lines[start:end]))}</li>\n"
    yield f"</{tag}>\n"


def _item(lines: list[str]) -> Iterator[str]:
    words = lines[0].strip().partition(" ")[2]
    inner = next((n for n, line in enumerate(lines) if n and _ITEM.match(line)), len(lines))
    yield _inline(" ".join([words, *(line.strip() for line in lines[1:inner])]))
    if lines[inner:]:
        yield "\n"
        yield from _list(lines[inner:])


def _table(lines: list[str]) -> Iterator[str]:
    yield "<table>\n"
    for number, line in enumerate(lines):
        if _RULE.match(line):
            continue
        tag = "td" if number else "th"
        cells = (cell.strip() for cell in line.strip("|").split("|"))
        yield "<tr>" + "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells) + "</tr>\n"
    yield "</table>\n"


def _inline(text: str) -> str:
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if part.startswith("`") else _words(part)
        for part in parts
    )


def _words(text: str) -> str:
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>', marked)


def _anchor(heading: str) -> str:
    """Return what Markdown hosts make of a heading: `qué-hacer` of `¿Qué hacer?`."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
