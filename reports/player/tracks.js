// Beneath every picture the same lanes, one above the other, and one playhead through all of them.

import { LAST, placeOf } from "./clock.js";
import { Lane, MomentLane } from "./lane.js";
import { range } from "./plot.js";
import { Reading } from "./reading.js";
import { number } from "./words.js";

export const SHARES = { feedback: "of the feedback", updates: "of the updates", seconds: "of the time" };
export const MARKS = [0.001, 0.01, 0.1, 0.5, 1];

function cell(parent, name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  parent.append(element);
  return element;
}

// A place for the number before what stands in the cell already.
function first(value) {
  const made = document.createElement("span");
  value.prepend(made);
  return made;
}

export class Tracks {
  constructor(parent, about, curves, clock, timeline) {
    this.parent = parent;
    this.about = about;
    this.clock = clock;
    this.timeline = timeline;
    this.lanes = [];
    this.extra = [];
    this.row = -1;
    for (const curve of about.curves) {
      if (curve.kind === "strip" && !this.mark) this.mark = this.cell("mark", "");
      this.add(curve, curves);
    }
    this.scale();
    this.area = this.cell("veils", "");
    this.veil = cell(this.area, "veil", "");
    this.reading = new Reading(this, (place) => clock.go(place));
  }

  cell(name, text) {
    return cell(this.parent, name, text);
  }

  add(curve, curves) {
    const label = cell(this.parent, `what ${curve.kind}`, curve.label);
    if (curve.symbol && curve.symbol !== curve.label) cell(label, "symbol", ` ${curve.symbol}`);
    if (curve.kind === "strip") cell(label, "ends", curve.unit);
    if (curve.missing) {
      cell(this.parent, "lane none", "not recorded");
      cell(this.parent, "value", "");
      return;
    }
    const lane = new Lane(this.parent, curve, curves);
    const part = curve.kind === "metric" ? "validation part, " : "";
    if (curve.kind !== "strip") cell(label, "ends", part + range(lane.value(0), lane.value(1)));
    const value = cell(this.parent, `value ${curve.kind}`, "");
    if (curve.kind === "metric") this.who = cell(value, "who", "");
    this.lanes.push([lane, curve.kind === "metric" ? first(value) : value]);
  }

  // What only this view has: it stands above the strips that all have.
  own(lanes, samples) {
    for (const element of this.parent.querySelectorAll(".own")) element.remove();
    this.extra = lanes.map((lane) => {
      const holder = document.createDocumentFragment();
      cell(holder, "what strip own", lane.label);
      const made = new MomentLane(holder, lane, samples);
      const value = cell(holder, "value strip own", "");
      this.parent.insertBefore(holder, this.mark ?? this.area);
      return [made, value];
    });
  }

  // The lanes lie over the clock's own ticks, which are close at the start.
  scale() {
    this.share = cell(this.parent, "what scale", "");
    const line = cell(this.parent, "ticks", "");
    for (const share of MARKS) {
      const mark = cell(line, "tick", `${100 * share}\u202f%`);
      mark.style.left = `${(100 * placeOf(share)) / LAST}%`;
    }
  }

  get sheets() {
    return [...this.lanes, ...this.extra].map(([lane]) => lane.sheet);
  }

  draw(timeline, axis, row, ink) {
    this.row = row;
    put(this.share, SHARES[axis]);
    if (this.who) put(this.who, this.whose());
    for (const [lane] of this.lanes) lane.draw(timeline, axis, row, ink);
    for (const [lane] of this.extra) lane.draw(timeline, axis, ink);
  }

  // Whose numbers stand beside the curves.
  whose() {
    const { seeds } = this.about;
    if (seeds.length === 1) return ` seed ${seeds[0]}`;
    return this.row < 0 || this.clock.seed === null ? ` IQM of ${seeds.length}` : ` seed ${seeds[this.row]}`;
  }

  move(place) {
    this.veil.style.transform = `translateX(${(100 * place) / LAST}%)`;
  }

  tell(samples, at) {
    const row = this.clock.seed === null ? -1 : this.row;
    for (const [lane, value] of this.lanes) put(value, number(lane.valueAt(samples, row), 3));
    this.reading.show();
    for (const [lane, value] of this.extra) if (at) put(value, lane.valueAt(at));
  }

  describe(seeds, ends, samples) {
    const who =
      seeds > 1 ? `${seeds} seeds thin, their interquartile mean thick with its ${ends}` : "the one seed";
    for (const [lane] of this.lanes) {
      const now = number(lane.middleAt(samples), 3);
      const last = number(lane.middleAt(Infinity), 3);
      lane.sheet.say(`${lane.curve.label}: ${who}. Now ${now}, at the end ${last}.`);
    }
    for (const [lane] of this.extra) lane.sheet.say(`${lane.lane.label} at every recorded moment.`);
  }
}

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
