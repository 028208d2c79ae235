// Components turning until the pictures come back, and the explained variance filling up.

import { pasteUp, shaded } from "../../player/ink.js";
import { drawImages, drawTable, largest } from "../../player/montage.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { dots, framed, named, outlined, write } from "../../player/plot.js";
import { percent } from "../../player/words.js";

export class PcaPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.parts = this.sheet("square", "the components", "components");
    const rows = film.has("rebuilt") ? "rebuilt" : film.has("points") ? "points" : "counts";
    const becomes = this.sheet("half", "what becomes of test rows", rows);
    this.pictures = rows === "rebuilt" ? becomes : null;
    this.plane = rows === "rebuilt" ? null : becomes;
    this.bars = this.sheet("half", "the explained variance", "explained");
  }

  draw(at, ink) {
    if (this.parts) this.drawParts(at, ink);
    if (this.pictures) this.drawPictures(at, ink);
    if (this.plane) this.drawPlane(at, ink);
    if (this.bars) this.drawBars(at, ink);
  }

  drawParts(at, ink) {
    const pen = this.parts.clear();
    const { shape, features } = this.film.about;
    const [, count, size] = this.film.get("components").shape;
    const values = this.film.between("components", at);
    if (!shape) {
      drawTable(pen, this.parts, values, count, size, ink);
      named(
        pen,
        this.parts,
        features.length === size ? `columns: ${features.join(", ")}` : "one row a component",
        ink,
      );
      return;
    }
    const place = { x: 4, y: 4, w: this.parts.width - 8, h: this.parts.height - 30 };
    const style = { size, shape, gap: [6, 6], high: 0.8 * largest(values), up: ink.colour, down: ink.other };
    drawImages(pen, values, place, style, (_, box) => outlined(pen, box, ink));
    named(pen, this.parts, `components 1 to ${count}`, ink);
  }

  drawPictures(at, ink) {
    const pen = this.pictures.clear();
    const { shape } = this.film.about;
    const originals = this.film.get("originals");
    const [count, size] = originals.shape;
    const high = largest(originals.values);
    const place = { x: 4, y: 4, w: this.pictures.width - 8, h: (this.pictures.height - 28) / 2 };
    const style = { size, shape, gap: [6, 3], high, columns: count, down: ink.other };
    const edge = (_, box) => outlined(pen, box, ink);
    drawImages(pen, originals.values, place, { ...style, up: ink.ink }, edge);
    const back = this.film.between("rebuilt", at);
    drawImages(pen, back, { ...place, y: place.y + place.h }, { ...style, up: ink.colour }, edge);
    named(pen, this.pictures, "test pictures and what comes back", ink);
  }

  drawPlane(at, ink) {
    const pen = this.plane.clear();
    const frame = framed(this.plane, this.film.about.ends);
    if (this.film.has("points")) {
      const labels = this.film.has("labels") ? this.film.get("labels").values : null;
      pen.save();
      pen.beginPath();
      pen.rect(frame.box.x, frame.box.y, frame.box.w, frame.box.h);
      pen.clip();
      dots(
        pen,
        frame,
        this.film.between("points", at),
        (i) => (labels ? ink.of(labels[i]) : ink.colour),
        3,
        ink.paper,
      );
      pen.restore();
    } else {
      const counts = this.film.row("counts", at.index);
      const side = Math.sqrt(counts.length);
      pasteUp(pen, shaded(counts, side, side, largest(counts), ink.colour), frame.box);
    }
    outlined(pen, frame.box, ink);
    named(pen, this.plane, "test rows on the learner's own 1st × 2nd component", ink);
  }

  drawBars(at, ink) {
    const pen = this.bars.clear();
    const explained = this.film.between("explained", at);
    const reference = this.film.has("reference") ? this.film.get("reference").values : null;
    const box = { x: 8, y: 6, w: this.bars.width - 16, h: this.bars.height - 30 };
    const all = this.film.get("explained").values;
    const high = Math.max(largest(all), reference ? largest(reference) : 0) * 1.05;
    const each = box.w / explained.length;
    explained.forEach((share, i) => {
      const tall = (box.h * Math.max(share, 0)) / high;
      pen.fillStyle = ink.colour;
      pen.globalAlpha = 0.8;
      pen.fillRect(box.x + i * each + 1.5, box.y + box.h - tall, each - 3, tall);
      if (!reference) return;
      const goal = box.y + box.h - (box.h * reference[i]) / high;
      pen.globalAlpha = 1;
      pen.fillStyle = ink.ink;
      pen.fillRect(box.x + i * each + 0.5, goal - 1, each - 1, 2);
    });
    pen.globalAlpha = 1;
    pen.fillStyle = ink.line;
    pen.fillRect(box.x, box.y + box.h, box.w, 1);
    const words = reference ? "variance each explains; lines: exact" : "variance each component explains";
    named(pen, this.bars, words, ink);
    write(pen, percent(this.sum(at)), box.x + box.w, box.y + 16, { colour: ink.ink, align: "right" });
  }

  sum(at) {
    return this.film.between("explained", at).reduce((total, share) => total + share, 0);
  }

  now(at) {
    if (!this.bars) return "";
    const count = this.film.get("explained").shape[1];
    return `${count} components keep ${percent(this.sum(at))} of the training variance.`;
  }

  caption() {
    return this.parts
      ? "Components: one colour where a weight is positive, the other where it is negative; the sign of a whole component means nothing."
      : "";
  }

  describe(at) {
    for (const sheet of this.sheets) {
      const what = {
        parts: "The components.",
        pictures: "Held-out pictures and their reconstructions.",
        plane: "Held-out rows on the first two components.",
        bars: "Variance explained by each component.",
      };
      const name = Object.keys(what).find((key) => this[key] === sheet);
      sheet.say(`${what[name]} ${this.now(at)}`);
    }
  }
}

PANELS.pca = PcaPanel;
