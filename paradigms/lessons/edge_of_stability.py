"""Training climbs to where it is only just stable, and stays there."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, below, within
from paradigms.course.spread import middle

RATES = (0.03, 0.1, 0.2)
FULL = {"optimizer": "sgd", "schedule": "constant", "batch_size": "all", "hidden": (64,), "sharpness": True}


def ratio(e: Evidence, rate: Any) -> Any:
    """Sharpness over 2/η: its median in the last third, [R]."""
    at, values = e["squares"].where(lr=rate).curve("sharpness", "train")
    return np.median(values[0][:, at > 2 * at[-1] / 3], 1) * rate / 2


def curve(e: Evidence, name: Any, rate: Any) -> Any:
    at, values = e[name].where(lr=rate).curve("sharpness", "train")
    return at, values[0] * rate / 2


LESSON = Lesson(
    question="Why does a network end up exactly where its steps are only just stable?",
    about="Plain descent is stable where the sharpness, the largest eigenvalue of the loss's Hessian, is below 2/η. A network is not a bowl: its sharpness changes while it learns. Below 2/η it is free to rise; above, steps overshoot ever further and throw the weights to where the loss is flatter, so that 2/η is where it is held. Full batch, so nothing here is noise.",
    predict=(
        Predict("Does the sharpness fall or rise while a network learns by full batches?", lambda e: f"It goes from {middle(curve(e, 'squares', 0.1)[1][:, 0]):.2f} to {middle(ratio(e, 0.1)):.2f} of 2/η at a rate of 0.1."),
        Predict("Twice the rate: where does it end?", lambda e: f"At {middle(ratio(e, 0.2)):.2f} of 2/η, which is half of what it was."),
    ),
    experiments=(
        Sweep("squares", "regression", {"lr": list(RATES)}, FULL | {"model": "mlp", "dataset": "friedman1", "epochs": 1500, "weight_decay": 0.0, "looks": 36}, {"epochs": 500}, seeds=6, own=True),
        Sweep("classes", "classification", {"lr": [0.2]}, FULL | {"dataset": "wine", "epochs": 1000, "l2": 0.0, "looks": 24}, {"epochs": 300}, seeds=6, own=True),
    ),
    charts=(lambda e: Chart("edge", f"Sharpness ends at {middle(ratio(e, 0.2)):.2f} times 2/η at a rate of 0.2, {middle(ratio(e, 0.1)):.2f} at 0.1, {middle(ratio(e, 0.03)):.2f} at 0.03", "updates, each by all rows", "sharpness over 2/η", [Line(f"squared error, rate {rate}", *curve(e, "squares", rate)) for rate in RATES] + [Line("cross-entropy, rate 0.2", *curve(e, "classes", 0.2))], levels={"edge": 1.0}, limits=(0, 1.6)),),
    claims=(
        Claim("At a rate of 0.2 the sharpness ends at {value} times 2/η, the edge of stability.", "At a rate of 0.2 the sharpness ends at {value} times 2/η.", lambda e: ratio(e, 0.2), within(0.95, 1.35), theory="just above 1 (Cohen et al. 2021)", anywhere=True),
        Claim("At a rate of 0.1 it ends at {value} times 2/η, which is twice as sharp.", "At 0.1 it ends at {value} times 2/η.", lambda e: ratio(e, 0.1), within(0.9, 1.3), theory="just above 1 (Cohen et al. 2021)", anywhere=True),
        Claim("At a rate of 0.03 the sharpness has not arrived after as many updates: it ends at {value} times 2/η.", "At 0.03 it ends at {value} times 2/η.", lambda e: ratio(e, 0.03), below(0.9), control=lambda e: ratio(e, 0.2), anywhere=True),
        Claim("The sharpness began far below: at {value} times 2/η at the rate of 0.1.", "It began at {value} times 2/η.", lambda e: curve(e, "squares", 0.1)[1][:, 0], below(0.8), anywhere=True),
        Claim("With cross-entropy it does not show: the sharpness ends at {value} times 2/η, since a loss that is nearly 0 hardly bends.", "With cross-entropy the sharpness ends at {value} times 2/η.", lambda e: np.median(curve(e, "classes", 0.2)[1][:, -8:], 1), below(0.5), naive=True, anywhere=True),
    ),
    further=("paradigms run supervised regression --model mlp --optimizer momentum --sharpness", "With momentum β the edge is 2(1 + β)/η. Does the network find that one as well?"),
    seconds=10,
)
