"""Q-learning: the table of the best that could follow (Watkins 1989).

Loss: L(Q) = ½ mean (Q(s, a) − [r + γ max_a Q(s′, a)])², the bracket held constant. Its gradient pulls the
value of the action that was taken towards its reward plus the best that the table believes of the next
state, whatever the agent does there: it learns the best way while it walks another. Near a cliff it walks
along the edge, and falls as long as it explores.
"""

from __future__ import annotations

from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.engine.training import Phase
from paradigms.rl.tabular import Tabular
from paradigms.rl.walking import Steps


class QLearning(Tabular):
    """R tables that believe in the best."""

    def future(self, values: Tensor, batch: Steps) -> Tensor:
        return values.amax(2)


def build(problem: Problem) -> tuple[QLearning, list[Phase]]:
    """The learner and its one phase."""
    learner = QLearning(problem)
    return learner, learner.phases()
