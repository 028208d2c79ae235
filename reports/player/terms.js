// A term's entry of the glossary opens beside the term; without script the link leads to the glossary.

function row(name, text) {
  const made = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = name;
  made.append(strong, text);
  return made;
}

// What the glossary's row says, the same cells under the same heads.
function entry(line) {
  const cells = [...line.cells].map((it) => it.textContent.trim());
  const [label, symbol, formula, unit, better] = cells.length > 2 ? cells : [cells[0]];
  const meaning = cells.at(-1);
  const head = row(label, symbol && symbol !== label ? ` ${symbol}` : "");
  const facts = [
    ["Formula: ", formula],
    ["Unit: ", unit],
    ["Better: ", better === "neither" ? "" : better],
  ].filter(([, value]) => value);
  const whole = document.createElement("a");
  whole.href = `#${line.id}`;
  whole.textContent = "In the glossary";
  const last = document.createElement("p");
  last.append(whole);
  return [head, row("", meaning), ...facts.map(([name, value]) => row(name, value)), last];
}

function place(box, term) {
  const at = term.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 6 + height < window.innerHeight;
  box.style.top = `${below ? at.bottom + 6 : Math.max(6, at.top - height - 6)}px`;
  box.style.left = `${Math.max(16, Math.min(at.left, document.documentElement.clientWidth - width - 16))}px`;
}

export function openTerms() {
  if (!HTMLElement.prototype.showPopover) return;
  const box = document.createElement("div");
  box.id = "term";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  document.body.append(box);
  document.addEventListener("click", (event) => {
    const term = event.target instanceof Element ? event.target.closest("a.term") : null;
    const line = term && document.getElementById(term.hash.slice(1));
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the glossary stays folded
    box.replaceChildren(...entry(line));
    box.setAttribute("aria-label", term.textContent);
    box.showPopover();
    place(box, term);
    box.focus({ preventScroll: true });
  });
  box.addEventListener("click", (event) => {
    if (event.target.closest("a")) box.hidePopover();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") box.hidePopover();
  });
}
