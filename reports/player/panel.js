// What every panel has: a film, the sheets it draws on, and what the run did not record.

import { Sheet } from "./ink.js";

export class Panel {
  constructor(stage, film) {
    this.stage = stage;
    this.film = film;
    this.sheets = [];
    this.lacking = [];
  }

  // A sheet if these arrays were recorded, else null, and `what` is said to be missing.
  sheet(size, what, ...names) {
    if (!this.film.has(...names)) {
      if (what) this.lacking.push(what);
      return null;
    }
    const made = new Sheet(this.stage, size);
    this.sheets.push(made);
    return made;
  }

  get missing() {
    return this.lacking.length ? `Not recorded: ${this.lacking.join(" and ")}.` : "";
  }
}
