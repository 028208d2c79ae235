"""Where a learner starts decides where some end: clusters, XOR, and units that are all alike."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Film, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import restarts as drawn
from paradigms.course.spread import middle

KINDS = ("zero", "alike", "alike but for 1e-6", "random")


def median(e: Evidence, start: Any) -> Any: return np.median(e["islands"][start], 1)
def best_of(e: Evidence, start: Any, tries: Any) -> Any: return np.array([line.reshape(-1, tries).min(1).mean() for line in e["islands"][start]])
def solved(e: Evidence, activation: Any, width: Any) -> Any: return e["xor"][activation][:, drawn.WIDTHS.index(width)]
def unit(e: Evidence, name: Any, kind: Any) -> Any: return e["units"][name][:, KINDS.index(kind)]


def spread(e: Evidence) -> Any:
    """Of PCA from ten random starts: the largest difference of what is explained."""
    return float(np.ptp(e["components"].where(components=8).last("explained_variance_ratio", "train")[0]))


def bins(e: Evidence, *levels: Any) -> Any:
    """The share of stuck XOR networks whose loss lies within 0.03 of one of these levels."""
    near = np.min([np.abs(e["xor"]["stuck"] - level) for level in levels], 0) <= 0.03
    return float(e["xor"]["count"][near].sum() / e["xor"]["count"].sum())


LESSON = Lesson(
    question="Does it matter where a learner starts?",
    about="Learning rolls downhill from where it starts. k-means on 15 far clouds, a few hidden units on XOR (four rows, right where just one of two inputs is on) and a network whose units are all alike can be caught; PCA cannot, since its loss has no wrong valley.",
    predict=(
        Predict("k-means on 15 clouds from random rows: how far is the median from the best that was found?", lambda e: f"Its inertia is {middle(median(e, 'random')):.1f} times as large; from k-means++ {middle(median(e, 'k-means++')):.2f} times."),
        Predict("Two ReLUs on XOR: how many starts solve it?", lambda e: f"{100 * middle(solved(e, 'relu', 2)):.0f} %; with eight {100 * middle(solved(e, 'relu', 8)):.0f} %."),
        Predict("All 32 hidden units start alike. How many different ones are there at the end?", lambda e: f"{middle(unit(e, 'rank', 'alike')):.0f}; nudged by a millionth {middle(unit(e, 'rank', 'alike but for 1e-6')):.0f}."),
    ),
    experiments=(
        Calculation("islands", drawn.islands, 8, "600 rows of 15 clouds, full passes, 24 starts", "start", hurried="600 rows of 15 clouds, full passes, 10 starts"),
        Calculation("xor", drawn.xor, 8, "4 rows, momentum 0.9, rate 0.1, 25 starts a seed", "width, activation", hurried="4 rows, momentum 0.9, rate 0.1, 8 starts a seed"),
        Calculation("units", drawn.units, 8, "600 digits, 32 tanh units, SGD 0.2", "start"),
        Sweep("components", "pca", {"components": [8]}, {"all_data": True, "dataset": "digits", "epochs": 60, "looks": 3}, {"epochs": 30}),
    ),
    charts=(
        lambda e: Chart("islands", f"One random start ends at {middle(best_of(e, 'random', 1)):.1f} times the best inertia in the mean, one by k-means++ at {middle(best_of(e, 'k-means++', 1)):.2f}", "best of so many starts", "inertia over the best found, mean", [Line(name, ("1", "3", "8"), np.stack([best_of(e, name, tries) for tries in ((1, 3, 8) if e["islands"][name].shape[1] == 24 else (1, 2, 5))], 1)) for name in ("random", "k-means++")], log="y"),
        lambda e: Chart("xor", f"Two ReLUs solve XOR from {100 * middle(solved(e, 'relu', 2)):.0f} % of starts, eight from {100 * middle(solved(e, 'relu', 8)):.0f} %", "hidden units", "share of starts that solve XOR", [Line(said, [str(w) for w in drawn.WIDTHS], e["xor"][name]) for name, said in (("tanh", "tanh"), ("relu", "ReLU"))]),
        lambda e: Chart("units", f"Units that start alike get {100 * middle(unit(e, 'accuracy', 'alike')):.0f} % right, nudged by a millionth {100 * middle(unit(e, 'accuracy', 'alike but for 1e-6')):.0f} %", "start", "accuracy, training rows", [Line("digits", KINDS, e["units"]["accuracy"])], points=True),
    ),
    claims=(
        Claim("From random rows the median k-means ends at {value} times the best inertia.", "From random rows the median k-means ends at {value} times the best inertia.", lambda e: median(e, "random"), above(1.5), control=lambda e: median(e, "k-means++")),
        Claim("From k-means++ the median k-means ends at {value} times the best inertia.", "From k-means++ the median k-means ends at {value} times the best inertia.", lambda e: median(e, "k-means++"), below(1.4)),
        Claim("PCA ends at the same place from every start: the shares that it explains differ by {value} at most.", "What PCA explains differs by {value} between starts.", spread, below(1e-3), theory="0: its loss has no wrong valley"),
        Claim("Two ReLUs solve XOR from {value} of starts, eight from {control}.", "Two ReLUs solve XOR from {value} of starts.", lambda e: solved(e, "relu", 2), below(0.5), control=lambda e: solved(e, "relu", 8), form="percent"),
        Claim("Two tanh units solve XOR from {value} of starts.", "Two tanh units from {value}.", lambda e: solved(e, "tanh", 2), within(0.5, 0.95), theory="72 % in an earlier 400 starts", form="percent"),
        Claim("Where they are caught can be computed: {value} of the others end at a loss of ½ ln 2 or of ¾ (ln 3 − ⅔ ln 2).", "{value} of those caught end at a loss of ½ ln 2 or of ¾ (ln 3 − ⅔ ln 2).", lambda e: bins(e, np.log(2) / 2, 0.75 * (np.log(3) - 2 / 3 * np.log(2))), above(0.6), theory="two or three rows given one answer", form="percent"),
        Claim("Hidden units that start alike stay alike: {value} of digits are right, as with one unit; started at random {control}.", "Units that start alike reach {value}.", lambda e: unit(e, "accuracy", "alike"), below(0.6), control=lambda e: unit(e, "accuracy", "random"), form="percent"),
        Claim("A nudge of a millionth parts units that start alike: {value} of digits are right.", "Nudged by a millionth they reach {value}.", lambda e: unit(e, "accuracy", "alike but for 1e-6"), above(0.75), form="percent"),
    ),
    further=("paradigms sweep kmeans --vary start=random,k-means++ --seeds 30", "paradigms lesson descent"),
    seconds=17,
    film=Film("kmeans", {"from random rows": {"start": "random"}, "from k-means++": {"start": "k-means++"}}, {"dataset": "ring", "clusters": 8}),
)
