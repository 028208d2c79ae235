// Several small pictures on one sheet, or vectors as the rows of a table.

import { paste, pixels, rgb, set, shaded } from "./ink.js";
import { outlined } from "./plot.js";

// Pictures of `shape` pixels, `size` values each, as large as `place` allows; `around(k, box)` follows each.
export function drawImages(pen, values, place, style, around) {
  const { size, shape, gap } = style;
  const count = values.length / size;
  const columns = style.columns ?? bestColumns(count, place, style);
  const side = sideOf(count, columns, place, style);
  const [wide, tall] = [(side * shape[1]) / shape[0], side];
  const left = place.x + (place.w - columns * (wide + gap[0])) / 2;
  const all = allOf(values, count, style);
  for (let k = 0; k < count; k++) {
    const box = {
      x: left + (k % columns) * (wide + gap[0]) + gap[0] / 2,
      y: place.y + Math.floor(k / columns) * (tall + gap[1]) + 2,
      w: wide,
      h: tall,
    };
    pen.imageSmoothingEnabled = true;
    pen.drawImage(all, 0, k * shape[0], shape[1], shape[0], box.x, box.y, box.w, box.h);
    around(k, box);
  }
}

// All pictures beneath each other, a pixel a value.
function allOf(values, count, { shape, size, high, up, down }) {
  const [above, below] = [rgb(up), rgb(down)];
  return pixels(shape[1], count * shape[0], (data, i) => {
    const value = values[Math.floor(i / (shape[0] * shape[1])) * size + (i % (shape[0] * shape[1]))];
    set(data, i, value < 0 ? below : above, Number.isFinite(value) ? (255 * Math.abs(value)) / high : 0);
  });
}

function sideOf(count, columns, place, { shape, gap }) {
  const wide = (place.w / columns - gap[0]) * (shape[0] / shape[1]);
  return Math.max(Math.min(wide, place.h / Math.ceil(count / columns) - gap[1]), 1);
}

// How many pictures to a row, so that they are as large as they can be.
function bestColumns(count, place, style) {
  let best = 1;
  for (let columns = 2; columns <= count; columns++) {
    if (sideOf(count, columns, place, style) > sideOf(count, best, place, style)) best = columns;
  }
  return best;
}

export function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most || 1;
}

// One row a vector, one column a feature; the other colour below zero.
export function drawTable(pen, sheet, values, rows, columns, ink) {
  const box = { x: 8, y: 8, w: sheet.width - 16, h: sheet.height - 34 };
  paste(pen, shaded(values, columns, rows, largest(values), ink.colour, ink.other), box);
  outlined(pen, box, ink);
}
