"""When learning more makes it worse: with wrong labels, what helps, and what it is without labels."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.choices import spoken
from paradigms.course import Calculation, Chart, Claim, Evidence, Film, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import few_rows as drawn
from paradigms.course.spread import middle

NET = {"hidden": (128,), "optimizer": "adam", "lr": 0.002, "schedule": "constant", "l2": 0.0, "batch_size": 64, "samples": 64_000, "looks": 24}
NOTHING = {"l2": 0.0, "dropout": 0.0, "l1": 0.0, "weight_decay": None, "input_noise": 0.0}


def held_out(e: Evidence, noise: Any) -> Any: return e["noise"].where(label_noise=noise).curve("accuracy")
def fall(e: Evidence, noise: Any) -> Any: return np.nanmax(held_out(e, noise)[1][0], 1) - held_out(e, noise)[1][0][:, -1]
def curve(e: Evidence, noise: Any) -> Any: return held_out(e, noise)[0][1:], held_out(e, noise)[1][0][:, 1:]
def cures(e: Evidence) -> Any: return [", ".join(f"{spoken(k)} {v:g}" for k, v in one.varied.items() if v) or "nothing" for one in e["cures"].where().recorded]
def best(e: Evidence) -> Any: return max(zip(cures(e), 100 * middle(e["cures"].where().last("accuracy").T), strict=True), key=lambda one: one[1])
def end(e: Evidence, **where: Any) -> Any: return e["cures"].where(**where).last("accuracy")[0]
def gain(e: Evidence, **where: Any) -> Any: return end(e, **where) - end(e, **NOTHING)
def memorised(e: Evidence) -> Any: return e["noise"].where(label_noise=0.3).last("accuracy", "train")[0]
def nearer(e: Evidence) -> Any: return e["unlabelled"]["kmeans_new"][:, 0] / e["unlabelled"]["kmeans_new"][:, -1]
def ratio(e: Evidence, name: Any) -> Any: return e["unlabelled"][f"{name}_new"] / e["unlabelled"][f"{name}_own"]


LESSON = Lesson(
    question="When does learning on make it worse?",
    about="A network of 128 hidden units learns 300 digits. A share of the labels is wrong, always the same ones. It first finds what most rows agree on, then learns the wrong labels by heart. Without labels there is nothing to be wrong about, but own rows are still fitted better than new ones.",
    predict=(
        Predict("30 % of the labels are wrong. How many of the labels that it was told does it say at the end?", lambda e: f"{100 * middle(memorised(e)):.0f} % of them" + (": the wrong ones as well." if middle(memorised(e)) > 0.9 else ", not yet all.")),
        Predict("How much accuracy on held-out rows is lost between the best moment and the end?", lambda e: f"{100 * middle(fall(e, 0.3)):.0f} points, and {100 * middle(fall(e, 0.0)):.1f} with clean labels."),
        Predict("Can more clusters make k-means worse on new rows?", lambda e: f"With 80 clusters for 100 rows the squared distance of new rows to their centres is {middle(ratio(e, 'kmeans')[:, -1]):.0f} times that of own rows, and {100 * middle(1 / nearer(e)):.0f} % of what it is with 2."),
    ),
    experiments=(
        Sweep("noise", "classification", {"label_noise": [0.0, 0.1, 0.2, 0.3, 0.4]}, NET | {"labels": 300}, {"samples": 14_400}, seeds=6, own=True),
        Sweep("cures", "classification", {}, NET | {"labels": 300, "label_noise": 0.3}, {"samples": 14_400}, seeds=6, own=True, settings=[{"l2": 0.0}, {"l2": 0.003}, {"l2": 0.03}, {"l2": 0.3}, {"dropout": 0.5}, {"dropout": 0.85}, {"l1": 0.003}, {"weight_decay": 3.0}, {"input_noise": 0.5}]),
        Calculation("unlabelled", drawn.unlabelled, 8, "100 digits, 600 new ones", "clusters, components"), Calculation("placed", drawn.placed, 8, "ten patterns at random places of 40, 100 rows", "places by which rows are shifted"), Calculation("sparse", drawn.sparse, 8, "60 rows, 50 features of which 5 count, noise 1", "penalty, its size"), Calculation("taught", drawn.taught, 8, "least squares, 100 rows, noise 1", "features"),
    ),
    charts=(
        lambda e: Chart("fall", f"With 40 % of labels wrong, training on costs {100 * middle(fall(e, 0.4)):.0f} points of accuracy on held-out rows", "updates", "accuracy, validation part", [Line(f"{100 * noise:.0f} % wrong", *curve(e, noise)) for noise in (0.0, 0.2, 0.4)], log="x"),
        lambda e: Chart("cures", "At the end {:.0f} % of new rows are right with nothing, {:.0f} % with {}".format(100 * middle(end(e, **NOTHING)), *best(e)[::-1]), "what keeps it from learning by heart", "test accuracy at the end", [Line("30 % wrong", cures(e), e["cures"].where().last("accuracy").T)], points=True, caption="30 % of labels wrong."),
        lambda e: Chart("placed", f"Copies shifted by up to ten places: {100 * middle(e['placed']['accuracy'][:, 3]):.0f} % of new rows are right, {100 * middle(e['placed']['accuracy'][:, 0]):.0f} % without", "places by which a row is shifted, at most", "accuracy, new rows", [Line("100 rows", [str(shift) for shift in drawn.SHIFTS], e["placed"]["accuracy"])], points=True),
        lambda e: Chart("sparse", f"Where five of fifty features count, the error on new rows is {middle(e['sparse']['l1_error']):.2f} under L1, {middle(e['sparse']['l2_error']):.2f} under L2", "penalty, each at its best size", "squared error, new rows", [Line("60 rows", ["none", "L2", "L1"], np.stack([e["sparse"][f"{name}_error"] for name in ("none", "l2", "l1")], 1))], points=True),
        lambda e: Chart("unlabelled", f"Without labels: from 2 to 80 clusters new rows come {middle(nearer(e)):.1f} times nearer, own rows {middle(e['unlabelled']['kmeans_own'][:, 0] / e['unlabelled']['kmeans_own'][:, -1]):.0f} times", "clusters", "squared distance to the nearest centre", [Line("new rows", drawn.CLUSTERS, e["unlabelled"]["kmeans_new"]), Line("own rows", drawn.CLUSTERS, e["unlabelled"]["kmeans_own"])], log="xy"),
        lambda e: Chart("taught", f"With labels: 90 features for 100 rows raise the error on new rows from {middle(e['taught']['new'][:, 0]):.2f} to {middle(e['taught']['new'][:, -1]):.1f}", "features for 100 rows", "squared error", [Line("new rows", drawn.FEATURES, e["taught"]["new"]), Line("own rows", drawn.FEATURES, e["taught"]["own"]), Line("computed, new", drawn.FEATURES, e["taught"]["computed_new"], computed=True), Line("computed, own", drawn.FEATURES, e["taught"]["computed_own"], computed=True)], log="y"),
    ),
    claims=(
        Claim("With 30 % of labels wrong, training on costs {value} of accuracy on held-out rows after the best moment; with none wrong {control}.", "With 30 % of labels wrong, training on costs only {value}.", lambda e: fall(e, 0.3), above(0.08), control=lambda e: fall(e, 0.0), form="points", anywhere=True),
        Claim("The network ends saying {value} of the labels that it was told, the wrong ones among them.", "It ends saying {value} of the labels that it was told.", memorised, above(0.95), theory="70 % of them are true", form="percent", anywhere=True),
        Claim("An L2 penalty of 0.03 gains {value} of test accuracy where 30 % of labels are wrong.", "An L2 penalty of 0.03 gains {value}.", lambda e: gain(e, l2=0.03), above(0.05), form="points", anywhere=True),
        Claim("Leaving out 85 % of units by dropout gains {value} there.", "Leaving out 85 % of units gains {value}.", lambda e: gain(e, dropout=0.85), above(0.05), form="points", anywhere=True),
        Claim("Noise on the inputs gains {value} there.", "Noise on the inputs gains {value}.", lambda e: gain(e, input_noise=0.5), above(0.05), form="points", anywhere=True),
        Claim("Where a pattern may stand anywhere in its row, copies shifted by up to ten places gain {value}; by up to one {control}.", "Copies shifted by up to ten places gain {value}.", lambda e: e["placed"]["accuracy"][:, 3] - e["placed"]["accuracy"][:, 0], above(0.2), theory="50 points (48 to 52) in an earlier run", control=lambda e: e["placed"]["accuracy"][:, 1] - e["placed"]["accuracy"][:, 0], form="points"),
        Claim("Where five features of fifty count, L1 sets {value} of the weights of the idle ones to exactly 0; L2 sets {control}.", "L1 sets only {value} of idle weights to exactly 0.", lambda e: e["sparse"]["l1_zero"], above(0.4), theory="76 % in an earlier run", control=lambda e: e["sparse"]["l2_zero"], form="percent"),
        Claim("The error of L1 on new rows is there {value} of that of L2, each at its best size.", "Its error on new rows is {value} of that of L2.", lambda e: e["sparse"]["l1_error"] / e["sparse"]["l2_error"], below(0.85), theory="57 % in an earlier run", form="percent"),
        Claim("The window is narrow: ten times the L2 penalty that helps changes accuracy by {value}.", "Ten times that penalty still gains {value}.", lambda e: gain(e, l2=0.3), within(-1, 0.0), form="points", anywhere=True),
        Claim("With 80 clusters for 100 rows the squared distance of new rows to their centres is {value} times that of own rows, with 2 clusters {control} times.", "With 80 clusters new rows are {value} times as far from their centres as own ones.", lambda e: ratio(e, "kmeans")[:, -1], above(3), control=lambda e: ratio(e, "kmeans")[:, 0]),
        Claim("Yet that distance is {value} times smaller with 80 clusters than with 2: k-means overfits without getting worse.", "With 80 clusters that distance is {value} times smaller than with 2.", nearer, above(1.2)),
        Claim("Least squares with 90 features for 100 rows does get worse: its squared error on new rows is {value}, and {control} with 20 features.", "Its error on new rows is {value}, not the computed one.", lambda e: e["taught"]["new"][:, -1], within(8, 14), theory=lambda e: float(e["taught"]["computed_new"][-1]), control=lambda e: e["taught"]["new"][:, 0]),
        Claim("On clean labels nothing happens: training on costs {value}.", "On clean labels training on costs {value}.", lambda e: fall(e, 0.0), within(0, 0.03), form="points", naive=True),
    ),
    further=("paradigms lesson overfitting --vary label_noise=0:0.8:lin:9", "paradigms lesson random-labels", "paradigms lesson double-descent"),
    seconds=34,
    film=Film("classification", {"no penalty": {"l2": 0.0}, "penalty 0.01": {"l2": 0.01}}, {"dataset": "moons", "label_noise": 0.3, "labels": 150, "hidden": (128,), "lr": 0.01, "schedule": "constant", "epochs": 300}),
)
