"""Support vectors: losses by hand, scikit-learn's optimum, the kernel that features stand for, silence."""

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import rbf_kernel
from tiny import problem, training

from paradigms.engine import losses
from paradigms.engine.loop import train
from paradigms.supervised import fourier


def through(one):
    train(one, [one.total], lambda training, signals: True)
    return one


def test_the_hinge_counts_every_class_within_its_margin(rng):
    scores = torch.tensor(rng.normal(size=(2, 7, 3)) * 2)
    classes, weights = torch.tensor(rng.integers(0, 3, (2, 7))), torch.tensor(rng.random((2, 7)))
    expected = np.zeros(2)
    for r in range(2):
        for b in range(7):
            for c in range(3):
                t = 1 if classes[r, b] == c else -1
                expected[r] += weights[r, b] * max(0, 1 - t * scores[r, b, c]) / 7
    np.testing.assert_allclose(losses.hinge(scores, classes, weights), expected)


@pytest.mark.parametrize("weighted", [False, True])
def test_pulls_are_autograds(rng, weighted):
    scores = torch.tensor(rng.normal(size=(2, 7, 3)) * 2, requires_grad=True)
    classes, target = torch.tensor(rng.integers(0, 3, (2, 7))), torch.tensor(rng.normal(size=(2, 7)))
    weights = torch.tensor(rng.random((2, 7))) if weighted else None
    answer = torch.tensor(rng.normal(size=(2, 7)) * 2, requires_grad=True)
    for loss, pulled, asked, given in (
        (losses.hinge, losses.hinge_pull, scores, (classes,)),
        (losses.insensitive, losses.insensitive_pull, answer, (target, 0.4)),
    ):
        value = loss(asked, *given, weights=weights)
        found, pull = pulled(asked.detach(), *given, weights=weights)
        torch.testing.assert_close(found, value.detach())
        torch.testing.assert_close(pull, torch.autograd.grad(value.sum(), asked)[0])


@pytest.mark.parametrize(("name", "least"), [("svc", "hinge"), ("svr", "epsilon_insensitive")])
def test_no_weights_are_better_than_scikit_learns_by_more_than_its_own_penalty(name, least):
    """Trained long, the loss ends where LIBLINEAR's does, but for the intercept that it penalises too."""
    one = through(training(name, budget=40 * 400, optimizer="adam", lr=0.02))
    learner, n = one.learner, learner_rows(one)
    with torch.no_grad():
        found = learner.loss(one.parameters, learner.parts["train"]).numpy()
        found += 0.5 / n * one.parameters["weight1"].square().sum((1, 2)).numpy()
    for r, model in enumerate(theirs(learner)):
        weight, bias = np.atleast_2d(model.coef_).T, np.atleast_1d(model.intercept_)
        theirs_too = one.parameters.like(one.parameters.flat.clone())
        theirs_too["weight1"].data[r], theirs_too["bias1"].data[r] = map(torch.tensor, (weight, bias))
        with torch.no_grad():
            loss = learner.loss(theirs_too, learner.parts["train"])[r].item()
        penalty = 0.5 / n * (weight**2).sum()
        assert found[r] == pytest.approx(loss + penalty, rel=0.02)


def learner_rows(one):
    return one.learner.parts["train"].rows


def theirs(learner):
    if hasattr(learner, "grading"):
        from paradigms.supervised.svc import _fitted

        train = learner.grading.parts["train"]
        return [_fitted(x.numpy(), y.numpy()) for x, y in zip(train.x, train.y, strict=True)]
    return learner._vectors()


def test_silent_rows_pull_nothing():
    one = through(training("svc", budget=40 * 60, lr=0.05))
    learner, train_part = one.learner, one.learner.parts["train"]
    with torch.no_grad():
        _, pull = learner.pull(learner.network.forward(one.parameters, train_part.x), train_part)
    nothing = (pull == 0).all(2).double().mean(1)
    np.testing.assert_allclose(learner.signals(one.parameters)["silent"], nothing)
    assert (nothing > 0).all()


def test_random_features_stand_for_the_gaussian_kernel():
    asked = problem("svc", features=4000)
    x = asked.parts["train"].x
    z = fourier.lifted(fourier.drawn(asked), x)
    for rows, seen in zip(x.numpy(), z.numpy(), strict=True):
        gamma = 1 / (rows.shape[1] * rows.var())
        np.testing.assert_allclose(seen @ seen.T, rbf_kernel(rows, gamma=gamma), atol=0.08)
