"""A policy that is learned itself: a network that says how likely each action is, beside one that expects.

Nothing is chosen because it is worth most; acts that turned out better than the critic expected become
likelier, the others less likely. `reinforce` and `ppo` differ in how far one stretch of play may carry them.
The critic's loss is ½ mean (V(s) − what it should have said)².
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from paradigms.engine import losses
from paradigms.engine.devices import numbers
from paradigms.engine.learner import Slope
from paradigms.engine.parameters import Parameters, width
from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.network import Network
from paradigms.rl import scenery
from paradigms.rl.agent import Agent
from paradigms.rl.playing import Acts, Playing
from paradigms.rl.world import World

ACTOR, CRITIC = "actor_", "critic_"
HALF = 0.5
"""What the critic's squared error weighs."""


class PolicyGradient(Agent[Acts]):
    """R policies with a critic each, two networks of one kind; `passes` go through each stretch of play."""

    replayed = True
    room = 0.0
    """How far a policy may leave the one that played."""

    def __init__(self, problem: Problem, world: World | None = None) -> None:
        self.enter(problem, world)
        picture = self.see.picture or ()
        self.actor, self.critic = (
            catalogue.network(problem, self.see.inputs, outputs, "values", picture)
            for outputs in (self.actions, 1)
        )
        self.replayed = type(self).replayed and self.actor.replayed
        self.source: Playing | None = None

    @property
    @abstractmethod
    def passes(self) -> int:
        """How often a stretch of play is gone through."""

    @abstractmethod
    def surrogate(self, ratio: Tensor, batch: Acts) -> Tensor:
        """How good acts are [R, B] that are so many times as likely as when they were chosen [R, B]."""

    @abstractmethod
    def steepness(self, ratio: Tensor, batch: Acts) -> Tensor:
        """Its derivative by the act's log-probability, [R, B]."""

    def _both(self) -> tuple[tuple[str, Network], tuple[str, Network]]:
        return (ACTOR, self.actor), (CRITIC, self.critic)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        return {head + name: shape for head, one in self._both() for name, shape in one.shapes.items()}

    @property
    def weights(self) -> tuple[str, ...]:
        return tuple(head + name for head, one in self._both() for name in one.weights)

    @property
    def statistics(self) -> tuple[str, ...]:
        return tuple(head + name for head, one in self._both() for name in one.statistics)

    def initial(self, replica: int, generator: np.random.Generator) -> Mapping[str, np.ndarray]:
        drawn = [(head, one.initial(replica, generator)) for head, one in self._both()]
        return {head + name: array for head, own in drawn for name, array in own.items()}

    def _parts(self, parameters: Parameters) -> tuple[Parameters, Parameters]:
        """The numbers of both networks, in the same memory."""
        cut = width(self.actor.shapes)
        flat = parameters.flat
        return Parameters(self.actor.shapes, flat[:, :cut]), Parameters(self.critic.shapes, flat[:, cut:])

    def _named(self, parameters: Mapping[str, Tensor], head: str) -> dict[str, Tensor]:
        return {name.removeprefix(head): one for name, one in parameters.items() if name.startswith(head)}

    def settle(self, parameters: Parameters, step: int) -> None:
        for network, own in zip((self.actor, self.critic), parameters.held(self._parts), strict=True):
            network.settle(own, step)

    def look(self, number: int) -> None:
        for _, network in self._both():
            network.look(number)

    def likely(self, parameters: Parameters, observation: Tensor) -> Tensor:
        """Log-probabilities of the actions where [R, B, o] is observed, [R, B, A]."""
        own = self._named(parameters, ACTOR)
        return losses.log_softmax(self.actor.forward(own, self.shown(observation)))

    def expected(self, parameters: Parameters, observation: Tensor) -> Tensor:
        """V [R, B], what is expected from there on."""
        own = self._named(parameters, CRITIC)
        return self.critic.forward(own, self.shown(observation)).squeeze(2)

    def values(self, parameters: Parameters, observation: Tensor) -> Tensor:
        """What is likeliest is done: log-probabilities, [R, B, A]."""
        return self.likely(parameters, observation)

    def loss(self, parameters: Parameters, batch: Acts) -> Tensor:
        own = self._named(parameters, ACTOR)
        told = losses.log_softmax(self.actor.practise(own, self.shown(batch.before)))
        now = told.gather(2, batch.action.unsqueeze(2)).squeeze(2)
        gain = self.surrogate((now - batch.likely).exp(), batch).mean(1)
        seen = self.critic.practise(self._named(parameters, CRITIC), self.shown(batch.before)).squeeze(2)
        return HALF * (seen - batch.outcome).square().mean(1) - gain

    def slope(self, parameters: Parameters, batch: Acts) -> Slope:
        """The closed form: an act's log-probability is pushed by how much better it was than expected."""
        actor, critic = parameters.held(self._parts)
        seen, count = self.shown(batch.before), batch.action.shape[1]
        taken = batch.action.unsqueeze(2)

        def acting(answer: Tensor) -> tuple[Tensor, Tensor]:
            told = losses.log_softmax(answer)
            ratio = (told.gather(2, taken).squeeze(2) - batch.likely).exp()
            push = -self.steepness(ratio, batch).unsqueeze(2) / count
            away = torch.zeros_like(told).scatter_(2, taken, 1.0) - told.exp()
            return -self.surrogate(ratio, batch).mean(1), push * away

        def expecting(answer: Tensor) -> tuple[Tensor, Tensor]:
            off = answer - batch.outcome.unsqueeze(2)
            return HALF * off.square().mean((1, 2)), 2 * HALF * off / count

        first, second = self.actor.slope(actor, seen, acting), self.critic.slope(critic, seen, expecting)
        return Slope(first.losses + second.losses, torch.cat([first.gradient, second.gradient], 1))

    @torch.no_grad()
    def targets(self, parameters: Parameters) -> Tensor:
        """What is expected of the probes, which every act is judged by, [R, N]."""
        return self.expected(parameters, self.probes)

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """Mean absolute change over the mean absolute value."""
        return (after - before).abs().mean(1) / after.abs().mean(1).clamp_min(1e-12)

    @torch.no_grad()
    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        found = super().signals(parameters)
        told = self.likely(parameters, self.probes)
        found["q_value"] = numbers(self.expected(parameters, self.probes).mean(1))
        return found | {"entropy": numbers(-(told.exp() * told).sum(2).mean(1))}

    def scene(self) -> dict[str, np.ndarray]:
        return {}

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """One greedy episode; what actions are worth, nobody says here."""
        played = self._validated(parameters)
        return scenery.episode(self, played, played.returns[:: self.episodes["validation"]])

    def state(self) -> dict[str, Tensor]:
        return {head + name: one for head, own in self._both() for name, one in own.state().items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        for head, network in self._both():
            network.restore(self._named(tensors, head))

    def phases(self) -> list[Phase]:
        """One, as long as the budget of environment steps lasts."""
        self.played = self.environments(self.problem.options.envs, "environment")
        self.source = Playing(self.problem, self.played, self.likely, self.expected, self.passes, self.room)
        return [self.problem.phase(self, self.source, self.source.updates)]
