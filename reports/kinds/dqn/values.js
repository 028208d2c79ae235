// What a Q-network believes: the value of the best action, and which action that is.

import { Layer, paste, pasteUp, shaded } from "../../player/ink.js";
import { framed, named, outlined, tag, write } from "../../player/plot.js";
import { number, percent } from "../../player/words.js";

export class Values {
  constructor(sheet, film) {
    this.film = film;
    this.name = film.has("best") ? "best" : "values";
    this.sheet = sheet;
    this.layer = new Layer(this.sheet);
    [this.low, this.high] = [Infinity, -Infinity];
    for (const value of film.get(this.name).values) {
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
    }
  }

  draw(at, ink, spot) {
    const pen = this.sheet.clear();
    this.layer.copy(pen, `${at.index} ${ink.paper}`, (own) => this.drawMoment(own, at, ink));
    if (spot) this.drawSpot(pen, spot, ink);
  }

  drawMoment(pen, at, ink) {
    const values = this.film.row(this.name, at.index);
    const [rows, columns] = this.film.get(this.name).shape.slice(1);
    const lifted = values.map((value) => value - this.low);
    const picture = shaded(lifted, columns, rows, (this.high - this.low) * 1.15, ink.colour);
    if (this.film.about.slice) this.drawSlice(pen, picture, at, ink);
    else this.drawStates(pen, picture, at, ink, rows, columns);
  }

  drawSlice(pen, picture, at, ink) {
    const { ends, pair, observation } = this.film.about;
    const frame = framed(this.sheet, ends);
    pasteUp(pen, picture, frame.box, true);
    this.drawBorders(pen, frame, at, ink);
    outlined(pen, frame.box, ink);
    const [across, up] = pair.map((v) => observation[v] ?? `variable ${v}`);
    named(pen, this.sheet, `${across} → ${up} ↑`, ink);
  }

  // Where the episode stands; at the edge if it has left the picture.
  drawSpot(pen, spot, ink) {
    const frame = framed(this.sheet, this.film.about.ends);
    const { box } = frame;
    const x = Math.min(Math.max(frame.x(spot[0]), box.x), box.x + box.w);
    const y = Math.min(Math.max(frame.y(spot[1]), box.y), box.y + box.h);
    for (const [size, colour] of [
      [8, ink.paper],
      [6, ink.ink],
    ]) {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.arc(x, y, size, 0, 7);
      pen.fill();
    }
  }

  drawBorders(pen, frame, at, ink) {
    const greedy = this.film.row("greedy", at.index);
    const [rows, columns] = this.film.get("greedy").shape.slice(1);
    const { box } = frame;
    const [w, h] = [box.w / columns, box.h / rows];
    const sums = new Map();
    pen.fillStyle = ink.ink;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const action = greedy[row * columns + column];
        const [n, x, y] = sums.get(action) ?? [0, 0, 0];
        const [left, base] = [box.x + column * w, box.y + box.h - row * h];
        sums.set(action, [n + 1, x + column, y + row]);
        if (column && greedy[row * columns + column - 1] !== action)
          pen.fillRect(left - 0.8, base - h, 1.6, h);
        if (row && greedy[(row - 1) * columns + column] !== action) pen.fillRect(left, base - 0.8, w, 1.6);
      }
    }
    for (const [action, [n, x, y]] of sums) {
      if (n < 0.06 * rows * columns) continue;
      const spot = inside(greedy, rows, columns, action, [x / n, y / n]);
      const name = this.film.about.actions[action] ?? String(action);
      tag(pen, name, box.x + (spot[0] + 0.5) * w, box.y + box.h - (spot[1] + 0.5) * h, ink);
    }
  }

  drawStates(pen, picture, at, ink, rows, columns) {
    const grid = this.film.about.grid;
    const box = { x: 8, y: 8, w: this.sheet.width - 16, h: this.sheet.height - 34 };
    if (grid) {
      const cell = Math.min(box.w / columns, box.h / rows);
      const [w, h] = [cell * columns, cell * rows];
      Object.assign(box, { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h });
    }
    paste(pen, picture, box);
    outlined(pen, box, ink);
    if (!grid) {
      const { actions } = this.film.about;
      for (let a = 0; a < rows; a++) {
        write(pen, actions[a] ?? String(a), box.x + 6, box.y + ((a + 0.5) * box.h) / rows, {
          colour: ink.ink,
          base: "middle",
        });
      }
      named(pen, this.sheet, "one column a state, one row an action: its value", ink);
      return;
    }
    const greedy = this.film.row("greedy", at.index);
    const style = { colour: ink.ink, align: "center", base: "middle" };
    const { arrows, ground = "" } = this.film.about;
    greedy.forEach((action, i) => {
      if (ground && ground[i] !== ".") return; // nobody acts there
      const [x, y] = [(i % columns) + 0.5, Math.floor(i / columns) + 0.5];
      write(pen, arrows[action] ?? "", box.x + (x * box.w) / columns, box.y + (y * box.h) / rows, style);
    });
    named(pen, this.sheet, "each state: best action and its value", ink);
  }

  caption() {
    if (!this.film.about.slice) return "";
    const rest = this.film.about.observation.length > 2 ? " with the other variables at their middle" : "";
    return `Right: a slice${rest}. Colour is the value of the best action, lines are where that changes, the dot is where the episode stands.`;
  }

  describe(at) {
    const values = this.film.row(this.name, at.index);
    let [most, sum] = [-Infinity, 0];
    for (const value of values) {
      most = Math.max(most, value);
      sum += value;
    }
    let text = `Action values: up to ${number(most, 3)}, ${number(sum / values.length, 3)} on average.`;
    if (this.film.has("greedy")) {
      const greedy = this.film.row("greedy", at.index);
      const first = greedy.filter((action) => action === 0).length / greedy.length;
      text += ` ${this.film.about.actions[0] ?? "The first action"} is best in ${percent(first)} of the picture.`;
    }
    this.sheet.say(text);
  }
}

// The place in an action's region nearest to its middle that has room around it.
function inside(greedy, rows, columns, action, [x, y]) {
  const own = (column, row) => greedy[row * columns + column] === action;
  const room = (column, row) =>
    [-3, 3].every((away) => own(column + away, row) && own(column, row + away)) &&
    column > 3 &&
    column < columns - 4;
  let [best, least] = [[x, y], Number.POSITIVE_INFINITY];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!own(column, row)) continue;
      const far = Math.hypot(column - x, row - y) + (room(column, row) ? 0 : columns);
      if (far < least) [best, least] = [[column, row], far];
    }
  }
  return best;
}
