"""Early stopping: rows are held out, and every replica ends with the parameters that did best on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine import devices
from paradigms.engine.rows import Table
from paradigms.engine.sparse import SparseTable
from paradigms.engine.training import Training
from paradigms.estimators.base import Watch


class Early(Watch):
    """Ends a replica whose loss on the held-out rows has not fallen for so many looks, and keeps its best."""

    def __init__(self, learner: Any, held: Table, patience: int, told: bool) -> None:
        super().__init__(told=told)
        if isinstance(held, SparseTable):
            held = Table(torch.from_numpy(held.matrix.toarray()[None]), held.y, held.weights)
        self.learner, self.held, self.patience = learner, held, patience
        self.least: np.ndarray | None = None

    def stands(self, training: Training, row: Mapping[str, np.ndarray]) -> np.ndarray:
        with torch.no_grad():
            table = replace(self.held, x=self.held.x.expand(len(training.parameters.flat), -1, -1))
            for name in ("y", "weights"):
                column: Tensor | None = getattr(table, name)
                if column is not None:
                    table = replace(table, **{name: column.expand(len(training.parameters.flat), -1)})
            loss = devices.numbers(self.learner.loss(training.parameters, table))
        if self.least is None:
            self.least, self.waited = np.full(len(loss), np.inf), np.zeros(len(loss), int)
            self.kept = {
                name: value.detach().cpu().numpy().copy() for name, value in training.parameters.items()
            }
        better = loss < self.least
        self.least = np.where(better, loss, self.least)
        self.waited = np.where(better, 0, self.waited + 1)
        for name, value in training.parameters.items():
            self.kept[name][better] = value.detach().cpu().numpy()[better]
        self.rows[-1]["validation_loss"] = loss
        return self.waited >= self.patience

    def best(self, last: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The parameters of each replica's least loss."""
        return dict(self.kept) if self.least is not None else dict(last)


def split(table: Table, share: float, seed: int) -> tuple[Table, Table]:
    """Rows to learn from, and a share of them to be judged by; which is which hangs on the seed alone."""
    order = np.random.default_rng(np.random.SeedSequence((seed, 1))).permutation(table.rows)
    held = min(table.rows - 1, max(1, round(share * table.rows)))
    return _part(table, np.sort(order[held:])), _part(table, np.sort(order[:held]))


def _part(table: Table, rows: np.ndarray) -> Table:
    """These rows; their weights average one among them."""
    chosen = torch.from_numpy(rows).to(table.x.device)
    y, weights = (None if one is None else one[:, chosen] for one in (table.y, table.weights))
    if weights is not None:
        weights = weights / weights.mean(1, keepdim=True).clamp_min(torch.finfo(weights.dtype).tiny)
    if isinstance(table, SparseTable):
        matrix = table.matrix[rows]
        return replace(table, x=table.x[:, : len(rows)], y=y, weights=weights, matrix=matrix)
    return Table(table.x[:, chosen], y, weights)
