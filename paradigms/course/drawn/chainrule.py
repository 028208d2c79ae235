"""The chain rule by hand on a network of two hidden units, against finite differences, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw

PARAMETERS = {
    "weight1": [[0.5, -1.0], [0.25, 0.25]],
    "bias1": [0.0, 0.0],
    "weight2": [[1.5], [-2.0]],
    "bias2": [0.1],
}
"""h = max(0, x W₁ + b₁), answer h W₂ + b₂, for x = (1, 2) and target 1."""
RATES = (0.001, 0.01, 0.03, 0.1)


def by_hand(draw: Draw) -> dict[str, Any]:
    """Loss, gradient and the loss after one step at each rate, by the network's own chain rule."""
    import torch

    network, parameters, x = _hand()

    def pull(answer: Any) -> Any:
        away = answer - 1
        return away.square().sum((1, 2)), 2 * away

    slope = network.slope(parameters, x, pull)
    g, after, alive = slope.gradient[0], [], []
    for rate in RATES:
        moved = parameters.like(parameters.flat - rate * g)
        after.append(float((network.forward(moved, x) - 1).detach().square()))
        alive.append(float((network.activations(moved, x)[0] > 0).sum()))
    return {
        "loss": float(slope.losses), "gradient": g.numpy(), "square": float(torch.dot(g, g)),
        "rate": RATES, "after": after, "alive": alive,
        "foretold": [float(slope.losses) - rate * float(torch.dot(g, g)) for rate in RATES],
    }  # fmt: skip


def _hand() -> tuple[Any, Any, Any]:
    import torch

    from paradigms.engine.parameters import Parameters
    from paradigms.networks.perceptron import Perceptron

    network = Perceptron([2, 2, 1])
    start = {name: np.array(value) for name, value in PARAMETERS.items()}
    parameters = Parameters.stack(network.shapes, [start], torch.float64, torch.device("cpu"))
    return network, parameters, torch.tensor([[[1.0, 2.0]]], dtype=torch.float64)


def differences(draw: Draw) -> dict[str, Any]:
    """Worst relative error of forward and central differences against the chain rule, tanh 2–2–1, by width
    h.
    """
    import torch

    from paradigms.engine.parameters import Parameters
    from paradigms.networks.perceptron import Perceptron

    network, widths = Perceptron([2, 2, 1], activation="tanh"), 10.0 ** -np.arange(1.0, 13.0)
    start = {name: np.array(value) for name, value in PARAMETERS.items()}
    found: dict[str, Any] = {"h": widths}
    for name, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        flat = Parameters.stack(network.shapes, [start], dtype, torch.device("cpu"))
        x = torch.tensor([[[1.0, 2.0]]], dtype=dtype)
        right = network.slope(flat, x, lambda a: ((a - 1).square().sum((1, 2)), 2 * (a - 1))).gradient[0]

        def loss(step: Any, flat: Any = flat, x: Any = x) -> float:
            return float((network.forward(flat.like(flat.flat + step), x) - 1).detach().square())

        for kind in ("forward", "central"):
            errors = []
            for h in widths:
                steps = torch.eye(flat.flat.shape[1], dtype=dtype) * float(h)
                found_slopes = [
                    (loss(s) - loss(-s)) / (2 * h) if kind == "central" else (loss(s) - loss(0 * s)) / h
                    for s in steps
                ]
                errors.append(float(np.max(np.abs(np.array(found_slopes) / right.double().numpy() - 1))))
            found[f"{kind}_{name}"] = errors
    return found


def cost(draw: Draw) -> dict[str, Any]:
    """Floating-point operations of a gradient over those of an answer, 64–64–64–10 with a batch of 64."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from paradigms.engine.parameters import Parameters, width
    from paradigms.networks.perceptron import Perceptron

    network = Perceptron([64, 64, 64, 10])
    parameters = Parameters(network.shapes, torch.randn(1, width(network.shapes)))
    x = torch.randn(1, 64, 64)
    counts = []
    for call in (
        lambda: network.forward(parameters, x),
        lambda: Learned(network).gradient(parameters, x),
    ):
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            call()
        counts.append(counter.get_total_flops())
    return {"ratio": counts[1] / counts[0], "parameters": parameters.flat.shape[1]}


class Learned:
    """A network's gradient outside inference mode, in which operations cannot be counted."""

    def __init__(self, network: Any) -> None:
        self.network = network

    def gradient(self, parameters: Any, x: Any) -> Any:
        """By the written chain rule."""
        from paradigms.networks import chain
        from paradigms.networks.layer import Layer

        layers = [Layer.of(parameters, number) for number in range(1, self.network.depth + 1)]
        *inputs, answer = chain.through(layers, x)
        return chain.back(layers, inputs, answer)
