"""The DQN agent in the manner that Gymnasium's users know: `learn`, `predict`, `save`, `load`."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning

from paradigms.engine import devices
from paradigms.engine.loop import train
from paradigms.engine.moments import moments
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.errors import UsageError, unknown
from paradigms.estimators import savedagent
from paradigms.estimators.base import LOOKS, Watch
from paradigms.estimators.counted import count, seed, steps_of
from paradigms.estimators.observation import read
from paradigms.options import OPTIONS, Options
from paradigms.registry import entry
from paradigms.rl import dqn
from paradigms.rl.given import taken
from paradigms.rl.making import Made
from paradigms.rl.world import World


class DQN:
    """R agents that learn the values of actions from rewards; they act by their mean value.

    Args:
        env: an environment with discrete actions: its name, an environment that Gymnasium made, or a
            function that makes one. Copies of it are played, never the one that was given.
        replicas: how many seeds are trained at once.
        random_state: the study's seed; the same number gives the same agent, None draws one.
        device: cpu, cuda, mps or auto.
        settings: options by the names of `paradigms run rl --help`: lr, gamma, hidden, n_step, …; `model` may
            also be a function (inputs, outputs) that makes a torch.nn.Module.

    After `learn`, `parameters_` holds every replica's parameters by name, [R, ...], and `history_` what
    the loop measured. An agent can be pickled and copied, before and after; nothing that it saw is in it.

    >>> agent = DQN("CartPole-v1").learn(50_000)            # doctest: +SKIP
    >>> action, _ = agent.predict(observation)              # doctest: +SKIP
    """

    def __init__(
        self,
        env: Any,
        *,
        replicas: int = 1,
        random_state: Any = 0,
        device: str = "cpu",
        **settings: Any,
    ) -> None:
        self._set(taken(env), count("replicas", replicas), seed(random_state), device, settings)
        self._know(World.of(self._source(), self.settings.get("limit")))

    def _set(
        self, env: Made | None, replicas: int, random_state: int, device: str, settings: Mapping[str, Any]
    ) -> None:
        self.env, self.replicas, self.random_state, self.device = env, replicas, random_state, device
        known = {name: OPTIONS[name] for name in entry("dqn").options if name not in ("env", "samples")}
        for name in settings:
            if name not in known:
                raise unknown("option", name, known)
        checked = {
            name: value if name == "model" and callable(value) else known[name].check(value)
            for name, value in settings.items()
        }
        self.settings = {name: value for name, value in checked.items() if value is not None}
        self.parameters_: dict[str, np.ndarray] = {}
        self.history_: dict[str, np.ndarray] = {}
        self._noise = Streams(self.random_state, (0,)).generator(0, "predict")

    def _know(self, world: World) -> None:
        """What is known of the environment, and the learner that answers in it."""
        self._world = world
        self._learner = dqn.DQN(self._problem(1), world)

    def learn(self, steps: Any = None, *, total_timesteps: Any = None) -> DQN:
        """Plays so many steps and learns from them; called again, goes on from what is known.

        Exploration and learning rate fall over these steps, and memory begins empty.

        Raises:
            UsageError: no whole number of steps, or fewer than the first update takes.

        Warns:
            ConvergenceWarning: a replica diverged.
        """
        asked = steps_of(steps, total_timesteps)
        problem = self._problem(asked)
        least = problem.options.envs * (problem.options.n_step + 1)
        if asked < least:
            raise UsageError(f"{asked:,} steps end before the first update, which takes {least:,}.")
        self._visit()
        learner, phases = dqn.build(problem, self._world)
        try:
            training = Training(learner, self._start(problem, learner), phases)
            learner.begin(training.parameters)
            watch = Watch(still=-1.0)
            train(training, moments(training.total, LOOKS), watch)
        finally:
            learner.close()
        self._keep(training, watch)
        return self

    def _keep(self, training: Training, watch: Watch) -> None:
        self.history_ = watch.history()
        self.parameters_ = {
            name: value.detach().cpu().numpy().copy() for name, value in training.parameters.items()
        }
        if lost := training.why.count("diverged"):
            text = f"{lost} of {self.replicas} replicas diverged; a smaller lr may help."
            warnings.warn(text, ConvergenceWarning, stacklevel=3)

    def predict(
        self,
        observation: Any,
        state: Any = None,
        episode_start: Any = None,
        deterministic: bool = True,
        *,
        seed: int | None = None,
    ) -> tuple[Any, Any]:
        """The action for one observation, or [n] for n of them; and `state` again, for none is needed.

        Args:
            state, episode_start: as stable-baselines3 hands them over; neither changes the answer.
            deterministic: the best action; otherwise a random one with the final exploration's chance.
            seed: begins the random actions of this call anew; without it they follow each other from
                `random_state` on.

        Raises:
            UsageError: nothing was learned yet, or an observation that the environment cannot give.
        """
        if isinstance(state, bool):
            raise UsageError("the second argument of predict is a state.", f"Say deterministic={state}.")
        values = self.values(observation).mean(0)
        action = values.argmax(-1)
        if not deterministic:
            noise = self._noise if seed is None else np.random.default_rng(seed)
            problem = self._learner.problem
            share = float(problem.each(problem.options.epsilon)[0])
            other = noise.integers(values.shape[-1], size=action.shape)
            action = np.where(noise.random(action.shape) < share, other, action)
        action = action + self._world.first_action
        return (int(action) if action.ndim == 0 else action), state

    def values(self, observation: Any) -> np.ndarray:
        """Q(s, ·) as each replica sees it: [R, A] for one observation, [R, n, A] for n.

        Raises:
            UsageError: nothing was learned yet, or an observation that the environment cannot give.
        """
        parameters = self._parameters()
        flat, one = read(observation, self._world)
        rows = self._learner.problem.tensor(flat).expand(self.replicas, -1, -1)
        with torch.no_grad():
            told = devices.numbers(self._learner.values(parameters, rows))
        return told[:, 0] if one else told

    def evaluate(self) -> np.ndarray:
        """The mean return of every replica alone, [R], over 100 fresh episodes played greedily."""
        parameters = self._parameters()
        self._visit()
        return self._learner.evaluate(parameters, "test")["return"]

    def save(self, path: str | Path) -> Path:
        """Writes one safetensors file (plain numbers and JSON: nothing in it runs) and returns its path.

        An environment that was given as a function, or made with functions, stays behind: the saved agent
        predicts without it, and learns on with `load(path, env=…)`. Of a network of one's own it keeps the
        numbers and the name, not the code.

        Raises:
            UsageError: nothing was learned yet, or the file cannot be written.
        """
        self._parameters()
        about = {
            "env": savedagent.env_to_json(self.env),
            "world": self._world.to_json(),
            "replicas": self.replicas,
            "random_state": self.random_state,
            "settings": {name: value for name, value in self.settings.items() if not callable(value)},
            "network": self._learner.network.description,
        }
        return savedagent.write(Path(path), about, self.parameters_)

    @classmethod
    def load(
        cls,
        path: str | Path,
        env: Any = None,
        device: str = "cpu",
        *,
        model: Any = None,
        setting: int | None = None,
    ) -> DQN:
        """The agent that was saved there, or that of a run: its folder, or a file in its `model`.

        Args:
            env: what the agent plays from now on; without it that which it was trained in, as far as its
                name or specification could be saved. To predict, none is needed.
            model: the agent's network, where it is one's own: what it was trained with. No code is imported
                because a file names it.
            setting: of a sweep, which one's agent; by default the best one's.

        Raises:
            UsageError: no file there, one that holds no agent, another network, or an environment that it
                cannot play.
        """
        about, parameters = savedagent.read(Path(path), setting)
        agent = cls.__new__(cls)
        made = savedagent.env_from_json(about["env"]) if env is None else taken(env)
        settings = about["settings"] | savedagent.own_model(about.get("network"), model)
        agent._set(made, about["replicas"], about["random_state"], device, settings)
        known = None if about.get("world") is None else World.from_json(about["world"])
        agent._know(known or World.of(agent._source(), agent.settings.get("limit")))
        if env is not None:
            agent._visit()
        agent.parameters_ = savedagent.fitting(parameters, agent._learner.shapes)
        return agent

    def _visit(self) -> None:
        """Looks at the environment, where that is not done yet.

        Raises:
            UsageError: there is none, or one that this agent cannot play.
        """
        if self._world.visited:
            return
        found = World.of(self._source(), self.settings.get("limit"))
        if not found.like(self._world):
            raise UsageError(
                f"{found.name} {found.words()} and takes {found.actions} actions; this agent learned where "
                f"{self._world.name} {self._world.words()} and takes {self._world.actions}."
            )
        self._know(found)

    def _source(self) -> Made:
        if self.env is None:
            raise UsageError(
                "this agent came without its environment.", "Give it: DQN.load(path, env=…), or agent.env = …"
            )
        return self.env

    def _problem(self, steps: int) -> Problem:
        device = devices.resolve(self.device)
        given = {"env": self._world.name, **self.settings}
        settings = {**entry("dqn").defaults(given, quick=False), **self.settings, "env": self.env}
        streams = Streams(self.random_state, tuple(range(self.replicas)))
        return Problem(Options.of(settings), streams, steps, device, torch.float32)

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

    def __getstate__(self) -> dict[str, Any]:
        """Plain numbers and words; a function that nobody could find again stays behind."""
        kept = ("replicas", "random_state", "device", "settings", "parameters_", "history_")
        return {
            **{name: getattr(self, name) for name in kept},
            "env": savedagent.env_to_state(self.env),
            "world": self._world.to_json(),
            "noise": self._noise.bit_generator.state,
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        env = savedagent.env_from_json(state["env"])
        self._set(env, state["replicas"], state["random_state"], state["device"], state["settings"])
        self.parameters_, self.history_ = dict(state["parameters_"]), dict(state["history_"])
        self._noise.bit_generator.state = state["noise"]
        self._know(World.from_json(state["world"]))

    def __deepcopy__(self, memo: dict[int, Any]) -> DQN:
        """Another agent, in the same environment whatever that was given as."""
        twin = type(self).__new__(type(self))
        twin.__setstate__(copy.deepcopy(self.__getstate__(), memo))
        twin.env = self.env
        return twin

    def __copy__(self) -> DQN:
        return self.__deepcopy__({})
