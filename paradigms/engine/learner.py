"""What a paradigm must say of itself to be trained: its parameters, its loss, and little more."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from torch import Tensor

from paradigms.engine.batch import Batch
from paradigms.engine.parameters import Parameters

Experienced = TypeVar("Experienced", covariant=True)


PROBED = 64
"""Examples in a batch to measure on."""


class Slope(NamedTuple):
    """How wrong, and which way: losses [R], gradient [R, P], curvature if it is known.

    That is its diagonal [R, P], or all of it [R, P, P] where a learner was asked for that.
    """

    losses: Tensor
    gradient: Tensor
    curvature: Tensor | None = None


class Source(Protocol[Experienced]):
    """Where experience comes from.

    Rows of a table do not listen: their `draw` takes any `object`. An environment answers the
    learner's own actions: its `draw` needs the current `Parameters`. That difference in the types is
    the deepest difference between the paradigms.
    """

    @property
    def samples(self) -> int:
        """Feedback that each replica has consumed from this source so far."""

    @property
    def batch_size(self) -> int:
        """Examples in one batch, per replica."""

    def draw(self, parameters: Parameters) -> Experienced:
        """The next batch of every replica."""

    def probe(self, *counter: int) -> Experienced:
        """PROBED examples to measure on: no feedback is consumed, and later batches stay what they are."""

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """What must be kept to go on exactly: tensors, and plain data."""

    def restore(self, tensors: Mapping[str, Tensor], plain: Mapping[str, Any]) -> None:
        """Takes back what `state` gave."""


class Learner(ABC, Generic[Batch]):
    """R replicas of one way of learning. Subclasses hold data and equations, never the loop."""

    exempt: ClassVar[Mapping[str, str]] = {}
    """Conformance checks that do not apply, each with the reason."""

    replayed: bool = False
    """Whether a graphics card may replay `slope`, as recorded at the first batch of a shape.

    Then it looks at nothing but its arguments and tensors that stay where they are (a target network), takes
    the same way whatever they hold, reads none of them back and leaves nothing behind; batches are
    dataclasses of tensors. A subclass inherits the promise; a learner may take it back for itself.
    """

    during: Callable[[str, int, int], None] = staticmethod(lambda what, done, total: None)
    """Told, within what takes long beside training, what that is and how far it is; may raise to end it."""

    @property
    @abstractmethod
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Parameter name → shape of one replica's parameter."""

    @property
    def weights(self) -> tuple[str, ...]:
        """Names of the parameters that penalties act on."""
        return tuple(name for name in self.shapes if not name.startswith("bias"))

    @property
    def statistics(self) -> tuple[str, ...]:
        """Names of what lies among the parameters and no gradient moves: `settle` does (running statistics).

        There it is frozen, put back and kept with them.
        """
        return ()

    @abstractmethod
    def initial(self, replica: int, generator: np.random.Generator) -> Mapping[str, np.ndarray]:
        """One replica's parameters before any feedback."""

    @abstractmethod
    def loss(self, parameters: Parameters, batch: Batch) -> Tensor:
        """How wrong each replica is on its batch, [R]."""

    def slope(self, parameters: Parameters, batch: Batch) -> Slope:
        """Losses and their gradients; by autograd unless the learner knows a closed form.

        A closed form may add the loss's diagonal curvature, which Newton's rule needs.
        """
        losses = self.loss(parameters, batch)
        return Slope(losses.detach(), parameters.gradient(losses))

    def begin(self, parameters: Parameters) -> None:
        """What must happen once, before the first update."""

    def settle(self, parameters: Parameters, step: int) -> None:
        """What must happen after update number `step` (a constraint restored, a target refreshed)."""

    def look(self, number: int) -> None:
        """What it draws is now for gradient `number` of those taken at one moment; a step has 0."""

    @abstractmethod
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        """Metric name → [R] on the `train`, `validation` or `test` part, or nothing for that part."""

    @abstractmethod
    def baseline(self, part: str) -> np.ndarray:
        """The metric of an uninformed answer on that part, [R]."""

    @abstractmethod
    def reference(self, part: str) -> np.ndarray | None:
        """The metric of the solution that is named on that part, [R]; None where nobody knows one."""

    @property
    def read(self) -> int:
        """Training rows that a start or a centring reads before the first sample is drawn."""
        return 0

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        """The metric of other cheap answers on that part, by their names, [R] each."""
        return {}

    def targets(self, parameters: Parameters) -> Tensor | None:
        """What the learner is aiming at, on fixed probes; None where labels stand still."""
        return None

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """How far the targets moved, [R], as a share."""
        raise NotImplementedError

    def signals(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """The learner's own signals at a recorded step, name → [R]."""
        return {}

    def felt(self, gradient: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The learner's own signals of the last gradient, which comes by parameter; name → [R]."""
        return {}

    def constants(self) -> dict[str, Tensor]:
        """What answers need beside the parameters and is not learned by steps, name → [R, ...]."""
        return {}

    def manner(self) -> dict[str, Any]:
        """The same as plain words and numbers, for the model's JSON."""
        return {}

    def scene(self) -> dict[str, np.ndarray]:
        """Arrays for the pictures that do not change in training, name → [R, ...]."""
        return {}

    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """Arrays for the pictures of this moment, name → [R, ...]."""
        return {}

    def on_rows(self, parameters: Parameters) -> np.ndarray | None:
        """Which of the centres that `view` shows lie on a training row, [R, K]; None where it shows none."""
        return None

    def finish(self, parameters: Parameters) -> None:
        """A last rewriting that changes no prediction (components into their order, say)."""

    def close(self) -> None:
        """Lets go of what is held outside this process's memory: environments, say."""

    def state(self) -> dict[str, Tensor]:
        """Tensors beyond the parameters that must be kept to go on."""
        return {}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes back what `state` gave."""
