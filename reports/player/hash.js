// The moment, the seed and the axis in the address, beside the anchors that stand there too.

const AXES = ["feedback", "updates", "seconds"];
const WAIT = 150;

export function parsed(text) {
  const given = new URLSearchParams(text.replace(/^#/, ""));
  if (!given.has("t")) return null;
  const share = Number(given.get("t"));
  if (!Number.isFinite(share)) return null;
  const seed = /^\d+$/.test(given.get("seed") ?? "") ? Number(given.get("seed")) : null;
  const axis = AXES.includes(given.get("x")) ? given.get("x") : "feedback";
  return { share: Math.min(Math.max(share, 0), 1), seed, axis };
}

export function written(share, seed, axis) {
  const parts = [`t=${Number(share.toPrecision(4))}`];
  if (seed !== null) parts.push(`seed=${seed}`);
  if (axis !== "feedback") parts.push(`x=${axis}`);
  return `#${parts.join("&")}`;
}

// In a sandboxed frame (a notebook) the address is out of reach: the player goes on without it.
export function readAddress() {
  try {
    return parsed(window.location.hash);
  } catch {
    return null;
  }
}

function writeAddress(text) {
  try {
    window.history.replaceState(null, "", text);
  } catch {
    // as above
  }
}

export function followAddress(clock, placeOf) {
  let waiting = 0;
  let known = "";
  const take = () => {
    const found = readAddress();
    if (found === null) return false;
    known = written(found.share, found.seed, found.axis);
    clock.set({ place: placeOf(found.share), seed: found.seed, axis: found.axis, playing: false });
    return true;
  };
  const opened = take();
  known ||= written(clock.share, clock.seed, clock.axis);
  clock.on(() => {
    if (clock.playing) return;
    const text = written(clock.share, clock.seed, clock.axis);
    if (text === known) return;
    known = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => writeAddress(text), WAIT);
  });
  window.addEventListener("hashchange", take);
  return opened;
}
