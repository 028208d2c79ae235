// A tree that asks one question more of everybody with every pass.

import { Panel } from "../../player/panel.js";
import { PANELS } from "../../player/panels.js";
import { named, write } from "../../player/plot.js";
import { count, percent } from "../../player/words.js";

export class TreePanel extends Panel {
  constructor(stage, film) {
    super(stage, film);
    this.tree = this.sheet("wide", "the tree", "level");
    this.nodes = new Map(film.about.nodes.map((node) => [node.number, node]));
  }

  level(at) {
    const level = this.film.row("level", at.index)[0];
    return Number.isFinite(level) ? level : -1;
  }

  place(node) {
    const { deepest } = this.film.about;
    return [
      12 + node.x * (this.tree.width - 24),
      16 + (node.level / Math.max(deepest, 1)) * (this.tree.height - 60),
    ];
  }

  draw(at, ink) {
    if (!this.tree) return;
    const pen = this.tree.clear();
    const shown = [...this.nodes.values()].filter((node) => node.level <= this.level(at));
    pen.strokeStyle = ink.muted;
    pen.lineWidth = 1.2;
    for (const node of shown) {
      if (node.above === null) continue;
      pen.beginPath();
      pen.moveTo(...this.place(this.nodes.get(node.above)));
      pen.lineTo(...this.place(node));
      pen.stroke();
    }
    const whole = this.nodes.get(0)?.rows ?? 1;
    for (const node of shown) this.drawNode(pen, node, whole, ink);
    named(pen, this.tree, "yes goes left; the larger a dot, the more rows", ink);
  }

  drawNode(pen, node, whole, ink) {
    const [x, y] = this.place(node);
    pen.beginPath();
    const small = Math.min(1, this.tree.height / 240);
    pen.arc(x, y, small * (4 + 9 * Math.sqrt(node.rows / whole)), 0, 7);
    pen.fillStyle = ink.paper;
    pen.fill();
    pen.globalAlpha = 0.25 + 0.75 * node.share;
    pen.fillStyle = ink.of(node.most);
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = ink.of(node.most);
    pen.lineWidth = 1.5;
    pen.stroke();
    if (small === 1 && node.level < 2 && node.question) {
      const room = (this.tree.width - 24) / 2 ** node.level;
      write(pen, node.question, Math.min(Math.max(x, room / 2), this.tree.width - room / 2), y + 27, {
        colour: ink.ink,
        align: "center",
        room: room - 8,
      });
    }
  }

  now(at) {
    const level = this.level(at);
    if (level < 0) return "Nothing has been asked yet.";
    const { deepest } = this.film.about;
    if (level > deepest) return `${count(level, "question")} deep; drawn are the first ${deepest}.`;
    const ends = [...this.nodes.values()].filter((node) => node.level === level);
    const pure = ends.filter((node) => node.share === 1).length;
    return `${count(level, "question")} deep; on this level ${count(ends.length, "node")}, ${pure} of one class only.`;
  }

  caption() {
    const root = this.nodes.get(0);
    return root
      ? `Colour is the commonest class (${root.class}: ${percent(root.share)} of the rows at the root), strong where the node is pure. Only the upper levels are drawn.`
      : "";
  }

  describe(at) {
    this.tree?.say(`The tree of questions. ${this.now(at)}`);
  }
}

PANELS.tree = TreePanel;
