"""The block of README that quotes docs/performance.md: its headline rows, word for word."""

import re

BEGIN, END = "<!-- performance -->", "<!-- /performance -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
_HEADLINE = re.compile(r"^\| \*\*(.+?)\*\* \|(.+)\|$", re.MULTILINE)


def quoting(readme: str, performance: str) -> str:
    """Return README with the block written anew.

    Raises:
        ValueError: README has no such block, or the report no headline.

    """
    rows = [f"| {name} |{cells}|" for name, cells in _HEADLINE.findall(performance)]
    if not rows or not _BLOCK.search(readme):
        raise ValueError(f"README needs {BEGIN} … {END}, and the report bold figures")
    head = ["| figure | measured | asked | verdict | stretch |", "|---|---|---|---|---|"]
    block = "\n".join([BEGIN, *head, *rows, END])
    return _BLOCK.sub(lambda _: block, readme)
