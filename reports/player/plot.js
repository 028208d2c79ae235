// A frame with two axes, and words in it.

import { number } from "./words.js";

export function write(pen, text, x, y, style = {}) {
  pen.fillStyle = style.colour;
  pen.textAlign = style.align ?? "left";
  pen.textBaseline = style.base ?? "alphabetic";
  if (style.room && pen.measureText(text).width > style.room) {
    const before = pen.font;
    pen.font = smaller(pen);
    let short = text;
    while (short.length > 2 && pen.measureText(`${short}…`).width > style.room) short = short.slice(0, -1);
    pen.fillText(pen.measureText(text).width > style.room ? `${short}…` : text, x, y);
    pen.font = before;
    return;
  }
  pen.fillText(text, x, y);
}

function smaller(pen) {
  return pen.font.replace("13px", "11.5px");
}

// Two lines in place of one: broken at the space that is nearest to the middle.
function broken(text) {
  const far = (at) => Math.abs(at - text.length / 2);
  const spaces = [...text.matchAll(/ /g)].map((space) => space.index).sort((a, b) => far(a) - far(b));
  return spaces.length ? [text.slice(0, spaces[0]), text.slice(spaces[0] + 1)] : [text];
}

// A word on a small sheet of paper.
export function tag(pen, text, x, y, ink) {
  const wide = pen.measureText(text).width + 8;
  pen.globalAlpha = 0.85;
  pen.fillStyle = ink.paper;
  pen.fillRect(x - wide / 2, y - 9, wide, 18);
  pen.globalAlpha = 1;
  write(pen, text, x, y + 0.5, { colour: ink.ink, align: "center", base: "middle" });
}

// The part of a sheet inside its axes, and how values become places in it.
export function framed(sheet, ends, square = false) {
  const box = { x: 8, y: 8, w: sheet.width - 16, h: sheet.height - 8 - 26 };
  if (square) {
    const side = Math.min(box.w, box.h);
    box.x += (box.w - side) / 2;
    Object.assign(box, { w: side, h: side });
  }
  const [x0, x1, y0, y1] = ends;
  return {
    box,
    x: (value) => box.x + (box.w * (value - x0)) / (x1 - x0 || 1),
    y: (value) => box.y + box.h - (box.h * (value - y0)) / (y1 - y0 || 1),
  };
}

export function outlined(pen, box, ink) {
  pen.globalAlpha = 1;
  pen.strokeStyle = ink.line;
  pen.lineWidth = 1;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1);
}

// What the two axes are, between the ends of the one across (numbers or words) if there is room: a line beneath the picture.
export function named(pen, sheet, text, ink, ends = null) {
  const y = sheet.height - 7;
  const [low, high] = (ends ?? []).map((end) => (typeof end === "string" ? end : number(end, 3)));
  const side = ends ? 16 + Math.max(pen.measureText(low).width, pen.measureText(high).width) : 4;
  const fits = ends && pen.measureText(text).width < sheet.width - 2 * side;
  if (fits) {
    write(pen, low, 8, y, { colour: ink.muted });
    write(pen, high, sheet.width - 8, y, { colour: ink.muted, align: "right" });
  }
  const style = { colour: ink.muted, align: "center", room: sheet.width - 8 };
  const before = pen.font;
  pen.font = smaller(pen);
  const long = (line) => pen.measureText(line).width > style.room;
  const plain = text.replace(/ \([^)]*\)/g, ""); // without its units
  const [first, second] = long(text) ? broken(broken(text).some(long) ? plain : text) : [text];
  if (second) {
    write(pen, first, sheet.width / 2, sheet.height - 15, style);
    write(pen, second, sheet.width / 2, sheet.height - 3, style);
  }
  pen.font = before;
  if (!second) write(pen, text, sheet.width / 2, y, style);
}

export function range(low, high) {
  return `${number(low, 3)} to ${number(high, 3)}`;
}

export function dots(pen, frame, points, colourOf, size, paper) {
  const radius = size * Math.min(1, frame.box.w / 240);
  pen.lineWidth = 0.6;
  pen.strokeStyle = paper;
  let last = null;
  for (let i = 0; i < points.length / 2; i++) {
    const colour = colourOf(i);
    if (colour !== last) {
      pen.fillStyle = colour;
      last = colour;
    }
    pen.beginPath();
    pen.arc(frame.x(points[2 * i]), frame.y(points[2 * i + 1]), radius, 0, 7);
    pen.fill();
    pen.stroke();
  }
}
