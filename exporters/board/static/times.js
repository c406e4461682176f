// Durations that go on, and the viewer's own clock beside that of the site.

const TICK_MS = 1_000;
const UNITS = [[86_400, "d", 3_600, "h"], [3_600, "h", 60, "min"], [60, "min", 1, "s"]];

/** The two largest units, as the server writes them. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [size, unit, part, partUnit] = UNITS.find(([least]) => whole >= least);
  const small = Math.floor((whole % size) / part);
  const count = Math.floor(whole / size);
  return small ? `${count} ${unit} ${String(small).padStart(2, "0")} ${partUnit}` : `${count} ${unit}`;
}

/** Write the viewer's time beside times of sites in other zones. Once for each element. */
export function addViewersTime(root) {
  for (const time of root.querySelectorAll("time[data-local]:not([data-done])")) {
    time.dataset.done = "";
    const instant = new Date(time.dateTime);
    const here = instant.toLocaleTimeString("es-MX", { hour: "2-digit", minute: "2-digit", hour12: false });
    if (time.textContent.includes(offset(instant))) continue;
    const mine = document.createElement("span");
    mine.className = "viewer";
    mine.textContent = ` · ${here} ${document.body.dataset.here}`;
    time.append(mine);
  }
}

/** Let every duration on the page grow. */
export function tick() {
  setInterval(() => {
    for (const span of document.querySelectorAll("[data-since]")) {
      const text = duration((Date.now() - Date.parse(span.dataset.since)) / 1000);
      if (span.textContent !== text) span.textContent = text;
    }
  }, TICK_MS);
}

function offset(instant) {
  const minutes = -instant.getTimezoneOffset();
  if (minutes === 0) return "(UTC)";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `(UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""})`;
}
