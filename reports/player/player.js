// The player: cards, clock and controls put together, and the loop that draws what has changed.

import { Card } from "./card.js";
import { Clock, placeOf } from "./clock.js";
import { Controls } from "./controls.js";
import { followAddress } from "./hash.js";
import { idOf, shortName, View } from "./view.js";

const SLOW = 20; // milliseconds between two frames
const LONGEST = 100; // a longer pause between two frames is not made up for

export function startPlayer() {
  const player = document.querySelector(".player");
  if (!player || typeof DecompressionStream === "undefined") return;
  player.hidden = false;
  new Player(player).open();
}

class Player {
  constructor(element) {
    this.element = element;
    this.clock = new Clock();
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.clock.calm = this.calm.matches;
    this.asked = false;
    this.before = 0;
    this.turn = 0;
    this.cards = [...element.querySelectorAll(".card")].map(
      (card) => new Card(card, this.clock, () => this.ask()),
    );
    const seeds = [...new Set(this.cards.flatMap((card) => card.about.seeds))].sort((a, b) => a - b);
    this.controls = new Controls(element, this.clock, seeds);
    this.view = new View(element, this.clock, this.cards);
  }

  open() {
    this.seed = this.clock.seed;
    this.clock.on(() => this.changed());
    const linked = followAddress(this.clock, placeOf, {
      find: (text) => idOf(text, this.cards),
      short: (id) => shortName(id, this.cards),
    });
    this.look();
    this.wire();
    this.controls.show();
    if (linked) this.element.closest("section").scrollIntoView({ behavior: "instant" });
  }

  // Cards are unpacked when they come near the screen, and drawn while they are on it.
  look() {
    const near = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const card = this.cards.find((one) => one.element === entry.target);
          card.near = entry.isIntersecting;
          if (card.near) card.open();
        }
        this.ask();
      },
      { rootMargin: "300px" },
    );
    for (const card of this.cards) near.observe(card.element);
    this.visible = false;
    const seen = new IntersectionObserver((entries) => {
      this.visible = entries.at(-1).isIntersecting;
    });
    seen.observe(this.element);
    this.controls.listenWhile(() => this.visible);
  }

  wire() {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => {
      for (const card of this.cards) card.fresh(true);
    });
    this.calm.addEventListener("change", () => {
      this.clock.calm = this.calm.matches;
    });
    const predict = this.controls.part("predict");
    const able = this.cards.filter((card) => card.cover);
    predict.hidden = !able.length;
    predict.addEventListener("click", () => {
      const on = predict.getAttribute("aria-pressed") !== "true";
      predict.setAttribute("aria-pressed", String(on));
      for (const { cover } of able) on ? cover.ask() : cover.clear();
      if (on) this.clock.go(0);
    });
  }

  changed() {
    this.view.show();
    if (this.clock.seed !== this.seed) {
      this.seed = this.clock.seed;
      for (const card of this.cards) if (card.tracks) card.change();
    }
    if (this.clock.share >= 1) for (const card of this.cards) card.cover?.reveal(false);
    this.ask();
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => this.frame(now));
  }

  frame(now) {
    this.asked = false;
    const gone = this.before ? Math.min(now - this.before, LONGEST) : 0;
    if (this.clock.playing) this.clock.advance(gone);
    const shown = this.cards.filter((card) => card.near);
    // A busy machine draws the pictures of every other card in every other frame.
    this.turn = (this.turn + 1) % 2;
    const busy = this.clock.playing && gone > SLOW;
    shown.forEach((card, i) => {
      card.frame(gone, !busy || (i + this.turn) % 2 === 0);
    });
    const moving = this.clock.playing || shown.some((card) => card.episode);
    this.before = moving ? now : 0;
    if (moving) this.ask();
    else {
      for (const card of shown) card.describe();
      this.view.tell(this.clock.seed);
    }
  }
}
