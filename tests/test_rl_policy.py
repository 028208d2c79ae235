"""Policies that are learned themselves: what an act was worth, how far it may be pushed, who meets what."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from tiny import training

from paradigms.rl.playing import Acts
from paradigms.rl.ppo import ROOM


def judged(one, trace, gamma=0.9):
    """Two episodes of three and two steps in one copy, V = 1, rewards 1 … 5; the second is cut off."""
    source = one.learner.source
    source.replicas, source.envs, source.horizon, source.acts = 1, 1, 5, 5
    source.gamma, source.trace = np.array([[gamma]]), np.array([[trace]])
    source.critic = lambda parameters, seen: torch.ones(1, seen.shape[1], dtype=torch.float64)
    told = np.zeros((1, 5, 1, 5))
    told[0, :, 0, 1] = [1, 2, 3, 4, 5]
    told[0, 2, 0, 2:4] = 1  # terminated
    told[0, 4, 0, 3] = 1  # over for lack of time
    seen = np.zeros((1, 5, 1, 2))
    return source._judged(one.parameters, seen, seen, told, 0)


def test_with_full_trace_an_act_is_worth_what_was_earned_less_what_was_expected():
    acts = judged(training("reinforce"), 1.0)
    earned = [1 + 0.9 * (2 + 0.9 * 3), 2 + 0.9 * 3, 3, 4 + 0.9 * (5 + 0.9 * 1), 5 + 0.9 * 1]
    np.testing.assert_allclose(acts.outcome[0], earned)
    worth = np.array(earned) - 1
    np.testing.assert_allclose(acts.advantage[0], (worth - worth.mean()) / worth.std(), rtol=1e-6)


def test_without_trace_it_is_the_surprise_of_one_step():
    acts = judged(training("ppo"), 0.0)
    np.testing.assert_allclose(acts.outcome[0], [1.9, 2.9, 3.0, 4.9, 5.9])


def test_reinforce_is_ppo_before_the_first_update_of_a_stretch():
    one, other = training("ppo"), training("reinforce")
    batch = one.phases[0].source.draw(one.parameters)
    other.parameters.flat.copy_(one.parameters.flat)
    first, second = one.learner.slope(one.parameters, batch), other.learner.slope(other.parameters, batch)
    torch.testing.assert_close(first.gradient, second.gradient)


def test_an_act_that_has_left_its_room_is_pushed_no_further():
    learner = training("ppo").learner
    ratio = torch.tensor([[0.5, 0.9, 1.1, 1.5]], dtype=torch.float64)
    for good in (1.0, -1.0):
        column = torch.full_like(ratio, good)
        batch = Acts(*[column] * 5, room=torch.full_like(ratio, ROOM))
        pushed = learner.steepness(ratio, batch) != 0
        assert pushed.tolist() == [[True, True, True, False] if good > 0 else [False, True, True, True]]


def test_every_act_of_a_stretch_is_met_as_often():
    one = training("ppo", batch_size=2)
    source = one.phases[0].source
    assert (source.parts, source.passes, source.acts) == (5, 3, 10)
    rows = [source.draw(one.parameters).likely for _ in range(15)]
    met, counts = torch.cat(rows, 1)[0].unique(return_counts=True)
    assert torch.equal(met, source.stretch.likely[0].unique())
    assert (counts % 3 == 0).all()
    assert source.samples == 10


def test_actions_come_as_often_as_the_policy_says():
    one = training("reinforce", envs=50, budget=50 * 50)
    source = one.phases[0].source
    source.policy = lambda parameters, seen: torch.tensor([0.2, 0.5, 0.3]).log().expand(*seen.shape[:2], 3)
    action = source.draw(one.parameters).action[0]
    counts = torch.bincount(action, minlength=3) / len(action)
    assert counts.tolist() == pytest.approx([0.2, 0.5, 0.3], abs=4 * math.sqrt(0.25 / len(action)))
