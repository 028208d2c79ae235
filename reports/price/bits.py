"""How many bits of feedback a learner has received: what its teacher's answers could have told it.

A class says as much as the classes are uncertain, H(C); a verdict as much as right and wrong are, H(r) at
the rate r at which the learner was right by then; silence says nothing. An answer that is wrong with a
known chance says less by its own uncertainty (Shannon 1948). Repeated answers count again, as samples do,
so this is an upper bound.
"""

from __future__ import annotations

import numpy as np

from ..reading.comparison import Shown
from ..reading.records import Floats


def entropy(shares: Floats) -> float:
    """−Σ p log₂ p of shares that sum to 1.

    >>> entropy(np.array([0.5, 0.5])), entropy(np.array([1.0, 0.0]))
    (1.0, 0.0)
    """
    known = shares[shares > 0]
    return float(abs(-(known * np.log2(known)).sum()))


def _verdict(rate: Floats | float) -> Floats:
    """H(r) in bits."""
    r = np.clip(np.asarray(rate, dtype=np.float64), 1e-12, 1 - 1e-12)
    return np.asarray(-r * np.log2(r) - (1 - r) * np.log2(1 - r))


def received(learner: Shown) -> Floats:
    """Bits received by each seed [R, T] at the points of the held-out curve."""
    held, paradigm = learner.record.held_out, str(learner.spec.get("paradigm"))
    seeds, samples = len(learner.record.seeds), held.samples
    if paradigm == "reinforcement" and "rewards" in learner.record.train:
        return _of_verdicts(learner)
    if paradigm in ("supervised", "semi-supervised", "self-supervised"):
        told = np.maximum(0.0, samples - _untold(learner))
        return np.tile(told * _of_class(learner), (seeds, 1))
    return np.zeros((seeds, samples.size))


def _untold(learner: Shown) -> float:
    """Samples that came without an answer, at the start."""
    options = learner.spec.get("options") or {}
    return float(options.get("unlabelled") or 0)


def _of_class(learner: Shown) -> float:
    """Bits of one class, given how often the teacher is wrong."""
    options, classes = learner.spec.get("options") or {}, len(learner.data.get("classes") or []) or 2
    shares = np.full(classes, 1 / classes)
    if learner.pictures is not None and "confusion" in learner.pictures:
        rows = learner.pictures.take("confusion")[0].sum(axis=1).astype(np.float64)
        shares = rows / max(rows.sum(), 1.0)
    wrong = float(options.get("label_noise") or 0)
    doubt = float(_verdict(wrong)) + wrong * np.log2(max(classes - 1, 1)) if wrong else 0.0
    return max(0.0, entropy(shares) - doubt)


def _of_verdicts(learner: Shown) -> Floats:
    train, held = learner.record.train, learner.record.held_out
    wrong = float((learner.spec.get("options") or {}).get("reward_noise") or 0)
    doubt = float(_verdict(wrong)) if wrong else 0.0
    at = np.concatenate([[0.0], train.samples])
    total = np.concatenate([np.zeros((len(learner.record.seeds), 1)), train["rewards"]], axis=1)
    new = np.diff(at)
    rate = np.diff(total, axis=1) / np.maximum(new, 1.0)
    bits = np.cumsum(np.maximum(0.0, _verdict(rate) - doubt) * new, axis=1)
    bits = np.concatenate([np.zeros((len(bits), 1)), bits], axis=1)
    return np.stack([np.interp(held.samples, at, line) for line in bits])
