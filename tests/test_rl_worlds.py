"""The worlds that can be computed: a bandit, a chain of right moves, a corridor, and Baird's star."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from paradigms import rl
from paradigms.rl.world import World


@pytest.mark.parametrize("name", [rl.BANDIT, rl.CHAIN, rl.CORRIDOR, rl.STAR])
def test_gymnasium_accepts_it(name):
    check_env(gymnasium.make(f"paradigms.rl:{name}").unwrapped, skip_render_check=True)


def test_a_chain_pays_for_right_moves_in_a_row_alone():
    chain = gymnasium.make(f"paradigms.rl:{rl.CHAIN}", length=4)
    own = chain.unwrapped.P
    right = [next(move for move in (0, 1) if own[s][move][0][1] == s + 1) for s in range(4)]
    chain.reset(seed=0)
    assert [chain.step(move)[1:3] for move in right] == [(0.0, False)] * 3 + [(1.0, True)]
    chain.reset(seed=0)
    assert chain.step(1 - right[0])[1:3] == (0.0, True)
    assert World.of(rl.CHAIN, None).best.value == 1


def test_chance_finds_one_in_two_to_the_length():
    rng, chain = np.random.default_rng(0), gymnasium.make(f"paradigms.rl:{rl.CHAIN}", length=3).unwrapped

    def episode():
        over, earned = False, 0.0
        chain.reset()
        while not over:
            _, earned, over, _, _ = chain.step(rng.integers(2))
        return earned

    assert abs(np.mean([episode() for _ in range(2000)]) - 1 / 8) < 0.025


def test_a_corridor_pays_at_its_end_and_leads_back_to_its_wall():
    corridor = gymnasium.make(f"paradigms.rl:{rl.CORRIDOR}", length=3)
    corridor.reset(seed=0)
    walked = [corridor.step(move)[:3] for move in (0, 1, 0, 1, 1, 1)]
    assert walked == [(0, 0, False), (1, 0, False), (0, 0, False), (1, 0, False), (2, 0, False), (3, 1, True)]
    world = World.of(rl.CORRIDOR, None)
    assert world.best.value == 1, "value iteration on its transitions"
    assert World.of(rl.CORRIDOR, 9).best.value == 0, "ten steps are one too many"
    assert (world.grid, world.ground) == ((1, 11), "." * 10 + "*")


def test_news_of_the_end_of_a_corridor_walks_back_a_place_a_visit():
    own = gymnasium.make(f"paradigms.rl:{rl.CORRIDOR}", length=5).unwrapped.P
    value, known = np.zeros(6), []
    for _ in range(5):
        for place in range(5):
            _, after, reward, over = own[place][1][0]
            value[place] = reward + (0 if over else value[after])
        known.append(int(value.sum()))
    assert known == [1, 2, 3, 4, 5]


def test_a_pull_earns_the_arms_mean_and_noise():
    bandit = gymnasium.make(f"paradigms.rl:{rl.BANDIT}").unwrapped
    means = bandit.means
    bandit.reset(seed=1)
    pulled = np.array([bandit.step(3)[1] for _ in range(1000)])
    assert abs(pulled.mean() - means[3]) < 0.15
    assert abs(pulled.std() - 1) < 0.1
    assert World.of(rl.BANDIT, None).best.value == pytest.approx(means.max())


def test_a_star_pulls_its_values_apart_unless_only_the_seventh_is_visited():
    star = gymnasium.make(f"paradigms.rl:{rl.STAR}")
    star.reset(seed=0)
    met = [(star.reset()[0], *star.step(0)[:4]) for _ in range(700)]
    before, after = np.array([one[0] for one in met]), np.array([one[1] for one in met])
    assert all(cut and not over for *_, over, cut in met), "the future counts"
    assert abs(np.mean([one[2] for one in met])) < 0.12
    np.testing.assert_array_equal(after, np.broadcast_to(star.unwrapped.features[6], after.shape))

    def drift(rows):  # of linear values drawn to 0.99 of the next state's: the largest growth
        pull = before[rows].T @ (0.99 * after[rows] - before[rows]) / rows.sum()
        return np.linalg.eigvals(pull).real.max()

    seventh = (before == after).all(1)
    assert 0.05 < seventh.mean() < 0.25
    assert drift(np.full(len(met), True)) > 0.15
    assert drift(seventh) < 1e-6
