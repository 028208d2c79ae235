"""Which rows a teacher has labels for, and which of the labels are wrong."""

from __future__ import annotations

import numpy as np
import torch

from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.errors import UsageError


def taught(problem: Problem) -> Table:
    """The training rows as a classifier is told of them: the part itself, unless labels lack or are wrong."""
    options = problem.options
    whole = options.labels is None and not np.any(options.label_noise or 0)
    return problem.parts["train"] if whole else labelled(problem)


def labelled(problem: Problem) -> Table:
    """The training rows that have a label, with the labels as the teacher gives them.

    The first `labels` rows of each replica's part (all if None); a share `label_noise` of the rows has
    another class instead of its own, always the same one.

    Raises:
        UsageError: more labels than there are training rows.
    """
    train, count = problem.parts["train"], problem.options.labels
    assert train.y is not None
    if count is not None and not 1 <= count <= train.rows:
        raise UsageError(f"--labels {count}: the training part has {train.rows} rows.", "Ask for fewer.")
    x, y = train.x[:, :count], train.y[:, :count]
    wrong = problem.streams.stack(lambda g: g.random((2, train.rows)), "labels")[:, :, : y.shape[1]]
    wrong_by = 1 + (torch.from_numpy(wrong[:, 1]) * (problem.classes - 1)).long()
    noise = np.array(problem.each(problem.options.label_noise))[:, None]
    chosen = torch.from_numpy(wrong[:, 0] < noise)
    other = (y + wrong_by.to(y.device)) % problem.classes
    return Table(x, torch.where(chosen.to(y.device), other, y))
