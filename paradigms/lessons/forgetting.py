"""Learning a second thing costs the first: how much, for whom, and how little must be rehearsed to keep it."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import nets
from paradigms.course.spread import middle

SHARES = [0.0, 0.02, 0.05, 0.1, 0.25]
HALVES = {"sequence": 2, "schedule": "constant", "batch_size": 64, "samples": 25_600, "looks": 60}
QUICK = {"samples": 12_800}
METRICS = {"network": "accuracy", "softmax": "accuracy", "clusters": "inertia", "components": "explained_variance_ratio"}
NAMES = ("network", "softmax", "k-means", "PCA")


def half(e: Evidence, name: Any, rehearse: Any, part: Any = 1) -> Any:
    """Updates, and the score of one half on held-out rows [R, T]; the first half of the updates is the first half's."""
    at, values = e[name].where(rehearse=rehearse).curve(f"{METRICS[name]}_set_{part}")
    return at, values[0]


def turn(e: Evidence, name: Any) -> Any: return np.flatnonzero(half(e, name, 0.0)[0] <= half(e, name, 0.0)[0][-1] / 2)[-1]
def before(e: Evidence, name: Any) -> Any: return half(e, name, 0.0)[1][:, turn(e, name)]
def end(e: Evidence, name: Any, share: Any, part: Any = 1) -> Any: return half(e, name, share, part)[1][:, -1]
def lost(e: Evidence, name: Any, share: Any = 0.0) -> Any: return (before(e, name) - end(e, name, share)) / (before(e, name) - half(e, name, 0.0)[1][:, 0])
def probe(e: Evidence, who: Any) -> Any: return 1 - e["probe"][f"{who}_after"] / e["probe"][f"{who}_before"]


LESSON = Lesson(
    question="What is left of the old when the new is learned?",
    about="Four learners meet the lower half of the classes, then the upper half for as long: a network and a softmax regression that are told the classes, k-means and PCA that are not. Nothing in their loss speaks of the first half any more. "
    "What is lost is told as a share of what had been gained on the first half's held-out rows since the start; who ends below the start has lost more than all.",
    predict=(
        Predict("How much of the first half is right at the end of the second, for a network?", lambda e: f"{100 * middle(end(e, 'network', 0.0)):.0f} %, from {100 * middle(before(e, 'network')):.0f} %."),
        Predict("Nobody tells k-means and PCA any class. Do they forget as well?", lambda e: f"k-means loses {100 * middle(lost(e, 'clusters')):.0f} % of what it had gained, PCA {100 * middle(lost(e, 'components')):.0f} %."),
        Predict("One row in twenty is an old one. How much of the first half does a network keep right then?", lambda e: f"{100 * middle(end(e, 'network', 0.05)):.0f} %."),
        Predict("Somebody else reads the network's hidden units and is told the old classes again. How many are right?", lambda e: f"{100 * middle(e['probe']['probe_after']):.0f} %, and {100 * middle(e['probe']['probe_before']):.0f} % before the second half."),
    ),
    experiments=(
        Sweep("network", "classification", {"rehearse": SHARES}, HALVES | {"hidden": (64,), "lr": 0.003, "l2": 0.0}, QUICK, own=True),
        Sweep("softmax", "classification", {"rehearse": [0.0, 0.25]}, HALVES | {"model": "linear", "lr": 0.01, "l2": 0.0}, QUICK, own=True),
        Sweep("clusters", "kmeans", {"rehearse": [0.0, 0.25]}, HALVES | {"optimizer": "sgd", "lr": 1.0}, QUICK),
        Sweep("components", "pca", {"rehearse": [0.0, 0.25]}, HALVES | {"components": 8, "optimizer": "sgd", "lr": 0.3}, QUICK),
        Calculation("probe", nets.probed, 8, "700 digits, 64 hidden units, two halves", "who reads the hidden units"),
    ),
    charts=(
        lambda e: Chart("halves", f"Of the first half {100 * middle(end(e, 'network', 0.0)):.0f} % is right at the end of the second", "updates, the second half from the middle on", "accuracy on held-out rows", [Line("first half", *half(e, "network", 0.0)), Line("second half", *half(e, "network", 0.0, 2)), Line("first half, 5 % rehearsed", *half(e, "network", 0.05))]),
        lambda e: Chart("lost", f"Of its gain a network forgets {100 * middle(lost(e, 'network')):.0f} %, k-means {100 * middle(lost(e, 'clusters')):.0f} %, PCA {100 * middle(lost(e, 'components')):.0f} %", "learner", "share of the gain that is lost", [Line(f"{100 * share:.0f} % rehearsed", NAMES, np.stack([lost(e, name, share) for name in METRICS], 1)) for share in (0.0, 0.25)], levels={"all of it": 1.0}, points=True),
        lambda e: Chart("rehearsed", f"With one old row in twenty {100 * middle(end(e, 'network', 0.05)):.0f} % of the first half stay right", "share of old rows among the new", "accuracy at the end", [Line("first half", SHARES, np.stack([end(e, "network", share) for share in SHARES], 1)), Line("second half", SHARES, np.stack([end(e, "network", share, 2) for share in SHARES], 1))]),
    ),
    claims=(
        Claim("Learning the second half costs a network {value} of what it had gained on the first; with a quarter rehearsed {control}.", "A network loses {value} of what it had gained on the first half.", lambda e: lost(e, "network"), within(0.9, 1.3), theory="100 % where only what the start knew is left", control=lambda e: lost(e, "network", 0.25), form="percent", new=True, anywhere=True),
        Claim("Learning the second half costs k-means {value} of its gain on the first, without any label; with a quarter rehearsed {control}.", "It costs k-means {value} of its gain on the first half.", lambda e: lost(e, "clusters"), above(0.5), control=lambda e: lost(e, "clusters", 0.25), form="percent", new=True),
        Claim("Learning the second half costs PCA {value} of its gain; with a quarter rehearsed {control}.", "It costs PCA {value} of its gain.", lambda e: lost(e, "components"), within(0.2, 0.75), control=lambda e: lost(e, "components", 0.25), form="percent", new=True),
        Claim("Read from its hidden units, the network has lost {value} of what could be read there before, while its own answers have lost {control}.", "Read from its hidden units, the network has lost {value}.", lambda e: probe(e, "probe"), below(0.25), control=lambda e: probe(e, "own"), form="percent", new=True),
        Claim("With one old row in twenty among the new, {value} of the first half stay right.", "With one old row in twenty {value} stay right.", lambda e: end(e, "network", 0.05), above(0.4), theory="89 % after fewer updates, in an earlier run", control=lambda e: end(e, "network", 0.0), form="percent"),
        Claim("With one old row in four, {value} of the first half stay right.", "With one in four {value}.", lambda e: end(e, "network", 0.25), above(0.85), theory="96 % after fewer updates", form="percent"),
        Claim("The new half hardly suffers: {value} are right with a quarter rehearsed, {control} without.", "The new half is right {value} of the time.", lambda e: end(e, "network", 0.25, 2), above(0.9), control=lambda e: end(e, "network", 0.0, 2), form="percent"),
    ),
    further=("paradigms sweep dqn --vary memory=64,1000,50000", "An agent's memory is rehearsal: its old moves are the old half.", "paradigms run supervised classification --sequence 5 --rehearse 0.1"),
    seconds=17,
)
