"""Conventions that differ between libraries, and which of them hold here."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.comparison import Shown

_Row = tuple[tuple[str, ...], str, str, str]

# for which views or learners, what, here, elsewhere
CONVENTIONS: tuple[_Row, ...] = (
    (("regression",), "squared error", "mean over the batch, without ½", "some texts put ½ before it"),
    (("classification",), "cross-entropy", "natural logarithm, mean over the batch", "sums and base 2 occur"),
    (
        ("kmeans",),
        "loss of k-means",
        "½ × mean squared distance to the nearest centre",
        "the ½ makes its gradient a plain difference",
    ),
    (
        ("kmeans",),
        "inertia",
        "sum over rows of squared distances, no ½",
        "as in scikit-learn; it grows with the number of rows",
    ),
    (
        ("pca",),
        "data of PCA",
        "centred on the training mean, not scaled to unit variance",
        "scikit-learn's PCA does the same",
    ),
    (
        ("pca",),
        "components",
        "ordered by variance at the end; the sign of a component means nothing",
        "libraries fix signs differently",
    ),
    (
        ("pca",),
        "explained variance",
        "share of the held-out rows' variance that survives the compression",
        "scikit-learn reports the training share",
    ),
    (
        ("dqn",),
        "return",
        "sum of the rewards of one episode, not discounted",
        "the learner's own targets are discounted by γ",
    ),
    (
        ("dqn",),
        "evaluation",
        "greedy policy in fresh episodes; the final score is 100 of them",
        "the training return includes random actions",
    ),
    (
        ("clusters", "components"),
        "accuracy without a teacher",
        "each group is matched to one class afterwards, so that most training rows agree",
        "purity lets several groups have the same class; labels are used for the score alone",
    ),
    (
        ("answer", "pretrained", "filling"),
        "loss of an answer",
        "the agent's Huber loss summed over all guesses, whose verdicts the answer tells",
        "classifiers usually take the log loss: --loss log",
    ),
    (
        ("reward",),
        "reward of a guess",
        "1 for the true class, 0 for any other; no discount unless it is delayed",
        "some pay −1 for a wrong guess",
    ),
    (
        (),
        "score",
        "held-out test part, once, after training; curves are drawn on the validation part",
        "choosing by the test score would flatter",
    ),
    (
        (),
        "IQM",
        "mean of the middle half of the seeds; a diverged replica counts as the worst",
        "a plain mean follows outliers, a median wastes data",
    ),
    (
        (),
        "interval",
        "95 %, bootstrap of the IQM over seeds; below five seeds the range",
        "not the spread of single seeds",
    ),
    (
        (),
        "samples",
        "feedback consumed: a second epoch counts again, evaluation never counts",
        "steps and epochs are not comparable",
    ),
    (
        (),
        "curves",
        "drawn at no more than 48 points; training signals between are averaged",
        "metrics.jsonl holds every recorded row",
    ),
)


def conventions(learners: Sequence[Shown]) -> list[tuple[str, str, str]]:
    """Those that concern the learners shown."""
    shown = {str(learner.spec.get(key)) for learner in learners for key in ("view", "name")}
    return [(what, here, note) for whose, what, here, note in CONVENTIONS if not whose or shown & set(whose)]
