// All learners small on one screen, or one of them large with all its curves.

export class View {
  constructor(player, clock, cards) {
    this.cards = cards;
    this.clock = clock;
    this.holder = player.querySelector(".cards");
    this.holder.classList.toggle("two", cards.length === 2 || cards.length === 4);
    this.buttons = [...player.querySelectorAll(".views button")];
    this.shown = undefined;
    for (const button of this.buttons)
      button.addEventListener("click", () => clock.set({ learner: button.dataset.learner || null }));
    for (const card of cards) {
      const head = card.element.querySelector("h3");
      if (cards.length > 1) head.addEventListener("click", () => this.turn(card));
    }
    this.show();
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
    const { large } = this;
    if (this.shown === (large ?? null)) return;
    this.shown = large ?? null;
    this.holder.classList.toggle("one", Boolean(large));
    for (const card of this.cards) card.element.classList.toggle("large", card === large);
    for (const button of this.buttons)
      button.setAttribute("aria-pressed", String(button.dataset.learner === (large?.about.id ?? "")));
  }
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
