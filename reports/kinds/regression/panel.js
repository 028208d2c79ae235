// Predictions moving to the diagonal, and how far off they are.

import { pasteUp, shaded } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { dots, framed, named, outlined } from "../../player/plot.js";
import { count, number } from "../../player/words.js";

const BARS = 21;

export class RegressionPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.scatter = this.sheet("square", "predictions of test rows", "half");
    this.errors = this.sheet("square", "", "half");
    if (!this.scatter) return;
    this.counted = film.has("counts");
    this.tallest = this.counted ? Math.max(...film.get("errors").values) : this.highest();
  }

  bars(predicted) {
    const found = new Array(BARS).fill(0);
    const { wide } = this.film.about;
    const truth = this.film.get("true").values;
    for (let i = 0; i < truth.length; i++) {
      const place = Math.floor(((predicted[i] - truth[i] + wide) / (2 * wide)) * BARS);
      if (Number.isFinite(place)) found[Math.min(Math.max(place, 0), BARS - 1)]++;
    }
    return found;
  }

  highest() {
    const moments = this.film.about.samples.length;
    let most = 1;
    for (let m = 0; m < moments; m++) most = Math.max(most, ...this.bars(this.film.row("predicted", m)));
    return most;
  }

  draw(at, ink) {
    const predicted = this.counted ? null : this.film.between("predicted", at);
    this.drawScatter(predicted, at, ink);
    this.drawErrors(this.counted ? this.film.row("errors", at.index) : this.bars(predicted), ink);
  }

  drawScatter(predicted, at, ink) {
    const { ends } = this.film.about;
    const pen = this.scatter.clear();
    const frame = framed(this.scatter, [...ends, ...ends]);
    if (this.counted) {
      const counts = this.film.row("counts", at.index);
      const side = Math.sqrt(counts.length);
      pasteUp(pen, shaded(counts, side, side, Math.max(...counts), ink.colour), frame.box);
    } else {
      const truth = this.film.get("true").values;
      const points = new Float64Array(2 * truth.length);
      for (let i = 0; i < truth.length; i++) {
        points[2 * i] = truth[i];
        points[2 * i + 1] = Math.min(Math.max(predicted[i], ends[0]), ends[1]);
      }
      pen.globalAlpha = 0.7;
      dots(pen, frame, points, () => ink.colour, 4.5, ink.paper);
    }
    outlined(pen, frame.box, ink);
    pen.strokeStyle = ink.muted;
    pen.lineWidth = 1.5;
    pen.setLineDash([6, 4]);
    pen.beginPath();
    pen.moveTo(frame.x(ends[0]), frame.y(ends[0]));
    pen.lineTo(frame.x(ends[1]), frame.y(ends[1]));
    pen.stroke();
    named(pen, this.scatter, "true → predicted ↑", ink, ends);
  }

  drawErrors(bars, ink) {
    const { wide } = this.film.about;
    const pen = this.errors.clear();
    const frame = framed(this.errors, [-wide, wide, 0, this.tallest * 1.05]);
    const each = frame.box.w / bars.length;
    pen.fillStyle = ink.colour;
    pen.globalAlpha = 0.75;
    bars.forEach((n, i) => {
      const top = frame.y(n);
      pen.fillRect(frame.box.x + i * each + 1, top, each - 2, frame.box.y + frame.box.h - top);
    });
    outlined(pen, frame.box, ink);
    pen.strokeStyle = ink.ink;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(frame.x(0), frame.box.y);
    pen.lineTo(frame.x(0), frame.box.y + frame.box.h);
    pen.stroke();
    const most = bars.length - 1;
    named(pen, this.errors, "predicted − true", ink, [
      bars[0] ? `≤ ${number(-wide * (1 - 2 / BARS), 3)}` : -wide,
      bars[most] ? `≥ ${number(wide * (1 - 2 / BARS), 3)}` : wide,
    ]);
  }

  now(at) {
    const half = this.film.between("half", at)[0];
    return `Half of the predictions of ${this.film.about.unit} lie within ${number(half, 3)} of the truth.`;
  }

  caption() {
    const rows = count(this.film.about.rows, "test row");
    return this.counted
      ? `${rows}, counted in squares: these are a person's own data.`
      : `Each dot is one of ${rows}; on the dashed line it is right.`;
  }

  describe(at) {
    const rows = count(this.film.about.rows, "test row");
    this.scatter.say(`Predicted against true values of ${rows}. ${this.now(at)}`);
    this.errors.say(`How many of ${rows} lie how far off. ${this.now(at)}`);
  }
}

PANELS.regression = RegressionPanel;
