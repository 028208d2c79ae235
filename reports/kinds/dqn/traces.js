// What the agent observed and what it did, step by step, for environments nobody has drawn a body for.

import { write } from "../../player/plot.js";

const DASHES = [[], [7, 3], [2, 2], [7, 3, 2, 3], [10, 3, 4, 3], [4, 2]];
const LINE = 17;

export function drawTraces(pen, box, film, index, step, lasts, ink) {
  const { variables } = film.about;
  const head = LINE * Math.ceil(variables / 2) + 4;
  const tall = (box.h - head) * 0.72;
  const end = Math.min(step, lasts - 1);
  const place = { ...box, y: box.y + head, h: tall };
  for (let v = 0; v < variables; v++) {
    drawName(pen, box, film, v, ink);
    drawLine(pen, place, film, v, index, end, ink);
  }
  if (!film.has("taken")) return;
  const top = place.y + tall + 8;
  drawActions(pen, { ...box, y: top, h: box.y + box.h - top }, film, index, end, ink);
}

function dashed(pen, v, ink) {
  pen.strokeStyle = ink.of(v);
  pen.lineWidth = 2;
  pen.setLineDash(DASHES[v]);
  pen.stroke();
  pen.setLineDash([]);
}

function drawName(pen, box, film, v, ink) {
  const x = box.x + (v % 2) * (box.w / 2);
  const y = box.y + 12 + LINE * Math.floor(v / 2);
  pen.beginPath();
  pen.moveTo(x, y - 4);
  pen.lineTo(x + 24, y - 4);
  dashed(pen, v, ink);
  const name = film.about.observation[v] ?? `variable ${v}`;
  write(pen, name, x + 30, y, { colour: ink.ink, room: box.w / 2 - 36 });
}

// Each variable has the whole height for what it ever was.
function drawLine(pen, place, film, v, index, end, ink) {
  const { values, stride } = film.get(`episode/${v}`);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const row = film.row(`episode/${v}`, index);
  pen.beginPath();
  for (let s = 0; s <= end; s++) {
    const x = place.x + (place.w * s) / Math.max(stride - 1, 1);
    pen.lineTo(x, place.y + place.h - (place.h * (row[s] - low)) / (high - low || 1));
  }
  dashed(pen, v, ink);
  if (end > 0) return;
  pen.beginPath(); // one step is a point
  pen.arc(place.x, place.y + place.h - (place.h * (row[0] - low)) / (high - low || 1), 3.5, 0, 7);
  pen.fillStyle = ink.of(v);
  pen.fill();
}

function drawActions(pen, place, film, index, end, ink) {
  const taken = film.row("taken", index);
  const each = place.h / Math.max(film.about.actions.length, 1);
  const wide = place.w / taken.length;
  pen.fillStyle = ink.ink;
  for (let s = 0; s <= end; s++) {
    pen.fillRect(place.x + wide * s, place.y + each * taken[s], Math.max(4, wide), Math.max(each - 1, 1));
  }
}
