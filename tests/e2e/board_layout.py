"""Whether a page is laid out well: nothing beyond the window, nothing over something else."""

from playwright.async_api import Page

_WORDS = (
    "a, button, input, select, summary, progress, h1, h2, h3, dt, dd, th, td, p, li, label, pre"
)
_OVERLAPS = """(words) => {
  const seen = [...document.querySelectorAll(words)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest('.visually-hidden, .skip'));
  const boxes = new Map(seen.map((one) => [one, [...one.getClientRects()]]));
  const onTop = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const name = (one) => `${one.localName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
  const found = [];
  seen.forEach((one, place) => {
    for (const other of seen.slice(place + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      if (boxes.get(one).some((a) => boxes.get(other).some((b) => onTop(a, b))))
        found.push(`${name(one)} and ${name(other)}`);
    }
  });
  return found;
}"""
_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > room && !one.closest('.wide *'))
    .map((one) => `${one.localName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}"""


async def overlaps(page: Page) -> list[str]:
    """Return every two pieces of text or controls of which one lies over the other."""
    found: list[str] = await page.evaluate(_OVERLAPS, _WORDS)
    return found


async def too_wide(page: Page) -> list[str]:
    """Return what makes the window scroll sideways; tables may scroll within their frame."""
    found: list[str] = await page.evaluate(_TOO_WIDE)
    return found
