"""Options that lessons need: what is watched, which labels are told, how rows are drawn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny import CLASSES, SEEDS, begin, problem, training

from paradigms.engine.loop import train
from paradigms.engine.rows import Independent, Order
from paradigms.engine.sharpness import sharpness
from paradigms.engine.streams import Streams
from paradigms.supervised.labels import labelled

CPU = torch.device("cpu")


def hessian(learner, parameters, batch, replica: int) -> torch.Tensor:
    """By autograd, of one replica's loss."""

    def loss(row: torch.Tensor) -> torch.Tensor:
        flat = parameters.flat.clone()
        rest = torch.arange(len(flat)) != replica
        whole = torch.where(rest[:, None], flat, row.expand_as(flat))
        return learner.loss(_Live(parameters, whole), batch)[replica]

    return torch.autograd.functional.hessian(loss, parameters.flat[replica].clone())


class _Live(dict):
    """Parameters by name as views of a flat buffer that autograd follows."""

    def __init__(self, parameters, flat: torch.Tensor) -> None:
        super().__init__(parameters.views(flat))


@pytest.mark.parametrize("name", ["regression", "classification"])
def test_sharpness_is_the_largest_eigenvalue_that_autograd_finds(name):
    ready = training(name, model="mlp", activation="tanh", hidden=(4,))
    learner, parameters = ready.learner, ready.parameters
    batch = learner.parts["train"]
    found = sharpness(learner, parameters, batch)
    exact = [torch.linalg.eigvalsh(hessian(learner, parameters, batch, r))[-1] for r in range(len(SEEDS))]
    torch.testing.assert_close(found, torch.stack(exact), rtol=0.05, atol=1e-6)


def test_sharpness_of_a_replica_hangs_on_no_other():
    together = training("classification", hidden=(4,))
    alone = training("classification", seeds=SEEDS[:1], hidden=(4,))
    pair = [sharpness(one.learner, one.parameters, one.learner.parts["train"]) for one in (together, alone)]
    assert float(pair[0][0]) == float(pair[1][0])


def test_what_is_watched_changes_nothing_that_is_learned():
    watched, plain = (
        training("classification", activation="relu", unit_signals=asked, sharpness=asked)
        for asked in (True, False)
    )
    for one in (watched, plain):
        train(
            one,
            [one.total // 2, one.total],
            lambda now, signals: now.learner.evaluate(now.parameters, "train") != {},
        )
    torch.testing.assert_close(watched.parameters.flat, plain.parameters.flat, rtol=0, atol=0)
    marks = watched.learner.evaluate(watched.parameters, "train")
    assert {"dead_units", "activation_spread", "sharpness"} <= set(marks)
    assert not {"dead_units", "sharpness"} & set(plain.learner.evaluate(plain.parameters, "train"))


def test_a_unit_that_is_silent_on_every_row_is_dead():
    ready = training("classification", activation="relu", hidden=(6,), unit_signals=True)
    ready.parameters["bias1"].data[:, :2] = -1e6
    share = ready.learner.evaluate(ready.parameters, "train")["dead_units"]
    assert (share >= 2 / 6).all()


def test_a_share_of_labels_is_wrong_and_the_clean_ones_are_kept():
    asked = problem("classification", labels=30, label_noise=(0.0, 0.5, 1.0))
    told, true = labelled(asked).y, asked.parts["train"].y[:, :30]
    shares = (told != true).double().mean(1)
    assert float(shares[0]) == 0
    assert float(shares[2]) == 1
    assert 0.2 < float(shares[1]) < 0.8
    assert int(told.max()) < CLASSES
    ready = begin("classification", asked)
    marks = ready.learner.evaluate(ready.parameters, "train")
    np.testing.assert_allclose(marks["accuracy"][0], marks["clean_accuracy"][0])
    assert ready.learner.evaluate(ready.parameters, "test").keys() >= {"accuracy"}


def test_fewer_labels_are_the_first_of_more():
    some, more = (labelled(problem("classification", labels=count, label_noise=0.4)) for count in (10, 25))
    torch.testing.assert_close(some.x, more.x[:, :10])
    assert torch.equal(some.y, more.y[:, :10])


def test_drawn_with_replacement_rows_come_twice_and_each_as_often():
    streams = Streams(0, (0, 1, 2))
    drawn = Independent(50, streams, CPU)
    line = drawn.take(0, 5_000)
    counts = torch.stack([torch.bincount(one, minlength=50) for one in line])
    assert int(counts.min()) > 60
    assert int(counts.max()) < 140
    assert torch.equal(drawn.take(100, 20), line[:, 100:120])
    epoch = torch.stack([torch.bincount(one, minlength=50) for one in drawn.take(0, 50)])
    assert int(epoch.max()) > 1
    shuffled = torch.stack([torch.bincount(one, minlength=50) for one in Order(50, streams, CPU).take(0, 50)])
    assert int(shuffled.max()) == 1


def test_draws_hang_on_the_replica_alone():
    together, alone = (Independent(40, Streams(3, seeds), CPU).take(7, 30) for seeds in ((0, 5), (5,)))
    assert torch.equal(together[1], alone[0])


@pytest.mark.parametrize("name", ["regression", "classification", "kmeans", "pca"])
def test_every_learner_of_rows_can_draw_with_replacement(name):
    found = [training(name, replacement=again, budget=160) for again in (False, True)]
    for one in found:
        train(one, [one.total], lambda now, signals: True)
    assert not torch.equal(found[0].parameters.flat, found[1].parameters.flat)
