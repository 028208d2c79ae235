// Predict first: a panel is covered until somebody has said what will happen; the run knows the answer.

function made(parent, tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  if (tag === "button") element.type = "button";
  parent.append(element);
  return element;
}

export class Cover {
  constructor(card, question, label) {
    this.card = card;
    this.question = question;
    this.label = label;
    this.state = "off";
    this.guess = -1;
    this.cover = card.querySelector(".cover");
    this.verdict = card.querySelector(".verdict");
  }

  ask() {
    this.state = "asked";
    this.guess = -1;
    this.verdict.hidden = true;
    this.cover.replaceChildren();
    made(this.cover, "p", "question", this.question.text);
    const choices = made(this.cover, "div", "choices", "");
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-label", `${this.label}: your prediction`);
    this.question.choices.forEach((choice, i) => {
      made(choices, "button", "choice", choice).addEventListener("click", () => this.take(i));
    });
    this.show(true);
  }

  take(guess) {
    this.state = "guessed";
    this.guess = guess;
    this.show(false);
    this.verdict.replaceChildren();
    made(this.verdict, "span", "said", `You say: ${this.question.choices[guess]}. `);
    const button = made(this.verdict, "button", "reveal", "Show the answer");
    button.addEventListener("click", () => this.reveal(true));
    this.verdict.hidden = false;
    button.focus({ preventScroll: true });
  }

  // At the end of the clock everybody may know.
  reveal(wanted) {
    if (this.state !== "guessed") return;
    this.state = "answered";
    const { choices, answer, told } = this.question;
    const right = this.guess === answer;
    this.verdict.replaceChildren();
    made(this.verdict, "strong", "", right ? "Right: " : "Not so: ");
    made(
      this.verdict,
      "span",
      "",
      right ? `${choices[answer]}. ` : `you said ${choices[this.guess]}, it was ${choices[answer]}. `,
    );
    made(this.verdict, "span", "told", told);
    this.verdict.tabIndex = -1;
    if (wanted) this.verdict.focus({ preventScroll: true });
  }

  clear() {
    this.state = "off";
    this.verdict.hidden = true;
    this.show(false);
  }

  show(covered) {
    this.cover.hidden = !covered;
    this.card.classList.toggle("covered", covered);
    this.card.querySelector(".body").inert = covered;
  }
}
