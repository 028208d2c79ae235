// Errors drawing together as trees are added, and the questions that the trees ask.

import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { framed, named, outlined, write } from "../../player/plot.js";
import { number, percent } from "../../player/words.js";

const READ = 13; // pixels of a feature's name; of a small card those asked about most

export class BoostingPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.errors = this.sheet("square", "how far rows are off", "errors");
    this.asked = this.sheet("square", "what the trees ask about", "asked");
    if (this.errors) this.tallest = Math.max(1, ...film.get("errors").values);
    if (this.asked) this.most = Math.max(1e-9, ...film.get("asked").values);
  }

  draw(at, ink) {
    if (this.errors) this.drawErrors(at, ink);
    if (this.asked) this.drawAsked(at, ink);
  }

  drawErrors(at, ink) {
    const { ends, unit } = this.film.about;
    const pen = this.errors.clear();
    const counts = this.film.row("errors", at.index);
    const frame = framed(this.errors, [...ends, 0, this.tallest * 1.05]);
    const each = frame.box.w / counts.length;
    pen.fillStyle = ink.colour;
    pen.globalAlpha = 0.75;
    for (let i = 0; i < counts.length; i++) {
      const y = frame.y(counts[i]);
      pen.fillRect(frame.box.x + i * each + 0.5, y, Math.max(each - 1, 1), frame.box.y + frame.box.h - y);
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = ink.muted;
    pen.beginPath();
    pen.moveTo(frame.x(0), frame.box.y);
    pen.lineTo(frame.x(0), frame.box.y + frame.box.h);
    pen.stroke();
    outlined(pen, frame.box, ink);
    named(pen, this.errors, `predicted − true, ${unit}`, ink, ends);
  }

  drawAsked(at, ink) {
    const pen = this.asked.clear();
    const room = this.asked.height - 34;
    const features = this.film.about.features.slice(0, Math.max(1, Math.floor(room / READ)));
    const shares = this.film.between("asked", at);
    const tall = room / features.length;
    const wide = Math.min(
      0.42 * this.asked.width,
      12 + Math.max(...features.map((name) => pen.measureText(name).width)),
    );
    for (let j = 0; j < features.length; j++) {
      const y = 8 + j * tall;
      const long = (this.asked.width - wide - 60) * (shares[j] / this.most);
      write(pen, features[j], wide - 6, y + tall / 2, {
        colour: ink.ink,
        align: "right",
        base: "middle",
        room: wide - 8,
      });
      pen.fillStyle = ink.colour;
      pen.globalAlpha = 0.8;
      pen.fillRect(wide, y + 0.15 * tall, Math.max(long, 0), 0.7 * tall);
      pen.globalAlpha = 1;
      write(pen, percent(shares[j]), wide + Math.max(long, 0) + 5, y + tall / 2, {
        colour: ink.muted,
        base: "middle",
      });
    }
    named(pen, this.asked, "share of all questions so far", ink);
  }

  now(at) {
    if (!this.film.has("half")) return "";
    return `Half of the rows are within ${number(this.film.row("half", at.index)[0], 3)} of the truth.`;
  }

  caption() {
    return "Bars count held-out rows by how far they are off; the next tree is fitted to what the training rows still miss.";
  }

  describe(at) {
    this.errors?.say(`How far held-out rows are off. ${this.now(at)}`);
    this.asked?.say("Which features the trees so far ask about.");
  }
}

PANELS.boosting = BoostingPanel;
