// The wall display: shows pages in turn in one document, so that a full screen stays one.

import { listen } from "./live.js";
import { screenAt, screensOf } from "./screens.js";
import { offer, play } from "./sounds.js";
import { addViewersTime, tick } from "./times.js";

const HOLD_MS = 30_000; // after a key
const PAUSE_MS = 2_000;
const FADE_MS = 300;
const byId = (id) => document.getElementById(id);
const stage = byId("wall-stage");
const pages = stage.dataset.pages.split(" ");
const everyMs = Number(stage.dataset.every) * 1_000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

let place = 0;
let starts = [0]; // of the screens of the page that is shown
let screen = 0;
let isScrolledByHand = false;
let isTurning = !still.matches; // who wants no motion starts it by hand
let isPointedAt = false;
let heldUntil = 0;
let turnsAt = Date.now() + everyMs;
let asked = 0;

/** Look how many screens the page has now. */
function measure() {
  const controls = byId("wall-controls");
  const isSticky = getComputedStyle(controls).position === "sticky";
  starts = screensOf(stage, isSticky ? controls.offsetHeight : 0);
  if (isScrolledByHand) screen = screenAt(starts);
  screen = Math.min(screen, starts.length - 1);
  byId("wall-screen").textContent = starts.length > 1 ? `${screen + 1}/${starts.length}` : "";
}

function scroll(behavior = "instant") {
  isScrolledByHand = false;
  scrollTo({ top: starts[screen], behavior });
  measure();
}

/** Go on to the next screen, or back; then to the next page. */
function step(by, { fades = false } = {}) {
  measure();
  if (!(screen + by in starts)) return show(place + by, { fades, fromEnd: by < 0 });
  screen += by;
  turnsAt = Date.now() + everyMs;
  scroll(still.matches ? "instant" : "smooth");
}

/** Show a page; the latest that was asked for wins. */
async function show(next, { fades = false, keeps = false, fromEnd = false } = {}) {
  place = (next + pages.length) % pages.length;
  if (!keeps) turnsAt = Date.now() + everyMs;
  const number = ++asked;
  const page = await fetched(pages[place]);
  if (page === null || number !== asked) return;
  const main = page.getElementById("main");
  for (const one of main.querySelectorAll("form, h1, #announcer")) one.remove(); // a wall has no hands
  byId("wall-title").textContent = page.title.split(" · ")[0];
  if (stage.contains(document.activeElement) && keeps) return; // somebody is at it
  stage.replaceChildren(...main.childNodes);
  addViewersTime(stage);
  measure();
  if (!keeps) screen = fromEnd ? starts.length - 1 : 0;
  if (!keeps || (isTurning && !isHeld() && !isScrolledByHand)) scroll();
  if (fades && !still.matches) stage.animate([{ opacity: 0.2 }, { opacity: 1 }], FADE_MS);
}

async function fetched(path) {
  try {
    const answer = await fetch(path, { headers: { Accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // the stream says that the connection is lost
  }
}

const isHeld = () => isPointedAt || Date.now() < heldUntil;

function tellState() {
  const state = !isTurning ? "resting" : isHeld() ? "held" : "running";
  const words = byId("wall-state");
  if (words.textContent !== words.dataset[state]) words.textContent = words.dataset[state];
  const button = byId("wall-turn");
  button.textContent = isTurning ? button.dataset.running : button.dataset.resting;
}

function turn() {
  tellState();
  if (!isTurning || document.hidden) return;
  if (isHeld()) turnsAt = Math.max(turnsAt, Date.now() + 1_000);
  else if (Date.now() >= turnsAt) step(1, { fades: true });
}

let again = null;
/** Look again, at most every two seconds: news come in storms. */
function refresh() {
  again ??= setTimeout(() => {
    again = null;
    show(place, { keeps: true });
  }, PAUSE_MS);
}

const called = new Map(); // the highest priority at which an incident was told of

/** Note an incident of which people are told; sound if that is new, and bring a P1 on screen. */
function note(id, rank, told, { sounds = true } = {}) {
  const priority = rank.slice(0, 2);
  if (!told || (called.get(id) ?? "P9") <= priority) return;
  called.set(id, priority);
  if (!sounds) return;
  play(priority);
  if (priority === "P1" && isTurning && !isHeld()) place = screen = 0;
}

function hear(news) {
  for (const { id, rank, told, html } of news.incidents) {
    if (html === null) called.delete(id);
    else note(id, rank, told);
  }
  if (!document.hidden) refresh();
}

/** Note what is open, when we come and when some news were missed. */
async function lookThrough(how) {
  const page = await fetched("./");
  for (const { id, dataset } of page?.querySelectorAll(".incident") ?? []) {
    note(id.replace("incident-", ""), dataset.rank, "told" in dataset, how);
  }
}

function watchConnection() {
  const lost = document.querySelector("#connection .lost");
  let wasLost = false;
  new MutationObserver(() => {
    if (!lost.hidden && !wasLost) play("lost");
    wasLost = !lost.hidden;
  }).observe(lost, { attributeFilter: ["hidden"] });
}

byId("wall-turn").addEventListener("click", () => {
  isTurning = !isTurning;
  heldUntil = 0;
  turnsAt = Date.now() + everyMs;
  tellState();
});
byId("wall-back").addEventListener("click", () => step(-1));
byId("wall-next").addEventListener("click", () => step(1));
byId("wall-full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
byId("wall-full").hidden = !document.fullscreenEnabled;
document.addEventListener("fullscreenchange", () => document.body.classList.toggle("on-wall", Boolean(document.fullscreenElement)));
document.addEventListener("keydown", (event) => {
  const by = event.target.closest("input, button, a") ? undefined : { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) step(by);
  else isScrolledByHand = true;
  heldUntil = Date.now() + HOLD_MS;
  tellState();
});
for (const moved of ["wheel", "touchmove"]) {
  addEventListener(moved, () => {
    isScrolledByHand = true;
    heldUntil = Date.now() + HOLD_MS;
    tellState();
  }, { passive: true });
}
addEventListener("resize", measure);
stage.addEventListener("pointerenter", () => ((isPointedAt = true), tellState()));
stage.addEventListener("pointerleave", () => ((isPointedAt = false), tellState()));
stage.addEventListener("focusin", () => (heldUntil = Date.now() + HOLD_MS));

offer(document.querySelectorAll(".wall-sound"));
watchConnection();
tick();
show(0);
setInterval(turn, 1_000);
await lookThrough({ sounds: false });
listen(hear, () => lookThrough().then(refresh));
