"""Why a policy's gradient is noisy, and what subtracting a number that changes nothing does to it."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import bandits
from paradigms.course.spread import middle


def of(e: Evidence, what: Any, baseline: Any) -> Any: return e["policy"][what][:, bandits.BASELINES.index(baseline)]


LESSON = Lesson(
    question="What does a baseline do to a policy's gradient?",
    about="A policy that learns from rewards moves by (r − b) ∇ log π(a). For any constant b the mean is the same, since the mean of ∇ log π is zero; the variance is not. "
    "On ten arms both can be computed exactly. All rewards lie around 4, so without a baseline every arm that was taken looks good.",
    predict=(
        Predict("Subtract the mean reward. What happens to the variance of the gradient?", lambda e: f"It becomes {100 * middle(of(e, 'measured', 'mean reward') / of(e, 'measured', 'none')):.0f} % of what it was."),
        Predict("And to its mean?", lambda e: f"It is {middle(of(e, 'bias', 'mean reward')):.1f} standard errors from the true one, where 0.8 is what chance gives."),
        Predict("Which is learned better after 500 steps?", lambda e: f"The best arm has {100 * middle(of(e, 'learned', 'mean reward')):.0f} % with the baseline and {100 * middle(of(e, 'learned', 'none')):.0f} % without."),
    ),
    experiments=(Calculation("policy", bandits.policy, 8, "ten arms with means around 4, softmax policy, 40,000 draws", "baseline", hurried="ten arms with means around 4, softmax policy, 4,000 draws"),),
    charts=(
        lambda e: Chart("variance", f"The mean reward as baseline leaves {100 * middle(of(e, 'measured', 'mean reward') / of(e, 'measured', 'none')):.0f} % of the variance", "baseline", "variance of the gradient", [Line("measured", bandits.BASELINES, e["policy"]["measured"]), Line("exact", bandits.BASELINES, e["policy"]["exact"], computed=True)], log="y", points=True),
        lambda e: Chart("learned", f"After 500 steps the best arm has {100 * middle(of(e, 'learned', 'mean reward')):.0f} % with the baseline, {100 * middle(of(e, 'learned', 'none')):.0f} % without", "baseline", "chance of the best arm", [Line("learned", bandits.BASELINES, e["policy"]["learned"])], points=True),
    ),
    claims=(
        Claim("With the mean reward as baseline the variance of a policy's gradient is {value} of what it is without; were rewards to lie around 0, {control}.", "With the mean reward as baseline it is {value} of what it is without.", lambda e: of(e, "measured", "mean reward") / of(e, "measured", "none"), below(0.25), theory=lambda e: of(e, "exact", "mean reward") / of(e, "exact", "none"), control=lambda e: of(e, "exact", "mean reward") / e["policy"]["centred"], form="percent"),
        Claim("Without a baseline the measured variance is {value} times the exact one.", "The measured variance is {value} times the exact one.", lambda e: of(e, "measured", "none") / of(e, "exact", "none"), within(0.98, 1.02), theory=1),
        Claim("The mean gradient stays: with the baseline it is {value} standard errors from the true one.", "The mean gradient is {value} standard errors from the true one.", lambda e: of(e, "bias", "mean reward"), below(1.2), theory="0.80 by chance", control=lambda e: of(e, "bias", "none")),
        Claim("After 500 steps the baseline has made the best arm likelier by {value}.", "After 500 steps the baseline has made the best arm likelier by {value} only.", lambda e: of(e, "learned", "mean reward") - of(e, "learned", "none"), above(0.03), form="points"),
        Claim("While all arms are equally likely, the best constant gains no more: it leaves {value} of the variance that the mean reward leaves.", "The best constant leaves {value} of the mean reward's variance.", lambda e: of(e, "exact", "best constant") / of(e, "exact", "mean reward"), within(0.9, 1.0), theory="equal where all arms are equally likely", form="percent"),
    ),
    further=("Shift all rewards by 4: which of the two learners notices?", "paradigms lesson exploration"),
    seconds=6,
)
