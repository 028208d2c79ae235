// Chances that move to the true ones, rows of text that become sentences, heads that learn where to look.

import { paste, shaded } from "../../player/ink.js";
import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { named, outlined, write } from "../../player/plot.js";
import { percent } from "../../player/words.js";

const TEXT_LINE = 15; // pixels that a line of text takes at least
const WORD_WIDTH = 40; // and a word in a line of words

export class LanguagePanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    if (film.about.own) return;
    this.guessing = film.has("guesses", "sure");
    this.text = this.guessing
      ? this.sheet("square", "its guesses", "guesses")
      : this.sheet("square", "what it writes", "written");
    this.bars = this.guessing ? null : this.sheet("half", "what it foresees", "chances");
    this.heads = this.sheet("half", "where it looks", "looks");
    if (this.heads) this.most = Math.max(1e-9, ...film.get("looks").values);
  }

  get missing() {
    return this.film.about.own ? `Lines of your own text: ${this.film.about.own}` : super.missing;
  }

  draw(at, ink) {
    if (this.text && this.guessing) this.drawGuesses(at, ink);
    else if (this.text) this.drawWritten(at, ink);
    if (this.bars) this.drawBars(at, ink);
    if (this.heads) this.drawHeads(at, ink);
  }

  spoken(codes) {
    const said = Array.from(codes, (code) => this.film.about.words[code] ?? "?").slice(1);
    while (said.length > 1 && said.at(-1) === said.at(-2)) said.pop();
    return said.join(" ").replaceAll(" .", ".");
  }

  written(index) {
    const [, rows, length] = this.film.get("written").shape;
    const codes = this.film.row("written", index);
    return Array.from({ length: rows }, (_, i) => this.spoken(codes.slice(i * length, (i + 1) * length)));
  }

  drawWritten(at, ink) {
    const pen = this.text.clear();
    const lines = this.written(at.index).flatMap((line) => folded(pen, `“${line}”`, this.text.width - 16));
    paragraph(pen, this.text, lines, ink);
    named(pen, this.text, "what it writes", ink);
  }

  drawGuesses(at, ink) {
    const pen = this.text.clear();
    const { rows, words, hidden } = this.film.about;
    const guesses = this.film.row("guesses", at.index);
    const sure = this.film.row("sure", at.index);
    const lines = [];
    for (let i = 0; i < rows.length; i++) {
      for (const line of folded(pen, this.spoken(rows[i]), this.text.width - 16)) lines.push(line);
      const right = guesses[i] === hidden[i] ? "right" : `it was ${words[hidden[i]]}`;
      lines.push({ text: `${words[guesses[i]]} ${percent(sure[i])} (${right})`, colour: ink.colour });
    }
    paragraph(pen, this.text, lines, ink);
    named(pen, this.text, "which word is hidden", ink);
  }

  drawBars(at, ink) {
    const pen = this.bars.clear();
    const names = this.film.about.next.slice(0, Math.max(1, Math.floor((this.bars.height - 28) / TEXT_LINE)));
    const chances = this.film.between("chances", at);
    const truth = this.film.has("truth") ? this.film.get("truth").values : null;
    const top = Math.max(...this.film.get("chances").values, ...(truth ?? [0]));
    const left = Math.min(
      0.4 * this.bars.width,
      8 + Math.max(...names.map((it) => pen.measureText(it).width)),
    );
    const each = (this.bars.height - 28) / names.length;
    const wide = this.bars.width - left - 16;
    for (let k = 0; k < names.length; k++) {
      const y = 4 + k * each;
      write(pen, names[k], left, y + each / 2, {
        colour: ink.ink,
        align: "right",
        base: "middle",
        room: left - 4,
      });
      pen.fillStyle = ink.colour;
      pen.fillRect(left + 6, y + 0.15 * each, (wide * chances[k]) / top, 0.7 * each);
      if (!truth) continue;
      pen.fillStyle = ink.ink;
      pen.fillRect(left + 4.5 + (wide * truth[k]) / top, y + 0.05 * each, 3, 0.9 * each);
    }
    named(
      pen,
      this.bars,
      truth ? "chance of the next word; stroke: the true one" : "chance of the next word",
      ink,
    );
  }

  drawHeads(at, ink) {
    const pen = this.heads.clear();
    const [, heads, words] = this.film.get("looks").shape;
    const values = this.film.between("looks", at);
    const each = (this.heads.width - 16) / words;
    const top = each < WORD_WIDTH ? 6 : 20;
    const box = { x: 8, y: top, w: this.heads.width - 16, h: this.heads.height - 26 - top };
    paste(pen, shaded(values, words, heads, this.most, ink.colour), box);
    outlined(pen, box, ink);
    if (each >= WORD_WIDTH) {
      this.film.about.seen.forEach((word, i) => {
        write(pen, word, box.x + (i + 0.5) * each, 15, {
          colour: ink.muted,
          align: "center",
          room: each - 2,
        });
      });
    }
    named(pen, this.heads, "where each head looks, one a line", ink);
  }

  now(at) {
    if (this.film.about.own) return "";
    if (this.guessing) {
      const { hidden } = this.film.about;
      const guesses = this.film.row("guesses", at.index);
      const right = hidden.filter((word, i) => guesses[i] === word).length;
      return `It names ${right} of the ${hidden.length} hidden words.`;
    }
    return this.film.has("written") ? `It writes: “${this.written(at.index)[0]}”` : "";
  }

  caption() {
    if (this.film.about.own) return "";
    return this.guessing
      ? "Held-out rows with a hole (□); under each its guess. Squares: how much the last block takes from each word."
      : "Rows drawn word by word from what it foresees. Squares: how much each head takes from each word before.";
  }

  describe(at) {
    for (const sheet of this.sheets) sheet.say(this.now(at));
  }
}

// A line of text in as many lines as its width takes.
function folded(pen, text, room) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && pen.measureText(longer).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function paragraph(pen, sheet, lines, ink) {
  const room = Math.max(1, Math.floor((sheet.height - 28) / TEXT_LINE));
  const step = Math.min(20, (sheet.height - 28) / Math.min(lines.length, room));
  lines.slice(0, room).forEach((line, i) => {
    const { text, colour } = line.text === undefined ? { text: line, colour: ink.ink } : line;
    write(pen, text, 8, 2 + (i + 0.5) * step, { colour, base: "middle", room: sheet.width - 16 });
  });
}

PANELS.language = LanguagePanel;
