"""Replay memory: the last transitions of every replica, a row each, drawn again at random (Lin 1992)."""

from __future__ import annotations

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
    """A ring of `length` moments for R replicas of E environments each.

    A transition is one row (before, after, action, reward, terminated, ended), so a sample is one
    gather. Memory is in order of time, so n-step returns are read along it.
    """

    def __init__(
        self, replicas: int, envs: int, length: int, width: int, device: torch.device, dtype: torch.dtype
    ) -> None:
        self.shape = replicas, length, envs
        self.width = width
        self.rows = torch.zeros(replicas * length * envs, 2 * width + 4, device=device, dtype=dtype)
        self.written = 0
        self._base = (torch.arange(replicas, device=device) * length * envs).unsqueeze(1)

    @property
    def held(self) -> int:
        """Moments in memory."""
        return min(self.written, self.shape[1])

    def write(self, before: Tensor, after: Tensor, rest: Tensor) -> None:
        """One moment: before and after [R, E, o]; rest [R, E, 4] = action, reward, terminated, ended."""
        replicas, length, envs = self.shape
        ring = self.rows.view(replicas, length, envs, -1)
        ring[:, self.written % length] = torch.cat([before, after, rest], dim=2)
        self.written += 1

    def choices(self, n_step: int = 1) -> int:
        """How many transitions of a replica can be drawn: those from which n steps are in memory."""
        return (self.held - n_step + 1) * self.shape[2]

    def sample(self, chosen: Tensor, gamma: float, n_step: int = 1) -> Transitions:
        """The transitions numbered `chosen` [R, B], from the oldest on.

        With n > 1 a return of up to n rewards, cut at the episode's end.
        """
        _, length, envs = self.shape
        oldest = self.written % length if self.written > length else 0
        rows = self._rows(chosen + oldest * envs, n_step)  # [n, R, B, columns]
        row, o = rows[0], self.width
        reward, onward, alive = row[..., -3], (1 - row[..., -2]) * gamma, 1 - row[..., -1]
        after, discount = row[..., o : 2 * o], gamma
        for later in rows[1:]:
            reward = reward + discount * alive * later[..., -3]
            discount *= gamma
            onward = torch.where(alive > 0, discount * (1 - later[..., -2]), onward)
            after = torch.where(alive.unsqueeze(2) > 0, later[..., o : 2 * o], after)
            alive = alive * (1 - later[..., -1])
        return Transitions(row[..., :o], row[..., -4].long(), reward, after, onward)

    def _rows(self, place: Tensor, n_step: int) -> Tensor:
        """Rows [n, R, B, columns] at these places [R, B] and at the n − 1 moments after each."""
        _, length, envs = self.shape
        ahead = torch.arange(n_step, device=place.device).view(-1, 1, 1) * envs
        flat = (place + ahead) % (length * envs) + self._base
        return self.rows.index_select(0, flat.flatten()).view(*flat.shape, -1)
