"""A decision tree: questions one after another, each of them about one feature.

Nothing here is a gradient. Of all questions "is feature j at most t?" a node takes the one after which its
rows are the purest: by Gini's index, mean (1 − p of the true class), as CART does (Breiman et al. 1984), or
by entropy, mean −log₂ p of the true class, whose fall is the information gain of ID3 (Quinlan 1986). The loss
is that impurity on the training rows. scikit-learn's DecisionTreeClassifier grows the tree; here it is
revealed level by level, and each level asks every row once more.

The parameters are what each node adds to the count of classes above it, so that the sum along a row's way is
the count where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table, Whole
from paradigms.engine.rules import SGD
from paradigms.engine.training import Phase
from paradigms.supervised.grading import Grading, Namer
from paradigms.supervised.labels import taught
from paradigms.supervised.trees import Grown, bare, plant, room, walk


def counted(parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Training rows of each class that stand where rows x [R, N, d] stand: [R, N, C]."""
    grown = Grown(*(parameters[name].unsqueeze(1) for name in Grown._fields))
    counts, found, before = parameters["counts"], x.new_zeros(()), None
    for nodes in walk(grown, x, int(parameters["depth"][0])):
        node = nodes.squeeze(1)  # [R, N]
        each = counts.gather(1, node.unsqueeze(2).expand(-1, -1, counts.shape[2]))
        fresh = torch.ones_like(node, dtype=torch.bool) if before is None else node != before
        found, before = found + each * fresh.unsqueeze(2), node
    return found


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N] and `probability` [R, N, C], the shares where rows x [R, N, d] stand."""
    found = counted(parameters, x)
    total = found.sum(2, keepdim=True)
    probability = torch.where(total == 0, 1 / found.shape[2], found / torch.where(total == 0, 1, total))
    return {"prediction": found.argmax(2), "probability": probability}


class Tree(Namer[Table]):
    """R trees; reference: a random forest of scikit-learn, a hundred trees on the same rows."""

    exempt = {  # noqa: RUF012 - as declared
        "gradient": "a tree has no gradient: questions are chosen one after another, and stay",
        "device": "scikit-learn grows the tree, on the processor",
    }

    def __init__(self, problem: Problem) -> None:
        self.problem, self.train = problem, taught(problem)
        self.taught = self.train
        self.grading = Grading(problem.parts, problem.classes)
        self.depth = max(1, problem.budget // self.train.rows)
        self.entropy = problem.options.criterion == "entropy"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"counts": (room(self.train.rows, self.depth), self.problem.classes)}

    @property
    def weights(self) -> tuple[str, ...]:
        return ()

    @property
    def statistics(self) -> tuple[str, ...]:
        return ("counts",)

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        """Not even the root has counted."""
        return {"counts": np.zeros(self.shapes["counts"])}

    @cached_property
    def _trees(self) -> list[Any]:
        from sklearn.tree import DecisionTreeClassifier

        criterion = "entropy" if self.entropy else "gini"
        assert self.train.y is not None
        told, streams = self.train.y.cpu().numpy(), self.problem.streams
        x = numbers(self.train.x)
        return [
            DecisionTreeClassifier(
                criterion=criterion, max_depth=self.depth, random_state=streams.seed(replica, "tree")
            ).fit(x[min(replica, len(x) - 1)], told[replica])
            for replica in streams.replicas
        ]

    @cached_property
    def _grown(self) -> tuple[Grown, Tensor, Tensor]:
        """The trees' questions, what each node adds to the count above it [R, S, C], and its level [R, S]."""
        nodes, classes = self.shapes["counts"]
        grown = bare(len(self._trees), nodes)
        adds = torch.zeros(len(self._trees), nodes, classes, dtype=torch.float64)
        levels = torch.full((len(self._trees), nodes), -1)
        for r, model in enumerate(self._trees):
            tree = model.tree_
            plant(grown, (r,), tree)
            counts = np.zeros((tree.node_count, classes))
            shares = tree.value[:, 0] * tree.weighted_n_node_samples[:, None]
            counts[:, model.classes_] = np.rint(shares)
            above, level = np.full(tree.node_count, -1), np.zeros(tree.node_count, np.int64)
            for node in np.flatnonzero(tree.children_left >= 0):  # a parent comes before its children
                for child in (tree.children_left[node], tree.children_right[node]):
                    above[child], level[child] = node, level[node] + 1
            counts[1:] -= counts.copy()[above[1:]]
            adds[r, : len(counts)], levels[r, : len(counts)] = (
                torch.from_numpy(counts),
                torch.from_numpy(level),
            )
        return grown, adds, levels

    def constants(self) -> dict[str, Tensor]:
        held = {name: one.to(self.train.x.device) for name, one in self._grown[0]._asdict().items()}
        return held | {"depth": torch.full((len(self._trees), 1), self.depth)}

    def answer(self, parameters: Parameters, x: Tensor) -> dict[str, Tensor]:
        return respond({**parameters, **self.constants()}, x)

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        assert batch.y is not None
        told = self.answer(parameters, batch.x)["probability"]
        right = told.gather(2, batch.y.unsqueeze(2)).squeeze(2)
        return (-right.log2() if self.entropy else 1 - right).mean(1)

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        """Nothing pulls: the next level does not hang on this one's answers."""
        return Slope(self.loss(parameters, batch), torch.zeros_like(parameters.flat))

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """Level `step` is known; the root is with the first."""
        _, adds, levels = self._grown
        now = (levels == step) | ((levels == 0) & (step == 1))
        parameters["counts"].add_((adds * now.unsqueeze(2)).to(parameters.flat))

    def reference(self, part: str) -> np.ndarray:
        return self.grading.by(_forest, part)

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        return {"LogisticRegression": super().reference(part)}

    def scene(self) -> dict[str, np.ndarray]:
        """The trees, in scaled features: questions, children, levels and each node's count of classes."""
        (features, thresholds, children), adds, levels = self._grown
        counts = adds.clone()
        for r, node in (levels >= 0).nonzero().tolist():
            for child in children[r, node].tolist():
                if child != node:
                    counts[r, child] += counts[r, node]
        return {
            "tree_features": features.numpy().astype(np.int32),
            "tree_thresholds": thresholds.numpy(),
            "tree_children": children.numpy().astype(np.int32),
            "tree_levels": levels.numpy().astype(np.int16),
            "tree_counts": counts.numpy().astype(np.int32),
        }

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """How deep each tree is by now, and what is confused with what."""
        known = (parameters["counts"] != 0).any(2).cpu() & (self._grown[2] >= 0)
        level = torch.where(known, self._grown[2], -1).amax(1)
        found = self.answer(parameters, self.grading.parts["test"].x)["prediction"]
        confusion = self.grading.confusion(found, "test").numpy().astype(np.int32)
        return {"tree_level": level.numpy().astype(np.int16), "confusion": confusion}


def _forest(x: np.ndarray, y: np.ndarray) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(random_state=0).fit(x, y)


def build(problem: Problem) -> tuple[Tree, list[Phase]]:
    """The learner and its one phase: a level a step, for which all rows are asked."""
    learner = Tree(problem)
    source = Whole(learner.train, problem.streams)
    still = {"lr": 1.0, "schedule": "constant", "warmup": 0}
    return learner, [problem.phase(learner, source, learner.depth, SGD(), False, **still)]
