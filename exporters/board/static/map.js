// The map: zoom by wheel, buttons or keys, pan by dragging; a dot leads to its site.

import "./page.js";

const LEAST_WIDTH = 20;
const STEP = 0.15;
const map = () => document.getElementById("map");
let whole = null; // x, y, width, height of all of it
let view = null;
let dragged = null;

function begin() {
  const box = map().viewBox.baseVal;
  whole ??= [box.x, box.y, box.width, box.height];
  view ??= [...whole];
  show();
  document.querySelector(".map-controls").hidden = false;
  map().addEventListener("wheel", onWheel, { passive: false });
  map().addEventListener("pointerdown", onDown);
  map().addEventListener("pointermove", onMove);
  map().addEventListener("pointerup", onUp);
  map().addEventListener("pointercancel", () => (dragged = null));
}

function show() {
  map().setAttribute("viewBox", view.join(" "));
  const scale = view[2] / Number(map().dataset.country); // dots keep their size on the screen as we come nearer
  for (const shape of map().querySelectorAll("defs > *")) {
    shape.setAttribute("transform", `scale(${Math.max(0.25, Math.sqrt(scale))})`);
  }
}

/** Zoom around a place given as shares of the picture, 0 to 1. */
function zoom(factor, atX = 0.5, atY = 0.5) {
  const width = Math.min(whole[2], Math.max(LEAST_WIDTH, view[2] * factor));
  const height = (width * whole[3]) / whole[2];
  view = [view[0] + (view[2] - width) * atX, view[1] + (view[3] - height) * atY, width, height];
  keepInside();
  show();
}

function keepInside() {
  for (const axis of [0, 1]) {
    const most = whole[axis] + whole[axis + 2] - view[axis + 2];
    view[axis] = Math.min(Math.max(view[axis], whole[axis]), most);
  }
}

function move(shareX, shareY) {
  view[0] += view[2] * shareX;
  view[1] += view[3] * shareY;
  keepInside();
  show();
}

function onWheel(event) {
  event.preventDefault();
  const place = map().getBoundingClientRect();
  const [x, y] = [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height];
  zoom(event.deltaY > 0 ? 1 + STEP : 1 / (1 + STEP), x, y);
}

function onDown(event) {
  dragged = { x: event.clientX, y: event.clientY, far: 0, on: event.target };
  map().setPointerCapture(event.pointerId);
}

function onMove(event) {
  if (!dragged) return;
  const place = map().getBoundingClientRect();
  const [dx, dy] = [dragged.x - event.clientX, dragged.y - event.clientY];
  dragged = { ...dragged, x: event.clientX, y: event.clientY, far: dragged.far + Math.abs(dx) + Math.abs(dy) };
  move(dx / place.width, dy / place.height);
}

function onUp() {
  const site = dragged && dragged.far < 5 ? dragged.on.closest("[data-site]") : null;
  dragged = null;
  if (site) location.href = `${document.body.dataset.root}sites/${encodeURIComponent(site.dataset.site)}`;
}

document.addEventListener("click", (event) => {
  const factor = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (factor === "all") zoom(Infinity);
  else if (factor) zoom(Number(factor));
});
document.addEventListener("guardia:refreshed", begin);
begin();
