"""Which update rule is fast: on a bowl as it comes, with badly scaled columns, and with the same bowl turned."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import bowls
from paradigms.course.spread import middle

NAMES = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam")


def steps(e: Evidence, bowl: Any, rule: Any) -> Any: return e["rules"]["steps"][bowl][:, NAMES.index(rule)]
def ratio(e: Evidence, rule: Any, over: Any, under: Any) -> Any: return steps(e, over, rule) / steps(e, under, rule)


LESSON = Lesson(
    question="Which update rule is fast, and at what?",
    about="Linear regression on diabetes is a bowl. Its columns are then scaled by 0.1 to 10, which makes it a narrow ravine along the axes, and at last the same ravine is turned. "
    "Every rule gets its best of 14 rates, momentum its best of four constants too, chosen on the other seeds.",
    predict=(
        Predict("Adam barely minds badly scaled columns. Does it mind the same ravine turned?", lambda e: f"{middle(steps(e, 1, 'Adam')):.0f} steps become {middle(steps(e, 2, 'Adam')):.0f}: it divides each number's gradient by its own size, which helps along the axes only."),
        Predict("And momentum?", lambda e: f"{middle(steps(e, 1, 'momentum')):.0f} steps become {middle(steps(e, 2, 'momentum')):.0f}: its rule is the same in every direction."),
    ),
    experiments=(Calculation("rules", bowls.rules, 8, "least squares on diabetes, full batch, to 1 % above the least loss, 700 steps at most", "rule, rate, momentum; three bowls", hurried="least squares on diabetes, full batch, to 1 % above the least loss, 250 steps at most"),),
    charts=(
        lambda e: Chart("rules", f"Turned, the same ravine costs Adam {middle(ratio(e, 'Adam', 2, 1)):.1f} times the steps, momentum {middle(ratio(e, 'momentum', 2, 1)):.1f} times", "rule at its best rate", "steps to 1 % above the least loss",
                        [Line(name, NAMES, e["rules"]["steps"][at]) for at, name in enumerate(bowls.BOWLS)], levels={"as many as were tried": float(e["rules"]["tried"])}, log="y", points=True, caption="κ, the steepest over the flattest curvature: {:,.0f}, {:,.0f} and {:,.0f}.".format(*e["rules"]["condition"])),
        lambda e: Chart("window", "Of 14 rates, within twice the best as it comes: SGD {:.0f}, RMSprop {:.0f}, Adam {:.0f}".format(*np.array(e["rules"]["rates_within_2"])[0][[0, 3, 4]]), "rule", "rates within twice the best", [Line(name, NAMES, e["rules"]["rates_within_2"][at]) for at, name in enumerate(bowls.BOWLS)], points=True, caption="Judged by the median over seeds; of rules with momentum the mean over its four constants. None where no rate arrives."),
    ),
    claims=(
        Claim("Badly scaled columns cost Adam {value} times the steps, and plain descent at least {control} times.", "Badly scaled columns cost Adam {value} times the steps.",
              lambda e: ratio(e, "Adam", 1, 0), below(2), control=lambda e: ratio(e, "SGD", 1, 0)),
        Claim("The same ravine turned costs Adam {value} times the steps: it is indifferent to badly scaled columns, not to bad conditioning.", "The same ravine turned costs Adam {value} times the steps.",
              lambda e: ratio(e, "Adam", 2, 1), above(2), theory="its division is by coordinate", control=lambda e: ratio(e, "momentum", 2, 1)),
        Claim("Turning the ravine costs RMSprop, stopped at as many as were tried, at least {value} times the steps.", "It costs RMSprop {value} times the steps only.", lambda e: ratio(e, "RMSprop", 2, 1), above(2), control=lambda e: ratio(e, "momentum", 2, 1)),
        Claim("Turned, the ravine costs momentum {value} times the steps: to it all directions are alike.", "Momentum takes {value} times the steps when the ravine is turned.", lambda e: ratio(e, "momentum", 2, 1), within(0.9, 1.1), theory="1: the rule is the same in every frame"),
        Claim("As the bowl comes, Adam's best takes {value} times the steps of Nesterov's: adaptive rules win where columns are badly scaled, not everywhere.", "As the bowl comes, Adam's best takes {value} times the steps of Nesterov's.", lambda e: steps(e, 0, "Adam") / steps(e, 0, "Nesterov"), above(1.1), naive=True),
    ),
    further=("paradigms run supervised regression --optimizer newton", "Choi et al. (2019): the space that is searched decides the ranking. Search another."),
    seconds=7,
)
