"""How a gradient fades on its way back through a network at its start: of the sums, and of the weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import digits

KINDS = {
    "sigmoid, default": ("sigmoid", "uniform"),
    "tanh, default": ("tanh", "uniform"),
    "tanh, Glorot": ("tanh", "glorot"),
    "ReLU, default": ("relu", "uniform"),
    "ReLU, He": ("relu", "he"),
}
COMPUTED = (0.25 / np.sqrt(3), 1 / np.sqrt(3), 1.0, 1 / np.sqrt(6), 1.0)
"""√(fan out · Var w) |φ′| where units are unsaturated; half of ReLUs are silent."""
DEPTH, WIDTH, ROWS = 10, 32, 64


def factors(draw: Draw) -> dict[str, Any]:
    """By how much ‖∂L/∂z‖ and ‖∂L/∂W‖ change per hidden layer on the way back, with and without biases,
    [R, kinds].
    """
    found: dict[str, Any] = {}
    for biased in (True, False):
        each = [
            [_factor(draw.generator(seed), *kind, biased) for kind in KINDS.values()]
            for seed in range(draw.seeds)
        ]
        suffix = "" if biased else "_unbiased"
        found[f"sums{suffix}"], found[f"weights{suffix}"] = np.moveaxis(np.array(each), 2, 0)
    return found


def _factor(rng: Any, activation: str, init: str, biased: bool) -> tuple[float, float]:
    """Per layer, over the hidden layers two to nine, the mean of the logarithms over rows."""
    import torch

    from paradigms.engine.losses import cross_entropy_pull
    from paradigms.engine.parameters import Parameters
    from paradigms.networks.perceptron import Perceptron

    x, y = digits(ROWS, skip=int(rng.integers(1000)))
    network = Perceptron([64, *[WIDTH] * DEPTH, 10], activation=activation, init=init)
    start = network.initial(0, rng)
    if not biased:
        start |= {name: np.zeros_like(one) for name, one in start.items() if name.startswith("bias")}
    # One row a replica: then a bias's gradient is that row's ∂L/∂z, and a weight's norm is its own.
    parameters = Parameters.stack(network.shapes, [start] * ROWS, torch.float64, torch.device("cpu"))
    rows, classes = torch.tensor(x)[:, None], torch.tensor(y)[:, None]
    gradient = network.slope(parameters, rows, lambda answer: cross_entropy_pull(answer, classes)).gradient
    views = parameters.views(gradient)
    layers = range(2, DEPTH + 1)
    found = []
    for name in ("bias", "weight"):
        norms = [
            views[f"{name}{layer}"].flatten(1).norm(dim=1).clamp_min(1e-300).log().mean() for layer in layers
        ]
        found.append(float(np.exp(-np.polyfit(list(layers), [float(one) for one in norms], 1)[0])))
    return found[0], found[1]
