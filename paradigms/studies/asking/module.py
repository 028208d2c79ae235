"""What a learner's module must offer, and how it is found by the name in its entry."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

from torch import Tensor

from paradigms.engine.learner import Learner
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.entries import Entry
from paradigms.networks.network import Network


class Module(Protocol):
    """Every learner's: `build`."""

    def build(self, problem: Problem) -> tuple[Learner[Any], list[Phase]]:
        """The learner, and the phases of its training."""


class Answering(Module, Protocol):
    """That of a learner which answers rows, by its parameters and `constants` alone.

    What it says for rows x [R, N, d] is `prediction` [R, N, …] and whatever else it knows.
    """

    def respond(self, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
        """What R replicas answer."""


class Networked(Module, Protocol):
    """That of a learner which answers rows by a network."""

    def respond(self, network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
        """What R replicas of this network answer."""


def module_of(entry: Entry) -> Module:
    """The module that an entry names."""
    return cast(Module, importlib.import_module(entry.module))


def respond(
    entry: Entry, network: Network | None, known: Mapping[str, Tensor], x: Tensor
) -> dict[str, Tensor]:
    """What a learner's replicas answer rows x [R, N, d], by their network if they have one."""
    if network is None:
        return cast(Answering, module_of(entry)).respond(known, x)
    return cast(Networked, module_of(entry)).respond(network, known, x)
