"""Replay memory: the last transitions of every replica, a row each, drawn again at random (Lin 1992)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Transitions:
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

    `gamma` is a discount for all replicas, or one for each.

    A transition is kept complete, as a row (before, after, action, return, continuation): its n rewards
    are summed when the last of them is in, once, so that a sample is one gather. That happens on the host,
    where environments are; what is complete goes to the device in one copy.
    """

    def __init__(
        self,
        replicas: int,
        envs: int,
        length: int,
        width: int,
        device: torch.device,
        dtype: torch.dtype,
        gamma: float | Sequence[float] = 1.0,
        n_step: int = 1,
    ) -> None:
        self.shape = replicas, length - n_step + 1, envs
        self.width, self.n_step = width, n_step
        self.gamma = np.broadcast_to(np.array(gamma, dtype=np.float64).reshape(-1, 1), (replicas, envs))
        self.rows = torch.zeros(math.prod(self.shape), 2 * width + 3, device=device, dtype=dtype)
        kind = torch.empty(0, dtype=dtype).numpy().dtype
        self.recent = np.zeros((n_step, replicas, envs, 2 * width + 4), kind)
        self.written = 0
        self._base = np.arange(replicas)[:, None] * self.shape[1] * envs

    @property
    def complete(self) -> int:
        """Moments so far from which n steps have been seen."""
        return max(0, self.written - self.n_step + 1)

    @property
    def choices(self) -> int:
        """How many transitions of a replica can be drawn."""
        return min(self.complete, self.shape[1]) * self.shape[2]

    def write(self, before: np.ndarray, after: np.ndarray, rest: np.ndarray) -> None:
        """One moment: before and after [R, E, o]; rest [R, E, 4] = action, reward, terminated, ended."""
        self.recent[self.written % self.n_step] = np.concatenate([before, after, rest], axis=2)
        self.written += 1
        if self.complete:
            replicas, moments, envs = self.shape
            ring = self.rows.view(replicas, moments, envs, -1)
            ring[:, (self.complete - 1) % moments] = torch.from_numpy(self._returns())

    def _returns(self) -> np.ndarray:
        """From the first of the last n moments on, rows [R, E, columns]: an episode's end cuts a return."""
        first, *later = (self.recent[(self.written + k) % self.n_step] for k in range(self.n_step))
        made, after = first[..., :-1].copy(), slice(self.width, 2 * self.width)
        alive, kind = first[..., -1] == 0, first.dtype
        discount = self.gamma
        made[..., -1] = discount.astype(kind) * (1 - first[..., -2])
        for row in later:
            made[alive, after] = row[alive, after]
            made[alive, -2] += discount.astype(kind)[alive] * row[alive, -3]
            discount = discount * self.gamma
            made[alive, -1] = discount.astype(kind)[alive] * (1 - row[alive, -2])
            alive &= row[..., -1] == 0
        return made

    def sample(self, chosen: np.ndarray) -> Transitions:
        """The transitions numbered `chosen` [R, B], from the oldest on."""
        _, moments, envs = self.shape
        oldest = self.complete % moments if self.complete > moments else 0
        place = (chosen + oldest * envs) % (moments * envs) + self._base
        there = torch.from_numpy(place.ravel()).to(self.rows.device)
        row, o = self.rows.index_select(0, there).view(*chosen.shape, -1), self.width
        return Transitions(row[..., :o], row[..., -3].long(), row[..., -2], row[..., o : 2 * o], row[..., -1])
