"""DQN: its target, its optimum, and values that value iteration knows."""

import gymnasium
import numpy as np
import pytest
import torch
from tiny import CHAIN, WALK, training

from paradigms.engine.learner import Learner
from paradigms.engine.loop import train
from paradigms.rl import making, scenery
from paradigms.rl.memory import Transitions
from paradigms.rl.optimum import best_return


def batch(one, rng, n=6):
    width = one.learner.see.width
    return Transitions(
        torch.tensor(rng.normal(size=(3, n, width))),
        torch.tensor(rng.integers(0, 3, (3, n))),
        torch.tensor(rng.normal(size=(3, n))),
        torch.tensor(rng.normal(size=(3, n, width))),
        torch.tensor(rng.choice([0.0, 0.9], (3, n))),
    )


def apart(one, rng):
    """Parameters and a target network that are not the same."""
    one.learner.target.flat.copy_(torch.tensor(rng.normal(size=one.parameters.flat.shape)))
    one.parameters.flat.copy_(torch.tensor(rng.normal(size=one.parameters.flat.shape)))
    return one


def by_hand(one, told, double):
    aims = np.zeros((3, 6))
    for r in range(3):
        for b in range(6):
            seen = told.after[r : r + 1, b : b + 1].expand(3, 1, -1)
            own = one.learner.values(one.parameters, seen)[r, 0].detach()
            copied = one.learner.values(one.learner.target, seen)[r, 0].detach()
            future = copied[own.argmax()] if double else copied.max()
            aims[r, b] = told.reward[r, b] + told.onward[r, b] * future
    return aims


@pytest.mark.parametrize("double", [True, False])
def test_the_target_is_the_papers(double, rng):
    one = apart(training("dqn", double=double), rng)
    told = batch(one, rng)
    aim = one.learner.aim(one.parameters, told)
    assert not aim.requires_grad
    np.testing.assert_allclose(aim, by_hand(one, told, double))
    value = one.learner.values(one.parameters, told.before).gather(2, told.action.unsqueeze(2)).squeeze(2)
    expected = torch.nn.functional.huber_loss(value, aim, reduction="none").mean(1)
    torch.testing.assert_close(one.learner.loss(one.parameters, told), expected)


def test_double_q_matters(rng):
    one = apart(training("dqn"), rng)
    told = batch(one, rng)
    assert (by_hand(one, told, True) != by_hand(one, told, False)).any()


def test_no_gradient_flows_into_the_target(rng):
    """The gradient is that of Huber against a constant, not of the whole expression; the copy gets none."""
    one = apart(training("dqn"), rng)
    told = batch(one, rng)
    slope = Learner.slope(one.learner, one.parameters, told)
    constant = one.learner.aim(one.parameters, told).clone()
    value = one.learner.values(one.parameters, told.before).gather(2, told.action.unsqueeze(2)).squeeze(2)
    loss = torch.nn.functional.huber_loss(value, constant, reduction="none").mean(1)
    torch.testing.assert_close(slope.gradient, one.parameters.gradient(loss))
    losses = one.learner.loss(one.parameters, told)
    leaves = list(one.learner.target.values())
    assert torch.autograd.grad(losses.sum(), leaves, allow_unused=True) == (None,) * len(leaves)


def test_the_target_network_is_a_copy_refreshed_every_so_often():
    one = training("dqn", target_every=5)
    target = one.learner.target.flat
    start = one.parameters.flat.clone()
    assert torch.equal(target, start)
    flats = []
    train(one, range(1, 13), lambda t, s: flats.append((t.parameters.flat.clone(), target.clone())) or True)
    for step, (_, copy) in enumerate(flats[:12], start=1):
        expected = start if step < 5 else flats[step // 5 * 5 - 1][0]
        assert torch.equal(copy, expected), step


def test_evaluation_is_greedy_on_the_same_fresh_episodes():
    one = training("dqn")
    learner, seen = one.learner, one.learner.evaluate(one.parameters, "validation")["return"]
    assert learner.evaluate(one.parameters, "train") == {}
    for r in range(3):
        total = []
        for episode in range(5):
            env = making.make(WALK)
            seed = learner.problem.streams.seed(r, "validation", episode, 0)
            now, over, earned = env.reset(seed=seed)[0].copy(), False, 0.0
            while not over:
                state = torch.tensor(now, dtype=torch.float64).view(1, 1, 2).expand(3, 1, 2)
                action = int(learner.values(one.parameters, state)[r, 0].argmax())
                now, reward, terminated, truncated, _ = env.step(action)
                now, over, earned = now.copy(), terminated or truncated, earned + reward
            total.append(earned)
        assert seen[r] == pytest.approx(np.mean(total))
    assert not np.array_equal(seen, learner.evaluate(one.parameters, "test")["return"])


def test_the_baseline_is_a_uniformly_random_policy():
    one = training("dqn", seeds=range(6))
    baseline = one.learner.baseline("test")
    assert np.array_equal(baseline, one.learner.baseline("validation"))
    env, rng, total = making.make(WALK), np.random.default_rng(0), []
    for seed in range(600):
        env.reset(seed=seed)
        over, earned = False, 0.0
        while not over:
            _, reward, terminated, truncated, _ = env.step(int(rng.integers(3)))
            over, earned = terminated or truncated, earned + reward
        total.append(earned)
    error = np.std(total) * np.sqrt(1 / 600 + 1 / 600)
    assert abs(np.mean(total) - baseline.mean()) < 4 * error


def test_probes_are_states_of_each_replicas_own_random_episodes():
    learner = training("dqn").learner
    assert learner.probes.shape == (3, 256, 2)
    assert torch.isfinite(learner.probes).all()
    assert not torch.equal(learner.probes[0], learner.probes[1])
    alone = training("dqn", seeds=(1,)).learner
    assert torch.equal(alone.probes[0], learner.probes[1])


# --- optima ------------------------------------------------------------------------------------------


def table(env, gamma):
    """Q* of an environment that shows its transitions, by value iteration."""
    known = env.unwrapped.P
    q = np.zeros((len(known), len(known[0])))
    for _ in range(2000):
        value = q.max(1)
        for s, row in known.items():
            for a, outcomes in row.items():
                q[s, a] = sum(p * (r + gamma * value[after] * (not end)) for p, after, r, end in outcomes)
    return q


def test_dqn_finds_the_values_of_a_chain():
    one = training(
        "dqn", seeds=(0, 1), dtype=torch.float32, budget=6000, env=CHAIN, gamma=0.9, hidden=(24,), lr=1e-2,
        schedule="cosine", batch_size=32, envs=4, updates_per_step=1, target_every=25, memory=2000,
        epsilon=0.5, n_step=1, learning_starts=200,
    )  # fmt: skip
    train(one, [one.total], lambda *_: True)
    exact = table(making.make(CHAIN), 0.9)[:4]  # nothing follows the last state
    states = torch.arange(4.0).view(1, 4, 1).expand(2, 4, 1)
    found = one.learner.values(one.parameters, states).detach().numpy()
    for q in found:
        np.testing.assert_allclose(q, exact, atol=0.03)
        assert (q.argmax(1) == exact.argmax(1)).all()


def test_value_iteration_by_hand():
    """Five states, twenty steps: wait at the left for 0.05 a step as long as the end can still be reached."""
    by_hand = [16 * 0.05 + 1, 15 * 0.05 + 1, 14 * 0.05 + 1, 13 * 0.05 + 1]
    assert best_return(making.make(CHAIN)).value == pytest.approx(np.mean(by_hand))
    assert best_return(making.make(CHAIN, 3)).value == pytest.approx((0.15 + 1 + 1 + 1) / 4)


def test_known_optima():
    straight = gymnasium.make("FrozenLake-v1", is_slippery=False)
    assert best_return(straight).value == pytest.approx(1.0)
    assert 0.7 < best_return(gymnasium.make("FrozenLake-v1")).value < 0.8
    assert best_return(making.make("CliffWalking-v1", 200)).value == pytest.approx(-13.0)
    assert 7.5 < best_return(making.make("Taxi-v4")).value < 8.5


@pytest.mark.parametrize(
    ("name", "limit", "best"),
    [("CartPole-v1", None, 500.0), ("CartPole-v1", 200, 200.0), ("Acrobot-v1", None, -100.0),
     ("MountainCar-v0", None, -110.0), (WALK, None, None)],
)  # fmt: skip
def test_best_return(name, limit, best):
    found = best_return(making.make(name, limit))
    assert not found.note
    assert found.value == best
    assert (found.source is None) == (best is None)
    assert (found.threshold is None) == (best is None or limit is not None)


def test_no_policy_beats_the_optimum():
    one = training("dqn", env=CHAIN, budget=2000)
    train(one, [one.total], lambda *_: True)
    reached = one.learner.evaluate(one.parameters, "test")["return"]
    error = 0.4 / np.sqrt(100)  # the starts are drawn
    assert (reached <= one.learner.reference("test") + 3 * error).all()
    assert (one.learner.baseline("test") <= one.learner.reference("test")).all()


# --- pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [WALK, CHAIN, "CartPole-v1", "FrozenLake-v1"])
def test_pictures_and_words_of_an_environment(name):
    one = training("dqn", env=name, seeds=(0, 1), dtype=torch.float32)
    about = scenery.describe(one.learner.world)
    scene, view = one.learner.scene(), one.learner.view(one.parameters)
    assert len(about["observation"]) == one.learner.see.width
    assert len(about["actions"]) == one.learner.actions
    steps = min(about["limit"], scenery.SHOWN)
    assert view["episode"].shape == (2, steps, one.learner.see.width)
    done = view["episode_actions"] >= 0
    assert (done == ~np.isnan(view["episode"][..., 0])).all()
    if about["discrete"]:
        assert view["q_values"].shape == (2, one.learner.see.inputs, one.learner.actions)
    else:
        assert scene["q_axes"].shape == (2, 4)
        assert view["q_surface"].shape == (2, 40, 40, one.learner.actions)


def test_a_q_surface_is_q_at_its_corners():
    one = training("dqn", seeds=(0, 1))
    x0, x1, y0, y1 = one.learner.scene()["q_axes"].T
    surface = one.learner.view(one.parameters)["q_surface"]
    corners = {(0, 0): (x0, y0), (0, -1): (x1, y0), (-1, 0): (x0, y1), (-1, -1): (x1, y1)}
    for (row, column), (x, y) in corners.items():
        seen = torch.tensor(np.stack([x, y], 1), dtype=torch.float64).unsqueeze(1)
        values = one.learner.values(one.parameters, seen)[:, 0].detach()
        np.testing.assert_allclose(surface[:, row, column], values, atol=2e-3)
