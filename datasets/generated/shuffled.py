"""Signals whose places stand in another order, the same for every line: nobody is next to a neighbour now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..drawn import Array, Drawn
from . import signals


def order() -> Array:
    """`[40]`: the place of signals that stands at each place; always the same."""
    return np.random.default_rng(1998).permutation(signals.STEPS)


def draw(generator: np.random.Generator) -> Drawn:
    """Who knows the order scans the lines as they were, so that the best answer is as good.

    The control for whoever looks at neighbours: what a network of convolutions is ahead of a perceptron on
    signals it owes to their order if it is ahead no more here.
    """
    found = signals.draw(generator)
    features = [found.features[place] for place in order()]
    return replace(found, x=found.x[:, order()], features=features)
