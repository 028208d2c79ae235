"""The one loop: its signals, its blocks, what ends a replica, and the settings that reach its phases."""

from types import SimpleNamespace

import pytest
import torch
from tiny import training

from paradigms.engine.learner import Slope
from paradigms.engine.loop import STILL, advance, measure, train
from paradigms.engine.parameters import Parameters
from paradigms.engine.penalties import Penalty
from paradigms.engine.rules import Newton
from paradigms.engine.training import Phase, Training


def test_signals_of_a_block_are_those_of_its_last_step():
    one, slow = (training("regression", model="mlp", clip=0.05, l2=0.1) for _ in range(2))
    first, second = advance(one, 5), advance(one, 9)
    for _ in range(7):
        advance(slow, slow.step + 1)
    for _ in range(2):
        gradient, before = slow.gradient, slow.parameters.flat.clone()
        alone = advance(slow, slow.step + 1)
    assert torch.equal(slow.parameters.flat, one.parameters.flat)
    moved = slow.parameters.flat - before
    torch.testing.assert_close(second["gradient_norm"], slow.gradient.norm(dim=1))
    torch.testing.assert_close(second["update_norm"], moved.norm(dim=1))
    torch.testing.assert_close(second["update_ratio"], moved.norm(dim=1) / before.norm(dim=1))
    cosine = (gradient * slow.gradient).sum(1) / gradient.norm(dim=1) / slow.gradient.norm(dim=1)
    torch.testing.assert_close(second["alignment"], cosine)
    assert "alignment" in first
    assert "alignment" not in advance(training("regression"), 1)
    torch.testing.assert_close(alone["learning_rate"], second["learning_rate"])
    assert first["loss"].shape == (3,)


def test_what_is_zero_but_for_rounding_has_no_share_that_it_moved_by():
    """The first answer of boosting is a mean that is 0 up to its last bit; 67,243,763 was told of it."""
    before, after = torch.tensor([[1e-8, 0.0], [0.0, 0.0], [0.5, 0.0]]), torch.tensor([[1.0, 0.0]] * 3)
    ratio = measure(torch.ones(3, 1), torch.ones(3, 2), None, before, after)["update_ratio"]
    assert ratio.tolist() == [float("inf"), float("inf"), 1.0]


def test_the_learning_rate_signal_follows_the_schedule():
    one = training("regression", lr=[0.1, 0.2, 0.3], schedule="linear", warmup=0)
    signals = advance(one, 13)
    torch.testing.assert_close(
        signals["learning_rate"], torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64) * (1 - 12 / one.total)
    )


def test_settings_of_a_replica_are_its_own():
    """lr, l1, l2, weight decay, clip and momentum as lists equal three runs with numbers."""
    lists = {
        "lr": [0.01, 0.02, 0.05], "l1": [0.0, 0.01, 0.1], "l2": [0.1, 0.0, 0.5],
        "weight_decay": [0.1, 0.2, 0.0], "clip": [0.5, 1.0, 100.0], "momentum": [0.5, 0.9, 0.0],
    }  # fmt: skip
    together = training("regression", model="mlp", optimizer="momentum", **lists)
    train(together, [together.total], lambda *_: True)
    for r in range(3):
        numbers = {name: values[r] for name, values in lists.items()}
        alone = training("regression", seeds=(r,), model="mlp", optimizer="momentum", **numbers)
        train(alone, [alone.total], lambda *_: True)
        torch.testing.assert_close(
            together.parameters.flat[r], alone.parameters.flat[0], rtol=1e-9, atol=1e-11
        )
    assert (together.parameters.flat[2] == 0).any(), "an L1 penalty of 0.1 sets weights to zero"
    assert (together.parameters.flat[0] != 0).all()


def test_settings_reach_the_phase_that_trains():
    one = training(
        "regression", clip=0.5, weight_decay=0.2, optimizer="sgd", schedule="constant", warmup=4, lr=0.1
    )
    (phase,) = one.phases
    assert (phase.clip == 0.5).all()
    assert phase.penalty.decay == 0.2
    assert [phase.rates(t) for t in range(6)] == pytest.approx([0.025, 0.05, 0.075, 0.1, 0.1, 0.1])
    bare = training("regression", optimizer="sgd", schedule="constant", warmup=4, lr=0.1, weight_decay=0.0)
    assert bare.phases[0].clip is None
    clipped = training(
        "regression", clip=1e-3, optimizer="sgd", schedule="constant", lr=0.1, weight_decay=0.0
    )
    torch.testing.assert_close(
        advance(clipped, 1)["update_norm"], torch.full((3,), 1e-4, dtype=torch.float64), rtol=1e-2, atol=0
    )
    short = training("regression", budget=24, batch_size=8, schedule="constant", warmup=100, lr=0.1)
    assert [short.phases[0].rates(t) for t in range(3)] == pytest.approx([0.05, 0.1, 0.1]), "all but the last"


def test_penalties_leave_the_biases():
    one = training("classification", model="mlp", l2=1.0)
    mask = one.parameters.like(one.phases[0].penalty.mask.unsqueeze(0))
    assert {name: bool(part.all()) for name, part in mask.items()} == {
        "weight1": True, "bias1": False, "weight2": True, "bias2": False,
    }  # fmt: skip
    assert not mask["bias1"].any()
    assert training("classification", model="mlp", l2=0.0).phases[0].penalty is None
    assert training("regression", optimizer="adamw").phases[0].penalty.decay == 0.01


def test_a_replica_that_stands_still_has_converged():
    one = training("kmeans", budget=4000)
    train(one, range(1, one.total), lambda *_: True)
    assert one.over
    assert set(one.why) == {"converged"}
    assert all(one.boundaries[0] < step < one.total for step in one.ended)
    before = one.parameters.flat.clone()
    phase = one.phases[1]
    slope = one.learner.slope(one.parameters, phase.source.draw(one.parameters))
    moved = phase.rule.direction(slope.gradient, 1, slope.curvature)
    assert (moved.norm(dim=1) < STILL * before.norm(dim=1)).all()


def test_the_observer_may_stop_and_go_on():
    one, straight = training("regression"), training("regression")
    steps = []
    train(one, [4, 8, 60], lambda t, s: steps.append(t.step) or t.step < 8)
    assert steps == [4, 8]
    train(one, [4, 8, 60], lambda t, s: True)
    train(straight, [4, 8, 60], lambda t, s: True)
    assert torch.equal(one.parameters.flat, straight.parameters.flat)


def test_between_is_called_after_every_step_but_a_block_s_last():
    one, seen = training("regression"), []
    train(one, [4, 5, 8], lambda t, s: True, lambda t: seen.append((t is one, t.step)))
    blocks = [4, 5, 8, *(step for step in one.boundaries if step > 8)]
    assert seen[:5] == [(True, step) for step in (1, 2, 3, 6, 7)]
    assert [step for _, step in seen] == [step for step in range(1, one.total) if step not in blocks]
    assert one.block is None


def test_a_learner_settles_after_every_update_and_is_told_its_number():
    one, numbers = training("regression"), []
    one.learner.settle = lambda parameters, step: numbers.append(step)
    advance(one, 3)
    advance(one, 7)
    assert numbers == [1, 2, 3, 4, 5, 6, 7]


def test_seconds_are_those_of_all_blocks(monkeypatch):
    ticks = iter([10.0, 12.0, 20.0, 25.0])
    monkeypatch.setattr("paradigms.engine.loop.time.perf_counter", lambda: next(ticks))
    one = training("regression")
    assert one.seconds == 0
    advance(one, 3)
    advance(one, 7)
    assert one.seconds == 7


def test_the_step_of_a_divergence_is_each_replica_s_own():
    """One by its losses, at the second step; one by its parameters alone, at the block's end."""
    one = training("regression")
    slope = one.learner.slope

    def broken(parameters, batch):
        found = slope(parameters, batch)
        if one.step == 1:
            found.losses[0] = torch.nan
        if one.step == 3:
            found.gradient[2, 0] = torch.inf
        return found

    one.learner.slope = broken
    advance(one, 4)
    assert one.ended == [2, -1, 4]
    assert one.why == ["diverged", "budget", "diverged"]


def test_newton_s_step_sees_the_curvature_of_the_penalty_too():
    """On a quadratic of curvature h around θ*, one step from anywhere ends at h θ* / (h + l2)."""
    target, h, l2 = torch.tensor([[1.0, -2.0, 3.0]], dtype=torch.float64), 2.0, 0.5

    def slope(parameters, batch):
        error = parameters.flat - target
        return Slope(error.square().sum(1) * h / 2, h * error, torch.full_like(error, h))

    bowl = SimpleNamespace(slope=slope, settle=lambda parameters, step: None)
    penalty = Penalty(torch.ones(3, dtype=torch.float64), 0.0, l2, 0.0)
    source = SimpleNamespace(draw=lambda parameters: None)
    phase = Phase(source, Newton(memory=False), 1.0, lambda t: 1.0, 5, penalty)
    start = torch.full((1, 3), 7.0, dtype=torch.float64)
    one = Training(bowl, Parameters({"weight": (3,)}, start), [phase])
    advance(one, 1)
    torch.testing.assert_close(one.parameters.flat, h * target / (h + l2))
