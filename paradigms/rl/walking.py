"""Experience that answers and is not kept: ε-greedy play with a table, each step learned from once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Ahead
from paradigms.rl.environments import Environments
from paradigms.rl.exploration import Exploration

RECENT, WINDOW = 256, 100
"""Steps of a replica that gradients are measured on; episodes that `earned` is the mean of."""


@dataclass(frozen=True)
class Steps:
    """What E steps of every replica led to, each [R, E]; `then` is the action that is taken next.

    `onward` is γ where the future counts, and 0 where the episode terminated.
    """

    state: Tensor
    action: Tensor
    reward: Tensor
    after: Tensor
    then: Tensor
    onward: Tensor


class Walking:
    """ε-greedy play, one step in each environment a draw; every step is learned from once.

    The last steps are kept to measure gradients on, and the last returns, exploration included.
    """

    def __init__(self, problem: Problem, environments: Environments) -> None:
        self.problem, self.environments = problem, environments
        self.replicas = len(problem.streams.seeds)
        self.batch_size = len(environments) // self.replicas
        self.updates = max(1, problem.budget // self.batch_size)
        self.exploration = Exploration(problem, self.updates)
        self.gamma = np.array(problem.each(problem.options.gamma), dtype=np.float64)[:, None]
        self.random = Ahead(problem.streams)
        self.moment = 0
        self.next = np.zeros((self.replicas, self.batch_size), np.int64)
        self.recent = np.zeros((max(1, RECENT // self.batch_size), self.replicas, self.batch_size, 6))
        self.returns = np.full((self.replicas, WINDOW), np.nan)
        self.remarks: list[str] = []

    @property
    def samples(self) -> int:
        """Steps that each replica has taken."""
        return self.moment * self.batch_size

    @property
    def epsilon(self) -> np.ndarray:
        """The share of random actions now, [R]."""
        return self.exploration.share(self.moment)

    def draw(self, parameters: Parameters) -> Steps:
        """One step in every environment, and what will be done next."""
        table = parameters["values"].detach().cpu().numpy()
        if self.moment == 0:
            self.environments.start_all()
            self.next = self._chosen(table, self.environments.observation, "begin")
        before, taken = self._each(self.environments.observation.copy()), self.next
        answer = self.environments.step(taken.ravel().tolist())
        reward, terminated, ended = map(self._each, (answer.reward, answer.terminated, answer.ended))
        then = self.next = self._chosen(table, answer.after, "explore")
        if ended.any():
            self._count(ended)
            self.next = np.where(ended, self._chosen(table, self.environments.observation, "begin"), then)
        onward = self.gamma * (1 - terminated)
        rows = np.stack([before, taken, reward, self._each(answer.after), then, onward], axis=2)
        self.recent[self.moment % len(self.recent)] = rows
        self.moment += 1
        return self._steps(rows)

    def _chosen(self, table: np.ndarray, observation: np.ndarray, purpose: str) -> np.ndarray:
        """An action where each copy is, [R, E]: the best known, or with chance ε any."""
        noise, states = self.random(purpose, self.moment, (self.batch_size, 2)), self._each(observation)
        best = table[np.arange(self.replicas)[:, None], states.astype(np.int64)].argmax(2)
        other = (noise[..., 1] * table.shape[2]).astype(np.int64)
        return np.where(noise[..., 0] < self.epsilon[:, None], other, best)

    def _each(self, numbers: np.ndarray) -> np.ndarray:
        return numbers.reshape(self.replicas, self.batch_size)

    def _count(self, ended: np.ndarray) -> None:
        """Keeps the returns of the episodes that are over."""
        last = self._each(self.environments.last_return)
        for replica, copy in np.argwhere(ended):
            self.returns[replica] = [*self.returns[replica, 1:], last[replica, copy]]

    @property
    def earned(self) -> np.ndarray:
        """The mean return of the last episodes of training, [R]; NaN where none is over yet."""
        known = ~np.isnan(self.returns)
        total = np.where(known, self.returns, 0).sum(1)
        return np.where(known.any(1), total / np.maximum(known.sum(1), 1), np.nan)

    def probe(self, *counter: int) -> Steps:
        """Some of the last steps, drawn with replacement."""
        kept = min(max(self.moment, 1), len(self.recent)) * self.batch_size
        uniform = self.problem.streams.stack(lambda g: g.random(PROBED), "probe", *counter)
        place = (uniform * kept).astype(np.int64)
        moment, copy = place // self.batch_size, place % self.batch_size
        return self._steps(self.recent[moment, np.arange(self.replicas)[:, None], copy])

    def _steps(self, rows: np.ndarray) -> Steps:
        """Of rows [R, B, 6]."""
        columns = (self.problem.tensor(column) for column in np.moveaxis(rows, 2, 0).copy())
        state, action, reward, after, then, onward = columns
        return Steps(state.long(), action.long(), reward, after.long(), then.long(), onward)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Where the environments are, what is done next, and what was seen of late."""
        kept = {"next": self.next, "recent": self.recent, "returns": self.returns}
        tensors = {name: torch.from_numpy(array) for name, array in kept.items()}
        plain = {"moment": self.moment, "environments": self.environments.state()}
        return {**tensors, "observation": torch.from_numpy(self.environments.observation)}, plain

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave; the environments play their episodes again up to there."""
        self.moment = int(plain["moment"])
        self.next, self.recent, self.returns = (
            tensors[name].numpy().copy() for name in ("next", "recent", "returns")
        )
        if self.moment:
            self.environments.restore(plain["environments"], tensors["observation"].numpy())
