"""One positive in a hundred: a probability is an answer, a threshold is a decision."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import rare
from paradigms.course.spread import middle

T = rare.THRESHOLDS


def at(e: Evidence, name: Any, threshold: Any) -> Any: return e["logistic"][name][:, T.index(threshold)]


LESSON = Lesson(
    question="When is 99 % right no good?",
    about="One row in a hundred is positive, and missing one costs as much as 20 false alarms. Logistic regression learns from 8,000 rows whose true probabilities are known. "
    "A probability that is right needs no retraining for another cost: alarm where it is above 1/(1 + 20).",
    predict=(
        Predict("How often is the learner right with the usual threshold of one half, and how many positives does it find?", lambda e: f"{100 * middle(at(e, 'accuracy', 0.5)):.1f} % right, {100 * middle(at(e, 'recall', 0.5)):.0f} % of the positives found."),
        Predict("Which threshold is the cheapest?", lambda e: f"About 1/21 = 0.048; of those tried {T[int(middle(e['logistic']['cost'], 0).argmin())]}."),
        Predict("If both classes are weighted alike, what becomes of the probabilities?", lambda e: f"They become {middle(e['logistic']['balanced_calibration']):.0f} times as high as they should be."),
    ),
    experiments=(Calculation("logistic", rare.logistic, 8, "8,000 rows, 1 % positive; 40,000 new ones", "threshold; weights of the classes"),),
    charts=(
        lambda e: Chart("cost", f"The usual threshold costs {middle(at(e, 'cost', 0.5) / e['logistic']['cost_by_theory']):.1f} times what the computed one does", "threshold", "cost per thousand rows", [Line("rows as they are", [str(t) for t in T], e["logistic"]["cost"]), Line("classes weighted alike", [str(t) for t in T], e["logistic"]["balanced_cost"])], levels={"by true probabilities": float(middle(e["logistic"]["ideal"])), "at a threshold of 1/21": float(middle(e["logistic"]["cost_by_theory"]))}, log="y"),
        lambda e: Chart("recall", f"{100 * middle(at(e, 'recall', 0.5)):.0f} % of positives are found at a threshold of one half, {100 * middle(at(e, 'recall', 0.03)):.0f} % at 0.03", "threshold", "share", [Line("recall", [str(t) for t in T], e["logistic"]["recall"]), Line("precision", [str(t) for t in T], e["logistic"]["precision"])], caption="Recall: of the positives, those found. Precision: of the alarms, those right."),
    ),
    claims=(
        Claim("With the usual threshold of one half the learner is right {value} of the time; one that never alarms, {control}.", "At one half it is right {value} of the time.", lambda e: at(e, "accuracy", 0.5), above(0.98), control=lambda e: 1 - e["logistic"]["positives"], form="percent"),
        Claim("And it finds only {value} of the positives.", "It finds {value} of the positives.", lambda e: at(e, "recall", 0.5), below(0.3), form="percent"),
        Claim("At the threshold that the cost gives, 1/21, it costs {value} of what it costs at one half.", "At 1/21 it costs {value} of that.", lambda e: e["logistic"]["cost_by_theory"] / at(e, "cost", 0.5), below(0.8), form="percent"),
        Claim("At 1/21 it costs {value} times what the true probabilities would cost.", "That is {value} times what the true probabilities would cost.", lambda e: e["logistic"]["cost_by_theory"] / e["logistic"]["ideal"], below(1.1), theory="at least 1 on average"),
        Claim("The learner's probabilities are calibrated on average: their mean is {value} times the share of positives.", "The mean of its probabilities is {value} times the share of positives.", lambda e: e["logistic"]["calibration"], within(0.8, 1.2), theory=1),
        Claim("With both classes weighted alike its probabilities are {value} times too high.", "With both classes weighted alike they are {value} times as high.", lambda e: e["logistic"]["balanced_calibration"], above(5), control=lambda e: e["logistic"]["calibration"]),
        Claim("Weighting both classes alike is no cure: at one half that costs {value} times what the computed threshold does.", "Its cost at one half is {value} times that of the computed threshold.", lambda e: at(e, "balanced_cost", 0.5) / e["logistic"]["cost_by_theory"], within(0.9, 3), naive=True),
    ),
    further=("A missed positive costs 100 false alarms: which threshold?", "paradigms run supervised classification --dataset breast_cancer"),
    seconds=9,
)
