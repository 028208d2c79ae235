"""Q-learning and SARSA: their targets by hand, the optimum where it is known, and play that goes on."""

from itertools import pairwise

import gymnasium
import numpy as np
import pytest
import torch
from tiny import CHAIN, WALK, training

from paradigms.engine.loop import train
from paradigms.errors import UsageError
from paradigms.rl.terrain import terrain
from paradigms.rl.walking import Steps

BOTH = pytest.mark.parametrize("name", ["qlearning", "sarsa"])


def told():
    """Two steps of three replicas that began alike: one goes on, the other ends."""
    rows = [[0, 1, 0.5, 2, 0, 0.9], [3, 1, 1.0, 4, 1, 0.0]]
    state, action, reward, after, then, onward = torch.tensor([rows] * 3, dtype=torch.float64).unbind(2)
    return Steps(state.long(), action.long(), reward, after.long(), then.long(), onward)


@BOTH
def test_a_step_is_the_textbooks(name):
    one = training(name, optimizer="sgd", lr=0.25, schedule="constant")
    one.learner.begin(one.parameters.like(one.parameters.flat.copy_(torch.arange(10.0).expand(3, 10))))
    table = np.arange(10.0).reshape(5, 2)
    slope = one.learner.slope(one.parameters, told())
    rest = table[2].max() if name == "qlearning" else table[2, 0]
    errors = table[0, 1] - (0.5 + 0.9 * rest), table[3, 1] - 1.0
    expected = np.zeros((5, 2))
    expected[0, 1], expected[3, 1] = (error / 2 for error in errors)
    np.testing.assert_allclose(slope.gradient[1].view(5, 2), expected)
    np.testing.assert_allclose(slope.losses, np.mean(np.square(errors)) / 2)


def known(gamma, rest=np.max):
    """Q of the chain, where what follows is worth the best of the next values, or their mean."""
    env, q = gymnasium.make(CHAIN).unwrapped, np.zeros((5, 2))
    for _ in range(500):
        for s in range(4):
            for a in range(2):
                _, after, reward, ends = env.P[s][a][0]
                q[s, a] = reward + (0 if ends else gamma * rest(q[after]))
    return q


def test_q_learning_finds_the_values_of_the_best_way():
    one = training("qlearning", budget=2400, gamma=0.9, epsilon=1.0, lr=0.3, schedule="hold")
    train(one, [one.total], lambda training, signals: True)
    found, best = one.parameters["values"].detach().numpy(), known(0.9)
    np.testing.assert_allclose(found[:, :4], np.broadcast_to(best[:4], (3, 4, 2)), atol=0.02)
    assert (one.learner.evaluate(one.parameters, "test")["return"] <= one.learner.reference("test")).all()


def test_sarsa_values_its_own_missteps():
    """Under a policy that stays random it values that policy."""
    one = training("sarsa", budget=2400, gamma=0.9, epsilon=1.0, lr=0.4, schedule="linear", envs=1)
    train(one, [one.total], lambda training, signals: True)
    found = one.parameters["values"].detach().numpy()[:, :4]
    np.testing.assert_allclose(found.mean(0), known(0.9, np.mean)[:4], atol=0.06)


def test_without_exploration_sarsa_is_q_learning():
    """The next action is the best one then, and so are the targets."""
    tables = []
    for name in ("sarsa", "qlearning"):
        one = training(name, budget=200, gamma=0.9, epsilon=0.0, exploration=1e-9, lr=0.3)
        train(one, [one.total], lambda training, signals: True)
        tables.append(one.parameters.flat)
    assert torch.equal(*tables)
    assert tables[0].any()


def test_what_is_chosen_next_is_what_is_done():
    one = training("sarsa", budget=100)
    batches, ended = [one.phases[0].source.draw(one.parameters) for _ in range(40)], 0
    for now, later in pairwise(batches):
        goes_on = (now.onward > 0) & (later.state == now.after)
        ended += int((~goes_on).sum())
        assert torch.equal(later.action[goes_on], now.then[goes_on])
    assert 0 < ended < 40 * 3 * 2 / 2


@BOTH
def test_the_return_while_learning_is_that_of_the_last_episodes(name):
    one = training(name, budget=160, envs=1)
    seen = [[], [], []]
    walking = one.learner.walking
    assert np.isnan(walking.earned).all()
    for _ in range(120):
        before = one.learner.played.episode.copy()
        walking.draw(one.parameters)
        for replica in np.flatnonzero(one.learner.played.episode != before):
            if one.learner.played.episode[replica] > 0:
                seen[replica].append(one.learner.played.last_return[replica])
    np.testing.assert_allclose(walking.earned, [np.mean(one) for one in seen])


@BOTH
def test_states_without_numbers_are_refused(name):
    with pytest.raises(UsageError, match="states with numbers"):
        training(name, env=WALK)


def test_the_ground_of_a_cliff_and_of_a_lake():
    cliff, lake = (gymnasium.make(name).unwrapped for name in ("CliffWalking-v1", "FrozenLake-v1"))
    assert terrain(cliff, 48) == "." * 37 + "#" * 10 + "*"
    assert terrain(lake, 16) == lake.desc.tobytes().decode().translate(str.maketrans("SFHG", "..x*"))
    assert terrain(gymnasium.make("CartPole-v1").unwrapped, 4) is None
