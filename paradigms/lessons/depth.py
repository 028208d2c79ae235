"""Why deep networks did not learn, and what made them: how a gradient fades from layer to layer."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import depths as drawn
from paradigms.course.spread import middle

NAMES = tuple(drawn.KINDS)
DEEP = {"optimizer": "sgd", "schedule": "constant", "lr": 0.1, "batch_size": 64, "epochs": 12, "l2": 0.0, "looks": 4}


def factor(e: Evidence, kind: Any, what: Any = "sums") -> Any: return e["start"][what][:, NAMES.index(kind)]
def right(e: Evidence, **where: Any) -> Any: return e["trained"].where(**where).last("accuracy")[0]


SETTINGS = [(f"{name}, {len(hidden)} layer{'s' * (len(hidden) > 1)}", {"hidden": hidden, **more}) for name, more in
            (("default", {"init": "uniform"}), ("He", {"init": "he"}), ("batch norm", {"norm": "batch"}), ("residual", {"residual": True})) for hidden in ((32,), (32,) * 5, (32,) * 10)]

LESSON = Lesson(
    question="Why did deep networks not learn, and what made them?",
    about="A unit sums what comes in, and its activation bends the sum. On its way back through a layer the gradient with respect to these sums is multiplied by the weights and by the slope of the activation. If that makes it smaller on average, ten layers make it smaller ten times over. "
    "The factor is computed from the variance of the start: √(fan · Var w) · |φ′|.",
    predict=(
        Predict("ReLU with torch's default start, U(±1/√fan): what is left of the gradient of the sums, layer by layer?", lambda e: f"{middle(factor(e, 'ReLU, default')):.2f} of it, and {middle(factor(e, 'ReLU, default')) ** 9:.0e} over nine layers."),
        Predict("The same with He's start?", lambda e: f"{middle(factor(e, 'ReLU, He')):.2f} of it."),
        Predict("Ten layers, plain SGD: how many digits are right with either?", lambda e: f"{100 * middle(right(e, **SETTINGS[2][1])):.0f} % and {100 * middle(right(e, **SETTINGS[5][1])):.0f} %."),
    ),
    experiments=(
        Calculation("start", drawn.factors, 8, "10 hidden layers of 32, digits, at the start", "activation, start, biases"),
        Sweep("trained", "classification", {}, DEEP, {"epochs": 4}, seeds=6, own=True, settings=[one for _, one in SETTINGS]),
    ),
    charts=(
        lambda e: Chart("factor", f"A layer leaves {middle(factor(e, 'ReLU, default')):.2f} of the gradient with ReLU and torch's start, {middle(factor(e, 'ReLU, He')):.2f} with He's", "activation and start", "left per layer", [Line("gradient of sums", NAMES, e["start"]["sums"]), Line("gradient of weights", NAMES, e["start"]["weights"]), Line("computed, of sums", NAMES, drawn.COMPUTED, computed=True)], points=True),
        lambda e: Chart("trained", f"Ten plain layers reach {100 * middle(right(e, **SETTINGS[2][1])):.0f} %, with batch norm {100 * middle(right(e, **SETTINGS[8][1])):.0f} %", "hidden layers", "test accuracy", [Line(name, ("1", "5", "10"), np.stack([right(e, **one) for said, one in SETTINGS if said.startswith(name)], 1)) for name in ("default", "He", "batch norm", "residual")], caption="SGD at 0.1."),
    ),
    claims=(
        Claim("Gradients faded: a ReLU layer with torch's default start leaves {value} of the gradient of its sums.", "A ReLU layer with the default start leaves {value}.", lambda e: factor(e, "ReLU, default"), within(0.36, 0.46), theory=float(drawn.COMPUTED[3])),
        Claim("With He's start a ReLU layer leaves {value} of it.", "With He's start {value}.", lambda e: factor(e, "ReLU, He"), within(0.9, 1.12), theory=1),
        Claim("A sigmoid layer leaves {value} of it.", "A sigmoid leaves {value}.", lambda e: factor(e, "sigmoid, default"), within(0.12, 0.17), theory=float(drawn.COMPUTED[0])),
        Claim("Of the gradient of its weights a ReLU layer with the default start leaves {value}, without biases {control}: what comes in then fades forwards as fast as the gradient of the sums fades backwards.", "Of the gradient of its weights a ReLU layer with the default start leaves {value}.", lambda e: factor(e, "ReLU, default", "weights"), within(0.36, 0.6), theory="0.41 where what comes in stays, 1 where it fades alike", control=lambda e: factor(e, "ReLU, default", "weights_unbiased")),
        Claim("Ten layers with the default start do not learn: {value} of digits are right. With one layer {control} are.", "Ten layers with the default start reach {value}.", lambda e: right(e, **SETTINGS[2][1]), below(0.3), control=lambda e: right(e, **SETTINGS[0][1]), form="percent", anywhere=True),
        Claim("Batch norm makes ten layers learn: {value} are right.", "With batch norm ten layers reach {value}.", lambda e: right(e, **SETTINGS[8][1]), above(0.85), control=lambda e: right(e, **SETTINGS[2][1]), form="percent", anywhere=True),
        Claim("Shortcuts around every layer make ten layers learn, some starts slowly: {value} are right.", "With shortcuts ten layers reach {value}.", lambda e: right(e, **SETTINGS[11][1]), above(0.5), control=lambda e: right(e, **SETTINGS[2][1]), form="percent", anywhere=True),
        Claim("He's start gains {value} of test accuracy at ten layers.", "He's start gains {value} at ten layers.", lambda e: right(e, **SETTINGS[5][1]) - right(e, **SETTINGS[2][1]), above(0.2), form="points", anywhere=True),
    ),
    further=("paradigms sweep classification --vary hidden=32,5*32,10*32,20*32 --vary init=uniform,he --optimizer sgd --lr 0.1", "Adam learns with the default start for longer. Why?"),
    seconds=10,
)
