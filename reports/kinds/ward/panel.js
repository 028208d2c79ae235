// Clusters becoming one, in the plane and in the tree of merges.

import { Layer } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { framed, named, outlined } from "../../player/plot.js";
import { drawRows } from "../../player/rows.js";
import { count } from "../../player/words.js";

export class WardPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.plane = this.sheet("square", "the plane", "walk");
    this.rows = this.plane && new Layer(this.plane);
    this.tree = this.sheet("square", "the merges", "merges");
  }

  // Merges that are still to come: one row or cluster is brought into another with every sample.
  left(at) {
    const { samples } = this.film.about;
    return samples[samples.length - 1] - samples[at.index];
  }

  draw(at, ink) {
    if (this.plane) this.drawPlane(at, ink);
    if (this.tree) this.drawTree(at, ink);
  }

  drawPlane(at, ink) {
    const { ends, axes } = this.film.about;
    const pen = this.plane.clear();
    const frame = framed(this.plane, ends);
    this.rows.copy(pen, `${at.index} ${ink.paper}`, (own) => drawRows(own, frame, this.film, at, ink));
    const spots = this.film.row("walk", at.index);
    pen.lineWidth = 3;
    pen.strokeStyle = ink.ink;
    for (let k = 0; k < spots.length / 2; k++) {
      const [x, y] = [frame.x(spots[2 * k]), frame.y(spots[2 * k + 1])];
      pen.beginPath();
      pen.moveTo(x - 5, y - 5);
      pen.lineTo(x + 5, y + 5);
      pen.moveTo(x + 5, y - 5);
      pen.lineTo(x - 5, y + 5);
      pen.stroke();
    }
    outlined(pen, frame.box, ink);
    named(pen, this.plane, axes, ink);
  }

  drawTree(at, ink) {
    const pen = this.tree.clear();
    const [many] = this.film.get("merges").shape;
    const values = this.film.get("merges").values;
    const tallest = Math.max(...Array.from({ length: many }, (_, k) => values[6 * k + 4]));
    const frame = framed(this.tree, [-1, many + 1, 0, 1.05 * tallest]);
    const done = many - this.left(at);
    for (let k = 0; k < many; k++) {
      const [x0, y0, x1, y1, high, cluster] = values.slice(6 * k, 6 * k + 6);
      const own = Math.round(cluster);
      pen.globalAlpha = k < done ? 1 : 0.15;
      pen.strokeStyle = own < 0 ? ink.muted : ink.of(own);
      pen.lineWidth = 1.8;
      pen.beginPath();
      pen.moveTo(frame.x(x0), frame.y(y0));
      pen.lineTo(frame.x(x0), frame.y(high));
      pen.lineTo(frame.x(x1), frame.y(high));
      pen.lineTo(frame.x(x1), frame.y(y1));
      pen.stroke();
    }
    pen.globalAlpha = 1;
    outlined(pen, frame.box, ink);
    named(pen, this.tree, `the last ${many} merges; distance ↑`, ink);
  }

  now(at) {
    const left = this.left(at) + 1;
    const cut = this.film.has("walk") ? this.film.row("walk", at.index).length / 2 : 1;
    if (left > cut) return `${count(left, "cluster")} left, rows that are alone among them.`;
    if (left === cut) return `${count(left, "cluster")} left.`;
    return `${count(left, "cluster")} left; drawn and judged are the ${cut} of before.`;
  }

  caption() {
    if (!this.plane) return "";
    const rows = this.film.has("points")
      ? "Dots are test rows in the colour of the nearest mean"
      : "Grey squares count test rows";
    return `${this.film.about.plane} ${rows}; crosses are the means of the largest clusters so far. Merges that are still to come are pale.`;
  }

  describe(at) {
    this.plane?.say(`Clusters in the plane. ${this.film.about.plane} ${this.now(at)}`);
    this.tree?.say(`The tree of the last merges. ${this.now(at)}`);
  }
}

PANELS.ward = WardPanel;
