"""The phases a training went through, told by what was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .records import Record


@dataclass(frozen=True)
class Phase:
    """A stretch of training: its name, and the samples and updates that were behind when it began."""

    name: str
    samples: int
    updates: int


def phases(record: Record) -> list[Phase]:
    """In order, of those that begin together the last; one, or none, where no record tells them apart."""
    if record.train.steps.size < 2 or "updates" not in record.train:
        return []
    found = _agent(record) if record.spec.get("paradigm") == "reinforcement" else _table(record)
    return [one for one, then in pairwise([*found, None]) if one and (not then or then.samples > one.samples)]


def _table(record: Record) -> list[Phase]:
    """Batches, then passes over all rows; before them what came without an answer."""
    options, data = record.spec.get("options") or {}, record.spec.get("data") or {}
    rows, batch = (data.get("split") or {}).get("train"), options.get("batch_size")
    steps = np.concatenate([[0.0], record.train.steps])
    samples = np.concatenate([[0.0], record.train.samples])
    each = np.diff(samples) / np.diff(steps)
    whole = np.flatnonzero(each == rows) if rows else np.empty(0, int)
    named = []
    if options.get("unlabelled"):
        named.append(Phase("examples without answers", 0, 0))
        after = int(np.searchsorted(samples, options["unlabelled"]))
        if after < len(samples):
            named.append(Phase("examples with answers", int(samples[after]), int(steps[after])))
    elif batch and (not whole.size or whole[0] > 0):
        named.append(Phase(f"mini-batches of {batch:,}", 0, 0))
    if whole.size and batch != rows:
        at = int(whole[0])
        named.append(Phase(f"full passes over all {rows:,} training rows", int(samples[at]), int(steps[at])))
    return named


def _agent(record: Record) -> list[Phase]:
    """Random actions before the first update, then an exploration that falls, then one that is constant."""
    options, train = record.spec.get("options") or {}, record.train
    named = []
    if options.get("learning_starts"):
        named.append(Phase("random actions, no update yet", 0, 0))
    if "epsilon" not in train:
        return named
    share = np.nanmax(train["epsilon"], axis=0)
    begun = max(0.0, train.samples[0] - (options.get("envs") or 0))
    named.append(Phase("exploration falls", int(begun) if named else 0, 0))
    lowest = np.flatnonzero(share <= np.nanmin(share) + 1e-9)
    at = int(lowest[0])
    if 0 < at < len(share) - 1:
        named.append(
            Phase(f"exploration stays at {share[at]:.3g}", int(train.samples[at]), int(train.steps[at]))
        )
    return named
