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
    about="A network of two hidden units, small enough for paper: x = (1, 2), W₁ = [[0.5, −1], [0.25, 0.25]], b₁ = 0, ReLU, W₂ = (1.5, −2), b₂ = 0.1, target 1, squared error. "
    "Work out the answer, the loss and every derivative from the back to the front; then compare.",
    predict=(
        Predict("What is the answer, and the loss?", lambda e: f"1.6, since one unit is silent; the loss is {float(hand(e, 'loss')):.2f}."),
        Predict("All nine derivatives?", lambda e: "W₁, b₁, W₂, b₂: " + ", ".join(f"{one:.1f}" for one in hand(e, "gradient")) + f". Their squares add up to {float(hand(e, 'square')):.2f}."),
        Predict("The loss after one step at 0.1? The slope promises −1.87.", lambda e: f"{hand(e, 'after')[-1]:.4f}: it overshoots, and {hand(e, 'alive')[-1]:.0f} units are alive afterwards."),
    ),
    experiments=(
        Calculation("by_hand", drawn.by_hand, 1, "2–2–1, ReLU, squared error", "learning rate"),
        Calculation("differences", drawn.differences, 1, "2–2–1, tanh", "width of the difference, arithmetic"),
        Calculation("cost", drawn.cost, 1, "64–64–64–10, batch 64", "answer or gradient"),
    ),
    charts=(
        lambda e: Chart("differences", f"Finite differences are wrong twice: too wide, and too narrow; at best {min(e['differences']['central_float64']):.0e}", "width h", "worst relative error",
                        [Line(f"{kind}, {width}", e["differences"]["h"], np.maximum(e["differences"][f"{kind}_{width}"], 1e-12)) for kind in ("forward", "central") for width in ("float64", "float32")], log="xy"),
        lambda e: Chart("step", "The slope foretells short steps, and no long ones", "learning rate", "loss after one step", [Line("foretold", hand(e, "rate"), hand(e, "foretold")), Line("came", hand(e, "rate"), hand(e, "after"))], log="x"),
    ),
    claims=(
        Claim("The chain rule gives a squared gradient of {value}, as by hand.", "The chain rule gives a squared gradient of {value}, not what comes by hand.", lambda e: float(hand(e, "square")), within(22.319, 22.321), theory=22.32),
        Claim("A step of 0.001 falls short of what the slope promises by {value} of it.", "A step of 0.001 misses what the slope promises by {value}.",
              lambda e: float(1 - (hand(e, "loss") - hand(e, "after")[0]) / (hand(e, "loss") - hand(e, "foretold")[0])), within(0, 0.05), theory="0 for a step of no length", form="percent"),
        Claim("A step of 0.1 makes the loss {value} times what it was, one of 0.01 {control} times.", "A step of 0.1 makes the loss {value} times what it was, not more.", lambda e: float(hand(e, "after")[-1] / hand(e, "loss")), above(1), control=lambda e: float(hand(e, "after")[1] / hand(e, "loss"))),
        Claim("The error of forward differences grows as h to the {value}.", "The error of forward differences grows as h to the {value}.", lambda e: order(e, "forward"), within(0.95, 1.05), theory=1),
        Claim("The error of central differences grows as h to the {value}.", "That of central ones grows as h to the {value}.", lambda e: order(e, "central"), within(1.9, 2.1), theory=2),
        Claim("In float32 the best that differences can do is an error of {value}; in float64 it is {control}.", "In float32 differences reach an error of {value}.",
              lambda e: float(min(e["differences"]["central_float32"])), above(1e-5), control=lambda e: float(min(e["differences"]["central_float64"]))),
        Claim("A gradient with respect to 8,970 numbers takes {value} times the operations of one answer.", "A gradient takes {value} times the operations of one answer.", lambda e: float(e["cost"]["ratio"]), below(5),
              theory="at most 5 (Baur & Strassen 1983); differences would take 8,971 answers"),
    ),
    further=("Follow it in the code: paradigms/networks/chain.py is all of it.", "paradigms lesson depth"),
    seconds=6,
)
