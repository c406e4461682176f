"""Labels as the page spells them: escaped once, and shared by all series of one probe."""

from typing import NamedTuple


class Labels(NamedTuple):
    """Label names, and `site="hg-ensenada",component="link/cfe"`: what stands between braces."""

    names: tuple[str, ...]
    text: str


def labelled(names: tuple[str, ...], values: tuple[str, ...]) -> Labels:
    """Join names and values.

    Raises:
        ValueError: there are not as many of one as of the other.

    >>> labelled(("site", "name"), ("a", 'the "old" one')).text
    'site="a",name="the \\\\"old\\\\" one"'
    """
    pairs = [f'{name}="{escaped(value)}"' for name, value in zip(names, values, strict=True)]
    return Labels(names, ",".join(pairs))


def escaped(value: str) -> str:
    """Return a label value as both formats want it: backslash, newline and quote are escaped."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
