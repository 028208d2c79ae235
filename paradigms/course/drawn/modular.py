"""Addition modulo 31, learned from 45 % of its table: long right on these pairs, then at once on all
(Power 2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.course.lesson import Draw

P, SHARE, WIDTH, RATE = 31, 0.45, 128, 5e-3
DECAYS = (0.0, 2.0, 4.0)
STEPS, EVERY = 600, 10


def grokking(draw: Draw) -> dict[str, Any]:
    """One hidden layer of squares, squared error, AdamW, all pairs every step (Gromov 2023): accuracies
    [D, R, looks].

    `reached_*` [D, R] are the steps at which 99 % are right; NaN if never.
    """
    import torch

    from paradigms.engine.parameters import Parameters
    from paradigms.engine.rules import RULES
    from paradigms.networks.perceptron import Perceptron

    torch.manual_seed(0)
    network, seeds = (
        Perceptron([2 * P, WIDTH, P], activation="square", init="he", scale=0.5),
        range(draw.seeds),
    )
    starts = [network.initial(0, draw.generator(seed)) for seed in seeds] * len(DECAYS)
    parameters = Parameters.stack(network.shapes, starts, torch.float32, torch.device("cpu"))
    x, y, own = _table(draw)
    train, answers = (
        torch.tensor(np.tile(one[own].reshape(draw.seeds, -1, one.shape[-1]), (len(DECAYS), 1, 1)))
        for one in (x, y)
    )
    decay = torch.tensor(np.repeat(DECAYS, draw.seeds), dtype=torch.float32)[:, None]
    kept = parameters.mask(network.weights)
    rule = RULES["adamw"]()
    rule.start(parameters.flat)
    steps = 400 if draw.quick else STEPS
    seen: dict[str, list[Any]] = {"own": [], "new": []}
    for step in range(steps + 1):
        if step % EVERY == 0:
            right = _right(network, parameters, x, y)
            inside = np.tile(own, (len(DECAYS), 1))
            seen["own"].append((right * inside).sum(1) / inside.sum(1))
            seen["new"].append((right * ~inside).sum(1) / (~inside).sum(1))
        slope = network.slope(parameters, train, lambda answer: _pull(answer, answers))
        with torch.no_grad():
            parameters.flat.mul_(1 - RATE * decay * kept)
            rule.move(parameters.flat, slope.gradient, RATE, step + 1)
    looks = np.arange(0, steps + 1, EVERY)
    found: dict[str, Any] = {"steps": looks}
    for name, values in seen.items():
        curve = np.array(values).T.reshape(len(DECAYS), draw.seeds, -1)
        found[name] = curve
        found[f"reached_{name}"] = np.where((curve >= 0.99).any(2), looks[(curve >= 0.99).argmax(2)], np.nan)
    return found


def _table(draw: Draw) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of every seed as two lamps of P each [R, P², 2P], the sum as one [R, P², P], and which are
    learned.
    """
    a, b = (one.ravel() for one in np.meshgrid(np.arange(P), np.arange(P), indexing="ij"))
    lamps = np.eye(P, dtype=np.float32)
    x, y = np.concatenate([lamps[a], lamps[b]], 1), lamps[(a + b) % P]
    own = np.zeros((draw.seeds, P * P), bool)
    for seed in range(draw.seeds):
        own[seed, draw.generator(100 + seed).permutation(P * P)[: round(SHARE * P * P)]] = True
    many = [np.broadcast_to(one, (draw.seeds, *one.shape)) for one in (x, y)]
    return many[0], many[1], own


def _pull(answer: Any, wanted: Any) -> tuple[Any, Any]:
    away = answer - wanted
    return away.square().mean((1, 2)), 2 * away / away[0].numel()


def _right(network: Any, parameters: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import torch

    with torch.no_grad():
        answer = network.forward(parameters, torch.tensor(x[:1].copy())).argmax(2).numpy()
    return np.asarray(answer == y[0].argmax(1))
