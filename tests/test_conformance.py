"""What every learner must do, whatever its paradigm: one suite over the registry.

A learner may exempt itself from a check by its `exempt`, with a reason; the names are those in CHECKS.
"""

import copy
import json
import math
from dataclasses import is_dataclass
from functools import cache

import numpy as np
import pytest
import torch
from tiny import CASES, IDS, SEEDS, problem, training
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from paradigms.engine.batch import tensors
from paradigms.engine.learner import Learner
from paradigms.engine.loop import advance, train, update
from paradigms.registry import LEARNERS

CHECKS = {
    "gradient": "autograd of the loss = finite differences = the closed form",
    "rounding": "float32 is float64 but for rounding",
    "divergence": "what is not finite ends its replica, and no other",
    "device": "a step reads nothing back from the device",
}

every_learner = pytest.mark.parametrize(("name", "given"), CASES, ids=IDS)


def held_to(name, given, check, **more):
    """A training, unless its learner is exempt from this check."""
    one = training(name, **more, **given)
    if check in one.learner.exempt:
        pytest.skip(one.learner.exempt[check])
    return one


def go(one, until, every=7):
    """Trains up to step `until` in blocks of `every`; returns the signals of every block."""
    seen, until = [], min(until, one.total)

    def observe(training, signals):
        seen.append({name: tensor.clone() for name, tensor in signals.items()} | {"step": training.step})
        return training.step < until

    train(one, [*range(every, until, every), until], observe)
    return seen


def whole(name, given, every=7):
    """A training that went from its start to its end, and every block's signals; shared: only look."""
    return _whole(CASES.index((name, given)), every)


@cache
def _whole(case, every):
    name, given = CASES[case]
    one = training(name, **given)
    return one, go(one, one.total, every)


def flat(one):
    return one.parameters.flat.clone()


def phases(one):
    """(phase, a step inside it) for every phase, training on to it."""
    for phase, end in zip(one.phases, one.boundaries, strict=True):
        go(one, max(one.step + 1, end - phase.steps + 2))
        yield phase


def test_the_suite_covers_the_registry():
    assert {name for name, _ in CASES} == set(LEARNERS)


@every_learner
def test_exemptions_are_known_and_reasoned(name, given):
    learner = training(name, **given).learner
    assert set(learner.exempt) <= set(CHECKS)
    assert all(len(reason) > 10 for reason in learner.exempt.values())


@every_learner
def test_gradient_is_autograds_is_finite_differences_is_the_closed_form(name, given):
    one = training(name, **given)
    learner, g = one.learner, torch.Generator().manual_seed(3)
    for phase in phases(one):
        parameters, batch = one.parameters, phase.source.draw(one.parameters)
        closed = learner.slope(parameters, batch)
        auto = Learner.slope(learner, parameters, batch)
        torch.testing.assert_close(closed.losses, auto.losses, rtol=1e-10, atol=1e-12)
        if "gradient" in learner.exempt:
            assert (closed.gradient - auto.gradient).abs().max() > 1e-3, "the exemption is not needed"
            continue
        torch.testing.assert_close(closed.gradient, auto.gradient, rtol=1e-8, atol=1e-10)
        for _ in range(4):
            way = torch.randn(parameters.flat.shape, generator=g, dtype=torch.float64)
            way /= way.norm(dim=1, keepdim=True)
            ahead, behind = (
                learner.loss(parameters.like(parameters.flat + h * way), batch) for h in (1e-6, -1e-6)
            )
            torch.testing.assert_close(
                ((ahead - behind) / 2e-6).detach(), (auto.gradient * way).sum(1), rtol=1e-5, atol=1e-7
            )


@every_learner
def test_loss_is_one_number_a_replica_and_has_no_other_replicas_in_it(name, given):
    one = training(name, **given)
    batch = one.phases[0].source.draw(one.parameters)
    losses = one.learner.slope(one.parameters, batch).losses
    assert losses.shape == (len(SEEDS),)
    assert losses.dtype == torch.float64
    assert not losses.requires_grad
    moved = one.parameters.flat.clone()
    moved[1] += torch.linspace(0, 0.5, moved.shape[1], dtype=moved.dtype)
    other = one.learner.slope(one.parameters.like(moved), batch).losses
    assert other[1] != losses[1]
    torch.testing.assert_close(other[[0, 2]], losses[[0, 2]], rtol=1e-12, atol=0)


@every_learner
def test_a_slope_that_a_graphics_card_may_replay_is_one_of_tensors_and_leaves_nothing_behind(name, given):
    one = training(name, **given)
    if not one.learner.replayed:
        pytest.skip("it may not be replayed")
    batch = one.phases[0].source.draw(one.parameters)
    assert is_dataclass(batch)
    assert all(isinstance(held, torch.Tensor) for held in tensors(batch).values())
    held = [*one.learner.state().values(), one.parameters.flat, *tensors(batch).values()]
    kept, before = [tensor.clone() for tensor in held], dict(vars(one.learner))
    first, again = (one.learner.slope(one.parameters, batch) for _ in range(2))
    assert all(before[name] is now for name, now in vars(one.learner).items())
    assert all(map(torch.equal, held, kept))
    assert torch.equal(first.gradient, again.gradient)


@every_learner
def test_every_named_parameter_receives_a_gradient(name, given):
    one = training(name, **given)
    total = torch.zeros_like(one.parameters.flat)
    for _ in range(12):
        phase, t = one.phase()
        _, gradient = update(one, phase, t)
        one.step += 1
        total += gradient.abs()
    for parameter, value in one.parameters.like(total).items():
        moved = value.flatten(1).amax(1) > 0
        assert moved.logical_not().all() if parameter in one.learner.statistics else moved.all(), parameter


@every_learner
def test_feedback_is_within_the_budget_and_used(name, given):
    new, metric = training(name, **given), LEARNERS[name].metric
    before = new.learner.evaluate(new.parameters, "train")
    one, seen = whole(name, given)
    asked = problem(name, **given).budget
    assert one.samples <= asked
    assert one.samples >= asked * 0.9 or set(one.why) == {"converged"}
    assert all(torch.isfinite(block["loss"]).all() for block in seen)
    if metric in before:  # an agent has no training part
        gain = one.learner.evaluate(one.parameters, "train")[metric] - before[metric]
        assert ((gain < 0) == LEARNERS[name].lower_is_better).all()


@every_learner
def test_batched_is_solo(name, given):
    together, _ = whole(name, given)
    for r, seed in enumerate(SEEDS[:2]):  # the third is met in other company
        alone = training(name, seeds=(seed,), **given)
        go(alone, alone.total)
        torch.testing.assert_close(flat(alone)[0], flat(together)[r], rtol=1e-6, atol=1e-8)


@every_learner
def test_the_company_makes_no_difference(name, given):
    """Seed 2 among others, at another place, and with another block length."""
    (one, _), other = whole(name, given), training(name, seeds=(2, 9), **given)
    go(other, other.total, every=5)
    torch.testing.assert_close(flat(other)[0], flat(one)[2], rtol=1e-6, atol=1e-8)


@every_learner
def test_same_seed_same_bits_next_seed_other_numbers(name, given):
    (first, seen), again = whole(name, given), training(name, **given)
    same = go(again, again.total)
    assert torch.equal(flat(first), flat(again))
    for one, two in zip(seen, same, strict=True):
        assert one.keys() == two.keys()
        assert all(torch.equal(one[key], two[key]) for key in one if key != "step")
    assert (flat(first)[0] != flat(first)[1]).any()
    shared = problem(name, **given)
    for one in (shared, shared.__class__(**vars(shared) | {"streams": shared.streams.__class__(6, SEEDS)})):
        start = one.start(training(name, **given).learner).flat
        assert start.shape == flat(first).shape


@every_learner
def test_float32_is_float64_but_for_rounding(name, given):
    narrow, wide = held_to(name, given, "rounding", dtype=torch.float32), training(name, **given)
    go(narrow, 3), go(wide, 3)
    assert narrow.parameters.flat.dtype == torch.float32
    torch.testing.assert_close(flat(narrow).double(), flat(wide), rtol=1e-3, atol=1e-3)


@every_learner
def test_a_poisoned_replica_leaves_the_others_bits_alone(name, given):
    ill, (clean, _) = held_to(name, given, "divergence"), whole(name, given)
    ill.parameters.flat[1] = torch.nan
    if "target" in ill.learner.state():
        ill.learner.state()["target"][1] = torch.nan
    go(ill, ill.total)
    assert torch.equal(flat(clean)[[0, 2]], flat(ill)[[0, 2]])
    assert ill.ended[1] == 1
    assert ill.why == [clean.why[0], "diverged", clean.why[2]]
    assert ill.ended[0] == clean.ended[0]


def spoil(one, *replicas):
    """From here on these replicas step infinitely far."""
    for phase in one.phases:
        phase.lr = [math.inf if r in replicas else phase.lr for r in range(len(one.ended))]


@every_learner
@pytest.mark.parametrize(("until", "block"), [(4, 3), (11, 3), (6, 1)])
def test_a_diverging_replica_is_frozen_where_the_block_began(name, given, until, block):
    clean, ill = held_to(name, given, "divergence"), training(name, **given)
    go(clean, until, every=4), go(ill, until, every=4)
    before = flat(ill)
    spoil(ill, 1)
    go(clean, until + block, every=until + block), go(ill, until + block, every=until + block)
    assert ill.why[1] == "diverged"
    # the loss after the first bad update shows it; at a block's end the parameters do
    assert ill.ended[1] == until + 1 if block == 1 else until < ill.ended[1] <= until + 2
    assert torch.equal(flat(ill)[1], before[1])
    assert torch.equal(flat(ill)[[0, 2]], flat(clean)[[0, 2]])
    one = ill.learner
    one.view(ill.parameters), one.signals(ill.parameters), one.targets(ill.parameters)
    for part in ("validation", "test"):
        for score in one.evaluate(ill.parameters, part).values():
            assert np.isfinite(score).all()
    one.finish(ill.parameters)
    assert torch.isfinite(flat(ill)).all()


@every_learner
def test_all_diverged_ends_the_training(name, given):
    one = held_to(name, given, "divergence")
    go(one, 6)
    before = flat(one)
    spoil(one, 0, 1, 2)
    seen = go(one, one.total, every=9)
    assert one.over
    assert seen[-1]["step"] == one.step == 9
    assert one.ended in ([7, 7, 7], [8, 8, 8])
    assert set(one.why) == {"diverged"}
    assert torch.equal(flat(one), before)


def saved(one):
    """What a checkpoint keeps, through what a file can hold."""
    sources = [phase.source.state() for phase in one.phases]
    tensors = {
        "flat": flat(one),
        "gradient": one.gradient,
        "sources": [held for held, _ in sources],
        "rules": [phase.rule.state for phase in one.phases],
        "learner": one.learner.state(),
    }
    plain = json.dumps([one.step, one.ended, one.why, [about for _, about in sources]])
    return copy.deepcopy(pytree.tree_map_only(torch.Tensor, torch.detach, tensors)), plain


def loaded(one, tensors, plain):
    step, ended, why, about = json.loads(plain)
    one.parameters.flat.copy_(tensors["flat"])
    one.gradient = tensors["gradient"]
    one.step, one.ended, one.why = step, ended, why
    for phase, held, said, state in zip(one.phases, tensors["sources"], about, tensors["rules"], strict=True):
        phase.source.restore(held, said)
        phase.rule.state = state
    one.learner.restore(tensors["learner"])
    return one


@every_learner
@pytest.mark.parametrize("tenths", [0, 3, 6, 9])
def test_going_on_from_a_checkpoint_is_never_having_stopped(name, given, tenths):
    first = training(name, **given)
    every = first.total // 10
    straight, seen = whole(name, given, every)
    begun = go(first, tenths * every, every) if tenths else []
    kept = saved(first)
    go(first, first.step + every, every)  # what was kept does not change any more
    second = loaded(training(name, **given), *kept)
    rest = go(second, second.total, every)
    assert torch.equal(flat(second), flat(straight))
    assert (second.ended, second.why) == (straight.ended, straight.why)
    assert second.samples == straight.samples
    for one, two in zip(seen, begun + rest, strict=True):
        for key in one:
            assert key == "step" or torch.equal(one[key].nan_to_num(9), two[key].nan_to_num(9)), key
    after, before = second.learner.state(), straight.learner.state()
    assert all(torch.equal(after[key], before[key]) for key in before)


@every_learner
def test_scores_pictures_and_signals_have_a_row_for_every_replica(name, given):
    one, entry = training(name, **given), LEARNERS[name]
    learner = one.learner
    go(one, 14)
    for part in ("validation", "test"):
        scores = learner.evaluate(one.parameters, part)
        assert entry.metric in scores
        reference = learner.reference(part)
        known = [*scores.values(), learner.baseline(part), *([] if reference is None else [reference])]
        assert all(row.shape == (3,) and row.dtype == np.float64 for row in known)
    assert all(len(array) == 3 for array in learner.view(one.parameters).values())
    assert all(len(array) == 3 for array in learner.signals(one.parameters).values())
    aim = learner.targets(one.parameters)
    if aim is not None:
        assert learner.drift(aim, aim).abs().max() < 1e-12
        go(one, 21)
        moved = learner.drift(aim, learner.targets(one.parameters))
        assert moved.shape == (3,)
        assert (moved >= 0).all()


@every_learner
def test_looking_changes_nothing(name, given):
    """Evaluation, pictures and signals draw from no stream that training draws from."""
    blind, seeing = training(name, **given), training(name, **given)
    go(blind, 14)
    for until in (7, 14):
        go(seeing, until)
        look = seeing.learner
        look.evaluate(seeing.parameters, "validation"), look.view(seeing.parameters)
        look.signals(seeing.parameters), look.targets(seeing.parameters), look.baseline("test"), look.scene()
    assert torch.equal(flat(blind), flat(seeing))
    first = seeing.learner.evaluate(seeing.parameters, "test")
    again = seeing.learner.evaluate(seeing.parameters, "test")
    assert all(np.array_equal(first[key], again[key]) for key in first)


@every_learner
def test_finish_changes_no_score(name, given):
    one = training(name, **given)
    go(one, one.total)
    before = one.learner.evaluate(one.parameters, "test")
    one.learner.finish(one.parameters)
    after = one.learner.evaluate(one.parameters, "test")
    near = (
        0.02 if "gradient" in one.learner.exempt else 1e-9
    )  # Oja's columns are nearly, not exactly, orthonormal
    for key in before:
        np.testing.assert_allclose(after[key], before[key], rtol=near, atol=1e-9)


class NoDouble(TorchDispatchMode):
    """Raises where a float64 tensor is made: an Apple GPU has none."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in pytree.tree_leaves(made):
            assert not isinstance(tensor, torch.Tensor) or tensor.dtype != torch.float64, func
        return made


@every_learner
def test_a_step_reads_nothing_back_and_mixes_no_devices_and_no_precisions(name, given):
    """On the device `meta`, where reading a number back and meeting a tensor of the CPU both raise."""
    one = held_to(name, given, "device", dtype=torch.float32)
    for phase in phases(one):
        drawn = phase.source.draw(one.parameters)
        fields = dict(vars(drawn)) if hasattr(drawn, "__dict__") else drawn._asdict()
        batch = type(drawn)(**pytree.tree_map_only(torch.Tensor, lambda t: t.to("meta"), fields))
        there = one.parameters.like(one.parameters.flat.to("meta"))
        with NoDouble():
            one.learner.begin(there)
            phase.rule.start(there.flat)
            losses, gradient, curvature = one.learner.slope(there, batch)
            step = phase.rule.direction(gradient, 1, curvature)
            there.flat.sub_(step)
            one.learner.settle(there, 5)
        for tensor in (losses, gradient, step, there.flat):
            assert tensor.is_meta
        one.learner.begin(one.parameters)
        phase.rule.start(one.parameters.flat)


def test_advance_stays_within_a_phase():
    one = training("kmeans")
    assert len(one.phases) == 2
    first = one.boundaries[0]
    seen = go(one, one.total, every=first + 3)
    assert seen[0]["step"] == first
    assert one.phases[0].source.samples == first * 8
    done = training("regression")
    go(done, done.total)
    with pytest.raises(IndexError, match="over"):
        advance(done, done.total + 1)
