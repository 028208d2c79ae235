"""Options that lessons need: what is watched, which labels are told, how rows are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from tiny import CLASSES, SEEDS, begin, problem, training

from paradigms.engine.loop import train
from paradigms.engine.rows import Independent, Order
from paradigms.engine.sharpness import sharpness
from paradigms.engine.streams import Streams
from paradigms.errors import UsageError
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


@pytest.mark.parametrize(("name", "more"), [("svc", {}), ("svc", {"features": 8}), ("tree", {})])
def test_every_classifier_can_be_told_wrong_classes_of_the_first_rows(name, more):
    asked = problem(name, labels=30, label_noise=0.5, **more)
    ready = begin(name, asked)
    taught = ready.learner.taught
    assert torch.equal(taught.y, labelled(asked).y)
    train(ready, [ready.total], lambda now, signals: False)
    marks = ready.learner.evaluate(ready.parameters, "train")
    said = ready.learner.answer(ready.parameters, asked.parts["train"].x[:, :30])["prediction"]
    np.testing.assert_allclose(marks["accuracy"], (said == taught.y).double().mean(1))
    true = asked.parts["train"].y[:, :30]
    np.testing.assert_allclose(marks["clean_accuracy"], (said == true).double().mean(1))
    assert (marks["accuracy"] != marks["clean_accuracy"]).any()
    plain = begin(name, problem(name, **more))
    assert "clean_accuracy" not in plain.learner.evaluate(plain.parameters, "train")


@pytest.mark.parametrize(
    ("loss", "torchs"),
    [
        ("squared", torch.nn.MSELoss(reduction="sum")),
        ("verdicts", torch.nn.SmoothL1Loss(reduction="sum")),
    ],
)
def test_losses_of_verdicts_are_torchs_with_their_gradient(loss, torchs):
    ready = training("classification", loss=loss)
    batch = ready.learner.parts["train"]
    slope = ready.learner.slope(ready.parameters, batch)
    outputs = ready.learner.scores(ready.parameters, batch.x).detach().requires_grad_()
    right = torch.nn.functional.one_hot(batch.y, CLASSES).to(outputs)
    each = torch.stack([torchs(*pair) for pair in zip(outputs, right, strict=True)]) / batch.rows
    each.sum().backward()
    losses, pulled = ready.learner.pull(outputs.detach(), batch)
    torch.testing.assert_close(slope.losses, each.detach())
    torch.testing.assert_close(losses, each.detach())
    torch.testing.assert_close(pulled, outputs.grad)
    twice = ready.learner.wrong(outputs.detach(), replace(batch, weights=torch.full(batch.y.shape, 2.0)))
    torch.testing.assert_close(twice, 2 * each.detach())


def test_squared_loss_of_a_linear_map_ends_at_least_squares():
    ready = training("classification", model="linear", loss="squared", l2=0.0)
    batch = ready.learner.parts["train"]
    x, y = batch.x[0].double().numpy(), batch.y[0].numpy()
    exact = LinearRegression().fit(x, np.eye(CLASSES)[y])
    for name, told in (("weight1", exact.coef_.T), ("bias1", exact.intercept_)):
        ready.parameters[name].data[0] = torch.as_tensor(told)
    gradient = ready.learner.slope(ready.parameters, batch).gradient
    assert float(gradient[0].abs().max()) < 1e-5
    marks = ready.learner.evaluate(ready.parameters, "test")
    assert "cross_entropy" not in marks


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


def test_inputs_are_noisy_where_it_learns_and_nowhere_else():
    asked = problem("regression", input_noise=(0.0, 0.5, 2.0))
    train = asked.parts["train"]
    clean, noisy = asked.shuffled(train), asked.taught(train)
    pairs = [(clean.draw(None), noisy.draw(None)) for _ in range(60)]
    for one, other in pairs:
        assert torch.equal(one.y, other.y)
    difference = torch.cat([other.x - one.x for one, other in pairs], 1)
    assert torch.equal(difference[0], torch.zeros_like(difference[0]))
    torch.testing.assert_close(
        difference[1:].std((1, 2)), torch.tensor([0.5, 2.0], dtype=torch.float64), rtol=0.1, atol=0
    )
    assert torch.equal(noisy.probe(3).x, clean.probe(3).x)
    assert asked.taught(train).draw(None).x.equal(pairs[0][1].x), "a draw hangs on its number alone"


def test_pictures_are_shifted_both_ways_and_lines_along_themselves():
    asked = replace(problem("classification", input_shift=(0, 1, 1)), shape=(2, 2), plane=True)
    train = replace(asked.parts["train"], x=1 + torch.rand(3, 40, 4, dtype=torch.float64))
    clean, shifted = asked.shuffled(train).draw(None).x, asked.taught(train).draw(None).x
    assert torch.equal(clean[0], shifted[0])
    pictures, moved = clean.view(3, -1, 2, 2), shifted.view(3, -1, 2, 2)
    for picture, one in zip(pictures[1], moved[1], strict=True):
        padded = torch.zeros(4, 4, dtype=torch.float64)
        padded[1:3, 1:3] = picture
        assert any(torch.equal(one, padded[i : i + 2, j : j + 2]) for i in range(3) for j in range(3))
    line = replace(asked, shape=(), plane=False).taught(train).draw(None).x[1]
    for whole, one in zip(clean[1], line, strict=True):
        padded = torch.cat([torch.zeros(1), whole, torch.zeros(1)])
        assert any(torch.equal(one, padded[i : i + 4]) for i in range(3))


def test_what_is_disturbed_goes_on_where_it_stopped():
    asked = problem("regression", input_noise=0.5, input_shift=1)
    whole, begun, later = (asked.taught(asked.parts["train"]) for _ in range(3))
    expected = [whole.draw(None).x for _ in range(7)]
    for _ in range(6):
        begun.draw(None)
    later.restore(*begun.state())
    assert torch.equal(later.draw(None).x, expected[-1])


def chapters(rehearse=0.0, seeds=SEEDS, sequence=CLASSES, budget=12 * 40):
    """The rows' classes at every draw, [R, draws, B], and the source."""
    asked = problem("classification", seeds=seeds, sequence=sequence, rehearse=rehearse, budget=budget)
    source = asked.shuffled(asked.parts["train"])
    return torch.stack([source.draw(None).y for _ in range(budget // source.batch_size)], 1), asked


def test_training_sets_come_one_after_another_each_row_once_a_pass():
    met, asked = chapters()
    each = met.shape[1] // CLASSES
    for k in range(CLASSES):
        assert (met[:, k * each : (k + 1) * each] == k).all()
    source = asked.shuffled(asked.parts["train"])
    own = asked.parts["train"].y[0] == 0
    count = int(own.sum())
    seen = torch.cat([source.draw(None).x[0] for _ in range(each)])[:count]
    assert torch.equal(seen.sort(0).values, asked.parts["train"].x[0][own].sort(0).values)


def test_a_share_of_earlier_sets_is_rehearsed_whatever_the_company():
    met, _ = chapters((0.0, 0.3, 1.0), budget=12 * 200)
    each = met.shape[1] // CLASSES
    later = met[:, each:]
    own = torch.arange(1, CLASSES).repeat_interleave(each).view(1, -1, 1)
    old = (later < own).double().mean((1, 2))
    torch.testing.assert_close(old, torch.tensor([0.0, 0.3, 1.0], dtype=torch.float64), atol=0.05, rtol=0)
    assert (met[:, :each] == 0).all()
    alone, _ = chapters(0.3, seeds=SEEDS[1:2], budget=12 * 200)
    assert torch.equal(alone[0], met[1])


def test_what_is_learned_of_one_set_is_forgotten_in_the_next_unless_it_is_rehearsed():
    ready = training(
        "classification", sequence=CLASSES, rehearse=(0.0, 0.0, 0.5), seeds=(0, 1, 0), lr=0.05, budget=2400
    )
    train(ready, [ready.total], lambda now, signals: True)
    marks = ready.learner.evaluate(ready.parameters, "test")
    assert marks["accuracy_set_1"][2] > marks["accuracy_set_1"][0] + 0.3
    hits = sum(
        marks[f"accuracy_set_{k + 1}"] * (ready.learner.parts["test"].y == k).sum(1).numpy()
        for k in range(CLASSES)
    )
    np.testing.assert_allclose(hits / ready.learner.parts["test"].rows, marks["accuracy"])


def test_rows_without_classes_have_no_sets():
    with pytest.raises(UsageError, match="no classes"):
        training("kmeans", sequence=2, optimizer="sgd")
    with pytest.raises(UsageError, match="3 classes"):
        training("classification", sequence=4)
