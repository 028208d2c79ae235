// One curve over the clock's own axis: every seed thin, their middle with its interval, one seed strong.

import { LAST, placeOf } from "./clock.js";
import { Sheet } from "./ink.js";
import { range } from "./plot.js";
import { number } from "./words.js";

const NOUGHT = -4; // a value of zero on a logarithmic axis, see reports/reel/curves.py
const BASELINE = [2, 4];
const REFERENCE = [7, 4];

export class Lane {
  constructor(parent, curve, film) {
    this.sheet = new Sheet(parent, `lane ${curve.kind}`);
    this.curve = curve;
    this.film = film;
  }

  get x() {
    return this.film.get(`${this.curve.name}/x`).values;
  }

  // A share of the height as the number that stands there.
  value(height) {
    const { log, low, high } = this.curve;
    if (log && height < NOUGHT + 0.5) return 0;
    const found = low + height * (high - low);
    return log ? 10 ** found : found;
  }

  // The last record up to these samples; -1 before the first.
  recordAt(samples) {
    let found = -1;
    while (found + 1 < this.x.length && this.x[found + 1] <= samples * (1 + 1e-9) + 1e-9) found++;
    return found;
  }

  at(part, samples, row = 0) {
    const i = this.recordAt(samples);
    return i < 0 ? Number.NaN : this.value(this.film.row(`${this.curve.name}/${part}`, row)[i]);
  }

  middleAt(samples) {
    const i = this.recordAt(samples);
    return i < 0 ? Number.NaN : this.value(this.film.get(`${this.curve.name}/middle`).values[i]);
  }

  // Of one seed, or with no row of all of them.
  valueAt(samples, row) {
    return row < 0 ? this.middleAt(samples) : this.at("seeds", samples, row);
  }

  // In words: the seed's value, and the middle of all with its two ends.
  read(samples, row) {
    const i = this.recordAt(samples);
    if (i < 0) return "not recorded yet";
    const [low, middle, high] = ["low", "middle", "high"].map((part) =>
      this.value(this.film.get(`${this.curve.name}/${part}`).values[i]),
    );
    const several = this.film.get(`${this.curve.name}/seeds`).shape[0] > 1;
    const all = several ? `IQM ${number(middle, 3)} (${range(low, high)})` : number(middle, 3);
    return row < 0 || !several ? all : `${number(this.at("seeds", samples, row), 3)} this seed, ${all}`;
  }

  draw(timeline, axis, row, ink) {
    const pen = this.sheet.clear();
    const { width, height } = this.sheet;
    const places = Array.from(this.x, (samples) => (width * placeOf(timeline.shareOf(samples, axis))) / LAST);
    const up = (share) => 2 + (height - 4) * (1 - share);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.clip();
    this.drawLevels(pen, width, up, ink);
    this.drawBand(pen, places, up, ink);
    const name = `${this.curve.name}/seeds`;
    const seeds = this.film.get(name).shape[0];
    for (let r = 0; r < seeds; r++)
      if (r !== row) stroke(pen, places, this.film.row(name, r), up, ink.colour, 0.9, ink.faint);
    stroke(pen, places, this.film.get(`${this.curve.name}/middle`).values, up, ink.colour, 2.6, 1);
    if (row >= 0 && seeds > 1) stroke(pen, places, this.film.row(name, row), up, ink.ink, 1.4, 0.9);
    pen.restore();
  }

  drawLevels(pen, width, up, ink) {
    pen.strokeStyle = ink.muted;
    pen.lineWidth = 1.2;
    for (const [level, dash] of [
      [this.curve.baseline, BASELINE],
      [this.curve.reference, REFERENCE],
    ]) {
      if (level === null) continue;
      pen.setLineDash(dash);
      pen.beginPath();
      pen.moveTo(0, up(level));
      pen.lineTo(width, up(level));
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  drawBand(pen, places, up, ink) {
    const low = this.film.get(`${this.curve.name}/low`).values;
    const high = this.film.get(`${this.curve.name}/high`).values;
    const there = places.map((_, i) => i).filter((i) => Number.isFinite(low[i]) && Number.isFinite(high[i]));
    pen.beginPath();
    for (const i of there) pen.lineTo(places[i], up(high[i]));
    for (const i of there.reverse()) pen.lineTo(places[i], up(low[i]));
    pen.globalAlpha = 0.2;
    pen.fillStyle = ink.colour;
    pen.fill();
    pen.globalAlpha = 1;
  }
}

function stroke(pen, places, heights, up, colour, width, alpha) {
  pen.beginPath();
  let gap = true;
  for (let i = 0; i < places.length; i++) {
    if (!Number.isFinite(heights[i])) {
      gap = true;
      continue;
    }
    if (gap) pen.moveTo(places[i], up(heights[i]));
    else pen.lineTo(places[i], up(heights[i]));
    gap = false;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.globalAlpha = alpha;
  pen.lineJoin = "round";
  pen.stroke();
  pen.globalAlpha = 1;
}

// A panel's own quantity at its recorded moments, as bars.
export class MomentLane {
  constructor(parent, lane, samples) {
    this.sheet = new Sheet(parent, "lane strip own");
    this.lane = lane;
    this.samples = samples;
  }

  valueAt(at) {
    return this.lane.form(this.lane.values[at.index]);
  }

  draw(timeline, axis, ink) {
    const pen = this.sheet.clear();
    const { width, height } = this.sheet;
    const most = Math.max(...this.lane.values.filter(Number.isFinite), 1e-12);
    pen.fillStyle = ink.colour;
    this.samples.forEach((samples, m) => {
      const tall = ((height - 4) * (this.lane.values[m] || 0)) / most;
      pen.fillRect((width * placeOf(timeline.shareOf(samples, axis))) / LAST - 2, height - 2 - tall, 4, tall);
    });
  }
}
