"""The Markdown pages of the project: their links, their headings, and their code."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent
README = FOLDER / "README.md"
CLI = FOLDER / "docs" / "cli.md"
GUIDE = FOLDER / "docs" / "operators-guide.es.md"

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)


def pages() -> list[Path]:
    return sorted([*FOLDER.glob("*.md"), *(FOLDER / "docs").rglob("*.md")])


def prose(page: Path) -> str:
    """Return the page without its code, where `[a](b)` means nothing."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def headings(page: Path) -> list[str]:
    return _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Return the anchors that a Markdown host makes of the headings.

    Lower case, letters and digits of any language, hyphens for spaces: `¿Qué hacer?` becomes
    `qué-hacer`.
    """
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings(page))
    return {heading.replace(" ", "-") for heading in kept}


def code(page: Path, language: str) -> list[str]:
    """Return the fenced blocks in one language."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [body for _, name, body in found if name == language]


def quoted(page: Path) -> list[str]:
    """Return what stands between backticks in the prose of a page."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", page.read_text(encoding="utf-8")))


def sections(page: Path) -> dict[str, str]:
    """Return what stands under each heading of the second level."""
    parts = re.split(r"^## (.+?)\s*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(page: Path) -> list[list[str]]:
    """Return the command lines of the shell blocks, split at spaces, comments removed."""
    text = "\n".join(code(page, "sh")).replace("\\\n", " ")
    lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in text.splitlines())
    return [part.split() for line in lines for part in line.split("&&") if part.strip()]
