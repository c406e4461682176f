// Few sounds, off until somebody turns them on, each heard once when it is chosen.
//
// Guardia is no medical alarm system. The alarm signals of IEC 60601-1-8 are bursts of pulses, each of one
// pitch with harmonics. These are single glides of a pure tone, a second and longer, without a pulse: nobody
// who knows the tones of a monitor or a pump can take them for one.

const GLIDES = {
  P1: [[0, 880], [0.7, 330], [1.4, 880]], // falls and rises
  P2: [[0, 330], [1.2, 520]], // rises
  lost: [[0, 300], [1.5, 140]], // sinks
};
const LOUDNESS = 0.25;
const SWELL_S = 0.15;
const APART_MS = 4_000; // a storm of incidents is one sound

const chosen = new Set();
const playedAt = new Map();
let context = null;

/** Let each box turn on the sound of its value; a browser wants a hand for the first one. */
export function offer(boxes) {
  for (const box of boxes) {
    box.checked = false; // browsers restore what was chosen: off is the rule
    box.addEventListener("change", () => {
      if (!box.checked) return void chosen.delete(box.value);
      chosen.add(box.value);
      context ??= new AudioContext();
      context.resume();
      playedAt.delete(box.value);
      play(box.value);
    });
  }
}

/** Play a sound, if it was chosen and was not heard just now. */
export function play(name) {
  if (!chosen.has(name) || Date.now() - (playedAt.get(name) ?? 0) < APART_MS) return;
  playedAt.set(name, Date.now());
  const [tone, gain, now] = [context.createOscillator(), context.createGain(), context.currentTime];
  const glide = GLIDES[name];
  const ends = now + glide.at(-1)[0];
  tone.frequency.setValueAtTime(glide[0][1], now);
  for (const [at, hertz] of glide.slice(1)) tone.frequency.exponentialRampToValueAtTime(hertz, now + at);
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(LOUDNESS, now + SWELL_S);
  gain.gain.setValueAtTime(LOUDNESS, ends - SWELL_S);
  gain.gain.linearRampToValueAtTime(0, ends);
  tone.connect(gain).connect(context.destination);
  tone.start(now);
  tone.stop(ends);
}
