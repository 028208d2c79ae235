// Everything is written unfolded; here it is folded, and unfolded again for paper, for links and for a search.

const folds = () => [...document.querySelectorAll("details.fold")];

function unfoldAround(id) {
  let target = null;
  try {
    target = id ? document.getElementById(decodeURIComponent(id)) : null;
  } catch {
    return; // no name of ours
  }
  const inside = target?.querySelector(":scope > details.fold");
  if (inside) inside.open = true;
  for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
}

function address() {
  return window.location.hash.slice(1);
}

export function foldAll() {
  for (const fold of folds()) fold.open = false;
  unfoldAround(address());
  window.addEventListener("hashchange", () => unfoldAround(address()));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link) unfoldAround(link.hash.slice(1));
  });
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = folds().filter((fold) => !fold.open);
    for (const fold of closed) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
  });
}
