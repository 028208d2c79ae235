"""CartPole in one call is CartPole one after another, to the bit."""

import gymnasium
import numpy as np
import pytest

from paradigms.rl import making, native
from paradigms.rl.environments import Environments
from paradigms.rl.episodes import play

N = 7


def seed(i, episode):
    return 100 * i + episode


def both(limit=40):
    fast = native.together("CartPole-v1", limit, N, seed)
    assert isinstance(fast, native.CartPoles)
    return fast, Environments([making.make("CartPole-v1", limit) for _ in range(N)], seed)


def same(a, b):
    for name in ("after", "reward", "terminated", "ended"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_every_step_and_every_reset_is_the_scalar_environments():
    fast, slow = both()
    for each in (fast, slow):
        each.start_all()
    generator, ended = np.random.default_rng(0), 0
    for _ in range(150):
        np.testing.assert_array_equal(fast.observation, slow.observation)
        # mostly balanced, so that some episodes reach the time limit and others fall
        lean = (slow.observation[:, 2] + slow.observation[:, 3] > 0).astype(int)
        actions = np.where(generator.random(N) < 0.2, 1 - lean, lean).tolist()
        one, other = fast.step(actions), slow.step(actions)
        same(one, other)
        ended += int((other.ended & ~other.terminated).sum())
    assert ended, "no episode reached the limit: the test would not see a wrong one"
    assert min(fast.episode) >= 3, "each copy has begun several episodes"
    assert fast.state() == slow.state()


def test_episodes_are_the_same_when_some_end_before_others():
    fast, slow = both(limit=60)
    one, other = (play(each, lambda seen: (seen[:, 2] > 0).astype(int), 60) for each in (fast, slow))
    np.testing.assert_array_equal(one.observations, other.observations)
    np.testing.assert_array_equal(one.returns, other.returns)
    assert len(set(other.returns)) > 1


def test_it_comes_back_to_where_it_was():
    fast, _ = both()
    fast.start_all()
    for _ in range(30):
        fast.step([0, 1] * 3 + [1])
    again, _ = both()
    assert again.restore(fast.state(), fast.observation) == []
    same(again.step([1] * N), fast.step([1] * N))


@pytest.mark.parametrize(
    "make", [lambda: gymnasium.make("Acrobot-v1"), lambda: Leaning(gymnasium.make("CartPole-v1"))]
)
def test_anything_else_is_stepped_one_after_another(make):
    assert type(native.together(make, None, 2, seed)) is Environments


class Leaning(gymnasium.RewardWrapper):
    """CartPole with rewards of its own."""

    def reward(self, reward):
        return -float(reward)
