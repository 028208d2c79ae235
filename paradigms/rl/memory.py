"""Replay memory: the last transitions of every replica, a row each, drawn again at random (Lin 1992)."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor


class Transitions(NamedTuple):
    """What happened: observations [R, B, o], actions [R, B], discounted rewards and continuation [R, B].

    `onward` is γⁿ where the future counts, and 0 where the episode terminated.
    """

    before: Tensor
    action: Tensor
    reward: Tensor
    after: Tensor
    onward: Tensor


class Memory:
    """The transitions of the last `length` moments, for R replicas of E environments each.

    A transition is kept complete, as a row (before, after, action, return, continuation): its n rewards
    are summed when the last of them is in, once, so that a sample is one gather.
    """

    def __init__(
        self,
        replicas: int,
        envs: int,
        length: int,
        width: int,
        device: torch.device,
        dtype: torch.dtype,
        gamma: float = 1.0,
        n_step: int = 1,
    ) -> None:
        self.shape = replicas, length - n_step + 1, envs
        self.width, self.gamma, self.n_step = width, gamma, n_step
        self.rows = torch.zeros(math.prod(self.shape), 2 * width + 3, device=device, dtype=dtype)
        self.recent = torch.zeros(n_step, replicas, envs, 2 * width + 4, device=device, dtype=dtype)
        self.written = 0
        self._base = (torch.arange(replicas, device=device) * self.shape[1] * envs).unsqueeze(1)

    @property
    def complete(self) -> int:
        """Moments so far from which n steps have been seen."""
        return max(0, self.written - self.n_step + 1)

    @property
    def choices(self) -> int:
        """How many transitions of a replica can be drawn."""
        return min(self.complete, self.shape[1]) * self.shape[2]

    def write(self, before: Tensor, after: Tensor, rest: Tensor) -> None:
        """One moment: before and after [R, E, o]; rest [R, E, 4] = action, reward, terminated, ended."""
        self.recent[self.written % self.n_step] = torch.cat([before, after, rest], dim=2)
        self.written += 1
        if self.complete:
            replicas, moments, envs = self.shape
            ring = self.rows.view(replicas, moments, envs, -1)
            ring[:, (self.complete - 1) % moments] = self._returns()

    def _returns(self) -> Tensor:
        """From the first of the last n moments on, rows [R, E, columns]: an episode's end cuts a return."""
        first, *later = self.recent.roll(-(self.written % self.n_step), 0)
        o = self.width
        reward, onward, alive = first[..., -3:-2], (1 - first[..., -2:-1]) * self.gamma, 1 - first[..., -1:]
        after, discount = first[..., o : 2 * o], self.gamma
        for row in later:
            reward = reward + discount * alive * row[..., -3:-2]
            discount *= self.gamma
            onward = torch.where(alive > 0, discount * (1 - row[..., -2:-1]), onward)
            after = torch.where(alive > 0, row[..., o : 2 * o], after)
            alive = alive * (1 - row[..., -1:])
        return torch.cat([first[..., :o], after, first[..., -4:-3], reward, onward], dim=2)

    def sample(self, chosen: Tensor) -> Transitions:
        """The transitions numbered `chosen` [R, B], from the oldest on."""
        _, moments, envs = self.shape
        oldest = self.complete % moments if self.complete > moments else 0
        place = (chosen + oldest * envs) % (moments * envs) + self._base
        row, o = self.rows.index_select(0, place.flatten()).view(*chosen.shape, -1), self.width
        return Transitions(row[..., :o], row[..., -3].long(), row[..., -2], row[..., o : 2 * o], row[..., -1])
