"""Values of actions: a network that says what each action will earn, and the target it is drawn to.

Loss: L(θ) = mean Huber(Q_θ(s, a) − y), y = r + γ Q_θ′(s′, argmax_a Q_θ(s′, a)), held constant. Its
gradient pulls the value of the action that was taken towards the reward plus what the learner itself
believes of the rest: the target is its own estimate, through a copy θ′ refreshed every
`target_every` updates (Mnih et al. 2015; double-Q: van Hasselt et al. 2016; n-step: Sutton 1988).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from paradigms.engine.learner import Slope
from paradigms.engine.losses import huber, huber_pull
from paradigms.engine.parameters import Parameters
from paradigms.engine.problem import Problem
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.rl.memory import Transitions


class ActionValues(NetworkLearner[Transitions]):
    """R networks from what is observed (`inputs` numbers) to the value of each of A actions.

    `picture` are the sides of what is observed, where it is one and not the problem's own.
    """

    replayed = True

    def __init__(self, problem: Problem, inputs: int, actions: int, picture: tuple[int, ...] = ()) -> None:
        self.actions = actions
        self.hold(problem, catalogue.network(problem, inputs, actions, "values", picture))
        self.refreshed: list[int] = problem.each(problem.options.target_every)
        self.bootstrapped = any(problem.each(problem.options.gamma))
        self.target: Parameters | None = None

    def seen(self, observation: Tensor) -> Tensor:
        """Observations [R, B, o] as the network is shown them, [R, B, inputs]."""
        return observation

    def values(self, parameters: Parameters, observation: Tensor) -> Tensor:
        """Q(s, ·) for observations [R, B, o], as the agent acts on them: [R, B, A]."""
        return self.network.forward(parameters, self.seen(observation))

    def begin(self, parameters: Parameters) -> None:
        """The target network starts as a copy."""
        self.target = parameters.like(parameters.flat.clone())

    @torch.no_grad()
    def aim(self, parameters: Parameters, batch: Transitions) -> Tensor:
        """y [R, B], without a gradient."""
        assert self.target is not None
        if not self.bootstrapped:
            return batch.reward
        copied = self.values(self.target, batch.after)
        if self.problem.options.double:
            chosen = self.values(parameters, batch.after).argmax(2, keepdim=True)
            future = copied.gather(2, chosen).squeeze(2)
        else:
            future = copied.amax(2)
        return batch.reward + batch.onward * future

    def wrong(self, values: Tensor, batch: Transitions, aim: Tensor) -> Tensor:
        """Huber's loss [R] of values [R, B, A] against targets [R, B]."""
        return huber(values.gather(2, batch.action.unsqueeze(2)).squeeze(2), aim)

    def pull(self, values: Tensor, batch: Transitions, aim: Tensor) -> tuple[Tensor, Tensor]:
        """The same and its gradient [R, B, A]: only the action that was taken is spoken of."""
        taken = batch.action.unsqueeze(2)
        losses, pull = huber_pull(values.gather(2, taken).squeeze(2), aim)
        return losses, torch.zeros_like(values).scatter_(2, taken, pull.unsqueeze(2))

    def loss(self, parameters: Parameters, batch: Transitions) -> Tensor:
        values = self.network.practise(parameters, self.seen(batch.before))
        return self.wrong(values, batch, self.aim(parameters, batch))

    def slope(self, parameters: Parameters, batch: Transitions) -> Slope:
        aim, seen = self.aim(parameters, batch), self.seen(batch.before)
        return self.network.slope(parameters, seen, lambda values: self.pull(values, batch, aim))

    def settle(self, parameters: Parameters, step: int) -> None:
        """Refreshes the target network when it is time to, running statistics included."""
        super().settle(parameters, step)
        due = [step % every == 0 for every in self.refreshed]
        if not any(due):
            return
        assert self.target is not None
        if all(due):
            self.target.flat.copy_(parameters.flat)
        else:
            rows = torch.tensor(due, device=parameters.flat.device)
            self.target.flat[rows] = parameters.flat[rows]

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """Mean absolute change over the mean absolute value."""
        return (after - before).abs().mean(1) / after.abs().mean(1).clamp_min(1e-12)

    def state(self) -> dict[str, Tensor]:
        """The target network, and what the network must keep."""
        assert self.target is not None
        return {"target": self.target.flat, **super().state()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
        super().restore(tensors)
        assert self.target is not None
        self.target.flat.copy_(tensors["target"])

    @property
    def rows(self) -> int:
        """R."""
        return len(self.problem.streams.seeds)
