// The bar of the clock: buttons, slider, keys, and the three choices.

import { LAST, placeOf, shareAt } from "./clock.js";
import { MARKS, put, SHARES } from "./tracks.js";

export function inWords(place, axis) {
  if (place <= 0) return "the start";
  if (place >= LAST) return "the end";
  return `${Number((100 * shareAt(place)).toPrecision(3))}\u202f% ${SHARES[axis]}`;
}

function keyed(clock, key) {
  const acts = {
    " ": () => clock.toggle(),
    ArrowLeft: () => clock.step(-1),
    ArrowRight: () => clock.step(1),
    ArrowDown: () => clock.step(-1),
    ArrowUp: () => clock.step(1),
    Home: () => clock.go(0),
    End: () => clock.go(LAST),
  };
  return acts[key];
}

// Keys belong to the player while it is on the screen, unless something else has a use for them.
function taken(event) {
  const { target, key } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return true;
  if (!(target instanceof Element)) return false;
  if (
    target.closest(
      "select, textarea, [contenteditable], dialog, #term, .scroll, pre, input:not([type=range])",
    )
  )
    return true;
  return key === " " && Boolean(target.closest("button, a, summary"));
}

export class Controls {
  constructor(player, clock, seeds) {
    this.clock = clock;
    this.bar = player.querySelector(".bar");
    this.slider = this.part("slider");
    this.moment = this.part("moment");
    this.button = this.part("play");
    this.slider.max = String(LAST);
    this.fill(seeds);
    this.mark();
    this.wire();
    clock.on(() => this.show());
  }

  part(name) {
    return this.bar.querySelector(`[data-part="${name}"]`);
  }

  fill(seeds) {
    for (const seed of seeds) {
      const option = document.createElement("option");
      option.value = String(seed);
      option.textContent = `seed ${seed}`;
      this.part("seed").append(option);
    }
  }

  // What the slider's places are: it is finer where learners change most.
  mark() {
    for (const share of [0, ...MARKS.slice(1)]) {
      const tick = document.createElement("span");
      tick.className = "tick";
      tick.textContent = share ? `${100 * share}\u202f%` : "start";
      tick.style.left = `${(100 * placeOf(share)) / LAST}%`;
      this.part("marks").append(tick);
    }
  }

  wire() {
    const { clock } = this;
    const clicks = {
      start: () => clock.go(0),
      back: () => clock.step(-1),
      play: () => clock.toggle(),
      on: () => clock.step(1),
      end: () => clock.go(LAST),
    };
    for (const [name, act] of Object.entries(clicks)) this.part(name).addEventListener("click", act);
    this.slider.addEventListener("input", () => clock.go(Number(this.slider.value)));
    const chosen = (name, change) => {
      this.part(name).addEventListener("change", (event) => clock.set(change(event.target.value)));
    };
    chosen("speed", (value) => ({ speed: Number(value) }));
    chosen("axis", (value) => ({ axis: value }));
    chosen("seed", (value) => ({ seed: value === "" ? null : Number(value) }));
  }

  // In a frame of other slides their keys go on working until somebody has clicked here, and after Escape.
  listenWhile(visible) {
    const framed = window.parent !== window;
    let ours = !framed;
    document.addEventListener("pointerdown", () => {
      ours = true;
    });
    document.addEventListener("keydown", (event) => {
      if (framed && event.key === "Escape" && !event.defaultPrevented) {
        ours = false;
        document.activeElement?.blur();
        window.parent.focus();
        return;
      }
      const act = keyed(this.clock, event.key);
      if (!ours || !act || !visible() || taken(event)) return;
      event.preventDefault();
      act();
    });
  }

  show() {
    const { clock } = this;
    const words = inWords(clock.place, clock.axis);
    this.slider.value = String(clock.place);
    if (!clock.playing) this.slider.setAttribute("aria-valuetext", words);
    put(this.moment, words);
    this.button.setAttribute("aria-label", clock.playing ? "Pause" : "Play");
    this.button.classList.toggle("playing", clock.playing);
    this.part("speed").value = String(clock.speed);
    this.part("axis").value = clock.axis;
    const seed = this.part("seed");
    seed.value = clock.seed === null ? "" : String(clock.seed);
  }
}
