"""Digits, a perceptron 64-64, Adam 1e-3, batches of 64: the same rows, splits and updates for all."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.task import Task

HIDDEN, BATCH, LR = (64, 64), 64, 1e-3


def splits(seeds: Sequence[int]) -> list[list[np.ndarray]]:
    """For each seed x and y to train on (75 %), x and y to be judged by."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype(np.float32)
    return [_quarter(x, y, seed) for seed in seeds]


def _quarter(x: np.ndarray, y: np.ndarray, seed: int) -> list[np.ndarray]:
    from sklearn.model_selection import train_test_split

    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
    return [train_x, train_y, test_x, test_y]


def _one_after_another(
    seeds: Sequence[int], fit: Callable[[np.ndarray, np.ndarray, int], Any], warm: bool = True
) -> Task:
    """A peer's task: fit each seed in turn, then the mean accuracy; libraries load at a first small fit."""
    held = splits(seeds)
    if warm:
        fit(held[0][0][:128], held[0][1][:128], 0)

    def work(pair: int) -> list[Any]:
        return [fit(x, y, seed) for (x, y, _, _), seed in zip(held, seeds, strict=True)]

    def judge(models: list[Any]) -> dict[str, float]:
        right = [np.mean(model(x) == y) for model, (_, _, x, y) in zip(models, held, strict=True)]
        return {"accuracy": float(np.mean(right))}

    return Task(work, judge)


def ours(seeds: Sequence[int], epochs: int) -> Task:
    from benchmarks.work.ours import learn, table, training

    held = [np.stack(one) for one in zip(*splits(seeds), strict=True)]
    parts = {"train": table(held[0], held[1]), "test": table(held[2], held[3])}
    updates = -(-len(held[0][0]) // BATCH) * epochs

    def ready(updates: int) -> Any:
        return training(
            "classification",
            seeds,
            updates * BATCH,
            parts,
            classes=10,
            hidden=HIDDEN,
            batch_size=BATCH,
            lr=LR,
            schedule="constant",
            l2=0.0,
        )

    learn(ready(3))

    def judge(trained: Any) -> dict[str, float]:
        return {"accuracy": float(trained.learner.evaluate(trained.parameters, "test")["accuracy"].mean())}

    return Task(lambda pair: learn(ready(updates)), judge)


def sklearn(seeds: Sequence[int], epochs: int) -> Task:
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")  # that it has not converged after these epochs is meant

    def fit(x: np.ndarray, y: np.ndarray, seed: int) -> Any:
        model = MLPClassifier(
            HIDDEN,
            alpha=0.0,
            batch_size=BATCH,
            learning_rate_init=LR,
            max_iter=epochs,
            tol=0.0,
            n_iter_no_change=epochs + 1,
            random_state=seed,
        )
        return model.fit(x, y).predict

    return _one_after_another(seeds, fit)


def network() -> Any:
    from torch import nn

    widths = (64, *HIDDEN, 10)
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(widths):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def skorch(seeds: Sequence[int], epochs: int) -> Task:
    import torch
    from skorch import NeuralNetClassifier

    def fit(x: np.ndarray, y: np.ndarray, seed: int) -> Any:
        torch.manual_seed(seed)
        model = NeuralNetClassifier(
            network(),
            criterion=torch.nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=LR,
            batch_size=BATCH,
            max_epochs=epochs,
            train_split=None,
            iterator_train__shuffle=True,
            verbose=0,
        )
        return model.fit(x, y).predict

    return _one_after_another(seeds, fit)


def lightning(seeds: Sequence[int], epochs: int) -> Task:
    import logging

    import lightning as L
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")

    class Module(L.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, batch: Any, number: int) -> Any:
            return torch.nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), lr=LR)

    def fit(x: np.ndarray, y: np.ndarray, seed: int) -> Any:
        torch.manual_seed(seed)
        module = Module()
        rows = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        trainer = L.Trainer(
            max_epochs=epochs,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(module, DataLoader(rows, batch_size=BATCH, shuffle=True))

        @torch.no_grad()
        def predict(rows: np.ndarray) -> np.ndarray:
            return module.network(torch.from_numpy(rows)).argmax(1).numpy()

        return predict

    return _one_after_another(seeds, fit)
