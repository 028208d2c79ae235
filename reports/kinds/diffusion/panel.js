// Points that are made of noise, better and better, and their way back from it.

import { pasteUp, shaded } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { dots, framed, named, outlined } from "../../player/plot.js";
import { percent } from "../../player/words.js";

export class DiffusionPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.plane = this.sheet("square", "the plane", "made");
    this.way = this.sheet("square", "the way back from noise", "stages");
  }

  draw(at, ink) {
    if (this.plane) this.drawPlane(at, ink);
    if (this.way) this.drawWay(at, ink);
  }

  drawPlane(at, ink) {
    const { ends, axes } = this.film.about;
    const pen = this.plane.clear();
    const frame = framed(this.plane, ends);
    pen.save();
    pen.beginPath();
    pen.rect(frame.box.x, frame.box.y, frame.box.w, frame.box.h);
    pen.clip();
    if (this.film.has("points")) {
      pen.globalAlpha = 0.5;
      dots(pen, frame, this.film.get("points").values, () => ink.muted, 2.6, ink.paper);
    } else if (this.film.has("counts")) {
      const counts = this.film.get("counts").values;
      const side = Math.sqrt(counts.length);
      pasteUp(pen, shaded(counts, side, side, 1.6 * Math.max(...counts), ink.muted), frame.box);
    }
    pen.globalAlpha = 0.85;
    dots(pen, frame, this.film.between("made", at), () => ink.colour, 3, ink.paper);
    pen.restore();
    outlined(pen, frame.box, ink);
    named(pen, this.plane, axes, ink);
  }

  // Six clouds in three columns: noise first, rows last.
  drawWay(at, ink) {
    const pen = this.way.clear();
    const [, stages, count] = this.film.get("stages").shape;
    const points = this.film.row("stages", at.index);
    const [x0, x1, y0, y1] = this.film.about.ends;
    const [wide, tall] = [(this.way.width - 8) / 3, (this.way.height - 30) / 2];
    for (let k = 0; k < stages; k++) {
      const box = {
        x: 4 + (k % 3) * wide + 2,
        y: 4 + Math.floor(k / 3) * tall + 2,
        w: wide - 4,
        h: tall - 4,
      };
      const frame = {
        box,
        x: (value) => box.x + (box.w * (value - 1.5 * x0 + x1 / 2)) / (2 * (x1 - x0)),
        y: (value) => box.y + box.h - (box.h * (value - 1.5 * y0 + y1 / 2)) / (2 * (y1 - y0)),
      };
      pen.globalAlpha = 0.8;
      dots(pen, frame, points.slice(2 * k * count, 2 * (k + 1) * count), () => ink.colour, 2.6, ink.paper);
      outlined(pen, box, ink);
    }
    named(pen, this.way, "steps back from noise: 0, 20, 35, 43, 47, 50", ink);
  }

  now(at) {
    if (!this.film.has("stray")) return "";
    const share = percent(this.film.row("stray", at.index)[0]);
    return `${share} of what it makes of noise lies apart from all held-out rows.`;
  }

  caption() {
    if (!this.plane) return "";
    const rows = this.film.has("points") ? "grey dots are held-out rows" : "grey squares count held-out rows";
    return `${this.film.about.plane} Coloured dots are made of noise, always of the same; ${rows}. Beside: the way from noise to what is made now.`;
  }

  describe(at) {
    this.plane?.say(`What is made of noise among held-out rows. ${this.film.about.plane} ${this.now(at)}`);
    this.way?.say("Six stages on the way from noise to rows.");
  }
}

PANELS.diffusion = DiffusionPanel;
