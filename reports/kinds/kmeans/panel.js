// Centres walking to their clusters, and what the centres look like.

import { Layer } from "../../player/ink.js";
import { drawImages, drawTable, largest } from "../../player/montage.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { framed, named, outlined, write } from "../../player/plot.js";
import { drawRows } from "../../player/rows.js";
import { number, percent } from "../../player/words.js";

export class KmeansPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.plane = this.sheet("square", "the plane", "walk");
    this.rows = this.plane && new Layer(this.plane);
    this.looks = this.sheet("square", "the centres", "centres");
  }

  lanes() {
    if (!this.film.has("changed")) return [];
    return [
      { label: "changed cluster", values: this.film.get("changed").values, form: (value) => percent(value) },
    ];
  }

  draw(at, ink) {
    if (this.plane) this.drawPlane(at, ink);
    if (this.looks) this.drawLooks(at, ink);
  }

  drawPlane(at, ink) {
    const { ends, axes } = this.film.about;
    const pen = this.plane.clear();
    const frame = framed(this.plane, ends);
    this.rows.copy(pen, `${at.index} ${ink.paper}`, (own) => drawRows(own, frame, this.film, at, ink));
    this.drawWays(pen, frame, at, ink);
    outlined(pen, frame.box, ink);
    named(pen, this.plane, axes, ink);
  }

  drawWays(pen, frame, at, ink) {
    pen.save();
    pen.beginPath();
    pen.rect(frame.box.x, frame.box.y, frame.box.w, frame.box.h);
    pen.clip();
    const now = this.film.between("walk", at);
    for (let k = 0; k < now.length / 2; k++) this.drawWay(pen, frame, k, at, now, ink);
    for (let k = 0; k < now.length / 2; k++)
      drawCentre(pen, frame.x(now[2 * k]), frame.y(now[2 * k + 1]), ink);
    pen.restore();
  }

  drawWay(pen, frame, k, at, now, ink) {
    pen.beginPath();
    for (let m = 0; m <= at.index; m++) {
      const spot = this.film.row("walk", m);
      pen.lineTo(frame.x(spot[2 * k]), frame.y(spot[2 * k + 1]));
    }
    pen.lineTo(frame.x(now[2 * k]), frame.y(now[2 * k + 1]));
    pen.lineWidth = 1.8;
    pen.globalAlpha = 0.8;
    pen.strokeStyle = ink.ink;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  drawLooks(at, ink) {
    const pen = this.looks.clear();
    const { shape, features } = this.film.about;
    const centres = this.film.between("centres", at);
    const [, count, size] = this.film.get("centres").shape;
    if (!shape) {
      drawTable(pen, this.looks, centres, count, size, ink);
      named(
        pen,
        this.looks,
        features.length === size ? `columns: ${features.join(", ")}` : "one row a centre",
        ink,
      );
      return;
    }
    const sizes = this.film.has("sizes") ? this.film.row("sizes", at.index) : null;
    const place = { x: 4, y: 4, w: this.looks.width - 8, h: this.looks.height - 30 };
    const high = largest(this.film.get("centres").values);
    const style = { size, shape, gap: [10, 20], high, up: ink.ink, down: ink.other };
    drawImages(pen, centres, place, style, (k, box) => {
      pen.strokeStyle = ink.of(k);
      pen.lineWidth = 2.5;
      pen.strokeRect(box.x, box.y, box.w, box.h);
      const y = box.y + box.h + 15;
      if (sizes) write(pen, number(sizes[k]), box.x + box.w / 2, y, { colour: ink.muted, align: "center" });
    });
    named(pen, this.looks, sizes ? "each centre, and its test rows" : "each centre", ink);
  }

  now(at) {
    const parts = [];
    if (this.film.has("changed") && at.index > 0) {
      parts.push(`${percent(this.film.row("changed", at.index)[0])} of the rows changed cluster`);
    }
    if (this.film.has("sizes")) {
      const sizes = this.film.row("sizes", at.index);
      parts.push(`clusters hold ${number(Math.min(...sizes))} to ${number(Math.max(...sizes))} rows`);
    }
    const text = parts.join("; ");
    return text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "";
  }

  caption() {
    if (!this.plane) return "";
    const rows = this.film.has("points")
      ? "Dots are test rows in the colour of their cluster"
      : "Grey squares count test rows";
    return `${this.film.about.plane} ${rows}; lines are the ways of the centres. Who changed cluster did so since the recorded moment before.`;
  }

  describe(at) {
    this.plane?.say(`Centres in the plane, with the way they came. ${this.film.about.plane} ${this.now(at)}`);
    this.looks?.say(`The centres themselves. ${this.now(at)}`);
  }
}

function drawCentre(pen, x, y, ink) {
  for (const [width, colour] of [
    [7, ink.paper],
    [3.5, ink.ink],
  ]) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.moveTo(x - 6, y - 6);
    pen.lineTo(x + 6, y + 6);
    pen.moveTo(x + 6, y - 6);
    pen.lineTo(x - 6, y + 6);
    pen.stroke();
  }
}

PANELS.kmeans = KmeansPanel;
