"""The agent as Gymnasium's users know it, and the values of small problems that value iteration knows."""

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from test_rl_dqn import table
from tiny import CHAIN, WALK

from paradigms import DQN
from paradigms.errors import UsageError

SMALL = {
    "hidden": (32,), "lr": 0.01, "schedule": "cosine", "batch_size": 32, "envs": 4, "gamma": 0.9, "n_step": 1,
    "memory": 8000, "learning_starts": 200, "updates_per_step": 1, "target_every": 25, "epsilon": 1.0,
}  # fmt: skip
QUICK = {"hidden": (4,), "envs": 2, "batch_size": 8, "learning_starts": 20}


class Loop(gymnasium.Env):
    """Two states: staying in the first earns 0.2, coming back to it from the second earns 1. No end."""

    observation_space = spaces.Discrete(2)
    action_space = spaces.Discrete(2)
    initial_state_distrib = np.array([0.5, 0.5])
    P = {  # noqa: RUF012
        0: {0: [(1.0, 0, 0.2, False)], 1: [(1.0, 1, 0.0, False)]},
        1: {0: [(1.0, 1, 0.0, False)], 1: [(1.0, 0, 1.0, False)]},
    }

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = int(self.np_random.integers(2))
        return self.place, {}

    def step(self, action):
        _, self.place, reward, terminated = self.P[self.place][int(action)][0]
        return self.place, reward, terminated, False, {}


def loop():
    return gymnasium.wrappers.TimeLimit(Loop(), 20)


def lake():
    return gymnasium.make("FrozenLake-v1", is_slippery=False)


@pytest.mark.parametrize(
    ("made", "steps", "dead"),
    [(CHAIN, 4000, [4]), (loop, 7000, []), (lake(), 13_000, [5, 7, 11, 12, 15])],
    ids=["chain", "loop", "lake"],
)
def test_q_values_are_those_of_value_iteration_to_one_per_cent(made, steps, dead):
    """In every state from which something follows; the time limit ends an episode, not its value."""
    agent = DQN(made, **SMALL).learn(steps)
    env = gymnasium.make(made) if isinstance(made, str) else made() if callable(made) else lake()
    exact = table(env, 0.9)
    alive = [state for state in range(len(exact)) if state not in dead]
    first = int(env.observation_space.start)
    found = agent.values(np.array(alive) + first)[0]
    largest = np.abs(exact).max()
    assert np.abs(found - exact[alive]).max() < 0.01 * largest
    chosen, _ = agent.predict(np.array(alive) + first)
    chosen = chosen - int(env.action_space.start)
    best = exact[alive].max(1)
    np.testing.assert_allclose(exact[alive][np.arange(len(alive)), chosen], best, atol=0.01 * largest)
    assert (agent.evaluate() <= agent._learner.reference("test") + 1e-6).all() or made == CHAIN


def test_predict_answers_one_observation_or_many():
    agent = DQN(WALK, replicas=3, epsilon=0.5, **QUICK).learn(200)
    env = gymnasium.make(WALK)
    observation, _ = env.reset(seed=0)
    action, state = agent.predict(observation)
    assert isinstance(action, int)
    assert env.action_space.contains(action)
    assert state is None
    many, _ = agent.predict(np.stack([observation] * 5))
    assert many.tolist() == [action] * 5
    assert agent.values(observation).shape == (3, 3)
    assert agent.values(observation).std(0).min() > 0  # three seeds, three opinions
    assert agent.evaluate().shape == (3,)
    drawn = {agent.predict(observation, deterministic=False)[0] for _ in range(300)}
    assert drawn == {0, 1, 2}


def test_actions_and_observations_count_as_the_environment_counts():
    agent = DQN(CHAIN, **QUICK).learn(200)
    assert agent.predict(13)[0] in (3, 4)
    assert set(agent.predict(np.arange(10, 15))[0]) <= {3, 4}


@pytest.mark.parametrize("made", [WALK, lake()], ids=["name", "environment"])
def test_a_saved_agent_is_the_same_agent(made, tmp_path):
    agent = DQN(made, replicas=2, random_state=5, gamma=0.8, **QUICK).learn(200)
    path = agent.save(tmp_path / "agent")
    assert path.name == "agent.safetensors"
    again = DQN.load(path)
    assert again.settings == agent.settings
    seen = gymnasium.make(made) if isinstance(made, str) else made
    observation = seen.reset(seed=1)[0]
    assert (again.values(observation) == agent.values(observation)).all()
    if not isinstance(made, str):
        assert again.env.kwargs["is_slippery"] is False
    assert (again.learn(100).values(observation) == agent.learn(100).values(observation)).all()


def test_the_same_seed_is_the_same_agent_and_the_company_makes_no_difference():
    one, same, other = (DQN(WALK, random_state=seed, **QUICK).learn(150) for seed in (0, 0, 1))
    pair = DQN(WALK, replicas=2, **QUICK).learn(150)
    observation = np.array([0.1, -0.2])
    assert (one.values(observation) == same.values(observation)).all()
    assert (one.values(observation) != other.values(observation)).any()
    np.testing.assert_allclose(pair.values(observation)[0], one.values(observation)[0], rtol=1e-3)


def test_learning_goes_on_from_what_is_known():
    agent = DQN(WALK, lr=1e-9, **QUICK).learn(100)
    before = agent.parameters_["weight1"]
    np.testing.assert_allclose(agent.learn(100).parameters_["weight1"], before, atol=1e-6)
    assert agent.history_["loss"].shape[1] == 1


def test_what_cannot_be_meant_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="learn"):
        DQN(WALK).predict([0.0, 0.0])
    with pytest.raises(UsageError, match="gamma"):
        DQN(WALK, gama=0.5)
    with pytest.raises(UsageError, match="2 steps"):
        DQN(WALK).learn(2)
    with pytest.raises(ValueError, match="replicas=0"):
        DQN(WALK, replicas=0)
    with pytest.raises(UsageError, match="Register it"):
        DQN(Loop())
    (tmp_path / "empty.safetensors").write_bytes(b"{}")
    for name in ("empty", "missing"):
        with pytest.raises(UsageError, match="no saved agent"):
            DQN.load(tmp_path / name)
