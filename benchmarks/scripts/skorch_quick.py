"""What `paradigms run supervised --quick` trains, written with skorch: two tasks, three seeds."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.datasets import load_diabetes, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from skorch import NeuralNetClassifier, NeuralNetRegressor
from torch import nn

SEEDS = (0, 1, 2)


def split(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    return tuple(train_test_split(x.astype(np.float32), y, test_size=0.4, random_state=seed))


def regression(seed: int) -> float:
    x, other_x, y, other_y = split(*load_diabetes(return_X_y=True), seed)
    rows, targets = StandardScaler().fit(x), StandardScaler().fit(y[:, None])
    model = NeuralNetRegressor(
        nn.Linear(10, 1), optimizer=torch.optim.Adam, lr=0.02, batch_size=32, max_epochs=30, verbose=0
    )
    model.fit(rows.transform(x), targets.transform(y[:, None]).astype(np.float32))
    return float(model.score(rows.transform(other_x), targets.transform(other_y[:, None])))


def classification(seed: int) -> float:
    x, other_x, y, other_y = split(*load_digits(return_X_y=True), seed)
    network = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    model = NeuralNetClassifier(
        network,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=0.005,
        batch_size=32,
        max_epochs=15,
        verbose=0,
    )
    return float(model.fit(x / 16, y).score(other_x / 16, other_y))


if __name__ == "__main__":
    for name, task in ("diabetes R²", regression), ("digits accuracy", classification):
        scores = []
        for seed in SEEDS:
            torch.manual_seed(seed)
            scores.append(task(seed))
        print(f"{name}: {np.mean(scores):.4f} ± {np.std(scores):.4f}")
