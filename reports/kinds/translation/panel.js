// Answers that become right, and a writer that learns where to look.

import { paste, shaded } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { named, outlined, write } from "../../player/plot.js";

const ANSWER_LINE = 17; // pixels that a line and its answer take at least
const SYMBOL = 13; // and a symbol beneath another

export class TranslationPanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    if (film.about.own) return;
    this.looks = this.sheet("square", "where it looks", "looks");
    if (this.looks) this.most = Math.max(1e-9, ...film.get("looks").values);
    this.text = this.sheet("half", "what it answers", "answered");
  }

  get missing() {
    return this.film.about.own ? `Your own lines: ${this.film.about.own}` : super.missing;
  }

  answers(index) {
    const [, rows, length] = this.film.get("answered").shape;
    const codes = Array.from(
      this.film.row("answered", index),
      (code) => this.film.about.symbols[code] ?? "?",
    );
    return Array.from({ length: rows }, (_, i) =>
      codes
        .slice(i * length, (i + 1) * length)
        .join("")
        .trimEnd(),
    );
  }

  draw(at, ink) {
    if (this.looks) this.drawLooks(at, ink);
    if (this.text) this.drawAnswers(at, ink);
  }

  drawLooks(at, ink) {
    const pen = this.looks.clear();
    const [, written, read] = this.film.get("looks").shape;
    const values = this.film.between("looks", at);
    const box = { x: 24, y: 22, w: this.looks.width - 32, h: this.looks.height - 48 };
    paste(pen, shaded(values, read, written, this.most, ink.colour), box);
    outlined(pen, box, ink);
    [...this.film.about.lines[0]].forEach((symbol, i) => {
      write(pen, symbol, box.x + ((i + 0.5) * box.w) / read, 15, { colour: ink.muted, align: "center" });
    });
    const symbols = box.h / written < SYMBOL ? [] : [...this.film.about.right[0]];
    symbols.forEach((symbol, i) => {
      const y = box.y + ((i + 0.5) * box.h) / written;
      write(pen, symbol, 16, y, { colour: ink.muted, align: "center", base: "middle" });
    });
    named(pen, this.looks, "read → written ↓", ink);
  }

  drawAnswers(at, ink) {
    const pen = this.text.clear();
    const { lines, right } = this.film.about;
    const fits = Math.max(1, Math.floor((this.text.height - 28) / ANSWER_LINE));
    this.answers(at.index)
      .slice(0, fits)
      .forEach((answer, i) => {
        const y = 2 + (i + 0.5) * ANSWER_LINE;
        write(pen, lines[i], 8, y, { colour: ink.ink, base: "middle", room: this.text.width / 2 - 12 });
        const colour = answer === right[i] ? ink.colour : ink.muted;
        write(pen, answer, this.text.width / 2, y, { colour, base: "middle", room: this.text.width / 2 - 8 });
      });
    named(pen, this.text, "lines and its answers", ink);
  }

  now(at) {
    if (!this.film.has("answered")) return "";
    const { right } = this.film.about;
    const good = this.answers(at.index).filter((answer, i) => answer === right[i]).length;
    return `It answers ${good} of these ${right.length} lines rightly.`;
  }

  caption() {
    return this.film.about.own
      ? ""
      : "Squares: how much the writer takes from each place as it writes the first answer.";
  }

  describe(at) {
    for (const sheet of this.sheets) sheet.say(this.now(at));
  }
}

PANELS.translation = TranslationPanel;
