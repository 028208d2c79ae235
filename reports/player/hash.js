// The moment, the seed, the axis and the learner in the address, beside the anchors that stand there too.

import { AT_ONCE } from "./view.js";

const AXES = ["feedback", "updates", "seconds"];
const WAIT = 150;

export function parsed(text) {
  const given = new URLSearchParams(text.replace(/^#/, ""));
  if (!given.has("t") && !given.has("learner") && !given.has("play")) return null;
  const share = Number(given.get("t") ?? 0);
  if (!Number.isFinite(share)) return null;
  const seed = /^\d+$/.test(given.get("seed") ?? "") ? Number(given.get("seed")) : null;
  const axis = AXES.includes(given.get("x")) ? given.get("x") : "feedback";
  const chosen = given.get("play")?.split(",") ?? null;
  return { share: Math.min(Math.max(share, 0), 1), seed, axis, learner: given.get("learner"), chosen };
}

export function written({ share, seed, axis, learner, chosen }) {
  const parts = [`t=${Number(share.toPrecision(4))}`];
  if (seed !== null) parts.push(`seed=${seed}`);
  if (axis !== "feedback") parts.push(`x=${axis}`);
  if (chosen) parts.push(`play=${chosen.map(encodeURIComponent).join(",")}`);
  if (learner) parts.push(`learner=${encodeURIComponent(learner)}`);
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

// `names` turns a learner's name in the address into its id, and back.
export function followAddress(clock, placeOf, names) {
  let waiting = 0;
  let known = "";
  const now = () =>
    written({
      ...clock,
      share: clock.share,
      learner: clock.learner && names.short(clock.learner),
      chosen: clock.chosen?.map(names.short),
    });
  const take = () => {
    const found = readAddress();
    if (found === null) return false;
    const learner = found.learner && names.find(found.learner);
    const chosen = found.chosen?.map(names.find).filter(Boolean);
    clock.set({
      place: placeOf(found.share),
      seed: found.seed,
      axis: found.axis,
      learner,
      chosen: chosen?.length ? chosen.slice(0, AT_ONCE) : null,
      playing: false,
    });
    known = now();
    return true;
  };
  const opened = take();
  known ||= now();
  clock.on(() => {
    if (clock.playing) return;
    const text = now();
    if (text === known) return;
    known = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => writeAddress(text), WAIT);
  });
  window.addEventListener("hashchange", take);
  return opened;
}
