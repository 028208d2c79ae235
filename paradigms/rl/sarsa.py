"""SARSA: the table of what the agent itself will do next (Rummery & Niranjan 1994).

Loss: L(Q) = ½ mean (Q(s, a) − [r + γ Q(s′, a′)])², the bracket held constant, a′ the action taken next.
Its gradient pulls the value of the action that was taken towards its reward plus the value of what follows,
missteps included. So near a cliff it keeps away from the edge as long as it explores. With ε → 0 its target
becomes that of Q-learning; whether its way does hangs on how much is still tried and learned by then.
"""

from __future__ import annotations

from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl.tabular import Tabular
from paradigms.rl.walking import Steps


class Sarsa(Tabular):
    """R tables that believe in their own next step."""

    def future(self, values: Tensor, batch: Steps) -> Tensor:
        return values.gather(2, batch.then[..., None]).squeeze(2)


def build(problem: Problem) -> tuple[Sarsa, list[Phase]]:
    """The learner and its one phase."""
    learner = Sarsa(problem)
    return learner, learner.phases()
