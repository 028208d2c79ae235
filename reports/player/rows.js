// Rows in the plane, each in the colour of its cluster; of a person's own data squares, darker for more rows.

import { pasteUp, shaded } from "./ink.js";
import { dots } from "./plot.js";

const SIZE = 3.4;
const DEEP = 1.6; // the fullest square is not the darkest that could be, or centres would not stand out

export function drawRows(pen, frame, film, at, ink) {
  if (film.has("points")) {
    const assigned = film.has("assigned") ? film.row("assigned", at.index) : null;
    const colour = (i) => (assigned ? ink.of(assigned[i]) : ink.muted);
    pen.globalAlpha = 0.75;
    dots(pen, frame, film.get("points").values, colour, SIZE, ink.paper);
  } else if (film.has("counts")) {
    const counts = film.get("counts").values;
    const side = Math.sqrt(counts.length);
    pasteUp(pen, shaded(counts, side, side, DEEP * Math.max(...counts), ink.muted), frame.box);
  }
}
