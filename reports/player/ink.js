// Canvas and colours: every colour comes from the page's variables, so that light and dark are right.

const NAMES = ["paper", "raised", "ink", "muted", "line"];
export const FONT = '13px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';

export function inksOf(element, classes) {
  const style = getComputedStyle(element);
  const found = { classes, font: FONT };
  for (const name of NAMES) found[name] = style.getPropertyValue(`--${name}`).trim();
  found.colour = style.getPropertyValue("--colour").trim() || found.ink;
  found.faint = Number(style.getPropertyValue("--faint")) || 0.5;
  found.other = style.getPropertyValue("--other").trim() || found.muted;
  found.of = (number) => classes[number % classes.length];
  return found;
}

const UNSEEN = 64; // a sheet that is not shown is drawn on all the same
const known = new Map();

export function rgb(colour) {
  if (!known.has(colour)) {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = colour;
    const hex = context.fillStyle;
    known.set(
      colour,
      [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
    );
  }
  return known.get(colour);
}

// A canvas that is as sharp as the screen and as large as the style sheet makes it.
export class Sheet {
  constructor(parent, name) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = name;
    this.canvas.setAttribute("role", "img");
    parent.append(this.canvas);
    this.width = 0;
    this.height = 0;
    this.fits = 0;
  }

  fit() {
    this.fits++;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = this.canvas.clientWidth || UNSEEN;
    this.height = this.canvas.clientHeight || UNSEEN;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.pen = this.canvas.getContext("2d");
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  clear() {
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.font = FONT;
    this.pen.globalAlpha = 1;
    this.pen.setLineDash([]);
    return this.pen;
  }

  say(text) {
    if (this.canvas.getAttribute("aria-label") !== text) this.canvas.setAttribute("aria-label", text);
  }
}

// What stays the same for many frames is drawn once, and then only copied.
export class Layer {
  constructor(sheet) {
    this.sheet = sheet;
    this.canvas = document.createElement("canvas");
    this.key = null;
  }

  copy(pen, key, paint) {
    const { sheet, canvas } = this;
    const whole = `${key} ${sheet.fits}`;
    if (this.key !== whole) {
      this.key = whole;
      canvas.width = sheet.canvas.width;
      canvas.height = sheet.canvas.height;
      const own = canvas.getContext("2d");
      own.setTransform(pen.getTransform());
      own.font = FONT;
      paint(own);
    }
    pen.drawImage(canvas, 0, 0, sheet.width, sheet.height);
  }
}

const scratch = new Map();

// A small picture to be pasted at once, a pixel a value: `paint(data, i)` sets value number i.
export function pixels(columns, rows, paint) {
  const size = `${columns} ${rows}`;
  if (!scratch.has(size)) {
    const canvas = document.createElement("canvas");
    canvas.width = columns;
    canvas.height = rows;
    const context = canvas.getContext("2d");
    scratch.set(size, { canvas, context, image: context.createImageData(columns, rows) });
  }
  const { canvas, context, image } = scratch.get(size);
  for (let i = 0; i < columns * rows; i++) paint(image.data, i);
  context.putImageData(image, 0, 0);
  return canvas;
}

export function set(data, i, colour, alpha) {
  data[4 * i] = colour[0];
  data[4 * i + 1] = colour[1];
  data[4 * i + 2] = colour[2];
  data[4 * i + 3] = alpha;
}

// Values from nothing (transparent) to a colour; below zero to the other one.
export function shaded(values, columns, rows, high, up, down = null) {
  const [above, below] = [rgb(up), rgb(down ?? up)];
  return pixels(columns, rows, (data, i) => {
    const value = values[i];
    const strength = Number.isFinite(value) ? (255 * Math.abs(value)) / (high || 1) : 0;
    set(data, i, value < 0 ? below : above, strength);
  });
}

export function paste(pen, picture, box, smooth = false) {
  pen.imageSmoothingEnabled = smooth;
  pen.drawImage(picture, box.x, box.y, box.w, box.h);
}

// The same, its first row at the bottom.
export function pasteUp(pen, picture, box, smooth = false) {
  pen.save();
  pen.translate(0, 2 * box.y + box.h);
  pen.scale(1, -1);
  paste(pen, picture, box, smooth);
  pen.restore();
}
