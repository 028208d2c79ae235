// The plane divided among the classes, and which class is taken for which.

import { pasteUp, pixels, rgb, set, shaded } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { dots, framed, named, outlined, tag, write } from "../../player/plot.js";
import { number, percent } from "../../player/words.js";

const WRITABLE = 12;

export class ClassificationPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.plane = this.sheet("square", "the decision surface", "surface", "sureness");
    this.table = this.sheet("square", "the confusion of classes", "confusion");
    this.switches = true; // nothing here may be guessed between two recorded moments
  }

  draw(at, ink) {
    if (this.plane) this.drawPlane(at, ink);
    if (this.table) this.drawTable(at, ink);
  }

  surface(index, ink) {
    const best = this.film.row("surface", index);
    const sure = this.film.row("sureness", index);
    const floor = 1 / Math.max(this.film.about.names.length, 2);
    const [rows, columns] = this.film.get("surface").shape.slice(1);
    return pixels(columns, rows, (data, i) => {
      const strength = Math.min(Math.max((sure[i] / 255 - floor) / (1 - floor), 0), 1);
      set(data, i, rgb(ink.of(best[i] || 0)), 255 * (0.1 + 0.55 * strength));
    });
  }

  drawPlane(at, ink) {
    const { ends, axes } = this.film.about;
    const pen = this.plane.clear();
    const frame = framed(this.plane, ends);
    pasteUp(pen, this.surface(at.index, ink), frame.box);
    if (this.film.has("points", "labels")) {
      const labels = this.film.get("labels").values;
      dots(pen, frame, this.film.get("points").values, (i) => ink.of(labels[i]), 3.4, ink.paper);
      this.names(pen, frame, labels, ink);
    } else if (this.film.has("counts")) {
      const counts = this.film.get("counts").values;
      const side = Math.sqrt(counts.length);
      pasteUp(pen, shaded(counts, side, side, 1.6 * Math.max(...counts), ink.ink), frame.box);
    }
    outlined(pen, frame.box, ink);
    named(pen, this.plane, axes, ink);
  }

  // Each class's name at the middle of its rows, so that colour is not needed.
  names(pen, frame, labels, ink) {
    const points = this.film.get("points").values;
    const sums = new Map();
    labels.forEach((label, i) => {
      const [n, x, y] = sums.get(label) ?? [0, 0, 0];
      sums.set(label, [n + 1, x + points[2 * i], y + points[2 * i + 1]]);
    });
    for (const [label, [n, x, y]] of sums)
      tag(pen, this.film.about.names[label], frame.x(x / n), frame.y(y / n), ink);
  }

  drawTable(at, ink) {
    const pen = this.table.clear();
    const counts = this.film.row("confusion", at.index);
    const size = Math.sqrt(counts.length);
    const { names } = this.film.about;
    const left = Math.min(
      Math.max(...names.map((name) => pen.measureText(name).width)) + 10,
      this.table.width / 3,
    );
    const side = Math.min(this.table.width - left - 10, this.table.height - 48);
    const box = { x: left + Math.max(0, (this.table.width - 2 * left - side) / 2), y: 8, w: side, h: side };
    const each = side / size;
    for (let row = 0; row < size; row++) {
      const line = counts.subarray(row * size, (row + 1) * size);
      const total = line.reduce((sum, n) => sum + n, 0) || 1;
      line.forEach((n, column) => {
        if (!(n > 0)) return;
        const [x, y] = [box.x + column * each, box.y + row * each];
        pen.globalAlpha = Math.min(1, 0.12 + 0.6 * (n / total));
        pen.fillStyle = row === column ? ink.colour : ink.other;
        pen.fillRect(x + 0.5, y + 0.5, each - 1, each - 1);
        pen.globalAlpha = 1;
        if (size > WRITABLE || each < 15) return;
        write(pen, number(n), x + each / 2, y + each / 2, {
          colour: ink.ink,
          align: "center",
          base: "middle",
        });
      });
      if (size <= 24 && each > 9) {
        const style = { colour: ink.muted, align: "right", base: "middle", room: box.x - 8 };
        write(pen, names[row] ?? String(row), box.x - 5, box.y + (row + 0.5) * each, style);
        const under = { colour: ink.muted, align: "center", base: "top", room: each - 1 };
        write(pen, names[row] ?? String(row), box.x + (row + 0.5) * each, box.y + side + 3, under);
      }
    }
    outlined(pen, box, ink);
    named(pen, this.table, "rows: true class, columns: taken for", ink);
  }

  right(index) {
    const counts = this.film.row("confusion", index);
    const size = Math.sqrt(counts.length);
    let [good, all] = [0, 0];
    counts.forEach((n, i) => {
      all += n;
      if (i % (size + 1) === 0) good += n;
    });
    return { good, all, share: good / (all || 1) };
  }

  now(at) {
    const parts = [];
    if (this.table) {
      const { good, all, share } = this.right(at.index);
      parts.push(`${number(good)} of ${number(all)} test rows right (${percent(share)})`);
    }
    if (this.plane) {
      const sure = this.film.row("sureness", at.index);
      const mean = sure.reduce((sum, value) => sum + value, 0) / sure.length / 255;
      parts.push(`${percent(mean)} sure over the plane`);
    }
    return parts.length ? `${parts.join("; ")}.` : "";
  }

  caption() {
    if (!this.plane) return "";
    const rows = this.film.has("points")
      ? "dots are test rows in the colour of their true class"
      : "grey squares count test rows";
    return `${this.film.about.plane} Colour is the class it answers there, strength how sure it is; ${rows}.`;
  }

  describe(at) {
    this.plane?.say(`Decision surface. ${this.film.about.plane} ${this.now(at)}`);
    this.table?.say(`Which class is taken for which. ${this.now(at)}`);
  }
}

PANELS.classification = ClassificationPanel;
