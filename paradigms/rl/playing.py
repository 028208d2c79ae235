"""Experience that answers and is used at once: a stretch of play by the policy itself, then updates on it.

Nothing older is recalled, since an act says how good the policy is that chose it. What an act was worth is
the generalised advantage (Schulman et al. 2016): Σ (γλ)ⁱ δ, δ = r + γ V(s′) − V(s), by the values that were
believed when the stretch ended; with λ = 1 it is what was earned from there on less what was expected. A
termination stops the sum, and a time limit does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.learner import PROBED
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.engine.recall import Ahead
from paradigms.rl.environments import Environments


@dataclass(frozen=True)
class Acts:
    """B acts of every replica: what was observed [R, B, o], and of each [R, B] the rest.

    `advantage` is how much better than expected it turned out, in deviations of its stretch; `outcome` what
    V should have said; `likely` the log-probability with which it was chosen; `room` how far a policy may
    leave that behind.
    """

    before: Tensor
    action: Tensor
    advantage: Tensor
    outcome: Tensor
    likely: Tensor
    room: Tensor


Policy = Callable[[Parameters, Tensor], Tensor]
"""Observations [R, B, o] → log-probabilities of actions [R, B, A]."""
Critic = Callable[[Parameters, Tensor], Tensor]
"""Observations [R, B, o] → what is expected from there on [R, B]."""


class Playing:
    """Stretches of `horizon` steps in E environments a replica; each is gone through `passes` times.

    Which acts a batch holds, and which action is drawn, hangs on the replica's identity and the stretch's
    number alone. `room` falls linearly to 0 over the stretches.
    """

    def __init__(
        self,
        problem: Problem,
        environments: Environments,
        policy: Policy,
        critic: Critic,
        passes: int,
        room: float,
    ) -> None:
        options = problem.options
        self.problem, self.environments, self.policy, self.critic = problem, environments, policy, critic
        self.replicas, self.envs = len(problem.streams.seeds), options.envs
        self.horizon, self.passes, self.room = options.stretch, passes, room
        self.acts = self.envs * self.horizon
        self.parts = max(1, self.acts // options.batch_size) if options.batch_size else 1
        self.batch_size = self.acts // self.parts
        self.stretches = max(1, problem.budget // self.acts)
        self.gamma, self.trace = (
            np.array(problem.each(one), np.float64).reshape(-1, 1) for one in (options.gamma, options.trace)
        )
        self.random = Ahead(problem.streams)
        self.draws = 0
        self.stretch: Acts | None = None
        self._order: tuple[int, np.ndarray] = -1, np.empty(0)
        self.remarks: list[str] = []

    @property
    def each(self) -> int:
        """Updates on one stretch."""
        return self.passes * self.parts

    @property
    def updates(self) -> int:
        """In all."""
        return self.stretches * self.each

    @property
    def samples(self) -> int:
        """Steps that each replica has taken."""
        return -(-self.draws // self.each) * self.acts

    def draw(self, parameters: Parameters) -> Acts:
        """The next batch; where a stretch is used up, the next one is played first."""
        number, place = divmod(self.draws, self.each)
        if place == 0:
            self.stretch = self._played(parameters, number)
        assert self.stretch is not None
        turn, part = divmod(place, self.parts)
        if self.parts == 1:
            self.draws += 1
            return self.stretch
        passed = number * self.passes + turn
        if self._order[0] != passed:
            drawn = self.problem.streams.stack(lambda g: g.permutation(self.acts), "batches", passed)
            self._order = passed, drawn
        self.draws += 1
        return self._chosen(self._order[1][:, part * self.batch_size :][:, : self.batch_size])

    def _chosen(self, rows: np.ndarray) -> Acts:
        """Some acts [R, B] of the stretch."""
        chosen = torch.from_numpy(rows).to(self.problem.device)
        assert self.stretch is not None

        def taken(column: Tensor) -> Tensor:
            if column.ndim == 2:
                return column.gather(1, chosen)
            return column.gather(1, chosen.unsqueeze(2).expand(-1, -1, column.shape[2]))

        return Acts(**{one.name: taken(getattr(self.stretch, one.name)) for one in fields(Acts)})

    @torch.no_grad()
    def _played(self, parameters: Parameters, number: int) -> Acts:
        """Stretch `number`."""
        if number == 0 and self.draws == 0:
            self.environments.start_all()
        seen, then, told = [], [], []
        for step in range(self.horizon):
            before = self._each(self.environments.observation.copy())
            likely = self.policy(parameters, self.problem.tensor(before)).double().cpu().numpy()
            noise = self.random("act", number * self.horizon + step, (self.envs,))
            action = (np.exp(likely).cumsum(2) < noise[..., None]).sum(2).clip(max=likely.shape[2] - 1)
            answer = self.environments.step(action.ravel().tolist())
            reward, terminated, ended = map(self._flat, (answer.reward, answer.terminated, answer.ended))
            chosen = np.take_along_axis(likely, action[..., None], 2)[..., 0]
            seen.append(before)
            then.append(self._each(answer.after))
            told.append(np.stack([action, reward, terminated, ended, chosen], axis=2))
        return self._judged(parameters, np.stack(seen, 1), np.stack(then, 1), np.stack(told, 1), number)

    def _judged(
        self, parameters: Parameters, seen: np.ndarray, then: np.ndarray, told: np.ndarray, number: int
    ) -> Acts:
        """Steps [R, T, E, …] with what each was worth."""
        before, after = (
            self.problem.tensor(one.reshape(self.replicas, self.acts, -1)) for one in (seen, then)
        )
        shape = (self.replicas, self.horizon, self.envs)
        now, next_ = (
            self.critic(parameters, one).double().cpu().numpy().reshape(shape) for one in (before, after)
        )
        action, reward, terminated, ended, likely = np.moveaxis(told, 3, 0)
        gamma = self.gamma[..., None]
        off = reward + gamma * (1 - terminated) * next_ - now
        worth = np.zeros(shape)
        later = np.zeros((self.replicas, self.envs))
        for step in reversed(range(self.horizon)):
            later = off[:, step] + self.gamma * self.trace * (1 - ended[:, step]) * later
            worth[:, step] = later
        outcome, flat = (worth + now).reshape(self.replicas, -1), worth.reshape(self.replicas, -1)
        scaled = (flat - flat.mean(1, keepdims=True)) / (flat.std(1, keepdims=True) + 1e-8)
        room = np.full(flat.shape, self.room * (1 - number / self.stretches))
        columns = (
            self.problem.tensor(one.reshape(self.replicas, -1)) for one in (scaled, outcome, likely, room)
        )
        acted = torch.from_numpy(action.reshape(self.replicas, -1)).long().to(self.problem.device)
        return Acts(before, acted, *columns)

    def _each(self, array: np.ndarray) -> np.ndarray:
        return array.reshape(self.replicas, self.envs, -1)

    def _flat(self, array: np.ndarray) -> np.ndarray:
        return array.reshape(self.replicas, self.envs)

    def probe(self, *counter: int) -> Acts:
        """Some acts of the present stretch, drawn with replacement."""
        chosen = self.problem.streams.stack(lambda g: g.integers(self.acts, size=PROBED), "probe", *counter)
        return self._chosen(chosen)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The stretch under way, and where the environments are."""
        held = {} if self.stretch is None else vars(self.stretch)
        seen = torch.from_numpy(self.environments.observation)
        return {**held, "observation": seen}, {
            "draws": self.draws,
            "environments": self.environments.state(),
        }

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave; the environments play their episodes again up to there."""
        self.draws = int(plain["draws"])
        if self.draws:
            held = {one.name: tensors[one.name].to(self.problem.device) for one in fields(Acts)}
            self.stretch = Acts(**held)
            self.environments.restore(plain["environments"], tensors["observation"].numpy())
