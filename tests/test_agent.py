"""The agent as Gymnasium's users know it, and the values of small problems that value iteration knows."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from sklearn.exceptions import ConvergenceWarning
from test_rl_dqn import table
from tiny import CHAIN, WALK
from torch import nn
from worlds import Path  # noqa: F401 - registers Gauge-v0

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
    [
        (CHAIN, 4000, [4]),
        (loop, 7000, []),
        pytest.param(lake(), 13_000, [5, 7, 11, 12, 15], marks=pytest.mark.slow),
    ],
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


def halved():
    return gymnasium.wrappers.TransformReward(gymnasium.make("FrozenLake-v1"), lambda reward: reward / 2)


MADE = {
    "name": WALK,
    "environment": lake(),
    "function": loop,
    "lambda": lambda: loop(),
    "wrapper": halved(),
    "type": gymnasium.wrappers.DtypeObservation(gymnasium.make("CartPole-v1"), np.float64),
}


@pytest.mark.parametrize("kind", MADE)
def test_every_agent_is_pickled_copied_and_saved_before_and_after_learning(kind, tmp_path):
    agent = DQN(MADE[kind], random_state=np.int64(4), replicas=np.int64(2), eval_episodes=2, **QUICK)
    pickle.loads(pickle.dumps(agent))
    copy.deepcopy(agent).learn(60)
    agent.learn(60)
    observation = np.zeros(agent._world.see.shape)
    values, drawn = agent.values(observation), agent.predict(observation, deterministic=False)[0]
    twins = [pickle.loads(pickle.dumps(agent)), copy.copy(agent), DQN.load(agent.save(tmp_path / "a"))]
    for twin in twins:
        assert (twin.values(observation) == values).all()
    assert (twins[1].evaluate() == agent.evaluate()).all()
    assert isinstance(drawn, int)
    assert len(pickle.dumps(agent)) < 20_000  # nothing of what it saw


def test_random_actions_have_a_seed():
    one, same = (DQN(WALK, epsilon=0.7, random_state=2, **QUICK).learn(60) for _ in range(2))
    many = np.zeros((50, 2))
    drawn = [one.predict(many, deterministic=False)[0].tolist() for _ in range(2)]
    assert drawn == [same.predict(many, deterministic=False)[0].tolist() for _ in range(2)]
    assert drawn[0] != drawn[1]
    again = [one.predict(many, deterministic=False, seed=8)[0].tolist() for _ in range(2)]
    assert again[0] == again[1]
    assert (
        DQN(WALK, random_state=None, **QUICK).random_state
        != DQN(WALK, random_state=None, **QUICK).random_state
    )


@pytest.mark.parametrize("name", ["CartPole-v1", "FrozenLake-v1"])
def test_predict_is_called_as_stable_baselines3_calls_it(name):
    """As evaluate_policy does: rows of observations, a state that is handed on, marks of new episodes."""
    agent, env = DQN(name, eval_episodes=1, **QUICK).learn(60), gymnasium.make(name)
    state, start, observation = None, np.ones(1, bool), env.reset(seed=0)[0]
    for _ in range(5):
        rows = np.asarray(observation)[None]
        actions, state = agent.predict(rows, state=state, episode_start=start, deterministic=True)
        assert state is None
        assert actions.shape == (1,)
        assert agent.predict(observation, None)[0] == actions[0]
        observation, _, over, *_ = env.step(actions[0])
        if over:
            break


@pytest.mark.parametrize(
    ("env", "observation", "said"),
    [
        (WALK, [1.0, 2.0, 3.0], "an observation of 3 numbers; tiny/Walk-v0 gives 2"),
        (WALK, np.zeros((2, 2, 2)), "shape \\(2, 2, 2\\)"),
        (WALK, [0.0, np.nan], "NaN \\(observation 1\\)"),
        (WALK, [[1, 2], [-np.inf, 0]], "an infinite number"),
        (WALK, ([0.0, 0.0], {}), "the observation alone"), (WALK, "left", "a str is no observation"),
        (CHAIN, 15, "no state 15; tiny/Chain-v0 has states 10 to 14"), (CHAIN, 9, "no state 9"),
        (CHAIN, 11.5, "no state 11.5"), (CHAIN, [10, 99], "no state 99"), (CHAIN, np.nan, "no state nan"),
    ],
)  # fmt: skip
def test_an_observation_that_cannot_be_is_named(env, observation, said):
    agent = DQN(env, **QUICK).learn(60)
    with pytest.raises(UsageError, match=said):
        agent.predict(observation)


def test_steps_are_whole_and_said_once():
    agent = DQN(WALK, **QUICK).learn(6e1)
    agent.learn(total_timesteps=np.int64(60))
    for wrong in (60.5, np.nan, np.inf, "60", True, None):
        with pytest.raises(UsageError, match="learn"):
            agent.learn(wrong)
    with pytest.raises(UsageError, match="once"):
        agent.learn(60, total_timesteps=60)


def test_a_replica_that_diverges_is_warned_of():
    with pytest.warns(ConvergenceWarning, match="2 of 2 replicas diverged"):
        DQN(WALK, replicas=2, optimizer="sgd", lr=1e30, q_loss="squared", **QUICK).learn(200)


def test_the_model_of_a_run_is_an_agent(tmp_path):
    from paradigms import run

    run(
        "dqn",
        env="Gauge-v0",
        samples=200,
        seeds=2,
        limit=9,
        hidden="4",
        eval_episodes=2,
        out=tmp_path / "run",
    )
    agent = DQN.load(tmp_path / "run")
    assert agent.values(3.0).shape == (2, 2)
    assert (
        DQN.load(tmp_path / "run" / "model" / "dqn-Gauge-v0.safetensors").values(1) == agent.values(1)
    ).all()
    (tmp_path / "run" / "config.json").unlink()
    with pytest.raises(UsageError, match="no saved agent"):
        DQN.load(tmp_path / "run")


def test_of_a_sweep_the_best_agent_is_loaded_or_the_one_that_is_asked_for(tmp_path):
    from paradigms import sweep
    from paradigms.reports import winners

    given = {"samples": 200, "seeds": 1, "limit": 9, "eval_episodes": 2, "env": "Gauge-v0"}
    sweep("dqn", hidden=[(3,), (5,)], keep="all", out=tmp_path / "run", **given)
    best = winners(tmp_path / "run")["dqn-Gauge-v0"]
    assert DQN.load(tmp_path / "run").settings["hidden"] == {1: (3,), 2: (5,), None: (128, 128)}[best]
    assert DQN.load(tmp_path / "run", setting=2).parameters_["weight1"].shape[2] == 5
    with pytest.raises(UsageError, match="kept no model of setting 3"):
        DQN.load(tmp_path / "run", setting=3)


def narrow(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 5), nn.Tanh(), nn.Linear(5, outputs))


def test_an_agent_learns_with_a_network_of_ones_own_and_its_file_names_it(tmp_path):
    agent = DQN("Gauge-v0", model=narrow, eval_episodes=2, **QUICK).learn(60)
    path, values = agent.save(tmp_path / "a"), agent.values(2.0)
    twin = pickle.loads(pickle.dumps(agent))
    assert (DQN.load(path, model=narrow).values(2.0) == values).all()
    assert (twin.values(2.0) == values).all()
    for given, words in [(None, "network is narrow, whose code is not kept"), (nn.Linear, "another network")]:
        with pytest.raises(UsageError, match=words):
            DQN.load(path, model=given)
    usual = DQN("Gauge-v0", eval_episodes=2, **QUICK).learn(60).save(tmp_path / "b")
    with pytest.raises(UsageError, match="no network of your own"):
        DQN.load(usual, model=narrow)


def test_an_agent_answers_where_its_environment_is_unknown(tmp_path, monkeypatch):
    agent = DQN("Gauge-v0", eval_episodes=2, **QUICK).learn(60)
    path, values = agent.save(tmp_path / "a"), agent.values(2.0)
    spec = gymnasium.registry.pop("Gauge-v0")
    try:
        lonely = DQN.load(path)
        assert (lonely.values(2.0) == values).all()
        with pytest.raises(UsageError, match="unknown environment"):
            lonely.evaluate()
        assert DQN.load(path, env=spec).evaluate().shape == (1,)
        with pytest.raises(UsageError, match="this agent learned where Gauge-v0 gives 1"):
            DQN.load(path, env="CartPole-v1")
    finally:
        gymnasium.registry["Gauge-v0"] = spec


class Lottery(gymnasium.Env):
    """One step; it earns 60 once in ten times and costs 1 else: 5.1 on average, and Huber says about −0.9."""

    observation_space = spaces.Discrete(1)
    action_space = spaces.Discrete(1)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return 0, {}

    def step(self, action):
        return 0, 60.0 if self.np_random.random() < 0.1 else -1.0, True, False, {}


def test_the_squared_loss_finds_the_mean_of_noisy_rewards():
    given = SMALL | {"schedule": "linear", "lr": 0.05, "hidden": (4,), "eval_episodes": 1}
    squared, huber = (
        float(DQN(Lottery, q_loss=loss, **given).learn(3000).values(0).item())
        for loss in ("squared", "huber")
    )
    assert squared == pytest.approx(5.1, abs=1.5)
    assert huber < 1
