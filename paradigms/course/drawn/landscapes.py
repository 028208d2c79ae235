"""Drawn functions of one and two variables, and the saddle in which a network of equal units sits."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.paths import descend, first, quadratic
from paradigms.course.rows import digits
from paradigms.course.trained import begun, looked

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 0.7, 0.9, 0.99)
KAPPAS = (10, 30, 100, 300)
MINIMA = (0.1, 0.3, 0.6, 0.9)
TOO_SHARP = 2 / 2.287
"""2/f″ at the deeper minimum: the rate beyond which it holds nobody."""
ASYMMETRIES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


def valley(draw: Draw) -> dict[str, Any]:
    """x² + 10x − 5 from 5 until within 1e-3 of −5: each step multiplies the distance by |1 − 2η|."""
    rates = np.array(RATES)
    path = descend(lambda x: (x**2 + 10 * x - 5).sum(1), np.full((len(rates), 1), 5.0), rates, 1600)
    steps = first(np.abs(path[:, :, 0] + 5) <= 1e-3)
    return {"rate": rates, "steps": steps, "computed": np.ceil(np.log(1e-4) / np.log(np.abs(1 - 2 * rates)))}


def ravine(draw: Draw) -> dict[str, Any]:
    """½(x² + κy²) from (1, 1) until it stays within 1e-6 of the start, each rule at its best constants."""
    found: dict[str, list[int]] = {"descent": [], "heavy_ball": []}
    for kappa in KAPPAS:
        root, f = float(np.sqrt(kappa)), quadratic([1, kappa])[0]
        inertia = ((root - 1) / (root + 1)) ** 2
        plain = descend(f, [[1.0, 1.0]], 2 / (1 + kappa), 8 * kappa)
        heavy = descend(f, [[1.0, 1.0]], 4 / (1 + root) ** 2, 40 * int(root) + 100, "momentum", inertia)
        for name, path in (("descent", plain), ("heavy_ball", heavy)):
            far = np.linalg.norm(path[:, 0], axis=1) > np.sqrt(2) * 1e-6
            found[name].append(int(np.flatnonzero(far)[-1]) + 1)
    return {"kappa": KAPPAS, **found}


def saddle(draw: Draw) -> dict[str, Any]:
    """½x² − ½y² + ¼y⁴ from (1, y₀) until |y| > ½, at rate 0.1."""
    starts = 10.0 ** -np.arange(1, 17)
    path = descend(
        lambda p: p[:, 0] ** 2 / 2 - p[:, 1] ** 2 / 2 + p[:, 1] ** 4 / 4, np.c_[np.ones(16), starts], 0.1, 420
    )
    return {"start": starts, "steps": first(np.abs(path[:, :, 1]) > 0.5)}


def minima(draw: Draw) -> dict[str, Any]:
    """x⁴/4 − x²/2 + x/10 from 401 starts in [−2, 2]: the shares that end in each of its two minima."""
    starts, deep, flat = np.linspace(-2, 2, 401), [], []
    rates, begin = np.repeat(MINIMA, len(starts)), np.tile(starts, len(MINIMA))[:, None]
    ends = descend(lambda x: (x**4 / 4 - x**2 / 2 + 0.1 * x).sum(1), begin, rates, 1000)[-100:, :, 0]
    for end in np.split(ends, len(MINIMA), axis=1):
        deep.append(np.mean(np.all(np.abs(end + 1.0467) < 0.01, 0)))
        flat.append(np.mean(np.all(np.abs(end - 0.9456) < 0.01, 0)))
    return {"rate": MINIMA, "deep": deep, "flat": flat}


def equal_units(draw: Draw) -> dict[str, Any]:
    """Digits, 16 tanh units all alike but for ε·N(0, 1): steps until half of 360 rows are right, [R, E].

    Beside it the steps that a decade of ε costs by the saddle's own downward curvature, ln 10 / ln(1 +
    η|λ₋|).
    """
    import torch

    x, y = digits(360)
    rate, many = 0.2, len(ASYMMETRIES) + 1  # the last of each seed is exactly equal
    look = list(range(0, 401, 2))
    options = {"hidden": (16,), "activation": "tanh", "init": "equal", "optimizer": "sgd", "lr": rate}
    training = begun(
        "classification", {"train": (x[None], y[None])}, draw, look[-1], draw.seeds * many,
        batch_size=len(x), schedule="constant", l2=0.0, **options,
    )  # fmt: skip
    flat, width = training.parameters.flat, training.parameters.flat.shape[1]
    for replica in range(len(flat)):
        seed, at = replica % draw.seeds, replica // draw.seeds
        if at < len(ASYMMETRIES):
            flat[replica] += ASYMMETRIES[at] * torch.tensor(draw.generator(seed).normal(size=width))
    curvature: list[Any] = []

    def seen(now: Any) -> Any:
        if now.step == 200:
            curvature.append(
                downward(now.learner, now.parameters.like(now.parameters.flat[-draw.seeds :].clone()), x, y)
            )
        return now.learner.evaluate(now.parameters, "train")["accuracy"]

    right = looked(training, look, seen)  # [T, R]
    steps = np.array(look)[(right > 0.5).argmax(0)].astype(float)
    steps[~(right > 0.5).any(0)] = np.nan
    decade = np.log(10) / np.log1p(rate * -curvature[0])
    return {"asymmetry": ASYMMETRIES, "steps": steps.reshape(many, draw.seeds).T[:, :-1], "decade": decade}


def downward(learner: Any, parameters: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The smallest eigenvalue of the Hessian of the loss on all rows, [R], by central differences of the
    slope.
    """
    import torch

    from paradigms.engine.rows import Table

    flat, h = parameters.flat, 1e-5
    count, width = flat.shape
    batch = Table(torch.tensor(x)[None], torch.tensor(y)[None]).shared(count)
    hessian = torch.empty(count, width, width, dtype=flat.dtype)
    for at in range(width):
        step = torch.zeros_like(flat)
        step[:, at] = h
        ahead, behind = (learner.slope(parameters.like(flat + way * step), batch).gradient for way in (1, -1))
        hessian[:, at] = (ahead - behind) / (2 * h)
    return torch.linalg.eigvalsh((hessian + hessian.mT) / 2)[:, 0].numpy()
