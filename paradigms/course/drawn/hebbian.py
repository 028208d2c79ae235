"""Hebb's rule and what tames it: Oja's, and Sanger's for several components (digits, centred, batches of
16).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw
from paradigms.course.rows import digits

RATES = (0.02, 0.1, 0.5)
COMPONENTS, BATCH = 4, 16
HEBB_RATE, HEBB_STEPS = 0.01, 2_000


def neuron(draw: Draw) -> dict[str, Any]:
    """One neuron: growth of its norm per update by Hebb's plain rule, and Oja's norm and angle to the
    first component.

    Hebb: w ← w + η x (x·w), whose norm grows by 1 + ηλ₁ an update in the end. Oja (1982) subtracts η
    (x·w)² w.
    """
    x, values, vectors = _rows()
    steps = 1_000 if draw.quick else 4_000
    norm, angle = (np.empty((draw.seeds, len(RATES))) for _ in range(2))
    for at, rate in enumerate(RATES):
        w = _learned(draw, x, 1, lambda t, rate=rate: rate, steps)
        norm[:, at], angle[:, at] = np.linalg.norm(w, axis=1)[:, 0], _angles(w, vectors)[:, 0]
    falling = _angles(_learned(draw, x, 1, lambda t: 0.3 / (1 + t / 150), steps), vectors)[:, 0]
    return {
        "growth": _growth(draw, x), "computed": 1 + HEBB_RATE * values[0], "rate": RATES, "norm": norm,
        "angle": angle, "falling": falling,
    }  # fmt: skip


def _growth(draw: Draw, x: np.ndarray) -> np.ndarray:
    """By plain Hebb, over the last half of its updates; the weights are brought back to length one each
    time.
    """
    w, logs = _start(draw, 1), []
    for t, places in enumerate(_places(draw, len(x), HEBB_STEPS)):
        batch = x[places]
        w = w + HEBB_RATE * batch.mT @ (batch @ w) / BATCH
        size = np.linalg.norm(w, axis=1, keepdims=True)
        w /= size
        if t >= HEBB_STEPS // 2:
            logs.append(np.log(size[:, 0, 0]))
    return np.asarray(np.exp(np.mean(logs, 0)))


def several(draw: Draw) -> dict[str, Any]:
    """Four components, rate falling from 0.1: angle of each column, and of the subspace, by both rules,
    [R, components].

    Oja's subspace rule lets every column forget what all columns explain; Sanger's only what those before
    it do.
    """
    x, values, vectors = _rows()
    steps = 2_000 if draw.quick else 8_000
    found: dict[str, Any] = {"eigenvalues": values[:COMPONENTS]}
    for name, triangular in (("sanger", True), ("oja", False)):
        w = _learned(draw, x, COMPONENTS, lambda t: 0.1 / (1 + t / 400), steps, triangular)
        found[name] = _angles(w, vectors)
        cosines = np.linalg.svd(np.linalg.qr(w)[0].mT @ vectors[:, :COMPONENTS], compute_uv=False)
        found[f"{name}_space"] = np.degrees(np.arccos(np.minimum(1.0, cosines[:, -1])))
        if triangular:
            found["variance"] = ((x @ (w / np.linalg.norm(w, axis=1, keepdims=True))) ** 2).mean(1)
    return found


def _rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centred rows, and the variances and directions of their principal components."""
    x = digits()[0]
    x = x - x.mean(0)
    values, vectors = np.linalg.eigh(x.T @ x / len(x))
    return x, values[::-1], vectors[:, ::-1]


def _start(draw: Draw, k: int) -> np.ndarray:
    return np.stack(
        [np.linalg.qr(draw.generator(seed).normal(size=(64, k)))[0] for seed in range(draw.seeds)]
    )


def _places(draw: Draw, rows: int, steps: int) -> np.ndarray:
    """Rows of every step and seed, [steps, R, BATCH]."""
    each = [draw.generator(1_000 + seed).integers(rows, size=(steps, BATCH)) for seed in range(draw.seeds)]
    return np.stack(each, 1)


def _learned(draw: Draw, x: np.ndarray, k: int, rate: Any, steps: int, triangular: bool = True) -> np.ndarray:
    """W ← W + η (xᵀy − W · upper(yᵀy)) (Sanger 1989), [R, 64, k]; with all of yᵀy it is Oja's subspace
    rule.
    """
    w = _start(draw, k)
    for t, places in enumerate(_places(draw, len(x), steps)):
        batch = x[places]
        y = batch @ w
        inner = y.mT @ y / BATCH
        w = w + rate(t) * (batch.mT @ y / BATCH - w @ (np.triu(inner) if triangular else inner))
    return w


def _angles(w: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Of each column to the component of its number, in degrees, [R, k]."""
    cosine = np.abs((w / np.linalg.norm(w, axis=1, keepdims=True) * vectors[:, : w.shape[2]]).sum(1))
    return np.asarray(np.degrees(np.arccos(np.minimum(cosine, 1.0))))
