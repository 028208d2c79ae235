// Rows coming back, and the errors of normal and odd ones parting.

import { drawImages, largest } from "../../player/montage.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { framed, named, outlined } from "../../player/plot.js";
import { percent } from "../../player/words.js";

export class AutoencoderPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.pictures = film.has("rebuilt") ? this.sheet("square", "", "rebuilt") : null;
    this.errors = this.sheet("square", "the errors", "normal", "odd");
  }

  draw(at, ink) {
    if (this.pictures) this.drawPictures(at, ink);
    if (this.errors) this.drawErrors(at, ink);
  }

  drawPictures(at, ink) {
    const pen = this.pictures.clear();
    const originals = this.film.get("originals");
    const [count, size] = originals.shape;
    const half = count / 2;
    const back = this.film.between("rebuilt", at);
    const high = largest(originals.values);
    const tall = (this.pictures.height - 28) / 4;
    const rows = [
      [originals.values.slice(0, half * size), ink.ink],
      [back.slice(0, half * size), ink.of(0)],
      [originals.values.slice(half * size), ink.ink],
      [back.slice(half * size), ink.of(1)],
    ];
    rows.forEach(([values, up], k) => {
      const place = { x: 4, y: 4 + k * tall, w: this.pictures.width - 8, h: tall };
      const style = {
        size,
        shape: this.film.about.shape,
        gap: [6, 4],
        high,
        columns: half,
        up,
        down: ink.other,
      };
      drawImages(pen, values, place, style, (_, box) => outlined(pen, box, ink));
    });
    named(pen, this.pictures, `normal, below “${this.film.about.odd}”; each in and back`, ink);
  }

  drawErrors(at, ink) {
    const pen = this.errors.clear();
    const { wide } = this.film.about;
    const [normal, odd] = [this.film.between("normal", at), this.film.between("odd", at)];
    const frame = framed(this.errors, [0, wide, 0, 1.05 * Math.max(...normal, ...odd, 1e-9)]);
    const each = frame.box.w / normal.length;
    [normal, odd].forEach((shares, k) => {
      pen.globalAlpha = 0.6;
      pen.fillStyle = ink.of(k);
      for (let i = 0; i < shares.length; i++) {
        const y = frame.y(shares[i]);
        pen.fillRect(frame.box.x + i * each, y, Math.max(each - 0.5, 1), frame.box.y + frame.box.h - y);
      }
    });
    pen.globalAlpha = 1;
    const x = frame.x(this.film.between("limit", at)[0]);
    pen.strokeStyle = ink.ink;
    pen.lineWidth = 1.5;
    pen.setLineDash([5, 4]);
    pen.beginPath();
    pen.moveTo(x, frame.box.y);
    pen.lineTo(x, frame.box.y + frame.box.h);
    pen.stroke();
    pen.setLineDash([]);
    outlined(pen, frame.box, ink);
    named(pen, this.errors, "error, normal and odd rows", ink, [0, wide]);
  }

  now(at) {
    if (!this.film.has("caught")) return "";
    const share = percent(this.film.row("caught", at.index)[0]);
    return `${share} of the rows of “${this.film.about.odd}”, which it never met, pass the threshold.`;
  }

  caption() {
    return "Bars are shares of held-out rows by their error; the broken line is the error that one normal validation row in a hundred passes.";
  }

  describe(at) {
    this.pictures?.say(`Rows and what comes back of them. ${this.now(at)}`);
    this.errors?.say(`The errors of normal and odd rows. ${this.now(at)}`);
  }
}

PANELS.autoencoder = AutoencoderPanel;
