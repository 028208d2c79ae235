// What the curves say at one place: under the pointer, or where the clock stands while the curves have focus.

import { LAST, shareAt } from "./clock.js";
import { number, percent } from "./words.js";

export class Reading {
  constructor(tracks, seek) {
    this.tracks = tracks;
    this.area = tracks.area;
    this.box = tracks.cell("reading", "");
    this.box.hidden = true;
    this.probe = document.createElement("span");
    this.probe.className = "probe";
    this.probe.hidden = true;
    this.area.append(this.probe);
    this.area.tabIndex = 0;
    this.area.setAttribute("role", "slider");
    this.area.setAttribute("aria-label", `Curves of ${tracks.about.label}`);
    this.area.setAttribute("aria-valuemin", "0");
    this.area.setAttribute("aria-valuemax", "100");
    this.pointed = null;
    this.listen(seek);
  }

  placeOf(event) {
    const box = this.area.getBoundingClientRect();
    return Math.min(Math.max((LAST * (event.clientX - box.left)) / (box.width || 1), 0), LAST);
  }

  listen(seek) {
    const { area } = this;
    area.addEventListener("pointerdown", (event) => {
      area.setPointerCapture(event.pointerId);
      seek(this.placeOf(event));
    });
    area.addEventListener("pointermove", (event) => {
      if (area.hasPointerCapture(event.pointerId)) seek(this.placeOf(event));
      this.pointed = this.placeOf(event);
      this.show();
    });
    area.addEventListener("pointerleave", () => {
      this.pointed = null;
      this.show();
    });
    area.addEventListener("focus", () => this.show());
    area.addEventListener("blur", () => this.show());
  }

  get focused() {
    return this.area.matches(":focus-visible");
  }

  show() {
    const { clock, timeline } = this.tracks;
    if (!timeline) return;
    const place = this.pointed ?? clock.place;
    const samples = timeline.samplesAt(shareAt(place), clock.axis);
    const lines = this.lines(samples);
    this.area.setAttribute("aria-valuenow", String(Math.round(100 * shareAt(clock.place))));
    if (this.pointed === null) this.area.setAttribute("aria-valuetext", lines.join("; "));
    const open = this.pointed !== null || this.focused;
    this.box.hidden = !open;
    this.probe.hidden = this.pointed === null;
    if (!open) return;
    this.probe.style.left = `${(100 * place) / LAST}%`;
    this.box.replaceChildren(...lines.map(lineOf));
    this.box.style.left = place < LAST / 2 ? "auto" : "0";
    this.box.style.right = place < LAST / 2 ? "0" : "auto";
  }

  lines(samples) {
    const shown = this.tracks.lanes.filter(([lane]) => lane.sheet.canvas.checkVisibility?.() ?? true);
    const part = percent(samples / (this.tracks.timeline.total("feedback") || 1));
    const read = shown.map(([lane]) => `${lane.curve.label}: ${lane.read(samples, this.tracks.row)}`);
    return [`${number(Math.round(samples))} samples (${part})`, ...read];
  }
}

function lineOf(text) {
  const made = document.createElement("span");
  made.textContent = text;
  made.style.display = "block";
  return made;
}
