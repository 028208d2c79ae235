"""The environment of guesses: what it shows, what it pays, and when."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from paradigms import rl
from paradigms.errors import UsageError
from paradigms.rl.guess import Guess

X, Y = np.arange(12.0, dtype=np.float32).reshape(6, 2), np.array([0, 1, 2, 0, 1, 2])


def rewards(env, guesses, seed=0):
    env.reset(seed=seed)
    return [env.step(guess)[1] for guess in guesses]


@pytest.mark.parametrize("options", [{}, {"dataset": "wine", "delay": 2, "noise": 0.1}])
def test_gymnasium_checks_it(options):
    env = gymnasium.make(f"paradigms.rl:{rl.GUESS}", **options)
    check_env(env.unwrapped)
    assert env.spec.max_episode_steps == 100
    env.close()


def test_digits_are_images_whose_shape_stays():
    env = gymnasium.make(rl.GUESS)
    image, _ = env.reset(seed=3)
    assert image.shape == (8, 8)
    assert env.action_space.n == 10
    env.close()


def test_only_the_true_class_is_paid():
    env = Guess(X, Y, 3, deal=lambda n: n % 6)
    assert rewards(env, [0, 0, 0, 0, 1, 2]) == [1, 0, 0, 1, 1, 1]
    assert rewards(env, [2, 1, 1, 0, 1, 1]) == [0, 1, 0, 1, 1, 0]


def test_every_row_is_shown_once_a_round_in_an_order_of_the_seed():
    env = Guess(X, Y, 3)

    def shown(seed):
        first = env.reset(seed=seed)[0]
        return np.array([first, *(env.step(0)[0] for _ in range(11))])[:, 0]

    one, again, other = shown(1), shown(1), shown(2)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    for part in (one[:6], one[6:]):
        assert sorted(part) == sorted(X[:, 0])


def test_a_verdict_arrives_as_late_as_was_asked():
    right = [0, 1, 2, 0, 1, 2]
    wrong_third = [0, 1, 0, 0, 1, 2]
    at_once = rewards(Guess(X, Y, 3, deal=lambda n: n % 6), wrong_third)
    late = rewards(Guess(X, Y, 3, delay=2, deal=lambda n: n % 6), wrong_third)
    assert late == [0, 0, *at_once[:4]]
    assert rewards(Guess(X, Y, 3, delay=2, deal=lambda n: n % 6), right) == [0, 0, 1, 1, 1, 1]


def test_what_is_owed_is_forgotten_at_a_reset():
    env = Guess(X, Y, 3, delay=1, deal=lambda n: n % 6)
    rewards(env, [0])
    assert rewards(env, [1]) == [0]


def test_a_share_of_the_verdicts_is_the_wrong_way_round():
    rng = np.random.default_rng(0)
    guesses = rng.integers(3, size=4000).tolist()
    env = Guess(X, Y, 3, noise=0.3, deal=lambda n: n % 6)
    paid = np.array(rewards(env, guesses))
    true = np.array([guess == Y[n % 6] for n, guess in enumerate(guesses)])
    assert np.mean(paid != true) == pytest.approx(0.3, abs=0.025)
    assert np.array_equal(paid, rewards(env, guesses))
    assert not np.array_equal(paid, rewards(env, guesses, seed=1))


def test_an_observation_is_a_copy():
    env = Guess(X, Y, 3, deal=lambda n: 0)
    seen, _ = env.reset(seed=0)
    seen[:] = -1
    assert env.step(0)[0][0] == 0


def test_data_without_classes_are_refused():
    with pytest.raises(UsageError, match="diabetes"):
        gymnasium.make(rl.GUESS, dataset="diabetes")
