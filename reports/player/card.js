// One learner: its pictures, its lanes, and the words about this moment.

import { inksOf } from "./ink.js";
import { PANELS } from "./panels.js";
import { Cover } from "./predict.js";
import { openFilm } from "./reel.js";
import { locate, Timeline } from "./timeline.js";
import { put, Tracks } from "./tracks.js";
import { number, seconds } from "./words.js";

const READABLE = 100; // milliseconds that words stand while the clock runs

export class Card {
  constructor(element, clock, ask) {
    this.element = element;
    this.clock = clock;
    this.ask = ask;
    this.about = JSON.parse(this.text("about"));
    this.now = element.querySelector(".now");
    this.amount = element.querySelector(".amount");
    this.remark = element.querySelector(".remark");
    this.stage = element.querySelector(".stage");
    this.cover = this.about.question ? new Cover(element, this.about.question, this.about.label) : null;
    this.panel = null;
    this.films = new Map();
    this.shown = "";
    this.near = false;
    this.opening = null;
    this.running = false;
    this.told = 0;
  }

  text(name) {
    return this.element.querySelector(`script.${name}`).textContent;
  }

  get seed() {
    return this.clock.seed ?? this.about.median;
  }

  // The seed whose pictures can be shown.
  get pictured() {
    const { films, median } = this.about;
    return films.includes(this.seed) ? this.seed : films.includes(median) ? median : films[0];
  }

  // The panel, if this run holds anything that it can draw.
  get drawing() {
    return this.panel?.sheets.length ? this.panel : null;
  }

  open() {
    this.opening ??= this.unpack();
    return this.opening;
  }

  async unpack() {
    const [curves, timed] = await Promise.all([openFilm(this.text("curves")), openFilm(this.text("time"))]);
    this.timeline = new Timeline(curves, timed);
    const parent = this.element.querySelector(".tracks");
    this.tracks = new Tracks(parent, this.about, curves, this.clock, this.timeline);
    this.watch(this.tracks.sheets);
    await this.change();
  }

  // Puts the pictures of the chosen seed on the stage.
  async change() {
    const seed = this.pictured;
    if (seed !== undefined && !this.films.has(seed)) {
      this.films.set(seed, await openFilm(this.text(`film[data-seed="${seed}"]`)));
    }
    if (seed !== this.pictured || seed === this.filmed) return this.note();
    this.filmed = seed;
    const film = this.films.get(seed);
    const Panel = PANELS[this.about.view];
    this.stage.replaceChildren();
    this.panel = film && Panel ? new Panel(this.stage, film) : null;
    this.film = film;
    this.watch(this.panel?.sheets ?? []);
    this.tracks.own(this.panel?.lanes?.() ?? [], film?.about.samples ?? []);
    this.watch(this.tracks.sheets);
    this.button();
    const named = seed === this.about.median ? `Seed ${seed}, the median.` : `Seed ${seed}.`;
    put(this.element.querySelector(".caption"), this.drawing ? `${named} ${this.drawing.caption()}` : "");
    return this.note();
  }

  // Whether the chosen seed's pictures are not in this page.
  get elsewhere() {
    return Boolean(this.film) && this.about.seeds.includes(this.seed) && this.filmed !== this.seed;
  }

  note() {
    const lines = [];
    if (!this.film) lines.push("No pictures of what it learned were recorded in this run.");
    else if (this.panel?.missing) lines.push(this.panel.missing);
    else if (!this.panel) lines.push("This kind of learner has no moving picture yet.");
    if (this.clock.seed !== null && !this.about.seeds.includes(this.seed))
      lines.push(`This learner has no seed ${this.seed}.`);
    else if (this.elsewhere) {
      const median = this.filmed === this.about.median ? ", the median" : "";
      lines.push(
        `Pictures: seed ${this.filmed}${median}. To see those of seed ${this.seed}: ${this.about.redraw}`,
      );
    }
    put(this.remark, lines.join(" "));
    this.remark.hidden = !lines.length;
    this.remark.classList.toggle("other", this.elsewhere);
    this.shown = "";
    this.lined = "";
    this.ask();
  }

  // An agent's episode can be run by hand.
  button() {
    this.element.querySelector(".run")?.remove();
    if (!this.panel?.runs) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "run";
    button.textContent = "Run the episode";
    button.setAttribute("aria-pressed", String(this.running));
    button.addEventListener("click", () => {
      this.running = !this.running;
      if (this.running) this.panel.begin();
      button.setAttribute("aria-pressed", String(this.running));
      this.ask();
    });
    this.stage.after(button);
  }

  watch(sheets) {
    this.sizes ??= new ResizeObserver((entries) => {
      for (const { target } of entries) target.stale = true;
      this.fresh();
    });
    for (const sheet of sheets) {
      sheet.canvas.stale = true;
      this.sizes.observe(sheet.canvas);
    }
  }

  // Everything is to be drawn again: other sizes or other colours.
  fresh(colours = false) {
    this.shown = "";
    this.lined = "";
    if (colours) this.inks = null;
    this.ask();
  }

  fit(sheets) {
    for (const sheet of sheets) {
      if (!sheet.canvas.stale) continue;
      sheet.canvas.stale = false;
      sheet.fit();
    }
  }

  get episode() {
    const still = this.clock.playing && this.clock.calm;
    return Boolean(this.panel?.runs) && (this.running || (this.clock.playing && !still));
  }

  // One frame: `milliseconds` have gone by since the last; `pictures` is whether it is their turn.
  frame(milliseconds, pictures) {
    if (!this.tracks) return;
    const { clock } = this;
    const share = clock.share;
    const samples = this.timeline.samplesAt(share, clock.axis);
    const at = this.film ? locate(this.film.about.samples, samples, share) : null;
    this.inks ??= inksOf(this.element, this.about.classes);
    this.drawLanes();
    if (this.episode) this.panel.tick(milliseconds);
    if (pictures) this.drawPictures(at);
    this.tracks.move(clock.place);
    this.told += milliseconds;
    if (clock.playing && this.told < READABLE) return;
    this.told = 0;
    this.tracks.tell(samples, at);
    this.words(samples, at);
  }

  drawLanes() {
    const lined = `${this.clock.axis} ${this.clock.seed}`;
    if (lined === this.lined) return;
    this.fit(this.tracks.sheets);
    this.lined = lined;
    const row = this.about.seeds.indexOf(this.seed);
    this.tracks.draw(this.timeline, this.clock.axis, row, this.inks);
  }

  drawPictures(at) {
    if (!at || !this.drawing) return;
    const step = this.panel.runs ? Math.floor(this.panel.step) : 0;
    const shown = `${at.index} ${this.panel.switches ? "" : at.mix.toFixed(3)} ${step}`;
    if (shown === this.shown) return;
    this.fit(this.panel.sheets);
    this.panel.draw(at, this.inks, this.episode);
    this.shown = shown;
  }

  words(samples, at) {
    const { axis } = this.clock;
    const total = this.timeline.total(axis);
    const done = this.clock.share * total;
    const amounts = {
      feedback: () => [`${number(Math.round(samples))} of ${number(total)}`, " samples"],
      updates: () => [`${number(Math.round(done))} of ${number(total)}`, " updates"],
      seconds: () => [`${seconds(done)} of ${seconds(total)}`, ""],
    };
    amounts[axis]().forEach((text, i) => {
      put(this.amount.children[i], text);
    });
    const said = (at && this.drawing?.now(at)) || "";
    put(this.now, said && `${this.whose(at)}: ${said[0].toLowerCase()}${said.slice(1)}`);
    this.at = at;
    this.samples = samples;
  }

  // Whose picture this is; one that cannot lie between two records says when it was recorded.
  whose(at) {
    const seed = `Seed ${this.filmed}`;
    if (!this.panel.switches || at.index === 0) return seed;
    return `${seed} after ${number(this.film.about.samples[at.index])} samples`;
  }

  // Said once the clock rests, for those who cannot see the pictures.
  describe() {
    if (!this.tracks) return;
    this.tracks.describe(this.about.seeds.length, this.about.ends, this.samples);
    if (this.at) this.drawing?.describe(this.at);
  }
}
