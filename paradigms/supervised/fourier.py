"""Random Fourier features: rows lifted so that a linear learner on top is one with a Gaussian kernel.

z(x) = √(2/D) cos(x W + b), W ~ N(0, 2γ), b ~ U(0, 2π), so that E z(x)·z(x′) = exp(−γ ‖x − x′‖²) (Rahimi &
Recht 2007). Drawn once for each replica and never learned. γ = 1 / (d · variance) of the training part, as
scikit-learn's SVC has it (`gamma="scale"`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.problem import Problem


def drawn(problem: Problem) -> dict[str, Tensor]:
    """`frequencies` [R, d, D] and `phases` [R, D] of every replica; nothing where rows stay as they are."""
    count, x = problem.options.features, problem.parts["train"].x
    if not count:
        return {}
    gamma = [1 / (x.shape[2] * rows.var()) for rows in numbers(x)]  # of each replica, or of all
    wide = np.sqrt(2 * np.broadcast_to(gamma, len(problem.streams.seeds)))[:, None, None]
    normal = problem.streams.stack(lambda g: g.normal(size=(x.shape[2], count)), "frequencies")
    phases = problem.streams.stack(lambda g: g.uniform(0, 2 * math.pi, count), "phases")
    return {"frequencies": problem.tensor(normal * wide), "phases": problem.tensor(phases)}


def lifted(known: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Rows x [R or 1, N, d] as they were drawn to be seen, [R, N, D]; as they are where nothing was drawn."""
    if "frequencies" not in known:
        return x
    frequencies, phases = known["frequencies"], known["phases"]
    sums = x.expand(len(frequencies), -1, -1) @ frequencies + phases.unsqueeze(1)
    return sums.cos_() * math.sqrt(2 / frequencies.shape[2])


def lifting(problem: Problem, known: Mapping[str, Tensor]) -> Problem:
    """The same problem with lifted rows, for a linear learner."""
    parts = {name: replace(part, x=lifted(known, part.x)) for name, part in problem.parts.items()}
    return replace(problem, parts=parts, options=replace(problem.options, model="linear"))
