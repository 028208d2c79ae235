// What the agent observed and what it did, step by step, for environments nobody has drawn a body for.

import { write } from "../plot.js";

const DASHES = [[], [7, 3], [2, 2], [7, 3, 2, 3], [10, 3, 4, 3], [4, 2]];

export function drawTraces(pen, box, film, index, step, lasts, ink) {
  const { variables, observation } = film.about;
  const tall = box.h * 0.74;
  const longest = film.get("episode/0").stride;
  const x = (s) => box.x + (box.w * s) / Math.max(longest - 1, 1);
  for (let v = 0; v < variables; v++) {
    const { values } = film.get(`episode/${v}`);
    const row = film.row(`episode/${v}`, index);
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    pen.beginPath();
    for (let s = 0; s <= Math.min(step, lasts - 1); s++) {
      pen.lineTo(x(s), box.y + tall - (tall * (row[s] - low)) / (high - low || 1));
    }
    pen.strokeStyle = ink.of(v);
    pen.lineWidth = 2;
    pen.setLineDash(DASHES[v]);
    pen.stroke();
    pen.setLineDash([]);
    const words = observation[v] ?? `variable ${v}`;
    write(pen, words, box.x + 4 + (v % 2) * (box.w / 2), box.y + 13 + Math.floor(v / 2) * 16, {
      colour: ink.of(v),
      room: box.w / 2 - 8,
    });
  }
  if (!film.has("taken")) return;
  const taken = film.row("taken", index);
  const most = Math.max(film.about.actions.length, 1);
  pen.fillStyle = ink.ink;
  for (let s = 0; s <= Math.min(step, lasts - 1); s++) {
    const high = box.h - tall - 10;
    pen.fillRect(
      x(s),
      box.y + tall + 10 + (high * taken[s]) / most,
      Math.max(1.5, box.w / longest),
      high / most - 1,
    );
  }
}
