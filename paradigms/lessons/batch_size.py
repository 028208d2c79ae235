"""How many rows a step should look at: steps and examples to one loss, and where they are traded."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.spread import middle, reached, tuned

SIZES, STEPS = (2, 8, 32, 128, 512), (700, 320, 200, 150, 150)
RATES = [0.15, 0.3, 0.6, 0.9, 1.3]
LEVEL = 0.3
OTHERS: dict[str, Any] = {"regression": ("regression", {}), "k-means": ("kmeans", {"optimizer": "sgd", "lr": 1.0}), "PCA": ("pca", {"optimizer": "sgd", "lr": 0.1, "epochs": 40}), "DQN": ("dqn", {"samples": 6_000})}


def taken(e: Evidence) -> Any:
    """Steps to the loss at each size and rate, [sizes, rates, R]; a size that never gets there takes all it has."""
    found = []
    for size, most in zip(SIZES, STEPS, strict=True):
        at, values = e["sizes"].where(batch_size=size).curve("cross_entropy", "train")
        found.append(np.minimum(reached(at, values, LEVEL, falling=True), most))
    return np.array(found)


def steps(e: Evidence) -> Any:
    """Of every seed, at the rate with the lowest median over the other seeds, [R, sizes]."""
    return np.stack([tuned(one) for one in taken(e)], 1)


def critical(e: Evidence) -> Any: return np.array([_hyperbola(line) for line in steps(e)])


def _hyperbola(line: Any) -> Any:
    """B_crit of S = S_min (1 + B_crit/B), by least squares of S against 1/B, each in shares of S."""
    rows = np.c_[np.ones(len(SIZES)), 1 / np.array(SIZES)] / line[:, None]
    least, slope = np.linalg.lstsq(rows, np.ones(len(SIZES)), rcond=None)[0]
    return slope / least


def scale(e: Evidence, first: Any, last: Any, name: Any = "sizes") -> Any:
    """The gradient noise scale: ratio of means over a window of the runs, of the classifier of those at batch 32."""
    runs = e[name].where(batch_size=32) if name == "sizes" else e[name].where()
    at, noise = runs.curve("gradient_variance", "train")
    square = runs.curve("gradient_square", "train")[1]
    inside = (at > first * at[-1]) & (at <= last * at[-1])
    return np.nanmean(noise[:, :, inside], (0, 2)) / np.nanmean(square[:, :, inside], (0, 2))


LESSON = Lesson(
    question="How many examples should one step look at?",
    about="A larger batch gives a better gradient, and costs more examples. Steps to one loss follow S = S_min (1 + B_crit/B): below B_crit twice the batch halves the steps, far above it changes nothing (McCandlish et al. 2018). "
    "Every size gets its best of five rates, chosen on the other seeds: one rate for all sizes would show the rate.",
    predict=(
        Predict("From a batch of 2 to one of 8: how many times fewer steps?", lambda e: f"{1 / middle(steps(e)[:, 1] / steps(e)[:, 0]):.1f} times: {middle(steps(e)[:, 1] / steps(e)[:, 0]):.2f} of them."),
        Predict("And from 128 to 512?", lambda e: f"{1 / middle(steps(e)[:, 4] / steps(e)[:, 3]):.1f} times: {middle(steps(e)[:, 4] / steps(e)[:, 3]):.2f} of them."),
    ),
    experiments=(Sweep("sizes", "classification", {"lr": RATES}, {"hidden": (32,), "optimizer": "sgd", "schedule": "constant", "l2": 0.0, "looks": 40}, {"lr": RATES[1::2], "looks": 20},
                       seeds=8, settings=[{"batch_size": size, "samples": size * most} for size, most in zip(SIZES, STEPS, strict=True)]),
                 *(Sweep(name, learner, {}, {"looks": 40} | options, {"samples": 3_000} if learner == "dqn" else {}, seeds=6, settings=[{"schedule": "constant"}]) for name, (learner, options) in OTHERS.items())),
    charts=(
        lambda e: Chart("steps", f"Up to about {middle(critical(e)):.0f} rows a larger batch saves steps", "batch size", f"steps to a training loss of {LEVEL}", [Line("measured", SIZES, steps(e))], marks={"critical batch size": float(middle(critical(e)))}, log="xy"),
        lambda e: Chart("examples", "Four times the rows cost {:.1f} times the examples from 2 to 8 and {:.1f} times from 128 to 512".format(*(4 * middle(steps(e)[:, i + 1] / steps(e)[:, i]) for i in (0, 3))), "batch size", f"examples to a training loss of {LEVEL}", [Line("measured", SIZES, steps(e) * np.array(SIZES))], marks={"critical batch size": float(middle(critical(e)))}, log="xy"),
        lambda e: Chart("paradigms", f"The same measure of five learners: at first {middle(scale(e, 0.0, 0.2, 'DQN')):.1f} for an agent, {middle(scale(e, 0.0, 0.2)):.1f} for a classifier", "learner", "gradient noise scale, rows", [Line(said, ("classification", *OTHERS), np.stack([np.resize(np.r_[scale(e, *window, name), [np.nan] * 8], len(steps(e))) for name in ("sizes", *OTHERS)], 1)) for said, window in (("first fifth of updates", (0.0, 0.2)), ("last half", (0.5, 1.0)))], log="y", points=True, caption="Without a place here are estimates below 0: there the mean gradient is lost in its noise."),
    ),
    claims=(
        Claim("Twice the batch saves steps up to a critical size, which is {value} rows to a loss of 0.3.", "The critical batch size comes out as {value}.", critical, within(8, 45), theory="19.5 in an earlier measurement with other rates; two grids of rates differ by more than the stated error"),
        Claim("Four times the rows take {value} of the steps from 2 to 8, and {control} from 128 to 512.", "Four times the rows still take {value} of the steps from 2 to 8.", lambda e: steps(e)[:, 1] / steps(e)[:, 0], below(0.6), theory="¼ far below the critical size, 1 far above", control=lambda e: steps(e)[:, 4] / steps(e)[:, 3]),
        Claim("From 128 to 512 rows the steps stay at {value} of what they were, for four times the examples.", "From 128 to 512 rows the steps change to {value} of theirs.", lambda e: steps(e)[:, 4] / steps(e)[:, 3], within(0.8, 1.3), theory=1),
        Claim("The gradient noise scale, which estimates that size from single gradients, rises as the loss falls: {value} times as large in the last half as in the first tenth.", "The noise scale is {value} times as large in the last half.", lambda e: scale(e, 0.5, 1.0) / scale(e, 0.0, 0.1), above(1.2), theory="rises (McCandlish et al. 2018)"),
        Claim("The noise scale lies above the critical batch size: {value} rows in the last half of the run, beside {control}.", "It is {value} in the last half of the run.", lambda e: scale(e, 0.5, 1.0), above(20), theory="within a small factor of the critical size", control=critical),
        Claim("At first an agent's gradients agree more than a classifier's: its noise scale is {value} rows in the first fifth, that of a classifier {control}.", "An agent's noise scale is {value} in the first fifth.", lambda e: scale(e, 0.0, 0.2, "DQN"), below(20), theory="1.5 and 62 in an earlier run", control=lambda e: scale(e, 0.0, 0.2)),
    ),
    further=("paradigms sweep classification --vary batch-size=8,64,512 --vary lr=0.1:2:log:8 --optimizer sgd", "What would one rate for all sizes have shown?"),
    seconds=24,
)
