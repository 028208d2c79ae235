"""Replay memory and play: the ring, n-step returns against a loop, ε, and what counts as feedback."""

import numpy as np
import pytest
import torch
from tiny import CHAIN, WALK, training

from paradigms.engine.recall import AHEAD
from paradigms.registry import REGISTRY
from paradigms.rl.exploration import Persistence
from paradigms.rl.memory import Memory

CPU, DOUBLE = torch.device("cpu"), torch.float64


def history(rng, replicas, envs, moments, width=2):
    """Random transitions [moments, R, E, ·] whose observations follow each other within an episode."""
    terminated = rng.random((moments, replicas, envs)) < 0.15
    ended = terminated | (rng.random((moments, replicas, envs)) < 0.1)
    after = rng.normal(size=(moments, replicas, envs, width))
    fresh = rng.normal(size=(moments, replicas, envs, width))
    before = np.concatenate([fresh[:1], np.where(ended[:-1, ..., None], fresh[1:], after[:-1])])
    action = rng.integers(0, 3, (moments, replicas, envs))
    return before, after, action, rng.normal(size=(moments, replicas, envs)), terminated, ended


def filled(story, length, upto, gamma, n):
    before, after, action, reward, terminated, ended = story
    _, replicas, envs = reward.shape
    memory = Memory(replicas, envs, length, before.shape[-1], CPU, DOUBLE, gamma, n)
    for t in range(upto):
        rest = np.stack([action[t], reward[t], terminated[t], ended[t]], axis=-1).astype(float)
        memory.write(before[t], after[t], rest)
    return memory


def naive(story, t, r, e, n, gamma):
    """The n-step transition from moment t on, by the definition."""
    before, after, action, reward, terminated, ended = (one[:, r, e] for one in story)
    total = 0.0
    for k in range(n):
        total += gamma**k * reward[t + k]
        if ended[t + k] or k == n - 1:
            onward = 0.0 if terminated[t + k] else gamma ** (k + 1)
            return before[t], action[t], total, after[t + k], onward
    raise AssertionError


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("upto", [5, 11, 12, 13, 29])
def test_n_step_transitions_are_the_definitions(n, upto, rng):
    replicas, envs, length, gamma = 2, 3, 12, 0.9
    story = history(rng, replicas, envs, 30)
    memory = filled(story, length, upto, gamma, n)
    held = min(length, upto)
    count = memory.choices
    assert count == (held - n + 1) * envs
    batch = memory.sample(np.tile(np.arange(count), (replicas, 1)))
    met = set()
    for r in range(replicas):
        for number in range(count):
            t, e = upto - held + number // envs, number % envs
            met.add((t, e))
            before, action, reward, after, onward = naive(story, t, r, e, n, gamma)
            np.testing.assert_allclose(batch.before[r, number], before)
            np.testing.assert_allclose(batch.after[r, number], after)
            assert batch.action[r, number] == action
            assert batch.reward[r, number].item() == pytest.approx(reward)
            assert batch.onward[r, number].item() == pytest.approx(onward)
    assert len(met) == count


def test_bootstrap_stops_at_a_termination_and_not_at_a_time_limit():
    """terminated, truncated, going on."""
    memory = Memory(1, 3, 4, 1, CPU, DOUBLE, 0.5)
    rest = np.array([[[0, 1.0, 1, 1], [1, 2.0, 0, 1], [0, 3.0, 0, 0]]])
    memory.write(np.zeros((1, 3, 1)), np.array([[[7.0], [8.0], [9.0]]]), rest)
    batch = memory.sample(np.arange(3)[None])
    assert batch.onward.tolist() == [[0.0, 0.5, 0.5]]
    assert batch.after.flatten().tolist() == [7.0, 8.0, 9.0]
    assert batch.action.tolist() == [[0, 1, 0]]
    assert batch.action.dtype == torch.int64


def test_what_lies_behind_an_end_never_leaks_into_a_return():
    memory = Memory(1, 1, 5, 1, CPU, DOUBLE, 0.5, 3)
    for reward, terminated, ended in ((1.0, 0, 1), (100.0, 0, 0), (1000.0, 1, 1)):
        rest = np.array([[[0, reward, terminated, ended]]])
        memory.write(np.zeros((1, 1, 1)), np.full((1, 1, 1), reward), rest)
    batch = memory.sample(np.array([[0]]))
    assert (batch.reward.item(), batch.onward.item(), batch.after.item()) == (1.0, 0.5, 1.0)


# --- play --------------------------------------------------------------------------------------------


def source(budget=400, **given):
    one = training("dqn", budget=budget, **given)
    return one, one.phases[0].source


def test_epsilon_falls_from_one_to_its_end_over_its_share_of_the_budget():
    _, played = source(epsilon=0.1, exploration=0.5, learning_starts=40)
    assert (played.total, played.warm) == (200, 20)
    seen = []
    for played.steps in range(201):
        assert len(set(played.epsilon)) == 1, "one for each replica, and all alike"
        seen.append(played.epsilon[0])
    assert set(seen[:20]) == {1.0}
    assert seen[20] == pytest.approx(1 - 0.9 * 20 / 100)
    assert seen[50] == pytest.approx(0.55)
    assert seen[100] == pytest.approx(0.1)
    assert set(np.round(seen[100:], 12)) == {0.1}
    assert (np.diff(seen) <= 0).all()


@pytest.mark.parametrize(("longest", "epsilon"), [(1, 0.3), (4, 0.3), (9, 0.8), (9, 1.0)])
def test_kept_random_actions_leave_epsilon_the_share_of_random_steps(longest, epsilon, rng):
    """Of 40 copies 2,000 steps each; the best action is −1, and a random one its number."""
    kept = Persistence(longest, 2, 20)
    share = kept.begins(np.full(2, epsilon))
    done, best = [], np.full((2, 20), -1)
    for step in range(2000):
        begun = rng.random((2, 20)) < share[:, None]
        done.append(kept.over(best, begun, np.full((2, 20), step), rng.random((2, 20))))
    chosen = np.array(done)
    assert (chosen >= 0).mean() == pytest.approx(epsilon, abs=0.02)
    lengths = np.unique(chosen[:, 0, 0][chosen[:, 0, 0] >= 0], return_counts=True)[1][:-1]
    assert set(lengths) == set(range(1, longest + 1))


def test_an_end_ends_what_was_kept():
    kept, ones = Persistence(5, 1, 2), np.ones((1, 2), int)
    kept.over(0 * ones, ones > 0, 7 * ones, 0.99 * ones)
    kept.end(np.array([[True, False]]))
    assert kept.over(0 * ones, ones < 0, 8 * ones, 0.0 * ones).tolist() == [[0, 7]]


def test_the_preset_of_a_car_in_a_valley_meets_its_flag_at_random():
    """What takes a run-up is never met by single random steps (36 episodes of each)."""
    preset, best = REGISTRY["dqn"].variants["MountainCar-v0"], []
    for persistence in (1, preset["persistence"]):
        given = {"env": "MountainCar-v0", "envs": 4, "learning_starts": 2400, "persistence": persistence}
        one, played = source(9600, **given)
        returns = []
        while played.steps < played.warm:
            played.live(one.parameters)
            played.steps += 1
            returns.append(played.environments.last_return.copy())
        best.append(np.nanmax(returns))
    assert best[0] == -200 < best[1]


def test_feedback_is_environment_steps_and_the_budget_is_kept():
    one, played = source(envs=4, updates_per_step=3)
    for draws in range(1, played.updates + 1):
        batch = played.draw(one.parameters)
        assert batch.before.shape == (3, 8, 2)
        assert played.samples == 4 * played.steps
        assert played.steps == played.warm + -(-draws // 3)
    assert played.samples == 400


@pytest.mark.parametrize("budget", [1, 7, 9, 40])
@pytest.mark.parametrize("n_step", [1, 4])
def test_tiny_budgets_still_play(budget, n_step):
    one, played = source(budget=budget, n_step=n_step, envs=4)
    for _ in range(played.updates):
        batch = played.draw(one.parameters)
    assert torch.isfinite(batch.reward).all()


def test_memory_is_what_was_played():
    """Every row against the environments played again with the same actions; a short ring keeps the last."""
    one, short = source(budget=400, memory=60, n_step=1)
    _, whole = source(budget=400, memory=10_000, n_step=1)
    while whole.draws < 90:
        short.draw(one.parameters), whole.draw(one.parameters)
    rows, ring = whole.memory.rows.view(3, -1, 2, 7), short.memory.rows.view(3, 30, 2, 7)
    assert whole.steps == short.steps > 30
    for t in range(short.steps - 30, short.steps):
        assert torch.equal(ring[:, t % 30], rows[:, t])
    again, limits = one.learner.environments(2, "environment"), 0
    again.start_all()
    for t in range(whole.steps):
        before, taken = again.observation.copy(), rows[:, t, :, -3].long().flatten().tolist()
        step = again.step(taken)
        np.testing.assert_allclose(rows[:, t, :, :2].reshape(6, 2), before)
        np.testing.assert_allclose(rows[:, t, :, 2:4].reshape(6, 2), step.after)
        np.testing.assert_allclose(rows[:, t, :, -2].flatten(), step.reward)
        np.testing.assert_allclose(
            rows[:, t, :, -1].flatten(), whole.memory.gamma.flatten() * ~step.terminated
        )
        limits += (step.ended & ~step.terminated).sum()
    assert (rows[:, : whole.steps, :, -1] == 0).sum() > 5
    assert limits > 0


def test_the_first_steps_are_random_and_later_ones_greedy():
    one, played = source(budget=4000, epsilon=0.0, exploration=0.1, learning_starts=400, env=CHAIN)
    with torch.no_grad():  # a policy that always goes left
        one.parameters.flat.zero_()
        one.parameters["bias2"][:, 0] = 1.0
    while played.steps < 400:
        played.draw(one.parameters)
    taken = played.memory.rows.view(3, -1, 2, 5)[..., -3]
    ring = taken.shape[1]
    order = [t % ring for t in range(400)]
    assert ring == 30  # only the last thirty moments are left: all greedy
    assert not taken[:, order[-30:]].any()
    _, fresh = source(budget=4000, memory=10_000, learning_starts=400, env=CHAIN)
    fresh.draw(one.parameters)
    drawn = fresh.memory.rows.view(3, -1, 2, 5)[:, :200, :, -3]
    assert 0.42 < drawn.mean() < 0.58
    assert not torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[:, :, 0], drawn[:, :, 1])


@pytest.mark.parametrize("every", [1, 5, 150])
def test_a_draw_does_not_hang_on_those_that_are_gathered_with_it(every):
    """Of 150 batches after a moment 64 are gathered at once; whoever goes on in between gets the same."""
    one, played = source(budget=2000, learning_starts=40, updates_per_step=every, envs=1, env=WALK)
    for draw in range(2 * every):
        batch, place = played.draw(one.parameters), draw % every
        chosen = (played.random("replay", draw, (8,)) * played.choices).astype(int)
        assert torch.equal(batch.before, played.recall(chosen).before)
        if place in (1, 70):
            tensors, plain = played.state()
            played.restore(tensors, plain)


def test_replay_draws_evenly_and_across_the_blocks_of_random_numbers():
    one, played = source(budget=2000, learning_starts=40, updates_per_step=50, envs=1, memory=40, env=WALK)
    numbers, sample = [], played.memory.sample
    played.memory.sample = lambda chosen: numbers.append(chosen) or sample(chosen)
    batches = [played.draw(one.parameters) for _ in range(50)]
    held, (seen,) = played.memory.choices, numbers
    for k, batch in enumerate(batches):
        chosen = (played.random("replay", k, (8,)) * held).astype(int)
        assert torch.equal(batch.before, sample(chosen).before)
    assert seen.min() >= 0
    assert seen.max() < held
    assert all(len(set(row.tolist())) > held * 0.9 for row in seen)
    straight = [played.random("replay", k, (8,)).copy() for k in (0, AHEAD - 1, AHEAD, 2 * AHEAD + 3)]
    back = [played.random("replay", k, (8,)) for k in (0, AHEAD - 1, AHEAD, 2 * AHEAD + 3)]
    assert all(np.array_equal(a, b) for a, b in zip(straight, back, strict=True))
    assert not np.array_equal(straight[0], straight[2])
