"""What a falling learning rate buys, how deep the floor lies, and what shuffling has to do with it."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, within
from paradigms.course.spread import middle, powers

RATES = (0.008, 0.016, 0.032, 0.064)
SMALL = {"optimizer": "sgd", "batch_size": 4, "samples": 12_000, "looks": 12}
NAMES = ("constant", "hold", "linear", "cosine", "step", "exponential")


def excess(e: Evidence, name: Any, **where: Any) -> Any:
    """Training loss above the least, in shares of the target's variance, [S, R]."""
    x, y = e[name].rows
    least = [np.mean((np.c_[a, np.ones(len(a))] @ np.linalg.lstsq(np.c_[a, np.ones(len(a))], b, rcond=None)[0] - b) ** 2) / b.var() for a, b in zip(x, y, strict=True)]
    return np.maximum(1 - e[name].where(**where).last("r2", "train") - least, 1e-12)


def floors(e: Evidence, again: Any) -> Any: return np.stack([excess(e, "order", replacement=again, lr=rate)[0] for rate in RATES], 1)
def inertia(e: Evidence, again: Any, rate: Any) -> Any: return e["clusters"].where(replacement=again, lr=rate).last("inertia", "train")[0]
def digits(e: Evidence, schedule: Any) -> Any: return e["digits"].where(schedule=schedule).last("accuracy")[0]


LESSON = Lesson(
    question="What does a falling learning rate buy, and when?",
    about="At a constant rate the last steps still follow the last few rows, so the loss ends above its least: on a floor. Theory says that the floor is proportional to the rate "
    "where every row is drawn from all, and to its square where the rows are gone through in a shuffled order (Ying et al. 2018). "
    "The loss is that of a linear model on friedman1, which leaves every row something to be wrong about.",
    predict=(
        Predict("Halve a constant rate: how much lower is the floor if rows are shuffled, and if they are drawn with replacement?",
                lambda e: "By {:.1f} and {:.1f} times.".format(*(2 ** middle(powers(RATES, floors(e, again))) for again in (False, True)))),
        Predict("By how much does a rate that falls beat a constant one, on this loss?", lambda e: f"At 0.032 the cosine ends {middle(excess(e, 'falling', schedule='constant')[0]) / middle(excess(e, 'falling', schedule='cosine')[0]):,.0f} times nearer to the least loss."),
    ),
    experiments=(
        Sweep("falling", "regression", {"schedule": list(NAMES)}, SMALL | {"dataset": "friedman1", "lr": 0.032}, {"samples": 4_000}),
        Sweep("order", "regression", {"replacement": [False, True], "lr": list(RATES)}, SMALL | {"dataset": "friedman1", "schedule": "constant"}, {"samples": 4_000}),
        Sweep("clusters", "kmeans", {"replacement": [False, True], "lr": [0.5, 2.0]}, {"dataset": "iris", "clusters": 3, "optimizer": "sgd", "schedule": "constant", "batch_size": 4, "epochs": 60, "looks": 4}, {"epochs": 20}),
        Sweep("digits", "classification", {"schedule": ["constant", "linear", "cosine"]}, {"hidden": (32,), "l2": 0.0, "samples": 24_000, "lr": 0.005, "looks": 4}, {"samples": 8_000}, own=True),
    ),
    charts=(
        lambda e: Chart("floor", "Shuffled, the floor falls as the rate to the {:.2f}; with replacement as its {:.2f}".format(*(middle(powers(RATES, floors(e, again))) for again in (False, True))),
                        "constant learning rate", "training loss above the least", [Line("shuffled", RATES, floors(e, False)), Line("with replacement", RATES, floors(e, True))], log="xy"),
        lambda e: Chart("falling", "Every rate that falls ends nearer to the least loss", "schedule", "training loss above the least", [Line("regression at 0.032", NAMES, np.stack([excess(e, "falling", schedule=one)[0] for one in NAMES], 1))], log="y", points=True),
        lambda e: Chart("digits", "On clean digits it does not show", "schedule", "test accuracy", [Line("classification", ("constant", "linear", "cosine"), np.stack([digits(e, one) for one in ("constant", "linear", "cosine")], 1))], points=True),
    ),
    claims=(
        Claim("Gone through in a shuffled order the floor falls with the rate to the {value}; drawn with replacement to the {control}.", "Shuffled, the floor falls with the rate to the {value}.",
              lambda e: powers(RATES, floors(e, False)), within(1.5, 2.6), theory="2 shuffled, 1 with replacement (Ying et al. 2018)", control=lambda e: powers(RATES, floors(e, True)), new=True),
        Claim("Drawn with replacement, to the {value}.", "Drawn with replacement, the floor falls with the rate to the {value}.", lambda e: powers(RATES, floors(e, True)), within(0.8, 1.3), theory=1),
        Claim("Of k-means it does not show here: at a rate of 2 its inertia with replacement is {value} times that of shuffled rows.", "At a rate of 2 the inertia of k-means with replacement is {value} times that of shuffled rows.", lambda e: inertia(e, True, 2.0) / inertia(e, False, 2.0), within(0.6, 1.6), naive=True),
        Claim("A cosine ends {value} times nearer to the least loss than a constant rate.", "A cosine ends only {value} times nearer to the least loss.", lambda e: excess(e, "falling", schedule="constant")[0] / excess(e, "falling", schedule="cosine")[0], above(10)),
        Claim("On clean digits a falling rate changes the test accuracy by {value}: the network fits every row, so nothing is left to be noisy about.", "On digits a falling rate changes the test accuracy by {value}.",
              lambda e: digits(e, "cosine") - digits(e, "constant"), within(-0.01, 0.01), naive=True),
    ),
    further=("paradigms sweep dqn --vary schedule=constant,hold,linear,cosine --seeds 20", "An agent's targets move while it learns. Would you let its rate fall? Cause and effect are not settled; control for the summed rate."),
    seconds=34,
)
