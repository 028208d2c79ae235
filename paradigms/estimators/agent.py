"""The DQN agent in the manner that Gymnasium's users know: `learn`, `predict`, `save`, `load`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium.envs.registration import EnvSpec
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from paradigms.engine import devices
from paradigms.engine.loop import train
from paradigms.engine.moments import moments
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.errors import UsageError, unknown
from paradigms.estimators.base import LOOKS, Watch
from paradigms.options import OPTIONS
from paradigms.registry import entry
from paradigms.rl import dqn, environments

VERSION = 1
"""Of the saved file."""


class DQN:
    """R agents that learn the values of actions from rewards; they act by their mean value.

    Args:
        env: an environment with discrete actions: its name, an environment that Gymnasium made, or a
            function that makes one. Copies of it are played, never the one that was given.
        replicas: how many seeds are trained at once.
        random_state: the study's seed; the same number gives the same agent.
        device: cpu, cuda, mps or auto.
        settings: options by the names of `paradigms run rl --help`: lr, gamma, hidden, n_step, …

    >>> agent = DQN("CartPole-v1").learn(50_000)            # doctest: +SKIP
    >>> action, _ = agent.predict(observation)              # doctest: +SKIP
    """

    def __init__(
        self,
        env: Any,
        *,
        replicas: int = 1,
        random_state: int = 0,
        device: str = "cpu",
        **settings: Any,
    ) -> None:
        self.env, self.replicas, self.random_state, self.device = _made(env), replicas, random_state, device
        if replicas < 1:
            raise ValueError(f"replicas={replicas} must be at least 1.")
        known = {name: OPTIONS[name] for name in entry("dqn").options if name not in ("env", "samples")}
        for name in settings:
            if name not in known:
                raise unknown("option", name, known)
        self.settings = {name: known[name].check(value) for name, value in settings.items()}
        self.parameters_: dict[str, np.ndarray] = {}
        self.history_: dict[str, np.ndarray] = {}
        self._learner = dqn.DQN(self._problem(1))
        env = environments.make(self.env)
        self._single = env.observation_space.shape or ()
        self._first_action = int(env.action_space.start)
        env.close()

    def learn(self, steps: int) -> DQN:
        """Plays so many steps and learns from them; called again, goes on from what is known.

        Exploration and learning rate fall over these steps, and memory begins empty.

        Raises:
            UsageError: fewer steps than the first update takes.
        """
        problem = self._problem(steps)
        least = problem.settings["envs"] * (problem.settings["n_step"] + 1)
        if steps < least:
            raise UsageError(f"{steps:,} steps end before the first update, which takes {least:,}.")
        learner, phases = dqn.build(problem)
        training = Training(learner, self._start(problem, learner), phases)
        learner.begin(training.parameters)
        watch = Watch(still=-1.0)
        train(training, moments(training.total, LOOKS), watch)
        self.history_, self._learner = watch.history(), learner
        self.parameters_ = {
            name: value.detach().cpu().numpy().copy() for name, value in training.parameters.items()
        }
        assert learner.source is not None
        learner.source.environments.close()
        return self

    def predict(self, observation: Any, deterministic: bool = True) -> tuple[Any, None]:
        """The action for one observation, or [n] for n of them; and None, for there is no hidden state.

        Args:
            deterministic: the best action; otherwise a random one with the final exploration's chance.
        """
        values = self.values(observation).mean(0)
        action = values.argmax(-1)
        if not deterministic:
            noise, share = np.random.default_rng(), float(self._learner.problem.settings["epsilon"])
            other = noise.integers(values.shape[-1], size=action.shape)
            action = np.where(noise.random(action.shape) < share, other, action)
        action = action + self._first_action
        return (int(action) if action.ndim == 0 else action), None

    def values(self, observation: Any) -> np.ndarray:
        """Q(s, ·) as each replica sees it: [R, A] for one observation, [R, n, A] for n."""
        see, observed = self._learner.see, np.asarray(observation, np.float32)
        one = observed.shape == self._single
        flat = observed.reshape(1 if one else len(observed), -1)
        if isinstance(see, environments.Index):
            flat = flat - see.first
        rows = self._learner.problem.tensor(flat).expand(self.replicas, -1, -1)
        with torch.no_grad():
            told = devices.numbers(self._learner.values(self._parameters(), rows))
        return told[:, 0] if one else told

    def evaluate(self) -> np.ndarray:
        """The mean return of every replica alone, [R], over 100 fresh episodes played greedily."""
        return self._learner.evaluate(self._parameters(), "test")["return"]

    def save(self, path: str | Path) -> Path:
        """Writes one safetensors file (plain numbers and JSON: nothing in it runs) and returns its path.

        Raises:
            UsageError: nothing was learned yet, or the environment was given as a function.
        """
        self._parameters()
        if not isinstance(self.env, str | EnvSpec):
            raise UsageError("an environment given as a function cannot be saved.", "Register it first.")
        named = self.env if isinstance(self.env, str) else json.loads(self.env.to_json())
        about = {
            "version": VERSION,
            "env": named,
            "replicas": self.replicas,
            "random_state": self.random_state,
            "settings": self.settings,
        }
        where = Path(path)
        where = where if where.suffix else where.with_suffix(".safetensors")
        save_file(self.parameters_, where, {"dqn": json.dumps(about)})
        return where

    @classmethod
    def load(cls, path: str | Path, device: str = "cpu") -> DQN:
        """The agent that was saved there.

        Raises:
            UsageError: no file there, or one that holds no agent.
        """
        where = Path(path)
        where = where if where.suffix else where.with_suffix(".safetensors")
        try:
            with safe_open(where, "numpy") as file:
                about = json.loads((file.metadata() or {})["dqn"])
                parameters = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise UsageError(f"{where} holds no saved agent.", "Name a file that save wrote.") from error
        env = about["env"] if isinstance(about["env"], str) else EnvSpec.from_json(json.dumps(about["env"]))
        agent = cls(
            env,
            replicas=about["replicas"],
            random_state=about["random_state"],
            device=device,
            **about["settings"],
        )
        agent.parameters_ = {name: parameters[name] for name in agent._learner.shapes}
        return agent

    def _problem(self, steps: int) -> Problem:
        device = devices.resolve(self.device)
        given = {"env": environments.title(self.env), **self.settings}
        settings = {**entry("dqn").defaults(given, quick=False), **self.settings, "env": self.env}
        streams = Streams(self.random_state, tuple(range(self.replicas)))
        return Problem(settings, streams, steps, device, torch.float32)

    def _start(self, problem: Problem, learner: dqn.DQN) -> Parameters:
        """What is known already, or else as drawn."""
        return self._parameters() if self.parameters_ else problem.start(learner)

    def _parameters(self) -> Parameters:
        if not self.parameters_:
            raise UsageError("this agent has learned nothing yet.", "Call learn(steps) first.")
        learner, each = self._learner, range(self.replicas)
        rows: list[Mapping[str, np.ndarray]] = [
            {name: value[r] for name, value in self.parameters_.items()} for r in each
        ]
        return Parameters.stack(learner.shapes, rows, learner.problem.dtype, learner.problem.device)


def _made(env: Any) -> environments.Made:
    """What copies are made from.

    Raises:
        UsageError: an environment that Gymnasium did not make, so that it cannot be made again.
    """
    if isinstance(env, gymnasium.Env):
        if env.spec is None:
            raise UsageError(
                f"{type(env).__name__} was not made by gymnasium.make, so it cannot be made again.",
                "Register it, or give a function that makes one.",
            )
        return env.spec
    made: environments.Made = env
    return made
