// A figure opens large; the drawing itself moves there and back, so that its ids stay the only ones.

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function tools(figure) {
  const found = figure.querySelector(".tools");
  if (found) return found;
  const made = document.createElement("p");
  made.className = "tools";
  figure.querySelector(":scope > details").before(made);
  return made;
}

function openLarge(dialog, figure) {
  const plate = figure.querySelector(".plate");
  const drawing = plate.firstElementChild;
  const head = document.createElement("p");
  const title = figure.querySelector("figcaption strong").cloneNode(true);
  const slide = figure.querySelector("a.slide")?.cloneNode(true);
  head.append(
    title,
    ...(slide ? [slide] : []),
    button("Close", () => dialog.close()),
  );
  plate.style.minHeight = `${plate.clientHeight}px`;
  dialog.replaceChildren(head, drawing);
  dialog.setAttribute("aria-label", title.textContent);
  drawing.addEventListener("click", () => dialog.close(), { once: true });
  const back = () => {
    plate.append(drawing);
    plate.style.minHeight = "";
  };
  dialog.addEventListener("close", back, { once: true });
  dialog.showModal();
}

export function enlargeFigures() {
  const dialog = document.createElement("dialog");
  dialog.className = "large-figure";
  document.body.append(dialog);
  for (const figure of document.querySelectorAll("main figure")) {
    const plate = figure.querySelector(".plate");
    plate.classList.add("zoomed");
    plate.addEventListener("click", () => openLarge(dialog, figure));
    tools(figure).prepend(button("Enlarge", () => openLarge(dialog, figure)));
  }
}
