"""Randomness from identity: every draw is a function of who draws, what for, and which draw it is.

There is no generator to carry along, so there is no generator state to save: the same identity,
purpose and counter give the same numbers on any machine, in any order, in any company.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

GAMMA, MIX1, MIX2 = -0x61C8864680B583EB, -0x40A7B892E31B1A47, -0x6B2FB644ECCEEE15
"""SplitMix64's constants, as signed numbers."""


def splitmix(seed: Tensor, number: Tensor) -> Tensor:
    """Number `number` of SplitMix64's stream from `seed` (Steele, Lea & Flood 2014), in int64.

    On the device where both are, and the same on all: any of a stream's numbers without those before it,
    no two of them alike.
    """
    mixed = seed + (number + 1) * GAMMA
    for bits, factor in ((30, MIX1), (27, MIX2)):
        mixed ^= _right(mixed, bits)
        mixed *= factor
    mixed ^= _right(mixed, 31)
    return mixed


def _right(number: Tensor, bits: int) -> Tensor:
    """The bits moved right, with zeros behind them: a signed number's own shift would repeat its sign."""
    return (number >> bits).bitwise_and_((1 << (64 - bits)) - 1)


@dataclass(frozen=True)
class Streams:
    """The random streams of R replicas of one study, by replica seed.

    A seed may stand there more than once: replicas of several settings that have it in common draw the same
    numbers, so that they are compared on the same starts, rows and orders.
    """

    study: int
    seeds: tuple[int, ...]

    @cached_property
    def distinct(self) -> tuple[int, ...]:
        """Every seed once, in the order of its first replica."""
        return tuple(dict.fromkeys(self.seeds))

    @cached_property
    def place(self) -> np.ndarray:
        """Where each replica's seed stands among the distinct ones, [R]."""
        known = {seed: place for place, seed in enumerate(self.distinct)}
        return np.array([known[seed] for seed in self.seeds], dtype=np.int64)

    def spread(self, each: np.ndarray) -> np.ndarray:
        """What is known of each distinct seed, for every replica: [S, ...] → [R, ...]."""
        return each if len(each) == len(self.seeds) else each[self.place]

    @property
    def alike(self) -> bool:
        """Whether all replicas draw the same numbers."""
        return len(self.distinct) == 1

    def generator(self, replica: int, purpose: str, *counter: int) -> np.random.Generator:
        """The generator of replica number `replica` for one purpose and one counter.

        >>> streams = Streams(0, (0, 1))
        >>> bool(streams.generator(1, "start").random() == Streams(0, (1,)).generator(0, "start").random())
        True
        """
        key = (self.study, self.seeds[replica], zlib.crc32(purpose.encode()))
        # As a spawn key: NumPy pads short keys with zeros, so that `purpose` and `purpose, 0` would be one.
        return np.random.default_rng(np.random.SeedSequence(key, spawn_key=counter))

    def stack(
        self, draw: Callable[[np.random.Generator], np.ndarray], purpose: str, *counter: int
    ) -> np.ndarray:
        """One draw for every replica, stacked: [R, ...]."""
        first = (self.seeds.index(seed) for seed in self.distinct)
        return self.spread(np.stack([draw(self.generator(r, purpose, *counter)) for r in first]))

    def roots(self, purpose: str) -> Tensor:
        """Where each replica's own SplitMix64 for one purpose begins, int64 [R, 1]."""
        drawn = self.stack(lambda g: g.integers(-(2**63), 2**63, size=1), purpose)
        return torch.from_numpy(drawn)

    def seed(self, replica: int, purpose: str, *counter: int) -> int:
        """A 31-bit seed for libraries that want an integer."""
        return int(self.generator(replica, purpose, *counter).integers(2**31 - 1))

    @property
    def replicas(self) -> Sequence[int]:
        """The positions 0 … R−1."""
        return range(len(self.seeds))
