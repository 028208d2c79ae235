"""Early stopping: a replica that no longer gets better on held-out data goes back to its best and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.training import Training


class EarlyStopping:
    """Per replica: the best validation score, the parameters that had it, and how long ago that was."""

    def __init__(self, patience: int, lower_is_better: bool) -> None:
        self.patience, self.sign = patience, -1.0 if lower_is_better else 1.0
        self.best: np.ndarray | None = None
        self.since: np.ndarray | None = None
        self.flat: Tensor | None = None

    def look(self, training: Training, scores: np.ndarray, replicas: Sequence[int]) -> None:
        """One evaluation of these replicas, scores [R]; freezes those whose patience is over."""
        if self.best is None or self.since is None or self.flat is None:
            self.best = np.full(len(scores), -np.inf)
            self.since = np.zeros(len(scores), int)
            self.flat = training.parameters.flat.clone()
        better = np.nan_to_num(self.sign * scores, nan=-np.inf) > self.best
        looked = np.isin(np.arange(len(scores)), replicas)
        learning = np.array(training.ended) < 0
        better &= looked & (learning | (np.array(training.why) == "converged"))
        self.best = np.where(better, self.sign * scores, self.best)
        self.since = np.where(better, 0, self.since + looked)
        rows = torch.as_tensor(better, device=self.flat.device)
        self.flat[rows] = training.parameters.flat[rows]
        for replica in np.flatnonzero(learning & (self.since >= self.patience)):
            training.freeze(int(replica), "early")
        for one in replicas:
            if training.ended[one] >= 0:
                training.parameters.flat[one] = self.flat[one]

    def put_back(self, training: Training) -> None:
        """Every replica back to its best parameters."""
        if self.flat is not None:
            training.parameters.flat.copy_(self.flat)

    def state(self) -> dict[str, Tensor]:
        """What must be kept to go on."""
        if self.best is None or self.since is None or self.flat is None:
            return {}
        found = {
            "best": torch.from_numpy(self.best),
            "since": torch.from_numpy(self.since),
            "flat": self.flat,
        }
        return {f"stopping.{name}": tensor for name, tensor in found.items()}

    def restore(self, tensors: Mapping[str, Tensor], device: torch.device) -> None:
        """Takes back what `state` gave."""
        if "stopping.flat" in tensors:
            self.best, self.since = tensors["stopping.best"].numpy(), tensors["stopping.since"].numpy()
            self.flat = tensors["stopping.flat"].to(device)
