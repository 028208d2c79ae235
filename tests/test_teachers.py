"""The same data under different teachers: that only the answer differs, and what each does with it."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny import CLASSES, FEATURES, ROWS, SEEDS, problem, training

from paradigms.engine.learner import PROBED
from paradigms.engine.loop import advance
from paradigms.engine.losses import huber
from paradigms.errors import UsageError
from paradigms.registry import LEARNERS
from paradigms.studies.asking.module import respond
from paradigms.supervised.classification import wrong
from paradigms.supervised.labels import labelled
from paradigms.teachers.matching import matching


def drawn(one, count):
    """The next batches, each with an update in between."""
    batches = []
    for _ in range(count):
        phase, _ = one.phase()
        batches.append(phase.source.draw(one.parameters))
        one.step += 1
    return batches


@pytest.mark.parametrize("replay", [1, 3])
def test_every_batch_holds_the_same_rows_for_all_teachers(replay):
    given = {"replay": replay, "budget": 400, "dtype": torch.float32}  # as Gymnasium's observations are
    ones = {name: training(name, **given) for name in ("answer", "reward", "clusters")}
    found = {name: drawn(one, 30) for name, one in ones.items()}
    for told, heard, silent in zip(*found.values(), strict=True):
        assert torch.equal(told.x, heard.before)
        assert torch.equal(told.x, silent.x)
    assert len({one.samples for one in ones.values()}) == 1
    assert len({one.total for one in ones.values()}) == 1


@pytest.mark.parametrize("steps", [1, 3, 20])
def test_what_is_in_memory_is_met_once_more(steps):
    source, again = (training("answer", replay=3, memory=40).phases[0].source for _ in range(2))
    for _ in range(steps):
        source.draw(None)
    again.restore(*source.state())
    assert torch.equal(again.met, source.met)
    for _ in range(5):
        assert torch.equal(again.draw(None).x, source.draw(None).x)


def test_a_probe_of_memory_is_known_by_its_number():
    source = training("answer").phases[0].source
    source.draw(None), source.draw(None)
    first = source.probe(7, 0)
    assert torch.equal(first.x, source.probe(7, 0).x)
    assert first.x.shape[:2] == (3, PROBED)
    assert not torch.equal(first.x, source.probe(7, 1).x)
    assert not torch.equal(first.x, source.probe(6, 0).x)


def test_networks_start_equal():
    told, heard = training("answer"), training("reward")
    assert torch.equal(told.parameters.flat, heard.parameters.flat)


def test_the_loss_of_the_answer_is_that_of_every_verdict():
    """The sum, over all guesses, of the loss of an agent that made that guess and heard the verdict."""
    one = training("answer")
    (batch,) = drawn(one, 1)
    values = one.parameters
    outputs = torch.relu(batch.x @ values["weight1"] + values["bias1"].unsqueeze(1)) @ values["weight2"]
    outputs = outputs + values["bias2"].unsqueeze(1)
    expected = sum(huber(outputs[..., guess], (batch.y == guess).double()) for guess in range(CLASSES))
    torch.testing.assert_close(one.learner.loss(one.parameters, batch), expected)
    assert (wrong(outputs, batch.y, "log") != expected).all()


def test_an_agent_hears_of_no_other_class():
    one = training("reward")
    advance(one, 3)
    phase, _ = one.phase()
    batch = phase.source.draw(one.parameters)
    batch = replace(batch, action=torch.zeros_like(batch.action))
    gradient = one.parameters.like(one.learner.slope(one.parameters, batch).gradient)
    assert (gradient["bias2"][:, 0] != 0).all()
    assert (gradient["bias2"][:, 1:] == 0).all()
    assert torch.equal(one.learner.aim(one.parameters, batch), batch.reward)


def test_rewards_are_verdicts():
    one = training("reward", budget=400, dtype=torch.float32)
    batches = drawn(one, 20)
    parts = one.learner.parts["train"]
    for r, batch in itertools.product(range(3), batches):
        for row, action, reward in zip(batch.before[r], batch.action[r], batch.reward[r], strict=True):
            true = parts.y[r][(parts.x[r] == row).all(1)]
            assert bool(reward == 1) == bool(true[0] == action)


def test_a_late_verdict_stands_in_the_return_of_its_guess():
    one = training("reward", delay=2, gamma=0.5, budget=400, memory=400, dtype=torch.float32)
    source = one.learner.source
    assert (source.n_step, set(source.memory.gamma.flatten())) == (3, {0.5})
    advance(one, 20)
    ring = source.memory.rows.view(3, source.memory.shape[1], source.envs, -1)
    actions, returns = ring[..., -3], ring[..., -2]
    seen, parts = ring[..., : source.memory.width], one.learner.parts["train"]
    for r in range(3):
        rows = [(parts.x[r] == seen[r, t, 0]).all(1) for t in range(12)]
        right = [float(actions[r, t, 0] == parts.y[r][row][0]) for t, row in enumerate(rows)]
        for t in range(2, 12):
            assert returns[r, t, 0] == right[t - 2] + 0.5 * right[t - 1] + 0.25 * right[t]
    moved = one.learner.targets(one.parameters)
    assert moved is not None
    assert training("reward").learner.targets(one.parameters) is None


def test_rewards_so_far_are_counted():
    one = training("reward", budget=400, memory=400)
    advance(one, 15)
    earned = one.learner.signals(one.parameters)["rewards"]
    ring = one.learner.source.memory.rows.view(3, -1, one.learner.source.memory.rows.shape[1])
    assert np.allclose(earned, ring[..., -2].sum(1).numpy())


def test_few_and_wrong_labels():
    clean = labelled(problem("answer", label_noise=0.0, labels=None, loss="log"))
    few = labelled(problem("answer", label_noise=0.0, labels=12, loss="log"))
    assert clean.x.shape[1] == ROWS
    assert torch.equal(few.x, clean.x[:, :12])
    assert torch.equal(few.y, clean.y[:, :12])
    noisy = labelled(problem("answer", seeds=tuple(range(60)), label_noise=0.3, labels=None))
    true = problem("answer", seeds=tuple(range(60))).parts["train"].y
    changed = noisy.y != true
    assert changed.double().mean().item() == pytest.approx(0.3, abs=0.03)
    assert set(((noisy.y - true) % CLASSES)[changed].tolist()) == {1, 2}
    again = labelled(problem("answer", seeds=(7,), label_noise=0.3, labels=12))
    assert torch.equal(again.y[0], noisy.y[7, :12])


def test_more_labels_than_rows_are_refused():
    with pytest.raises(UsageError, match=f"--labels {ROWS + 1}.*{ROWS} rows"):
        labelled(problem("answer", labels=ROWS + 1))


def test_matching_is_the_best_of_all_assignments(rng):
    group, true = (torch.tensor(rng.integers(3, size=(6, 60))) for _ in range(2))
    named = matching(group, true, 3, 3)
    for r in range(6):
        agree = {
            order: sum(int(((group[r] == k) & (true[r] == c)).sum()) for k, c in enumerate(order))
            for order in itertools.permutations(range(3))
        }
        assert agree[tuple(named[r].tolist())] == max(agree.values())


def test_groups_beyond_the_classes_go_to_their_majority():
    group = torch.tensor([[0] * 5 + [1] * 5 + [2] * 3])
    true = torch.tensor([[0] * 5 + [1] * 5 + [1, 1, 0]])
    assert matching(group, true, 3, 2).tolist() == [[0, 1, 1]]


@pytest.mark.parametrize("name", ["clusters", "components"])
def test_who_is_told_nothing_is_scored_by_names_from_the_training_part_alone(name):
    one = training(name)
    advance(one, one.total)
    learner = one.learner
    before = learner.evaluate(one.parameters, "test")["accuracy"]
    held = learner.grading.parts["test"].y
    held[:] = (held + 1) % CLASSES
    shifted = learner.evaluate(one.parameters, "test")["accuracy"]
    assert not np.allclose(before, shifted)
    named = learner.named(one.parameters)["names"]
    assert torch.equal(named.sum(2), torch.ones(named.shape[:2], dtype=named.dtype))


@pytest.mark.parametrize("name", ["answer", "reward", "clusters", "components", "pretrained", "filling"])
def test_the_kept_model_answers_as_the_learner_does(name):
    one = training(name)
    advance(one, one.boundaries[0])
    if len(one.phases) > 1:
        advance(one, one.total)
    one.learner.finish(one.parameters)
    known = {**one.parameters, **one.learner.constants()}
    raw = problem(name).parts["test"]
    answer = respond(LEARNERS[name], getattr(one.learner, "network", None), known, raw.x)
    right = (answer["prediction"] == raw.y).double().mean(1).numpy()
    np.testing.assert_allclose(right, one.learner.evaluate(one.parameters, "test")["accuracy"])
    assert answer["probability"].shape == (len(SEEDS), raw.rows, CLASSES)
    assert (answer["probability"] >= 0).all()


@pytest.mark.parametrize("name", ["pretrained", "filling"])
def test_what_needs_no_answer_first_then_the_network_and_neither_touches_the_other(name):
    one = training(name, loss="log")
    size = sum(math.prod(shape) for shape in one.learner.first.shapes.values())
    start = one.parameters.flat.clone()
    advance(one, one.boundaries[0])
    middle = one.parameters.flat.clone()
    assert torch.equal(middle[:, size:], start[:, size:])
    assert (middle[:, :size] != start[:, :size]).any(1).all()
    advance(one, one.total)
    assert torch.equal(one.parameters.flat[:, :size], middle[:, :size])
    assert (one.parameters.flat[:, size:] != middle[:, size:]).any(1).all()


def test_components_are_perpendicular_in_the_end():
    one = training("pretrained")
    advance(one, one.boundaries[0])
    advance(one, one.total)
    w = one.parameters["components"]
    torch.testing.assert_close(w.transpose(1, 2) @ w, torch.eye(w.shape[2]).double().expand(3, -1, -1))


def test_only_what_was_hidden_is_asked_for_and_another_half_each_time():
    one = training("filling")
    source, learner = one.phases[0].source, one.learner
    first, second = source.draw(one.parameters), source.draw(one.parameters)
    shown = first.x[:, :, FEATURES:]
    assert set(shown.unique().tolist()) == {0.0, 1.0}
    assert 0.3 < shown.mean() < 0.7
    assert not torch.equal(shown, second.x[:, :, FEATURES:])
    assert torch.equal(first.x[:, :, :FEATURES], first.y * shown)
    with torch.no_grad():
        filled = learner.first.network.forward(
            {name: one.parameters["fill_" + name] for name in learner.first.network.shapes}, first.x
        )
        errors = ((filled - first.y) * (1 - shown)).square().mean((1, 2)) * 2  # half of them count
        torch.testing.assert_close(learner.loss(one.parameters, first), errors)
    table, rows = learner.parts["train"].x, first.y
    assert (rows[0].unsqueeze(1) == table[0]).all(2).any(1).all()
