"""Whether a network is too deep for how it starts: signals that shrink from layer to layer leave no gradient.

The gradient of each layer is compared where it was recorded (`--layer-gradients`); else a deep network is
suspected that did no better than chance.
"""

from __future__ import annotations

import numpy as np

from ..reading.comparison import Shown
from ..words import count, number

FADED = 0.05
"""Share of the last layer's gradient below which the first layer hardly learns."""
DEEP = 6
"""Hidden layers from which on a start that shrinks signals is suspected."""


def faded(learner: Shown) -> float | None:
    """The first layer's gradient over the last one's at the start; `None` if it was not recorded."""
    depth = len((learner.spec.get("options") or {}).get("hidden") or ())
    curves, (first, last) = learner.record.train, (f"gradient_norm_{n}" for n in (1, depth + 1))
    if depth < 2 or first not in curves or last not in curves:
        return None
    return float(np.nanmedian(curves[first][:, 0] / curves[last][:, 0]))


def depth_words(learner: Shown) -> str:
    """That it needs `--init he` (He et al. 2015), where its own numbers say so."""
    options = learner.spec.get("options") or {}
    depth = len(options.get("hidden") or ())
    if learner.spec.get("model") != "mlp" or options.get("init") != "uniform" or depth < 2:
        return ""
    ratio = faded(learner)
    if ratio is not None:
        if not ratio < FADED:
            return ""
        much = f"{number(1 / ratio, 2)} times weaker" if ratio > 0 else "gone"
        return (
            f"At the start of {learner.label} the pull on the first of {depth} hidden layers is {much}, "
            "compared with the last layer: so deep a network needs --init he."
        )
    failed = learner.entry["failed"]
    if depth < DEEP or failed is None or failed < 0.5:
        return ""
    seeds = len(learner.entry["seeds"])
    return (
        f"{learner.label} has {count(depth, 'hidden layer')} that start uniform, and "
        f"{round(failed * seeds)} of {count(seeds, 'seed')} did no better than the baseline: --init he keeps "
        "signals from shrinking on their way (--layer-gradients shows it)."
    )
