// The one clock: a place on a fixed list of ticks, each a share of every learner's own total.

const EARLY = 50;
const EVEN = 50;
const FIRST = 0.0005;
const WHOLE = 20000; // milliseconds from start to end at speed 1

function listed() {
  const found = new Set([0]);
  for (let i = 0; i < EARLY; i++) found.add(Number((FIRST ** (1 - i / (EARLY - 1))).toPrecision(4)));
  for (let i = 1; i <= EVEN; i++) found.add(i / EVEN);
  return [...found].sort((a, b) => a - b);
}

export const TICKS = listed();
export const LAST = TICKS.length - 1;

export function shareAt(place) {
  const low = Math.min(Math.floor(place), LAST);
  const high = Math.min(low + 1, LAST);
  return TICKS[low] + (TICKS[high] - TICKS[low]) * (place - low);
}

export function placeOf(share) {
  if (!(share > 0)) return 0;
  if (share >= 1) return LAST;
  let high = 1;
  while (TICKS[high] < share) high++;
  return high - 1 + (share - TICKS[high - 1]) / (TICKS[high] - TICKS[high - 1]);
}

export class Clock {
  constructor() {
    this.place = 0;
    this.playing = false;
    this.speed = 1;
    this.axis = "feedback";
    this.seed = null;
    this.learner = null; // the one that is shown large
    this.chosen = null; // those that play, where not all can
    this.heard = [];
  }

  get share() {
    return shareAt(this.place);
  }

  on(listener) {
    this.heard.push(listener);
  }

  tell() {
    for (const listener of this.heard) listener(this);
  }

  set(changes) {
    Object.assign(this, changes);
    this.tell();
  }

  go(place) {
    this.set({ place: Math.min(Math.max(place, 0), LAST), playing: false });
  }

  step(ticks) {
    const from = ticks > 0 ? Math.floor(this.place + 1e-6) : Math.ceil(this.place - 1e-6);
    this.go(from + ticks);
  }

  toggle() {
    const over = !this.playing && this.place >= LAST;
    this.set({ playing: !this.playing, place: over ? 0 : this.place });
  }

  advance(milliseconds) {
    const place = Math.min(this.place + (milliseconds * this.speed * LAST) / WHOLE, LAST);
    this.set({ place, playing: place < LAST });
  }
}
