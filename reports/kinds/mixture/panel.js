// Clouds that move, turn and stretch until they share the points.

import { Layer } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { framed, named, outlined } from "../../player/plot.js";
import { drawRows } from "../../player/rows.js";
import { percent } from "../../player/words.js";

const TURN = 64;

export class MixturePanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.plane = this.sheet("square", "the plane", "walk", "clouds");
    this.rows = this.plane && new Layer(this.plane);
  }

  draw(at, ink) {
    if (!this.plane) return;
    const pen = this.plane.clear();
    const frame = framed(this.plane, this.film.about.ends);
    this.rows.copy(pen, `${at.index} ${ink.paper}`, (own) => drawRows(own, frame, this.film, at, ink));
    pen.save();
    pen.beginPath();
    pen.rect(frame.box.x, frame.box.y, frame.box.w, frame.box.h);
    pen.clip();
    const middles = this.film.between("walk", at);
    const clouds = this.film.between("clouds", at);
    for (let k = 0; k < middles.length / 2; k++) drawRing(pen, frame, k, middles, clouds, ink);
    pen.restore();
    outlined(pen, frame.box, ink);
    named(pen, this.plane, this.film.about.axes, ink);
  }

  now(at) {
    if (!this.film.has("shares")) return "";
    const shares = this.film.row("shares", at.index);
    return `Clouds hold ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} of the rows.`;
  }

  caption() {
    if (!this.plane) return "";
    const rows = this.film.has("points")
      ? "Dots are held-out rows in the colour of their likeliest cloud"
      : "Grey squares count held-out rows";
    return `${this.film.about.plane} ${rows}; a ring is two standard deviations of its cloud.`;
  }

  describe(at) {
    this.plane?.say(`Clouds in the plane. ${this.film.about.plane} ${this.now(at)}`);
  }
}

// By the Cholesky root of the cloud's covariance, which is there whichever way the cloud is turned.
function drawRing(pen, frame, k, middles, clouds, ink) {
  const [x, y] = [middles[2 * k], middles[2 * k + 1]];
  const [xx, xy, yy] = [clouds[3 * k], clouds[3 * k + 1], clouds[3 * k + 2]];
  const a = Math.sqrt(Math.max(xx, 1e-12));
  const b = xy / a;
  const c = Math.sqrt(Math.max(yy - b * b, 0));
  pen.beginPath();
  for (let i = 0; i <= TURN; i++) {
    const [cos, sin] = [Math.cos((2 * Math.PI * i) / TURN), Math.sin((2 * Math.PI * i) / TURN)];
    pen.lineTo(frame.x(x + 2 * a * cos), frame.y(y + 2 * (b * cos + c * sin)));
  }
  for (const [width, colour] of [
    [5, ink.paper],
    [2.5, ink.of(k)],
  ]) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}

PANELS.mixture = MixturePanel;
