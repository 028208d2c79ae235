"""An error is three: what a model cannot say, what it says by accident, and what nobody can know."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import features as drawn
from paradigms.course.spread import middle


def of(e: Evidence, name: Any) -> Any: return e["polynomials"][name]
def summed(e: Evidence) -> Any: return of(e, "bias") + of(e, "variance") + float(of(e, "noise"))
def best(e: Evidence) -> Any: return np.array(drawn.DEGREES)[np.median(of(e, "error"), 0).argmin()]


LESSON = Lesson(
    question="Of what is an error made?",
    about="One period of a sine is learned from 30 noisy rows by polynomials of degree 1 to 12, again and again with the noise drawn anew. How far their mean is from the truth is bias; how far they are from their mean is variance; the noise of new rows nobody can know. The squared error is the sum of the three.",
    predict=(
        Predict("Which degree is best?", lambda e: f"Degree {best(e)}: there the sum of the three is least."),
        Predict("Degree 2 against degree 1: does it help?", lambda e: f"The error goes from {middle(of(e, 'error')[:, 0]):.3f} to {middle(of(e, 'error')[:, 1]):.3f}: a sine is odd, so x² takes no bias away."),
    ),
    experiments=(Calculation("polynomials", drawn.polynomials, 8, "a sine, 30 rows, noise 0.3, 200 redraws", "degree", hurried="a sine, 30 rows, noise 0.3, 50 redraws"),),
    charts=(
        lambda e: Chart("parts", f"Squared bias, variance and noise: their sum is least at degree {best(e)}", "degree", "squared error", [Line("error on new rows", drawn.DEGREES, of(e, "error")), Line("bias² + variance + noise", drawn.DEGREES, summed(e), computed=True), Line("bias²", drawn.DEGREES, np.maximum(of(e, "bias"), 1e-5)), Line("variance", drawn.DEGREES, of(e, "variance")), Line("variance, σ²(degree + 1)/n", drawn.DEGREES, e["polynomials"]["computed"], computed=True)], levels={"noise": 0.09}, log="y", caption="Estimates of bias² under 10⁻⁵ are drawn there."),
    ),
    claims=(
        Claim("Squared bias, variance and noise add up to {value} times the error on new rows.", "Squared bias, variance and noise add up to {value} times the error, which is not all of it.", lambda e: np.mean((summed(e) / of(e, "error"))[:, :8], 1), within(0.97, 1.03), theory=1),
        Claim("From degree 1 to 5 squared bias falls to {value} of what it was, from 1 to 2 to {control}.", "From degree 1 to 5 squared bias falls to {value} of what it was.", lambda e: of(e, "bias")[:, 4] / of(e, "bias")[:, 0], below(0.05), theory="an unbiased estimate of nearly 0, which may fall below it", control=lambda e: of(e, "bias")[:, 1] / of(e, "bias")[:, 0], form="percent"),
        Claim("The variance is {value} times the computed one, σ²(degree + 1)/n.", "The variance is {value} times the computed one, too far off.", lambda e: np.mean(of(e, "variance") / e["polynomials"]["computed"], 1), within(0.95, 1.05), theory=1),
        Claim("The error of degree 12 is {value} times that of degree 5, for variance alone.", "The error of degree 12 is {value} times that of degree 5.", lambda e: of(e, "error")[:, 11] / of(e, "error")[:, 4], above(1.1), theory=1.19),
        Claim("A sine is odd, so an even power buys nothing: the error of degree 2 is {value} times that of degree 1.", "The error of degree 2 is {value} times that of degree 1.", lambda e: summed(e)[:, 1] / summed(e)[:, 0], above(1.0), naive=True),
    ),
    further=("paradigms sweep regression --dataset sine --model mlp --vary rows=20,60,200", "Ten times the rows: which of the three curves moves?", "paradigms lesson double-descent"),
    seconds=4,
)
