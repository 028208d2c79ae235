"""The teacher who gives the answer: a classifier that meets its examples as the others do.

Learner and loss are `supervised.classification`'s. What differs is the source: examples come in
moments and are recalled from memory, so that the very same images are in every batch of the learner
who is only told right or wrong. The teacher may have labels for few rows, or be wrong about a share.
"""

from __future__ import annotations

import torch

from paradigms.engine.problem import Problem
from paradigms.engine.recall import Recalled
from paradigms.engine.rows import Table
from paradigms.engine.training import Phase
from paradigms.errors import UsageError
from paradigms.supervised.classification import Classification, respond

__all__ = ["build", "labelled", "respond"]


def labelled(problem: Problem) -> Table:
    """The training rows that have a label, with the labels as the teacher gives them.

    The first `labels` rows of each replica's part (all if None); a share `label_noise` of the rows has
    another class instead of its own, always the same one.

    Raises:
        UsageError: more labels than there are training rows.
    """
    train, count = problem.parts["train"], problem.settings["labels"]
    assert train.y is not None
    if count is not None and not 1 <= count <= train.rows:
        raise UsageError(f"--labels {count}: the training part has {train.rows} rows.", "Ask for fewer.")
    x, y = train.x[:, :count], train.y[:, :count]
    wrong = problem.streams.stack(lambda g: g.random((2, train.rows)), "labels")[:, :, : y.shape[1]]
    wrong_by = 1 + (torch.from_numpy(wrong[:, 1]) * (problem.classes - 1)).long()
    chosen = torch.from_numpy(wrong[:, 0]) < problem.settings["label_noise"]
    other = (y + wrong_by.to(y.device)) % problem.classes
    return Table(x, torch.where(chosen.to(y.device), other, y))


def build(problem: Problem) -> tuple[Classification, list[Phase]]:
    """The learner and its one phase."""
    learner = Classification(problem)
    source = Recalled(problem, labelled(problem))
    return learner, [problem.phase(learner, source, source.updates)]
