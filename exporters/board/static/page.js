// Every other page: it looks again when what it shows has changed.

import { showForms, takeOrders } from "./acknowledge.js";
import { copyOnRequest } from "./copy.js";
import { listen } from "./live.js";
import { refresher } from "./refresh.js";
import { addViewersTime, tick } from "./times.js";

const PAUSE_MS = 2_000;
const REGULARLY_MS = 30_000; // charge, runtime and the like drift without being news

const concerns = document.body.dataset.concerns;
const refresh = refresher(PAUSE_MS);

function hear(news, id) {
  if (!concerns) return;
  const isOurs = concerns === "*" || news.sites === null || news.sites.includes(concerns);
  if (isOurs && !document.hidden) refresh(id);
}

takeOrders();
showForms(document);
addViewersTime(document);
copyOnRequest();
tick();
listen(hear, () => refresh());
if (concerns) {
  setInterval(() => document.hidden || refresh(), REGULARLY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
