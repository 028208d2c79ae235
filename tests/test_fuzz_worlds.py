"""Environments of every shape, type, bound, end and wrapper: an agent, or one line."""

import json
import warnings
from pathlib import Path
from random import Random

import gymnasium
import numpy as np
import pytest
import strange
from fuzzing import answered, in_time, told

from paradigms import DQN
from paradigms.errors import ParadigmsError

SHORT_RUN = (
    *("--samples", 60, "--seeds", 2, "--hidden", 4, "--envs", 2, "--batch-size", 4, "--learning-starts", 8),
    *("--eval-episodes", 2, "--limit", 12, "--threads", 1, "--workers", 1, "--quiet"),
)
SHORT = {"hidden": (4,), "envs": 2, "batch_size": 4, "learning_starts": 8, "eval_episodes": 2, "limit": 12}


@pytest.mark.parametrize("count", [2, pytest.param(200, marks=pytest.mark.slow)], ids=["few", "many"])
def test_any_environment_by_its_name(tmp_path, count):
    """A whole run of it, with its page; its summary holds no NaN."""
    for number in range(count):
        with told(f"case {number}"):
            runs(tmp_path / str(number), strange.drawn(Random(number)))


def runs(home: Path, case: dict) -> None:
    home.mkdir()
    gymnasium.registry.pop("fuzz/Strange-v0", None)
    gymnasium.register("fuzz/Strange-v0", strange.maker(case), max_episode_steps=case["limit"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Gymnasium's own, of such spaces
        answer = answered(
            home, "run", "rl", "--env", "fuzz/Strange-v0", *SHORT_RUN, "--out", "run", into=home
        )
    if answer.code == 0:
        (one,) = json.loads((home / "run" / "summary.json").read_text(), parse_constant=pytest.fail)[
            "learners"
        ]
        assert len(one["scores"]) == 2


@pytest.mark.parametrize("count", [40, pytest.param(10_000, marks=pytest.mark.slow)], ids=["few", "many"])
def test_any_environment_by_a_function(tmp_path, count):
    """An agent that learns and answers, now and then one that is judged and saved; or a line."""
    learned = 0
    for number in range(count):
        with told(f"case {number}"):
            learned += learns(tmp_path, strange.drawn(Random(number)), judged=number % 10 == 0)
    assert learned > count / 10


def learns(home: Path, case: dict, judged: bool) -> bool:
    """Whether an agent learned there; False where a line refuses the environment."""
    with warnings.catch_warnings(), in_time():
        warnings.simplefilter("ignore")
        try:
            agent = DQN(strange.maker(case), **SHORT).learn(24)
            played = agent.evaluate() if judged else None
        except ParadigmsError as error:
            lines = str(error).splitlines()
        else:
            lines = []
        if lines:
            assert len(lines) == 1, lines
            return False
        see = agent._world.see
        observation = np.zeros(see.shape) + getattr(see, "first", 0)
        values = agent.values(observation)
        assert values.shape == (1, agent._world.actions)
        if played is not None:
            assert played.shape == (1,)
            again = DQN.load(agent.save(home / "agent"))
            assert np.array_equal(again.values(observation), values, equal_nan=True)
    return True
