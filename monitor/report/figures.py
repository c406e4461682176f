"""The figures of a report as SVG: drawn by rule, so that the same numbers give the same picture."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from xml.sax.saxutils import escape

from monitor.report.blame import Share

WIDTH = 720
_ROW, _LABEL, _VALUE = 18, 190, 90
_COLUMNS = 150
COLOURS: Mapping[Share, str] = MappingProxyType(
    {
        Share.CFE_POWER: "#d55e00",
        Share.CFE_INTERNET: "#0072b2",
        Share.OTHER_PROVIDER: "#56b4e9",
        Share.SITE: "#009e73",
        Share.UNKNOWN: "#999999",
    }
)
"""Okabe and Ito's, which those tell apart who do not see red or green."""


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """Return a bar for each label: a share of the full width, 0 to 1, and what is written there."""
    drawn = []
    room = WIDTH - _LABEL - _VALUE
    for place, (label, ratio, written) in enumerate(rows):
        top = place * _ROW
        width = _number(room * max(0.0, min(1.0, ratio)))
        drawn.append(
            f'<text x="{_LABEL - 6}" y="{top + 13}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{_LABEL}" y="{top + 3}" width="{width}" height="{_ROW - 6}" fill="#0072b2"/>'
            f'<text x="{_LABEL + room + 6}" y="{top + 13}">{escape(written)}</text>'
        )
    return _picture(title, len(rows) * _ROW, drawn)


def columns(
    title: str,
    days: Sequence[tuple[str, Mapping[Share, int]]],
    scale: str,
    names: Mapping[str, str],
) -> str:
    """Return a column for each day, of the shares one upon the other, and what the colours are.

    `scale` is what the highest column amounts to.
    """
    most = max((sum(shares.values()) for _, shares in days), default=0) or 1
    step = (WIDTH - 40) / max(1, len(days))
    drawn = [f'<text x="0" y="11">{escape(scale)}</text>']
    for place, (label, shares) in enumerate(days):
        top = float(_COLUMNS)
        left = _number(40 + place * step)
        for share, colour in COLOURS.items():
            height = (_COLUMNS - 16) * shares.get(share, 0) / most
            top -= height
            if height > 0:
                drawn.append(
                    f'<rect x="{left}" y="{_number(top)}" width="{_number(step * 0.8)}" '
                    f'height="{_number(height)}" fill="{colour}"><title>{escape(label)}</title>'
                    "</rect>"
                )
        if len(days) <= 31 or place % 7 == 0:
            drawn.append(f'<text x="{left}" y="{_COLUMNS + 13}">{escape(label[-2:])}</text>')
    drawn += _legend(_COLUMNS + 22, names)
    return _picture(title, _COLUMNS + 40, drawn)


def _legend(top: int, names: Mapping[str, str]) -> list[str]:
    step = WIDTH / len(COLOURS)
    return [
        f'<rect x="{_number(place * step)}" y="{top}" width="10" height="10" fill="{colour}"/>'
        f'<text x="{_number(place * step + 14)}" y="{top + 9}">{escape(names[share.value])}</text>'
        for place, (share, colour) in enumerate(COLOURS.items())
    ]


def _picture(title: str, height: int, drawn: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
