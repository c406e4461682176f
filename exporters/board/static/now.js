// The page "Now": incidents come, change and go as Guardia tells them.

import { showForms, takeOrders } from "./acknowledge.js";
import { listen } from "./live.js";
import { refresher } from "./refresh.js";
import { addViewersTime, tick } from "./times.js";

const PAUSE_MS = 1_000;
const list = () => document.getElementById("incidents");

function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // of our own server, which has escaped it; no script in it can run
  return template.content.firstElementChild;
}

function placeIncident({ id, rank, html }) {
  const old = document.getElementById(`incident-${id}`);
  if (html === null) {
    if (old) announce(old.querySelector("h3").textContent, "✓");
    old?.remove();
    return;
  }
  const fresh = elementOf(html);
  if (old && Number(old.dataset.revision) > Number(fresh.dataset.revision)) return;
  if (old) keepWhatIsInHand(old, fresh);
  else announce(fresh.querySelector("h3").textContent, "");
  if (old && old.dataset.rank === rank) {
    const focused = old.contains(document.activeElement) ? pathOf(document.activeElement, old) : null;
    old.replaceWith(fresh);
    if (focused) fresh.querySelector(focused)?.focus({ preventScroll: true });
    return;
  }
  old?.remove();
  const next = [...list().children].find((one) => one.dataset.rank > rank);
  list().insertBefore(fresh, next ?? null);
}

/** Evidence that is unfolded stays so, and a name that is being written is not lost. */
function keepWhatIsInHand(old, fresh) {
  if (old.querySelector("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
  const [written, blank] = [old.querySelector("form.acknowledge"), fresh.querySelector("form.acknowledge")];
  if (written && blank) blank.replaceWith(written.cloneNode(true));
  const kept = fresh.querySelector("form.acknowledge");
  if (written && kept) for (const name of ["by", "token"]) kept.elements[name].value = written.elements[name].value;
}

function pathOf(element, root) {
  if (element.matches("input")) return `input[name="${element.name}"]`;
  if (element.matches("summary, button")) return element.localName;
  return root.contains(element) ? "h3 a" : null;
}

function announce(title, mark) {
  document.getElementById("announcer").textContent = `${mark} ${title}`.trim();
}

function apply(news) {
  for (const incident of news.incidents) placeIncident(incident);
  const blind = document.getElementById("blind");
  if (blind.innerHTML.trim() !== news.blind.trim()) blind.innerHTML = news.blind;
  document.getElementById("counts").replaceWith(elementOf(news.counts));
  const count = list().children.length;
  document.getElementById("open-count").textContent = count;
  document.getElementById("nothing").hidden = count > 0;
  showForms(document);
  addViewersTime(document);
}

takeOrders();
showForms(document);
addViewersTime(document);
tick();
const refresh = refresher(PAUSE_MS);
listen(apply, () => refresh());
