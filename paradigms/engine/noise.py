"""How much of a gradient is noise: what two batches agree on, and what they do not.

The gradient noise scale tr Σ / ‖G‖² is the batch size at which noise and signal are equally large
(McCandlish et al. 2018). For gradients a and b of two independent batches of B examples, a·b is an
unbiased estimate of ‖G‖² and B ‖a − b‖² / 2 one of tr Σ: the paper's estimators for the batch sizes B
and 2B. A quotient of two noisy numbers is biased, so both are recorded, and averaged apart.
"""

from __future__ import annotations

from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.training import Training


def noise(training: Training) -> dict[str, Tensor]:
    """`gradient_variance` and `gradient_square`, [R] each, at the present parameters; consumes nothing."""
    source = training.phases[-1].source if training.step >= training.total else training.phase()[0].source
    learner, gradients = training.learner, []
    for k in range(2):
        learner.look(k)
        gradients.append(learner.slope(training.parameters, source.probe(training.step, k)).gradient)
    learner.look(0)
    a, b = gradients
    return {
        "gradient_variance": PROBED / 2 * (a - b).square().sum(1),
        "gradient_square": (a * b).sum(1),
    }
