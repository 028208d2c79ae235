"""The chain rule by hand, held against finite differences, and what a gradient costs."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import chainrule as drawn
from paradigms.course.spread import power


def hand(e: Evidence, name: Any) -> Any: return e["by_hand"][name]
def order(e: Evidence, kind: Any) -> Any: return power(e["differences"]["h"][:4], e["differences"][f"{kind}_float64"][:4])


LESSON = Lesson(
    question="Where does a gradient come from, and what does it cost?",
    about="A network of two hidden units, small enough for paper: x = (1, 2), W₁ = [[0.5, −1], [0.25, 0.25]], b₁ = 0, ReLU, W₂ = (1.5, −2), b₂ = 0.1, target 1, squared error; a column of W₁ for each hidden unit, so that its sums are xW₁ + b₁. "
    "Work out the answer, the loss and every derivative from the back to the front; then compare.",
    predict=(
        Predict("What is the answer, and the loss?", lambda e: f"1.6, since one unit is silent; the loss is {float(hand(e, 'loss')):.2f}."),
        Predict("All nine derivatives?", lambda e: "W₁: [[{:g}, {:g}], [{:g}, {:g}]]; b₁: ({:g}, {:g}); W₂: ({:g}, {:g}); b₂: {:g}".format(*hand(e, "gradient").round(9) + 0.0) + f". Their squares add up to {float(hand(e, 'square')):.2f}."),
        Predict("The loss after one step at 0.1? The slope promises −1.87.", lambda e: f"{hand(e, 'after')[-1]:.4f}: it overshoots, and of two units {hand(e, 'alive')[-1]:.0f} can still answer."),
    ),
    experiments=(
        Calculation("by_hand", drawn.by_hand, 1, "2–2–1, ReLU, squared error", "learning rate"),
        Calculation("differences", drawn.differences, 1, "2–2–1, tanh", "width of the difference, arithmetic"),
        Calculation("cost", drawn.cost, 1, "64–64–64–10, batch 64", "answer or gradient"),
    ),
    charts=(
        lambda e: Chart("differences", f"Finite differences are wrong twice: too wide, and too narrow; at best {min(e['differences']['central_float64']):.0e}", "width h", "worst relative error",
                        [Line(f"{kind}, {width}", e["differences"]["h"], np.maximum(e["differences"][f"{kind}_{width}"], 1e-12)) for kind in ("forward", "central") for width in ("float64", "float32")], log="xy"),
        lambda e: Chart("step", f"The slope foretells a loss of {hand(e, 'foretold')[0]:.3f} after a short step and {hand(e, 'foretold')[-1]:.2f} after a long one; {hand(e, 'after')[0]:.3f} and {hand(e, 'after')[-1]:.2f} come", "learning rate", "loss after one step", [Line("foretold by the slope", hand(e, "rate"), hand(e, "foretold")), Line("what came", hand(e, "rate"), hand(e, "after"))], log="x"),
    ),
    claims=(
        Claim("The gradient with respect to 8,970 weights takes {value} times the operations of one answer.", "A gradient takes {value} times the operations of one answer.", lambda e: float(e["cost"]["ratio"]), below(5),
              theory="at most 5 (Baur & Strassen 1983); differences would take 8,971 answers"),
        Claim("Worked out from the back to the front, the squares of all nine derivatives add up to {value}, as by hand.", "The squares of all nine derivatives add up to {value}, not to what comes by hand.", lambda e: float(hand(e, "square")), within(22.319, 22.321), theory=22.32),
        Claim("At a rate of 0.001 a step falls short of what the slope promises by {value} of it.", "A step of 0.001 misses what the slope promises by {value}.",
              lambda e: float(1 - (hand(e, "loss") - hand(e, "after")[0]) / (hand(e, "loss") - hand(e, "foretold")[0])), within(0, 0.05), theory="0 for a step of no length", form="percent"),
        Claim("At a rate of 0.1 a step makes the loss {value} times what it was, and {control} times at 0.01.", "A step of 0.1 makes the loss {value} times what it was, not more.", lambda e: float(hand(e, "after")[-1] / hand(e, "loss")), above(1), control=lambda e: float(hand(e, "after")[1] / hand(e, "loss"))),
        Claim("The error of forward differences grows as their width h to the power {value}.", "The error of forward differences grows as their width h to the power {value}.", lambda e: order(e, "forward"), within(0.95, 1.05), theory=1),
        Claim("The error of central differences grows as h to the power {value}.", "That of central ones grows as h to the power {value}.", lambda e: order(e, "central"), within(1.9, 2.1), theory=2),
        Claim("In float32 the best that differences can do is an error of {value}; in float64 it is {control}.", "In float32 differences reach an error of {value}.",
              lambda e: float(min(e["differences"]["central_float32"])), above(1e-5), control=lambda e: float(min(e["differences"]["central_float64"]))),
    ),
    further=("Follow it in the code: paradigms/networks/chain.py is all of it.", "paradigms lesson depth"),
    seconds=6,
)
