// Fetches the page again and takes its contents over, so that nobody has to reload.

import { showForms } from "./acknowledge.js";
import { addViewersTime } from "./times.js";

/**
 * Return a function that refreshes at most once in `pauseMs`. It may be told the id of news that the
 * page must hold: the server keeps pages for a moment, and one that is older is asked for again.
 */
export function refresher(pauseMs) {
  let timer = null;
  let again = false;
  let wanted = "";
  const run = async () => {
    again = false;
    const seen = await refresh();
    again ||= seen !== null && isBefore(seen, wanted);
    timer = setTimeout(() => {
      timer = null;
      if (again) ask();
    }, pauseMs);
  };
  const ask = (id = "") => {
    wanted = id || wanted;
    if (timer === null) {
      timer = 0;
      run();
    } else {
      again = true;
    }
  };
  return ask;
}

/** Tell whether a page was made before some news of the same life of the daemon. */
function isBefore(seen, wanted) {
  const [[life, number], [otherLife, otherNumber]] = [seen.split("-"), wanted.split("-")];
  return life === otherLife && Number(number) < Number(otherNumber);
}

/** Return where the new page stands; null if there is none. */
async function refresh() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return null; // the stream says that the connection is lost
  }
  if (!answer.ok && answer.status !== 404) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.body.dataset.seen = page.body.dataset.seen;
  takeOver(document.getElementById("main"), page.getElementById("main"));
  return page.body.dataset.seen;
}

/** Put new contents in place of old ones; what is open, focused or being written stays so. */
function takeOver(old, fresh) {
  const opened = [...old.querySelectorAll("details[open]")].map((one) => one.id).filter(Boolean);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  if (focused?.matches("input, select, textarea")) return; // somebody is writing: not now
  const path = focused && pathTo(focused, old);
  const { scrollX, scrollY } = window;
  old.replaceChildren(...fresh.childNodes);
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  showForms(old);
  addViewersTime(old);
  window.scrollTo(scrollX, scrollY);
  document.dispatchEvent(new Event("guardia:refreshed"));
  if (path) at(old, path)?.focus({ preventScroll: true });
}

function pathTo(element, root) {
  const path = [];
  for (let one = element; one !== root; one = one.parentElement) {
    path.unshift([...one.parentElement.children].indexOf(one));
  }
  return path;
}

function at(root, path) {
  return path.reduce((one, place) => one?.children[place], root);
}
