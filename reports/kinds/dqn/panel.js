// A greedy episode of this moment's policy, and what its actions are believed to be worth.

import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { named } from "../../player/plot.js";
import { count, number } from "../../player/words.js";
import { BODIES } from "./bodies.js";
import { drawTraces } from "./traces.js";
import { Values } from "./values.js";

const PACE = 40; // steps a second
const REST = 0.6; // seconds at an episode's end before it begins again

export class DqnPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.scene = this.sheet("square", "a greedy episode", "episode/0", "lasts");
    const missing = film.about.policy ? "" : "the action values";
    const table = this.sheet("square", missing, film.has("best") ? "best" : "values");
    this.values = table && new Values(table, film);
    this.index = -1;
    this.step = 0;
    this.rested = 0;
    this.runs = Boolean(this.scene);
    this.switches = true;
  }

  lasts(index) {
    return Math.max(this.film.row("lasts", index)[0], 1);
  }

  // The episode goes on by `milliseconds`; it begins again when the moment or its end is reached.
  tick(milliseconds) {
    const last = this.lasts(Math.max(this.index, 0)) - 1;
    if (this.step < last) this.step = Math.min(this.step + (PACE * milliseconds) / 1000, last);
    else this.rested += milliseconds / 1000;
    if (this.rested > REST) this.begin();
  }

  begin() {
    this.step = 0;
    this.rested = 0;
  }

  state(variable, step) {
    const { values, stride } = this.film.get(`episode/${variable}`);
    return values[Math.max(this.index, 0) * stride + step];
  }

  draw(at, ink, running) {
    if (this.index !== at.index) {
      this.index = at.index;
      this.begin();
      if (!running && this.scene) this.step = this.lasts(at.index) - 1;
    }
    const step = Math.floor(this.step);
    if (this.scene) this.drawScene(at, step, ink);
    this.values?.draw(at, ink, this.spot(step));
  }

  spot(step) {
    const { pair, variables } = this.film.about;
    if (!this.scene || !pair || pair.some((v) => v >= variables)) return null;
    const found = pair.map((v) => this.state(v, step));
    return found.every(Number.isFinite) ? found : null;
  }

  drawScene(at, step, ink) {
    const pen = this.scene.clear();
    const box = { x: 8, y: 8, w: this.scene.width - 16, h: this.scene.height - 44 };
    const lasts = this.lasts(at.index);
    const body = BODIES[this.film.about.film];
    const state = (variable, when) => this.state(variable, when);
    if (body) body(pen, box, state, step, ink, this.film.about);
    else drawTraces(pen, box, this.film, at.index, step, lasts, ink);
    const y = box.y + box.h + 6;
    const longest = this.film.get("episode/0").stride;
    pen.fillStyle = ink.line;
    pen.fillRect(box.x, y, box.w, 4);
    pen.fillStyle = ink.muted;
    pen.fillRect(box.x, y, (box.w * lasts) / longest, 4);
    pen.fillStyle = ink.colour;
    pen.fillRect(box.x, y, (box.w * (step + 1)) / longest, 4);
    const taken = this.film.has("taken") ? this.film.row("taken", at.index)[step] : Number.NaN;
    const action = Number.isFinite(taken) ? `: ${this.film.about.actions[taken] ?? taken}` : "";
    named(pen, this.scene, `step ${number(step + 1)} of ${number(lasts)}${action}`, ink);
  }

  // Quantised in the page: three digits of it are true.
  earned(index) {
    return Number(this.film.row("return", index)[0].toPrecision(3));
  }

  caption() {
    return this.values?.caption() ?? "";
  }

  now(at) {
    const parts = [];
    if (this.scene) parts.push(`lasts ${count(this.lasts(at.index), "step")}`);
    if (this.film.has("return")) parts.push(`earns ${number(this.earned(at.index), 3)}`);
    return parts.length ? `Its greedy episode ${parts.join(" and ")}.` : "";
  }

  describe(at) {
    this.scene?.say(`One greedy episode. ${this.now(at)}`);
    this.values?.describe(at);
  }
}

PANELS.dqn = DqnPanel;
