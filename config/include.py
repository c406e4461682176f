"""Which files `include:` means."""

import glob
from collections.abc import Iterator
from pathlib import Path

from config.problem import Problems, quoted
from config.tree import Broken, Scalar, Sequence, Value


def included_files(include: Value | None, main: Path, problems: Problems) -> list[Path]:
    """Return the files in the order of the patterns, each once, without the main file itself.

    Patterns are relative to the main file; `*`, `?`, `[…]` and `**` match files only. What
    matches nothing is told.
    """
    found: dict[Path, Path] = {}
    for pattern in include.items if isinstance(include, Sequence) else ():
        if not isinstance(pattern, Scalar) or isinstance(pattern, Broken):
            continue
        if isinstance(pattern.value, str) and pattern.value:
            for path in _matching(pattern, pattern.value, main, problems):
                found.setdefault(identity(path), path)
    found.pop(identity(main), None)
    return list(found.values())


def _matching(pattern: Scalar, text: str, main: Path, problems: Problems) -> Iterator[Path]:
    if "\0" in text:
        return  # validation refuses it
    has_magic = glob.has_magic(text)
    names = [text]
    if has_magic:  # Path.glob refuses absolute patterns
        names = sorted(glob.glob(text, root_dir=main.parent, recursive=True))  # noqa: PTH207
    paths = [main.parent / name for name in names]
    paths = [path for path in paths if not (has_magic and path.is_dir())]
    if not paths or (not has_magic and not _exists(paths[0])):
        said = "matches no file" if has_magic else "names no file"
        where = quoted(str(main.parent))
        fix = f"check the pattern; it starts from {where}"
        problems.add(pattern.place, f"{quoted(text)} {said}", fix)
        return
    yield from paths


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long, a loop of symbolic links, a directory closed to us
        return False


def identity(path: Path) -> Path:
    """Return what two names of the same file have in common."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path
