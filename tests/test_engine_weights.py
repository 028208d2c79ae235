"""Weights of rows: every learner of rows counts a row by its weight, and a copy is a weight of two."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny import begin, problem

from paradigms.engine.learner import Learner
from paradigms.engine.losses import mean
from paradigms.engine.rows import Shuffled, Table, Whole, gather
from paradigms.engine.streams import Streams

ROWS = [("regression", {"model": "mlp"}), ("classification", {}), ("kmeans", {}), ("pca", {})]
every = pytest.mark.parametrize(("name", "given"), ROWS, ids=[name for name, _ in ROWS])


def counts(rng, rows=40):
    """Weights of whole numbers, zero among them, for three replicas."""
    return np.stack([rng.permutation(np.arange(rows) % 4) for _ in range(3)])


def weighted(name, given, weights):
    """The tiny problem with weights [R, N] that average one."""
    plain = problem(name, **given)
    share = torch.tensor(weights / weights.mean(1, keepdims=True))
    return replace(plain, parts=plain.parts | {"train": replace(plain.parts["train"], weights=share)})


def repeated(name, given, weights):
    """The same with every row as often as it weighs."""
    plain = problem(name, **given)
    chosen = torch.tensor(np.stack([np.repeat(np.arange(40), row) for row in weights]))
    return replace(plain, parts=plain.parts | {"train": gather(plain.parts["train"], chosen)})


@every
def test_the_weighted_gradient_is_autograds_is_finite_differences(name, given, rng):
    one = begin(name, weighted(name, given, counts(rng)))
    g = torch.Generator().manual_seed(3)
    for phase in one.phases:
        learner, parameters, batch = one.learner, one.parameters, phase.source.draw(one.parameters)
        closed, auto = learner.slope(parameters, batch), Learner.slope(learner, parameters, batch)
        torch.testing.assert_close(closed.losses, auto.losses, rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(closed.gradient, auto.gradient, rtol=1e-8, atol=1e-10)
        way = torch.randn(parameters.flat.shape, generator=g, dtype=torch.float64)
        way /= way.norm(dim=1, keepdim=True)
        ahead, behind = (
            learner.loss(parameters.like(parameters.flat + h * way), batch) for h in (1e-6, -1e-6)
        )
        slope = ((ahead - behind) / 2e-6).detach()
        torch.testing.assert_close(slope, (auto.gradient * way).sum(1), rtol=1e-5, atol=1e-7)


@every
def test_a_weight_is_so_many_copies(name, given, rng):
    weights = counts(rng)
    one, other = (begin(name, make(name, given, weights)) for make in (weighted, repeated))
    other.parameters.flat.copy_(one.parameters.flat)
    slopes = [each.learner.slope(each.parameters, each.learner.parts["train"]) for each in (one, other)]
    for mine, copied in zip(*slopes, strict=True):
        if mine is not None:
            torch.testing.assert_close(mine, copied, rtol=1e-9, atol=1e-12)
    if name == "pca":
        torch.testing.assert_close(one.learner.mean, other.learner.mean)
        torch.testing.assert_close(one.learner.variance, other.learner.variance)
        one.learner.finish(one.parameters), other.learner.finish(other.parameters)
        torch.testing.assert_close(one.parameters.flat, other.parameters.flat)
        moments = [each.phases[1].source.moment.matrix for each in (one, other)]
        torch.testing.assert_close(*moments)


@every
def test_weights_of_one_change_nothing(name, given):
    one, plain = begin(name, weighted(name, given, np.ones((3, 40)))), begin(name, problem(name, **given))
    batch, same = (each.phases[0].source.draw(each.parameters) for each in (one, plain))
    mine, other = one.learner.slope(one.parameters, batch), plain.learner.slope(plain.parameters, same)
    torch.testing.assert_close(mine.gradient, other.gradient, rtol=1e-12, atol=1e-14)


def test_no_centre_starts_where_nothing_weighs(rng):
    weights = np.zeros((3, 40))
    weights[:, :6] = 1
    for start in ("random", "k-means++"):
        one = begin("kmeans", weighted("kmeans", {"start": start}, weights))
        rows = one.learner.train.x[:, :6]
        distance = torch.cdist(one.parameters["centres"].detach(), rows).amin(2)
        assert distance.max() < 1e-12


def test_rows_and_their_weights_stay_together(rng):
    x = torch.arange(20.0).view(1, 20, 1)
    table, streams = Table(x, x[..., 0] + 100, x[..., 0] / 9.5), Streams(0, (0, 1, 2))
    for source in (Shuffled(table, 7, streams), Whole(table, streams)):
        for batch in (source.draw(None), source.probe(1)):
            rows = batch.x[..., 0].expand(3, -1)
            torch.testing.assert_close(batch.y, rows + 100)
            torch.testing.assert_close(batch.weights, rows / 9.5)


def test_the_weighted_mean():
    each, weights = torch.tensor([[1.0, 2.0, 6.0]]), torch.tensor([[0.0, 3.0, 0.0]])
    assert mean(each).tolist() == [3.0]
    assert mean(each, weights).tolist() == [2.0]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_of_parameters_is_one_memory_too(again):
    one = begin("regression", problem("regression")).parameters
    other = again(one)
    other.flat += 1
    torch.testing.assert_close(other["weight1"], one["weight1"] + 1)
    assert other["weight1"].is_leaf
    assert other["weight1"].requires_grad
