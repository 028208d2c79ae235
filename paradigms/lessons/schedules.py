"""What a falling learning rate buys, how deep the floor lies, and what shuffling has to do with it."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import falling, floors as drawn
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
def exponent(e: Evidence, who: Any, source: Any) -> Any: return powers(drawn.RATES[who], np.maximum(e["paradigms"][f"{who}_{source}"], 1e-15))
def among(e: Evidence, source: Any) -> str: return "{:.2f} to {:.2f}".format(*np.quantile([middle(exponent(e, who, source)) for who in drawn.RATES], [0, 1]))
def away(e: Evidence, who: Any, setting: Any = "falling") -> Any: return e["agent"][who][:, list(falling.SETTINGS).index(setting)] / e["agent"][who.removesuffix("_longer")][:, 0]
def nearer(e: Evidence) -> Any: return excess(e, "falling", schedule="constant")[0] / excess(e, "falling", schedule="cosine")[0]
def digits(e: Evidence, schedule: Any) -> Any: return e["digits"].where(schedule=schedule).last("accuracy")[0]


LESSON = Lesson(
    question="What does a falling learning rate buy, and when?",
    about="At a constant rate the last steps still follow the last few rows, so the loss ends above its least: on a floor. Theory says that the floor is proportional to the rate "
    "where every row is drawn from all, and to its square where the rows are gone through in a shuffled order (Ying et al. 2018). The loss is that of a linear model on friedman1, which leaves every row something to be wrong about. How the floor follows the rate is told as a power: 1 where half the rate halves it, 2 where it quarters it.",
    predict=(
        Predict("Halve a constant rate: how much lower is the floor if rows are shuffled, and if they are drawn with replacement?", lambda e: "By {:.1f} and {:.1f} times.".format(*(2 ** middle(powers(RATES, floors(e, again))) for again in (False, True)))),
        Predict("k-means and PCA have no teacher. Is their floor another?", lambda e: f"With replacement it falls as the rate to the powers {middle(exponent(e, 'kmeans', 'replaced')):.2f} and {middle(exponent(e, 'pca', 'replaced')):.2f}, shuffled to {middle(exponent(e, 'kmeans', 'shuffled')):.1f} and {middle(exponent(e, 'pca', 'shuffled')):.1f}."),
        Predict("An agent aims at its own estimates, which move. Does a falling rate help it?", lambda e: f"It ends {middle(away(e, 'moving')):.1f} times as far from the true values as at a constant rate; told them, {middle(away(e, 'told')):.1f} times. From twice the rate, with as large a sum of steps, it ends {middle(away(e, 'moving', 'falling, same sum')):.2f} times as far."),
        Predict("By how much does a rate that falls beat a constant one, on this loss?", lambda e: f"At 0.032 the cosine ends {middle(nearer(e)):,.0f} times nearer to the least loss."),
    ),
    experiments=(
        Sweep("falling", "regression", {"schedule": list(NAMES)}, SMALL | {"dataset": "friedman1", "lr": 0.032}, {"samples": 4_000}, own=True),
        Sweep("order", "regression", {"replacement": [False, True], "lr": list(RATES)}, SMALL | {"dataset": "friedman1", "schedule": "constant"}, {"samples": 4_000}, own=True),
        Calculation("paradigms", drawn.floors, 8, "240 drawn rows, batches of 4, plain descent at constant rates", "learner, rate, how rows come"), Calculation("agent", falling.falling, 8, "Q-learning on the frozen lake, every state and move as likely, first rate 0.5", "schedule, updates, what it aims at"),
        Sweep("digits", "classification", {"schedule": ["constant", "linear", "cosine"]}, {"hidden": (32,), "l2": 0.0, "samples": 24_000, "lr": 0.005, "looks": 4}, {"samples": 8_000}, own=True),
    ),
    charts=(
        lambda e: Chart("floor", "The floor falls as the rate to the power {:.2f} where rows are shuffled, {:.2f} with replacement".format(*(middle(powers(RATES, floors(e, again))) for again in (False, True))), "constant learning rate", "training loss above the least", [Line("shuffled", RATES, floors(e, False)), Line("with replacement", RATES, floors(e, True))], log="xy", caption="Linear regression on friedman1, the last look of 3,000 updates."),
        lambda e: Chart("paradigms", f"Three paradigms: powers of {among(e, 'replaced')} with replacement, {among(e, 'shuffled')} shuffled", "learner", "power of the rate",
                        [Line(said, ("regression", "PCA", "k-means"), np.stack([exponent(e, who, source) for who in drawn.RATES], 1)) for source, said in zip(drawn.SOURCES, ("shuffled", "with replacement", "recalled from memory"), strict=True)], levels={"the rate itself": 1.0, "its square": 2.0}, points=True, caption="240 drawn rows; the floor is a mean over the ends of epochs."),
        lambda e: Chart("falling", f"A cosine ends {middle(nearer(e)):,.0f} times nearer to the least loss than a constant rate", "schedule", "training loss above the least", [Line("regression at 0.032", NAMES, np.stack([excess(e, "falling", schedule=one)[0] for one in NAMES], 1))], log="y", points=True),
        lambda e: Chart("agent", f"Who aims at moving targets ends {middle(away(e, 'moving')):.1f} times as far off by a falling rate, who is told {middle(away(e, 'told')):.1f} times", "learning rate", "distance from the true values", [Line(said, tuple(falling.SETTINGS), e["agent"][who]) for who, said in (("moving", "aims at its own estimates"), ("moving_longer", "the same, twice the updates"), ("told", "told the true values"))], log="y", points=True),
        lambda e: Chart("classifier", f"A cosine changes the accuracy of a classifier by {100 * middle(digits(e, 'cosine') - digits(e, 'constant')):.1f} points", "schedule", "test accuracy", [Line("classification", ("constant", "linear", "cosine"), np.stack([digits(e, one) for one in ("constant", "linear", "cosine")], 1))], points=True),
    ),
    claims=(
        Claim("A rate that falls by a cosine ends {value} times nearer to the least loss than a constant one.", "A cosine ends only {value} times nearer to the least loss.", nearer, above(10), anywhere=True),
        Claim("A constant rate ends on a floor. Where rows are shuffled it falls as the rate to the power {value}, drawn with replacement {control}.", "Where rows are shuffled, the floor of a constant rate falls as the rate to the power {value}.", lambda e: powers(RATES, floors(e, False)), within(1.5, 2.6), theory="2 shuffled, 1 with replacement (Ying et al. 2018)", control=lambda e: powers(RATES, floors(e, True)), new=True),
        Claim("As a mean over the ends of epochs that power is {value} for a regression with replacement, and {control} shuffled.", "As a mean over the ends of epochs that power is {value} for a regression with replacement.", lambda e: exponent(e, "regression", "replaced"), within(0.8, 1.3), theory=1, control=lambda e: exponent(e, "regression", "shuffled")),
        Claim("For k-means the power is {value} shuffled, where an epoch ends, and {control} with replacement.", "For k-means the power is {value} shuffled.", lambda e: exponent(e, "kmeans", "shuffled"), above(1.8), theory="2 or more, and 1", control=lambda e: exponent(e, "kmeans", "replaced"), new=True),
        Claim("For PCA the power is {value} shuffled, where an epoch ends, and {control} with replacement.", "For PCA the power is {value} shuffled.", lambda e: exponent(e, "pca", "shuffled"), above(1.8), theory="2 or more, and 1", control=lambda e: exponent(e, "pca", "replaced"), new=True),
        Claim("A memory gives the advantage away: for a regression the power is {value} where rows are recalled from one, {control} where they are shuffled.", "Recalled from a memory, the power is {value} for a regression.", lambda e: exponent(e, "regression", "recalled"), within(0.8, 1.3), theory=1, control=lambda e: exponent(e, "regression", "shuffled"), new=True),
        Claim("An agent, whose targets move, ends {value} times as far from the true values by a falling rate as by a constant one; one that is told the true values {control} times.", "By a falling rate an agent ends {value} times as far from the true values.", lambda e: away(e, "moving"), above(1.3), theory="falls too soon: rates of 1/t cost exponentially in 1/(1 − γ) (Even-Dar & Mansour 2003)", control=lambda e: away(e, "told")),
        Claim("Falling from twice the rate, so that its steps sum to as much, the agent ends {value} times as far: what it lacked was the sum of its steps.", "Falling from twice the rate, the agent ends {value} times as far.", lambda e: away(e, "moving", "falling, same sum"), below(1.3), control=lambda e: away(e, "moving")),
        Claim("Falling over twice the updates, which sums to as much too, the agent ends {value} times as far.", "Falling over twice the updates, the agent ends {value} times as far.", lambda e: away(e, "moving_longer"), within(0.7, 1.4), theory=1, control=lambda e: away(e, "moving")),
        Claim("On clean digits a falling rate changes the test accuracy by {value}.", "On digits a falling rate changes the test accuracy by {value}.", lambda e: digits(e, "cosine") - digits(e, "constant"), within(-0.01, 0.01), form="points", naive=True),
    ),
    further=("paradigms sweep dqn --vary schedule=constant,hold,linear,cosine --seeds 20", "An agent explores with what it has learned. Does that change what a falling rate does? Here it did not explore."),
    seconds=25,
)
