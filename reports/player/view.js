// Learners small on one screen, or one of them large with all its curves.

export const AT_ONCE = 6; // as reports/reading/family.py has it

export class View {
  constructor(player, clock, cards) {
    this.cards = cards;
    this.clock = clock;
    this.holder = player.querySelector(".cards");
    this.buttons = [...player.querySelectorAll(".views button")];
    this.choice = player.querySelector(".choose");
    this.choices = [...player.querySelectorAll("[data-choose]")];
    this.first = this.choices.filter(pressed).map((button) => button.dataset.choose);
    this.shown = "";
    for (const button of this.buttons)
      button.addEventListener("click", () => clock.set({ learner: button.dataset.learner || null }));
    for (const button of this.choices)
      button.addEventListener("click", () => this.choose(button.dataset.choose));
    for (const card of cards) {
      const head = card.element.querySelector("h3");
      if (cards.length > 1) head.addEventListener("click", () => this.turn(card));
    }
    this.show();
  }

  // Who plays: everybody, or of a family the few that were chosen.
  get chosen() {
    return this.choices.length ? (this.clock.chosen ?? this.first) : this.cards.map((card) => card.about.id);
  }

  // One more, for whom the one that was chosen first makes room; or one less, but never nobody.
  choose(id) {
    const { chosen } = this;
    const without = chosen.filter((one) => one !== id);
    const found = without.length < chosen.length ? without : [...chosen, id].slice(-AT_ONCE);
    if (found.length) this.clock.set({ chosen: found, learner: null });
  }

  turn(card) {
    this.clock.set({ learner: this.clock.learner === card.about.id ? null : card.about.id });
  }

  // A single learner is always large.
  get large() {
    return this.cards.length === 1
      ? this.cards[0]
      : this.cards.find((it) => it.about.id === this.clock.learner);
  }

  // In the small view one sentence for all says whose pictures these are.
  tell(seed) {
    const other = this.cards.find((card) => card.elsewhere);
    const place = this.holder.querySelector(".recorded");
    const said = other
      ? `Pictures are of each learner's median seed; those of seed ${seed}: ${other.about.redraw}`
      : "";
    if (place.textContent !== said) place.textContent = said;
  }

  show() {
    const { large, chosen } = this;
    const shown = `${large?.about.id} ${chosen.join(" ")}`;
    if (this.shown === shown) return;
    this.shown = shown;
    this.holder.classList.toggle("one", Boolean(large));
    this.holder.classList.toggle("two", chosen.length === 2 || chosen.length === 4);
    for (const card of this.cards) {
      card.element.classList.toggle("large", card === large);
      card.element.hidden = card !== large && !chosen.includes(card.about.id);
    }
    for (const button of this.buttons) {
      const id = button.dataset.learner;
      press(button, id === (large?.about.id ?? ""));
      button.hidden = Boolean(id) && id !== large?.about.id && !chosen.includes(id);
    }
    for (const button of this.choices) press(button, chosen.includes(button.dataset.choose));
    if (this.choice) this.choice.querySelector("output").textContent = chosen.length;
  }
}

function pressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

// A learner as people type it: its whole name, or what it begins with if that is enough.
export function idOf(text, cards) {
  const exact = cards.find((card) => card.about.id === text);
  const begun = cards.filter((card) => card.about.id.startsWith(`${text}-`));
  return exact?.about.id ?? (begun.length === 1 ? begun[0].about.id : null);
}

// The shortest name that `idOf` understands.
export function shortName(id, cards) {
  const parts = id.split("-");
  for (let n = 1; n < parts.length; n++) {
    const short = parts.slice(0, n).join("-");
    if (idOf(short, cards) === id) return short;
  }
  return id;
}
