"""Replicas of several settings in one program: each gets what it would have got alone, to the bit."""

from dataclasses import replace

import pytest
import tiny
import torch

from paradigms.engine.loop import train
from paradigms.options import OPTIONS
from paradigms.registry import LEARNERS

VALUES = {
    "lr": (0.01, 0.05, 0.002),
    "schedule": ("constant", "cosine", "hold"),
    "warmup": (0, 3, 1),
    "momentum": (0.9, 0.0, 0.5),
    "l1": (0.0, 0.01, 0.001),
    "l2": (0.0, 0.1, 0.01),
    "weight_decay": (0.1, 0.0, 0.01),
    "clip": (0.1, 1e9, 1.0),
    "dropout": (0.0, 0.5, 0.2),
    "init_scale": (1.0, 0.5, 2.0),
    "gamma": (0.9, 0.5, 0.0),
    "trace": (0.9, 0.0, 0.5),
    "epsilon": (0.0, 0.5, 0.1),
    "exploration": (0.1, 1.0, 0.5),
    "target_every": (5, 1, 7),
    "label_noise": (0.0, 0.5, 0.1),
    "rehearse": (0.0, 0.5, 0.1),
    "input_noise": (0.0, 0.5, 0.1),
    "input_shift": (0, 1, 2),
    "reward_noise": (0.0, 0.5, 0.1),
}
RULES = ("momentum", "adam")
SEVERAL = [name for name, entry in LEARNERS.items() if VALUES.keys() & entry.options.keys()]
"""Learners that have an option which stacks: a tree has none."""


def trained(name, options, seeds, shared):
    """The parameters at the end, and the losses of the last block."""
    problem = tiny.problem(name, seeds, torch.float32, None, **options)
    if shared:  # as a study hands them out: one copy of the rows, which all these replicas share
        one = tiny.problem(name, seeds[:1], torch.float32, None, **options)
        parts = {part: table.shared(len(seeds)) for part, table in one.parts.items()}
        problem = replace(problem, parts=parts)
    training = tiny.begin(name, problem)
    losses = []
    train(training, [5, training.total], lambda _, signals: not losses.append(signals["loss"]))
    return training.parameters.flat, losses[-1]


def own(name, options, replica):
    """The options of one replica."""
    return {key: value[replica] if isinstance(value, tuple) else value for key, value in options.items()}


@pytest.mark.parametrize("shared", [False, True], ids=["each its rows", "one copy"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_setting_in_company_is_the_setting_alone(name, rule, shared):
    taken = [key for key in VALUES if key in LEARNERS[name].options]
    options = {"optimizer": rule} | {key: VALUES[key] for key in taken}
    seeds = (1, 1, 1)
    flat, losses = trained(name, options, seeds, shared)
    for replica, seed in enumerate(seeds):
        alone, loss = trained(name, own(name, options, replica), (seed,), False)
        assert torch.equal(flat[replica], alone[0]), "parameters"
        assert torch.equal(losses[replica], loss[0]), "losses"
    assert not torch.equal(flat[0], flat[1]), "the settings differ"


def test_every_option_that_stacks_is_tried_here():
    assert set(VALUES) == {name for name, option in OPTIONS.items() if option.stacks}
