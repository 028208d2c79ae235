"""How feedback, updates and seconds go together in one learner's run."""

from __future__ import annotations

import numpy as np

from ..reading.comparison import Shown
from ..reading.records import Floats
from .pack import Pack


def timeline(learner: Shown, film: Pack, timed: Pack) -> None:
    """Samples and updates of every recorded step into `film`, their seconds into `timed`.

    Seconds differ between two runs of one command, so they travel in an element of their own.
    """
    record = learner.record
    steps = np.concatenate([[0.0], record.train.steps, record.held_out.steps])
    samples = np.concatenate([[0.0], record.train.samples, record.held_out.samples])
    seconds = np.concatenate([[0.0], record.train.seconds, record.held_out.seconds])
    order = np.lexsort((samples, steps))
    film.add("samples", np.maximum.accumulate(samples[order]))
    film.add("updates", _updates(learner, steps[order]))
    timed.add("seconds", np.maximum.accumulate(seconds[order]))


def _updates(learner: Shown, steps: Floats) -> Floats:
    train = learner.record.train
    if "updates" not in train:
        return steps
    known = np.fmax.reduce(train["updates"], axis=0)
    there = np.isfinite(known)
    return np.interp(steps, [0.0, *train.steps[there]], [0.0, *known[there]])
