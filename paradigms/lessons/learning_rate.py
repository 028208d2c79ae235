"""How large may a step be: the edge is computed from the rows, then stepped over."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, lin, log, within
from paradigms.course.drawn.mixtures import stable_rate
from paradigms.course.spread import middle, nearest

PLAIN = {"optimizer": "sgd", "schedule": "constant", "batch_size": "all", "looks": 6}
SHARES = np.array([0.95, 0.98, 0.99, 1.01, 1.02, 1.05])


def spectra(e: Evidence, name: Any) -> Any: return [np.linalg.eigvalsh(np.cov(x.T, bias=True))[::-1] for x in e[name].rows[0]]
def line_edge(e: Evidence) -> Any: return np.array([1 / max(s[0], 1.0) for s in spectra(e, "line")])
def pca_edge(e: Evidence) -> Any: return np.array([2 / (s[0] - s[-1]) for s in spectra(e, "pca")])
def rates(e: Evidence, name: Any) -> Any: return np.array(e[name].where().values("lr"))
def kmeans_edge(e: Evidence) -> Any: return np.array([stable_rate(x, 10) for x in e["clusters"].rows[0]])
def at(e: Evidence, name: Any, edges: Any, values: Any) -> Any: return np.array([values[nearest(rates(e, name), SHARES * edge), seed] for seed, edge in enumerate(edges)])


def r2(e: Evidence) -> Any: return e["line"].where().last("r2", "train")
def first_lost(e: Evidence) -> Any: return rates(e, "line")[(~(r2(e) > 0)).argmax(0)] / line_edge(e)
def line(e: Evidence) -> Any: return at(e, "line", line_edge(e), np.where(r2(e) > 0, r2(e) / np.nanmax(r2(e), 0), 0))
def pca(e: Evidence) -> Any: return at(e, "pca", pca_edge(e), e["pca"].where().last("explained_variance_ratio", "train") / np.array([s[:8].sum() / s.sum() for s in spectra(e, "pca")]))
def missing(share: Any) -> Any: return np.maximum(1 - share, 1e-8)
def inertia(e: Evidence, lr: Any) -> Any: return (e["clusters"].where().last("inertia", "train") / np.nanmin(e["clusters"].where().last("inertia", "train"), 0))[nearest(rates(e, "clusters"), lr)]
def classes(e: Evidence, signal: Any, part: Any, lr: Any) -> Any: return e["classes"].where().last(signal, part)[nearest(rates(e, "classes"), lr)]


LESSON = Lesson(
    question="How large may a step be before learning breaks?",
    about="On a bowl of curvature λ a step multiplies the error by 1 − ηλ, so it grows as soon as η > 2/λ. The steepest direction decides: the edge is 2/λmax. For regression λmax is the largest eigenvalue of twice the rows' covariance, for PCA's components the largest variance less the smallest; both are known before training.",
    predict=(
        Predict("The edge is computed from the rows. At which multiple of it does regression break?", lambda e: f"At {middle(first_lost(e)):.3f} times, the first rate of the grid beyond it."),
        Predict("And PCA at 1.01 times its own edge?", lambda e: f"It ends {100 * (1 - middle(pca(e)[:, 3])):.3f} % short of the exact answer: its components stay of length one, so nothing can explode."),
        Predict("What does a classifier do at a rate of 3.2?", lambda e: f"{100 * middle(classes(e, 'dead_units', 'train', 3.2)):.0f} % of its hidden units are silent on every row, and {100 * middle(classes(e, 'accuracy', 'test', 3.2)):.0f} % of answers are right; chance is 10 %."),
    ),
    experiments=(
        Sweep("line", "regression", {"lr": lin(0.23, 0.28, 41)}, PLAIN | {"epochs": 500}, {"epochs": 300}),
        Sweep("pca", "pca", {"lr": lin(2.65, 3.1, 31)}, PLAIN | {"components": 8, "epochs": 300}, {"epochs": 200}),
        Sweep("clusters", "kmeans", {"lr": log(4, 40, 9)}, PLAIN | {"epochs": 100}, {"epochs": 80}),
        Sweep("classes", "classification", {"lr": log(0.05, 6.4, 8)}, {"optimizer": "sgd", "schedule": "constant", "epochs": 10, "hidden": (64,), "l2": 0.0, "unit_signals": True, "looks": 6}, {"epochs": 6}, own=True),
        Sweep("controls", "classification", {"lr": [0.2, 3.2]}, {"optimizer": "sgd", "schedule": "constant", "epochs": 10, "hidden": (64,), "l2": 0.0, "unit_signals": True, "looks": 6}, {"epochs": 6}, settings=[{"activation": "tanh"}, {"loss": "squared"}]),
    ),
    charts=(
        lambda e: Chart("edge", f"Regression breaks at {middle(first_lost(e)):.3f} × the computed edge; PCA is {100 * (1 - middle(pca(e)[:, 3])):.1f} % short at 1.01 ×", "rate over the computed edge",
                        "share left unexplained", [Line("regression", SHARES, missing(line(e))), Line("PCA", SHARES, missing(pca(e)))], marks={"computed edge": 1.0}, log="y", caption="Of what a regression explains at its best rate, and PCA at most; shares under 10⁻⁸ are drawn there."),
        lambda e: Chart("classes", f"At the largest rate {100 * middle(classes(e, 'dead_units', 'train', 6)):.0f} % of a classifier's units are dead, {100 * middle(classes(e, 'accuracy', 'test', 6)):.0f} % of answers right", "learning rate", "share",
                        [Line("right on test rows", rates(e, "classes"), e["classes"].where().last("accuracy").T), Line("dead units", rates(e, "classes"), e["classes"].where().last("dead_units", "train").T)], log="x"),
        lambda e: Chart("clusters", f"k-means has no sharp edge: {middle(inertia(e, 12)):.2f} times its best at a rate of 12, {middle(inertia(e, 40)):.2f} times at 40", "learning rate", "inertia over the best, training rows",
                        [Line("k-means", rates(e, "clusters"), np.array([inertia(e, lr) for lr in rates(e, "clusters")]).T)], marks={"computed edge, median": float(np.median(kmeans_edge(e)))}, log="x", caption="The computed edges of the seeds lie at {:.1f} to {:.1f}.".format(*np.quantile(kmeans_edge(e), [0, 1]))),
    ),
    claims=(
        Claim("Regression breaks at {value} times the rate that is computed from its rows.", "Regression breaks at {value} times the computed rate.", first_lost, within(0.995, 1.015), theory=1, new=True),
        Claim("At 1.01 times its computed edge PCA ends {value} short of the exact answer; at 0.99 times it ends {control} short.", "At 1.01 times its computed edge PCA ends {value} short.",
              lambda e: 1 - pca(e)[:, 3], within(3e-4, 4e-3), theory="0 below the edge", control=lambda e: 1 - pca(e)[:, 2], form="percent", new=True),
        Claim("Where its computed edge lies, k-means does not break: at a rate of 12 its inertia is {value} times its best.", "At a rate of 12 the inertia of k-means is {value} times its best.", lambda e: inertia(e, 12), below(1.15), theory=lambda e: "2 over the largest share of rows: {:.1f} to {:.1f}".format(*np.quantile(kmeans_edge(e), [0, 1])), new=True),
        Claim("Far beyond, at a rate of 40, the inertia of k-means is {value} times its best; at a rate of 4 it is {control} times.", "At a rate of 40 the inertia of k-means is only {value} times its best.", lambda e: inertia(e, 40), above(1.5), control=lambda e: inertia(e, 4)),
        Claim("A classifier dies: {value} of its hidden units are silent on every row at a rate of 3.2.", "At a rate of 3.2 only {value} of a classifier's units are silent.",
              lambda e: classes(e, "dead_units", "train", 3.2), above(0.9), control=lambda e: classes(e, "dead_units", "train", 0.2), form="percent"),
        Claim("By squared error the same classifier does diverge: {value} of its replicas at a rate of 3.2, and {control} at 0.2.", "By squared error {value} of its replicas diverge at 3.2.", lambda e: float(e["controls"].where(loss="squared", lr=3.2).diverged.mean()), above(1), theory="a squared error has no bound on its slope, the log loss has", control=lambda e: float(e["controls"].where(loss="squared", lr=0.2).diverged.mean()), form="percent"),
        Claim("With tanh no unit can fall silent, and still only {value} of its answers are right at a rate of 3.2; at 0.2 it is {control}.", "With tanh {value} are right at 3.2.", lambda e: e["controls"].where(activation="tanh", lr=3.2).last("accuracy")[0], below(0.3), control=lambda e: e["controls"].where(activation="tanh", lr=0.2).last("accuracy")[0], form="percent"),
        Claim("No classifier by log loss is reported diverged, at any of the rates: {value} of the replicas.", "{value} of its replicas diverged.", lambda e: float(e["classes"].where().diverged.mean()), below(0), form="percent", theory="all numbers stay finite", anywhere=True),
    ),
    further=("paradigms lesson edge-of-stability", "paradigms sweep dqn --vary lr=1e-5:0.1:log:12 --samples 30000 --seeds 3", "Does leaky ReLU die as well?"),
    seconds=26,
)
