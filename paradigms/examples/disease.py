"""Disease: cells of people who had a biopsy, and what a positive would mean for people who had none."""
# fmt: off

from typing import Any

import numpy as np

from paradigms import datasets
from paradigms.reports.words import percent
from paradigms.worked import BUNDLED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, fitted, parted

TRAIN, RARE = 0.6, 0.01
WIDEST = "worst radius"
PREVALENCES = np.geomspace(0.001, 0.5, 20)


def rows(draw: Draw, seed: int) -> Rows:
    """569 people, 60 % of them to learn from; class 1 is malignant."""
    table = datasets.load("breast_cancer")
    ill = np.asarray(table.target == list(table.classes or ()).index("malignant")).astype(np.int64)
    order = draw.generator(seed).permutation(len(ill))
    places = np.split(order, [int(TRAIN * len(ill))])
    parts = parted(table.frame.to_numpy(), ill, dict(zip(("train", "test"), places, strict=True)))
    return Rows(parts, {"column": list(table.frame).index(WIDEST)})


def widest(one: Rows) -> dict[str, Any]:
    """Whose widest nuclei are nearer to those of the ill."""
    (x, y), column = one.parts["train"], one.told["column"]
    middle = (x[y == 1, column].mean() + x[y == 0, column].mean()) / 2
    return {"test": (one.parts["test"][0][:, column] > middle).astype(float)}


def called(one: Rows, said: Any, ill: int) -> Any:
    """Whether each of those who are ill, or healthy, is called ill."""
    return said["test"][one.y() == ill] > 0.5


def meant(found: Any, alarms: Any, prevalence: Any) -> Any:
    """The share of positives who are ill where so many are (Bayes)."""
    return found * prevalence / (found * prevalence + alarms * (1 - prevalence))


def worth(one: Rows, said: Any, prevalence: float) -> float:
    """The same of one seed; nobody where nobody is called ill."""
    found, alarms = called(one, said, 1), called(one, said, 0)
    return float(meant(found.mean(), careful(alarms), prevalence)) if found.any() else np.nan


def careful(alarms: Any) -> float:
    """The share of false alarms; none in n counts as half a person of n + 1."""
    return float((alarms.sum() + 0.5) / (len(alarms) + 1))


def meaning(o: Outcome, who: str) -> Any:
    """What a positive means at every prevalence, [R, X]."""
    seeds = zip(o.rows, o.answers[who], strict=True)
    return np.array([[worth(one, said, prevalence) for prevalence in PREVALENCES] for one, said in seeds])


def screened(o: Outcome) -> str:
    found = round(1000 * RARE * o.middle(o.best, "ill who are found"))
    wrong = round(found * (1 / o.middle(o.best, "right positives where 1 % are ill") - 1))
    return f"Among 1,000 people of whom {1000 * RARE:.0f} are ill, {o.best} calls about {found + wrong} ill: {found} are, and {wrong} are healthy and frightened."


EXAMPLE = Example(
    question="My biopsy was measured by a machine, and it says malignant. Am I ill?",
    about="A clinic measures the nuclei of cells from people whom a doctor has already sent for a biopsy. It wants to know how far a program could read the measures, and what its positive would mean elsewhere: among those who were sent, more than a third are ill; in a screening of everybody it would be one in a hundred.",
    feedback="A pathologist's diagnosis for every person, weeks later, and taken as true. It exists only for people who were sent: nobody cuts into the healthy.",
    source=BUNDLED,
    rules=(
        "569 people of one hospital in Wisconsin, about 1993, thirty measures of cell nuclei (UCI, Street, Wolberg and Mangasarian); 212 had cancer.",
        "Each seed learns from 60 % of them, drawn at random, and is asked about the others.",
        "Chances above one half count as a positive. Where a positive is weighed, the share of false alarms has half a person more, since none in 140 is not never.",
    ),
    rows=rows,
    tried=(
        Known("healthy, all of them", "baseline", lambda one: {"test": np.zeros(len(one.y()))}),
        Known("the widest nuclei", "rule", widest, f"one column, {WIDEST}: nearer to the ill than to the healthy"),
        Learned("logistic regression", "classification", 60, {"model": "linear"}),
        Learned("MLP", "classification", 60, {"model": "mlp", "hidden": (32,)}),
        Learned("decision tree", "tree", 4),
        Known("scikit-learn's logistic regression", "reference", fitted("sklearn.linear_model:LogisticRegression", max_iter=500), "the same equation, solved exactly"),
    ),
    measures=(
        Measure("right positives where 1 % are ill", "of those it calls ill, the share who are, if one person in a hundred is", lambda one, said: worth(one, said, RARE), percent),
        Measure("right positives in the clinic", "the same among people who were sent for a biopsy", lambda one, said: worth(one, said, float(one.y().mean())), percent),
        Measure("ill who are found", "of the ill, the share that it calls ill", lambda one, said: called(one, said, 1).mean(), percent),
        Measure("healthy who are called ill", "of the healthy, the share that it calls ill", lambda one, said: called(one, said, 0).mean(), percent, lower_is_better=True),
    ),
    against=(("logistic regression", "MLP"), ("logistic regression", "decision tree"), ("logistic regression", "the widest nuclei")),
    worth=(
        lambda o: f"In the clinic, where {percent(np.mean([one.y().mean() for one in o.rows]))} are ill, {o.said(o.best, 'right positives in the clinic')} of those whom {o.best} calls ill are ill, and it finds {o.said(o.best, 'ill who are found')} of the ill.",
        lambda o: f"Where one in a hundred is ill, the same program with the same eyes is right about {o.said(o.best, 'right positives where 1 % are ill')} of its positives. Nothing in it has changed but who is asked.",
        screened,
        lambda o: f"“Healthy” to everybody would be right {percent(1 - RARE)} of the time there, and find nobody.",
    ),
    charts=(
        lambda o: Chart("prevalence", f"A positive of {o.best}: {o.said(o.best, 'right positives in the clinic')} in the clinic, {o.said(o.best, 'right positives where 1 % are ill')} where one in a hundred is ill",
                        "share of people who are ill", "ill among the positives",
                        [Line(one.name, PREVALENCES, meaning(o, one.name)) for one in o.example.named("learner")],
                        marks={"screening": RARE, "the clinic": float(np.mean([one.y().mean() for one in o.rows]))}, log="x", limits=(0.0, 1.0)),
    ),
    never=(
        "To screen people without symptoms: it has met nobody who was not already suspected, and there most of its positives would be wrong.",
        "To decide alone: a missed cancer and a needless operation are not the same mistake, and nobody told it what either costs.",
        "In another hospital, with another microscope or another person drawing the outlines, before it has been tried there.",
    ),
    further=("A missed cancer costs as much as 50 false alarms: which threshold?", "paradigms lesson thresholds", "paradigms run supervised classification --dataset breast_cancer --model linear"),
    seconds=4,
)
