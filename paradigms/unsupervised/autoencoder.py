"""An autoencoder: rows through a narrow place and back; what is usual comes back, the rest does not.

Loss: L(θ) = ½ mean ‖f_θ(x) − x‖²: the row itself is the answer. Its gradient pulls what comes back towards
what went in. A class is left out of the rows that it learns from, another for each seed, and how badly its
rows come back tells them from the others (Hinton & Salakhutdinov 2006; Sakurada & Yairi 2014). Whoever is
alarmed by one normal row in a hundred has a threshold from normal rows alone: no odd row sets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, gather
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Network

ALARMS = 0.01
"""Share of the normal rows at which an alarm may go off."""
SHOWN = 200
"""Normal rows whose errors the pictures count, and odd ones."""
EXAMPLES = 6
"""Normal rows that are drawn with what comes back, and odd ones."""


def errors(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """How far rows x [R, N, d] are from what comes back, ‖f(x) − x‖² / d: [R, N]."""
    return (network.forward(parameters, x) - x).square().mean(2)


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the error, and `alarm` [R, N] for rows x [R, N, d] that are odd."""
    off = errors(network, parameters, x)
    return {"prediction": off, "alarm": off > parameters["threshold"].to(off)}


def area(normal: np.ndarray, odd: np.ndarray) -> float:
    """How often an odd row has the larger of two scores (ties count half): the area under the ROC curve."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([normal, odd]))[len(normal) :]
    return float((ranks.mean() - (len(odd) + 1) / 2) / len(normal))


class Rebuilding(NetworkLearner[Table]):
    """R networks that give back the rows which they are given."""

    def __init__(self, problem: Problem) -> None:
        width = problem.parts["train"].x.shape[2]
        self.hold(problem, catalogue.network(problem, width, width, "numbers"))

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        return _squares(self.network.practise(parameters, batch.x), batch)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        def pull(answer: Tensor) -> tuple[Tensor, Tensor]:
            return _squares(answer, batch), (answer - batch.x) / batch.x.shape[1]

        return self.network.slope(parameters, batch.x, pull)


class Autoencoder(Rebuilding):
    """R autoencoders, each without one class; reference: scikit-learn's local outlier factor, likewise."""

    replayed = True

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.odd = _left_out(problem)
        """The class that each replica never meets, [R]."""
        self.parts = problem.parts
        self.train = self._without(problem.parts["train"])
        self.threshold: Tensor | None = None

    def _is_odd(self, part: str) -> np.ndarray:
        classes = self.parts[part].y
        assert classes is not None
        return np.asarray(classes.cpu().numpy() == self.odd[:, None])

    def _without(self, table: Table) -> Table:
        """The training rows; where a row of the odd class stood, stands another."""
        chosen = np.stack([np.resize(np.flatnonzero(~odd), len(odd)) for odd in self._is_odd("train")])
        return gather(Table(table.x), torch.from_numpy(chosen).to(table.x.device))

    def _rows(self, part: str) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of each replica the places of a part's normal rows, and of odd ones among the training rows.

        Nobody learned from those either: every other one serves validation, the rest the test.
        """
        begin = {"validation": 0, "test": 1}[part]
        own, spare = self._is_odd(part), self._is_odd("train")
        return [
            (np.flatnonzero(~mine), np.flatnonzero(free)[begin::2])
            for mine, free in zip(own, spare, strict=True)
        ]

    @torch.no_grad()
    def _told(self, parameters: Parameters, part: str) -> list[tuple[np.ndarray, np.ndarray]]:
        """Errors of a replica's normal rows of a part, and of all its odd ones."""
        off = numbers(errors(self.network, parameters, self.parts[part].x))
        train = numbers(errors(self.network, parameters, self.parts["train"].x))
        return self._parted(off, train, part)

    def _parted(self, off: np.ndarray, train: np.ndarray, part: str) -> list[tuple[np.ndarray, np.ndarray]]:
        odd = self._is_odd(part)
        return [
            (off[r, normal], np.concatenate([off[r, odd[r]], train[r, spare]]))
            for r, (normal, spare) in enumerate(self._rows(part))
        ]

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        if part == "train":
            return {}
        told, limits = self._told(parameters, part), self._limits(parameters)
        caught = [float((odd > limit).mean()) for (_, odd), limit in zip(told, limits, strict=True)]
        return {"auc": np.array([area(*pair) for pair in told]), "recall": np.array(caught)}

    def _limits(self, parameters: Parameters) -> np.ndarray:
        """The error that one normal row of the validation part in a hundred passes, [R]."""
        return np.array(
            [np.quantile(normal, 1 - ALARMS) for normal, _ in self._told(parameters, "validation")]
        )

    def finish(self, parameters: Parameters) -> None:
        """What is an alarm from now on."""
        self.threshold = self.problem.tensor(self._limits(parameters)[:, None])

    def constants(self) -> dict[str, Tensor]:
        never = torch.full((len(self.odd), 1), torch.inf)
        return {"threshold": never if self.threshold is None else self.threshold}

    def baseline(self, part: str) -> np.ndarray:
        """A coin."""
        return np.full(len(self.odd), 0.5)

    def reference(self, part: str) -> np.ndarray:
        return self._by("local outlier factor", part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        return {name: self._by(name, part) for name in ("isolation forest", "PCA")}

    def _by(self, name: str, part: str) -> np.ndarray:
        pairs = [
            (oddness(self.parts[part], r), oddness(self.parts["train"], r))
            for r, oddness in enumerate(self._fitted(name))
        ]
        off, train = (np.stack(one) for one in zip(*pairs, strict=True))
        return np.array([area(*pair) for pair in self._parted(off, train, part)])

    @cache  # noqa: B019 - a learner lives as long as its study
    def _fitted(self, name: str) -> list[Any]:
        from threadpoolctl import threadpool_limits

        normal = [_of(self.parts["train"], r)[~odd] for r, odd in enumerate(self._is_odd("train"))]
        with threadpool_limits(torch.get_num_threads()):
            return [_oddness(name, rows, self._narrowest) for rows in normal]

    @property
    def _narrowest(self) -> int:
        return min(self.problem.options.hidden or (self.train.x.shape[2],))

    def _chosen(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The first normal rows of each replica's test part and its first odd ones, [EXAMPLES, d] each."""
        test = [_of(self.parts["test"], r) for r in range(len(self.odd))]
        odd = self._is_odd("test")
        return [
            (
                np.resize(rows[~mine], (EXAMPLES, rows.shape[1])),
                np.resize(rows[mine], (EXAMPLES, rows.shape[1])),
            )
            for rows, mine in zip(test, odd, strict=True)
        ]

    def scene(self) -> dict[str, np.ndarray]:
        examples = np.stack([np.concatenate(pair) for pair in self._chosen()])
        return {"originals": examples.astype(np.float32), "odd_class": self.odd[:, None].astype(np.int16)}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """What comes back of the examples, the errors of normal and odd rows, and the threshold."""
        examples = self.problem.tensor(self.scene()["originals"])
        told = self._told(parameters, "test")
        normal, odd = (np.stack([_padded(pair[k]) for pair in told]) for k in (0, 1))
        return {
            "rebuilt": self.network.forward(parameters, examples).float().cpu().numpy(),
            "errors_normal": normal,
            "errors_odd": odd,
            "threshold": self._limits(parameters).astype(np.float32)[:, None],
        }


def _left_out(problem: Problem) -> np.ndarray:
    """The class that each replica never meets, [R]: the one that was asked for, or as its seed counts."""
    asked, classes = problem.options.odd, problem.classes
    if asked is not None and asked >= classes:
        raise UsageError(
            f"--odd {asked}: these data have {classes} classes, counted from 0.",
            f"Use --odd 0 to {classes - 1}.",
        )
    return np.array([seed % classes if asked is None else asked for seed in problem.streams.seeds])


def _squares(answer: Tensor, batch: Table) -> Tensor:
    return (answer - batch.x).square().sum(2).mean(1) / 2


def _of(table: Table, replica: int) -> np.ndarray:
    """The rows [N, d] of a replica."""
    return numbers(table.x[min(replica, len(table.x) - 1)])


def _padded(each: np.ndarray) -> np.ndarray:
    """The first numbers, NaN where there are fewer: [SHOWN]."""
    line = np.full(SHOWN, np.nan, np.float32)
    line[: len(each)] = each[:SHOWN]
    return line


def _oddness(name: str, rows: np.ndarray, components: int) -> Any:
    """What says of a replica's rows how odd they are, larger is odder, from normal rows [N, d]."""
    from sklearn import decomposition, ensemble, neighbors

    if name == "PCA":
        model = decomposition.PCA(min(components, *rows.shape)).fit(rows)
        return lambda table, r: np.square(
            _of(table, r) - model.inverse_transform(model.transform(_of(table, r)))
        ).sum(1)
    made = (
        ensemble.IsolationForest(random_state=0)
        if name == "isolation forest"
        else neighbors.LocalOutlierFactor(min(20, len(rows) - 1), novelty=True)
    ).fit(rows)
    return lambda table, r: -made.score_samples(_of(table, r))


def build(problem: Problem) -> tuple[Autoencoder, list[Phase]]:
    """The learner and its one phase."""
    learner = Autoencoder(problem)
    source = problem.shuffled(learner.train)
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
