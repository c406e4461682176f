// A page that is taller than the window, screen by screen: where each begins, so that nothing is cut in two.

const WHOLE = ".incident, tbody tr, .map, .tiles, h2";
const MOST = 100;
const GAP_PX = 8;
const AGAIN = 0.1; // of what is taller than a screen, so much is shown twice

/** Return how far down each screen begins, 0 first; `covered` pixels of all but the first are hidden. */
export function screensOf(stage, covered) {
  const ends = stage.getBoundingClientRect().bottom + scrollY;
  const farthest = document.documentElement.scrollHeight - innerHeight;
  const wholes = [...stage.querySelectorAll(WHOLE)].map((one) => one.getBoundingClientRect());
  const places = wholes.map(({ top, bottom }) => ({ top: top + scrollY, bottom: bottom + scrollY }));
  const starts = [0];
  for (let top = 0; top + innerHeight < ends - 1 && starts.length < MOST; ) {
    const cut = places.find(({ bottom }) => bottom > top + innerHeight + 1);
    const aligned = cut ? cut.top - covered - GAP_PX : 0;
    top = aligned > top ? aligned : top + (innerHeight - covered) * (1 - AGAIN);
    starts.push(Math.min(top, farthest));
  }
  return starts;
}

/** Return the number of the screen that is shown, from 0. */
export function screenAt(starts) {
  return Math.max(0, starts.findLastIndex((top) => top <= scrollY + 2));
}
