"""The autoencoder: what it never meets, where its threshold comes from, and the area under its curve."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from tiny import ROWS, problem, training

from paradigms.engine.loop import train
from paradigms.engine.rows import Table
from paradigms.errors import UsageError
from paradigms.unsupervised import autoencoder
from paradigms.unsupervised.autoencoder import Autoencoder, area


def test_the_area_is_scikit_learns():
    rng = np.random.default_rng(0)
    normal, odd = rng.normal(size=40).round(1), rng.normal(1, 1, 15).round(1)
    right = np.repeat([0, 1], [40, 15])
    assert area(normal, odd) == pytest.approx(roc_auc_score(right, np.concatenate([normal, odd])))


def test_no_odd_row_is_ever_learned_from():
    learner = training("autoencoder").learner
    for r, seed in enumerate((0, 1, 2)):
        classes = learner.parts["train"].y[r].numpy()
        rows = learner.parts["train"].x[r].numpy()
        odd = {row.tobytes() for row in rows[classes == seed % 3]}
        met = {row.tobytes() for row in learner.train.x[r].numpy()}
        assert not odd & met
        assert met == {row.tobytes() for row in rows[classes != seed % 3]}
        assert learner.train.rows == ROWS


def test_odd_rows_change_neither_the_start_nor_the_threshold():
    """The threshold too is from normal rows only: odd ones that are a hundred times as far move nothing."""
    asked = problem("autoencoder")
    parts = {}
    for name, one in asked.parts.items():
        odd = one.y == torch.tensor([[0], [1], [2]])
        parts[name] = Table(torch.where(odd.unsqueeze(2), 100 * one.x, one.x), one.y)
    other = asked.__class__(**vars(asked) | {"parts": parts})
    told = []
    for given in (asked, other):
        learner, phases = autoencoder.build(given)
        one = given.begin(learner, phases)
        train(one, [one.total], lambda training, signals: True)
        learner.finish(one.parameters)
        told.append((one.parameters.flat, learner.threshold, learner.evaluate(one.parameters, "test")["auc"]))
    assert torch.equal(told[0][0], told[1][0])
    assert torch.equal(told[0][1], told[1][1])
    assert (told[1][2] == 1).all()


def test_a_linear_one_at_its_best_is_pca():
    one = training("autoencoder", hidden=(2,), activation="relu")
    learner, parameters = one.learner, one.parameters
    rows = learner.train.x
    with torch.no_grad():
        for r in range(3):
            axes = torch.from_numpy(PCA(2).fit(rows[r].numpy()).components_)
            middle = rows[r].mean(0)
            parameters["weight1"][r], parameters["bias1"][r] = axes.T, 100 - axes @ middle  # never below zero
            parameters["weight2"][r], parameters["bias2"][r] = axes, middle - 100 * axes.sum(0)
    slope = learner.slope(parameters, Table(rows))
    lost = [
        0.5 * np.square(x - PCA(2).fit(x).inverse_transform(PCA(2).fit_transform(x))).sum(1).mean()
        for x in rows.numpy()
    ]
    np.testing.assert_allclose(slope.losses, lost, rtol=1e-6)
    assert slope.gradient.abs().max() < 1e-9


def test_a_class_that_is_not_there():
    with pytest.raises(UsageError, match="--odd 3: these data have 3 classes"):
        Autoencoder(problem("autoencoder", odd=3))
