"""A neuron that strengthens what fires together: it explodes, is tamed, and then computes a principal component."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Film, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import hebbian as drawn
from paradigms.course.spread import middle


def one(e: Evidence, name: Any) -> Any: return e["neuron"][name]
def engine(e: Evidence, rule: Any) -> Any: return e["engine"].where(rule=rule)
def many(e: Evidence, name: Any) -> Any: return e["several"][name]


LESSON = Lesson(
    question="What does a neuron learn that only strengthens what fires together?",
    about="Hebb's rule moves the weights along the input, times the neuron's own answer; there is no error and no teacher. Plain, its weights grow for ever: on average by ηλ₁ of themselves an update, λ₁ being the largest variance in any direction. Oja (1982) lets them forget as much as they answer, Sanger (1989) does so for several neurons in order.",
    predict=(
        Predict("By which factor do plain Hebbian weights grow in an update?", lambda e: f"By {middle(one(e, 'growth')):.4f}; computed 1 + ηλ₁ = {float(one(e, 'computed')):.4f}."),
        Predict("By Oja's rule, how long do the weights end, and where do they point?", lambda e: f"{middle(one(e, 'norm')[:, 0]):.3f} long, {middle(one(e, 'angle')[:, 0]):.1f} degrees from the first principal component at a rate of 0.02."),
        Predict("Four neurons by Oja's subspace rule: does each find a component?", lambda e: f"Together they span the right space ({middle(many(e, 'oja_space')):.1f} degrees off), each points {middle(many(e, 'oja').mean(1)):.0f} degrees away."),
    ),
    experiments=(
        Calculation("neuron", drawn.neuron, 8, "digits, centred, batches of 16", "rule, rate"),
        Calculation("several", drawn.several, 8, "four neurons, rate falling from 0.1", "rule"),
        Sweep("engine", "pca", {"rule": ["gradient", "oja", "sanger", "hebb"]}, {"components": 4, "optimizer": "sgd", "lr": 0.1, "schedule": "linear", "batch_size": 16, "epochs": 40, "looks": 6}, {"epochs": 10}),
    ),
    charts=(
        lambda e: Chart("angle", f"At a rate of 0.02 Oja's neuron points {middle(one(e, 'angle')[:, 0]):.1f} degrees from the first component, and {middle(one(e, 'angle')[:, -1]):.1f} at 0.5", "rate", "degrees from the first component", [Line("Oja's rule", drawn.RATES, one(e, "angle"))], levels={"falling rate": float(middle(one(e, "falling")))}, log="x"),
        lambda e: Chart("several", f"Sanger's neurons lie {middle(many(e, 'sanger').mean(1)):.0f} degrees from the components, Oja's {middle(many(e, 'oja').mean(1)):.0f}", "neuron", "degrees from its component", [Line("Sanger", ("1", "2", "3", "4"), many(e, "sanger")), Line("Oja's subspace rule", ("1", "2", "3", "4"), many(e, "oja"))], points=True),
    ),
    claims=(
        Claim("Tamed by Oja's rule, such a neuron learns the first principal component: its weights end {value} degrees from it with a falling rate, {control} at a constant rate of 0.5.", "With a falling rate they end {value} degrees off.", lambda e: one(e, "falling"), below(8), theory=0, control=lambda e: one(e, "angle")[:, -1]),
        Claim("Plain Hebbian weights grow without end, {value} times as fast as ηλ₁ says.", "Plain Hebbian weights grow {value} times as fast as ηλ₁ says.", lambda e: (one(e, "growth") - 1) / (float(one(e, "computed")) - 1), within(0.85, 1.1), theory=1),
        Claim("By Oja's rule the length of the weights ends at {value}.", "By Oja's rule their length ends at {value}.", lambda e: one(e, "norm")[:, 0], within(0.97, 1.05), theory=1),
        Claim("Sanger's four neurons each find a component of their own, {value} degrees off at most.", "Sanger's neurons are up to {value} degrees off.", lambda e: many(e, "sanger").max(1), below(15), theory=0, control=lambda e: many(e, "oja").max(1)),
        Claim("Oja's four span the same space, {value} degrees off, and none of them is its component: the nearest is {control} degrees off.", "Oja's four span a space {value} degrees off.", lambda e: many(e, "oja_space"), below(12), control=lambda e: many(e, "oja").min(1)),
        Claim("The variances of Sanger's neurons are {value} times the eigenvalues of the covariance.", "The variances of Sanger's neurons are {value} times the eigenvalues.", lambda e: (many(e, "variance") / many(e, "eigenvalues")).mean(1), within(0.97, 1.03), theory=1),
        Claim("Four neurons by Sanger's rule explain {value} of new digits, four components by the gradient of an error {control}: a local rule finds the same space.", "Four neurons by Sanger's rule explain {value} of new digits.", lambda e: engine(e, "sanger").last("explained_variance_ratio")[0], above(0.45), control=lambda e: engine(e, "gradient").last("explained_variance_ratio")[0], form="percent"),
        Claim("At the same rate {value} of plain Hebb's replicas diverge, and {control} of Oja's.", "{value} of plain Hebb's replicas diverge.", lambda e: float(engine(e, "hebb").diverged.mean()), above(1), control=lambda e: float(engine(e, "oja").diverged.mean()), form="percent"),
    ),
    further=("paradigms run unsupervised pca --rule oja", "paradigms run unsupervised pca --components 4"),
    seconds=10,
    film=Film("pca", {"Sanger's rule": {"rule": "sanger"}, "the gradient": {"rule": "gradient"}}, {"components": 4, "optimizer": "sgd", "lr": 0.1, "schedule": "linear", "batch_size": 16, "epochs": 20}),
)
