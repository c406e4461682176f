// Keeps a page level with Guardia: one stream of events, and a word when it is lost.

const SILENCE_MS = 40_000; // two signs of life and a half
const CHECK_MS = 5_000;

/** Listen to what changes. `onNews` gets each message and its id, `onStale` is called when some were missed. */
export function listen(onNews, onStale) {
  const place = new URL(`${document.body.dataset.root}events`, location.href);
  place.searchParams.set("lang", document.documentElement.lang);
  place.searchParams.set("seen", document.body.dataset.seen);
  let stream;
  let heardAt = Date.now();

  const heard = () => {
    heardAt = Date.now();
    show(true);
  };
  const connect = () => {
    stream = new EventSource(place);
    stream.addEventListener("open", heard);
    stream.addEventListener("error", () => show(false));
    stream.addEventListener("beat", heard);
    stream.addEventListener("news", (event) => {
      heard();
      place.searchParams.set("seen", event.lastEventId);
      onNews(JSON.parse(event.data), event.lastEventId);
    });
    stream.addEventListener("stale", () => {
      heard();
      onStale();
    });
  };
  // A browser gives up on a refusal, and does not notice a cable that is pulled.
  setInterval(() => {
    if (stream.readyState === EventSource.CLOSED || Date.now() - heardAt > SILENCE_MS) {
      show(false);
      stream.close();
      heardAt = Date.now();
      connect();
    }
  }, CHECK_MS);
  connect();
}

function show(isAlive) {
  const place = document.getElementById("connection");
  place.querySelector(".alive").hidden = !isAlive;
  place.querySelector(".lost").hidden = isAlive;
}
