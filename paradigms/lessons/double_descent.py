"""More features than rows: worse, worst where they just fit, then better again."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import features as drawn
from paradigms.course.spread import middle


def right(e: Evidence, name: Any, p: Any) -> Any: return e["digits"][name][:, drawn.COUNTS.index(p)]
def dip(e: Evidence, name: Any) -> Any: return np.nanmin(e["digits"][name][:, 3:6], 1)


LESSON = Lesson(
    question="Why do more parameters than rows not ruin it?",
    about="Random ReLU features of 300 digits, and least squares on them: no training, the solution of smallest norm. Up to 300 features there is one best answer; from there on all labels are fitted exactly, in ever more ways, of which the smallest is taken. "
    "Where the fit has just become exact, the answer is wild.",
    predict=(
        Predict("300 rows can be fitted exactly from about 300 features on. What is the worst that 300 to 450 get right, beside 100?", lambda e: f"{100 * middle(dip(e, 'clean')):.0f} %, where 100 features get {100 * middle(right(e, 'clean', 100)):.0f} %."),
        Predict("And 3,000?", lambda e: f"{100 * middle(right(e, 'clean', 3000)):.0f} %."),
    ),
    experiments=(Calculation("digits", drawn.random_features, 6, "300 digits, 600 new ones, smallest norm", "random features; wrong labels; ridge"), Calculation("isotropic", drawn.isotropic, 8, "100 rows, noise ½, ‖w‖ = 1", "features")),
    charts=(
        lambda e: Chart("digits", f"{100 * middle(dip(e, 'clean')):.0f} % right where it just fits, {100 * middle(right(e, 'clean', 3000)):.0f} % with 3,000 features", "random features", "test accuracy", [Line("clean labels", drawn.COUNTS, e["digits"]["clean"]), Line("20 % wrong", drawn.COUNTS, e["digits"]["wrong"]), Line("clean, with ridge", drawn.COUNTS, e["digits"]["ridge"])], marks={"rows": 300.0}, log="x"),
        lambda e: Chart("isotropic", f"A linear model: error above the noise of {middle(e['isotropic']['error'].max(1)):.1f} where features are about as many as rows, {middle(e['isotropic']['error'][:, 0]):.2f} with 20", "features for 100 rows", "squared error above the noise", [Line("measured", drawn.SIZES, e["isotropic"]["error"]), Line("computed", drawn.SIZES, e["isotropic"]["computed"], computed=True)], marks={"rows": 100.0}, log="xy"),
    ),
    claims=(
        Claim("With 3,000 features for 300 rows accuracy is {value}, with 100 it is {control}.", "With 3,000 features it is {value}.", lambda e: right(e, "clean", 3000), above(0.93), control=lambda e: right(e, "clean", 100), form="percent"),
        Claim("Near 300 features for 300 rows accuracy falls to {value}, from {control} with 100 features.", "Near 300 features accuracy is {value}.", lambda e: dip(e, "clean"), below(0.75), control=lambda e: right(e, "clean", 100), form="percent"),
        Claim("Wrong labels deepen the dip: accuracy is {value} at its lowest.", "With wrong labels the dip is {value}.", lambda e: dip(e, "wrong"), below(0.45), control=lambda e: dip(e, "clean"), form="percent"),
        Claim("A small penalty on squared weights (ridge) takes the dip away: accuracy is {value} at its lowest.", "With ridge the dip is {value}.", lambda e: dip(e, "ridge"), above(0.8), control=lambda e: dip(e, "clean"), form="percent"),
        Claim("For a linear model on round data the error above the noise is {value} times the computed one.", "For a linear model on round data the error is {value} times the computed one.", lambda e: np.exp(np.mean(np.log(e["isotropic"]["error"] / e["isotropic"]["computed"]), 1)), within(0.9, 1.1), theory=1),
    ),
    further=("paradigms sweep regression --dataset friedman1 --vary features=20,50,100,200,300,400,700,1500 --optimizer newton --dtype float64", "Train a network of growing width on them: is there a dip?", "paradigms lesson bias-variance"),
    seconds=8,
)
