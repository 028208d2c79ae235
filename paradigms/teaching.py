"""The same data under different teachers: one entry each, for `compare --same-data`.

Nothing here imports torch; `module` is imported when its learner is trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paradigms.entries import PERCEPTRON, TRAINING, VERDICTS, Entry, Feedback

_SHARED = TRAINING | {
    "samples": 24_000,
    "lr": 0.004,
    "schedule": "constant",
    "memory": 10_000,
    "replay": 1,
}
"""The same images, budget, steps and memory for all of them."""
_QUICK = {"samples": 6_400}


def _answers(options: Mapping[str, Any]) -> str:
    """The loss of the answer, and of what learns from it later."""
    return VERDICTS.get(options["loss"], "−mean log p(true class)")


def _first_components(options: Mapping[str, Any]) -> str:
    return "½ mean ‖x − W Wᵀ x‖², then " + _answers(options)


def _first_halves(options: Mapping[str, Any]) -> str:
    return "mean (f(what is shown) − what is hidden)², then " + _answers(options)


def _rewards(options: Mapping[str, Any]) -> str:
    """The loss of a guess; a verdict that comes late is bootstrapped over."""
    late = "mean Huber(Q(x, guess) − [the rewards until its own + what is expected of the rest])"
    return late if options["delay"] else "mean Huber(Q(x, guess) − reward)"


_ANSWER = Entry(
    name="answer",
    paradigm="supervised",
    task="classification",
    title="The answer",
    module="paradigms.teachers.answer",
    view="classification",
    metric="accuracy",
    lower_is_better=False,
    loss=VERDICTS["verdicts"],
    baseline="the majority class",
    reference="LogisticRegression (scikit-learn)",
    feedback=Feedback(
        "a teacher who gives the answer",
        "1 class",
        0,
        None,
        "For every example it is told the right class, at once.",
    ),
    dataset="digits",
    options=_SHARED
    | PERCEPTRON
    | {"model": "mlp", "hidden": (128,), "loss": "verdicts", "labels": None, "label_noise": 0.0},
    quick=_QUICK,
    evaluations=120,
    formula=_answers,
    summary="a classifier: for every example the class",
)

_REWARD = replace(
    _ANSWER,
    name="reward",
    paradigm="reinforcement",
    title="Right or wrong",
    module="paradigms.teachers.reward",
    loss="mean Huber(Q(x, guess) − reward)",
    feedback=Feedback(
        "a teacher who only says right or wrong",
        "1 reward, for the guess that was made",
        None,
        None,
        "It guesses a class and hears whether that was right; of the other classes it hears nothing.",
    ),
    options=_SHARED
    | PERCEPTRON
    | {
        "model": "mlp",
        "hidden": (128,),
        "epsilon": 0.05,
        "exploration": 0.1,
        "gamma": 0.9,
        "target_every": 32,
        "delay": 0,
        "reward_noise": 0.0,
    },
    formula=_rewards,
    summary="DQN in the environment paradigms/Guess-v0: for every guess right or wrong",
)

_CLUSTERS = replace(
    _ANSWER,
    name="clusters",
    paradigm="unsupervised",
    title="Silence (k-means)",
    model="centres",
    module="paradigms.teachers.clusters",
    view="kmeans",
    loss="½ mean min_k ‖x − c_k‖²",
    feedback=Feedback(
        "no teacher: the images' own distances",
        "1 distance, to the nearest centre",
        0,
        "which centre is nearest changes as the centres move",
        "Nobody tells it anything. Afterwards, for the score, each cluster is matched to a class.",
    ),
    options=_SHARED | {"optimizer": "newton", "lr": None, "clusters": None, "start": "random"},
    formula=None,
    summary="k-means, its clusters matched to classes afterwards",
)

_COMPONENTS = replace(
    _CLUSTERS,
    name="components",
    title="Silence (PCA)",
    model="components",
    module="paradigms.teachers.components",
    view="pca",
    loss="½ mean ‖x − W Wᵀ x‖²",
    feedback=Feedback(
        "no teacher: the images' own reconstruction",
        "1 vector, what the reconstruction misses",
        0,
        "the subspace that the reconstruction is aimed at turns as the components turn",
        "Nobody tells it anything. Afterwards, for the score, the images are clustered by their components "
        "and each cluster is matched to a class.",
    ),
    options=_SHARED | {"optimizer": "newton", "lr": None, "components": 16, "rule": "gradient"},
    evaluations=40,
    summary="PCA, clustered by its components and matched to classes afterwards",
)

_PRETRAINED = replace(
    _ANSWER,
    name="pretrained",
    paradigm="semi-supervised",
    title="PCA, then answers",
    module="paradigms.teachers.pretrained",
    model="components and mlp",
    loss="½ mean ‖x − W Wᵀ x‖², then mean Σ Huber(Q(x, guess) − verdict)",
    feedback=Feedback(
        "no teacher at first, then one who gives the answer",
        "1 vector, then 1 class",
        0,
        "the subspace turns until the labels begin; the classes never change",
        "It first looks at examples without answers; then it is told the class of the labelled ones.",
    ),
    options={**_ANSWER.options, "components": 12, "unlabelled": 2_000},
    evaluations=120,
    formula=_first_components,
    summary="components from examples without labels, then a classifier on them",
)

_FILLING = replace(
    _PRETRAINED,
    name="filling",
    paradigm="self-supervised",
    title="Holes, then answers",
    module="paradigms.teachers.filling",
    model="filler and linear",
    loss="mean (f(what is shown) − what is hidden)², then mean Σ Huber(Q(x, guess) − verdict)",
    feedback=Feedback(
        "the examples themselves at first: their hidden half; then a teacher who gives the answer",
        "half an example, then 1 class",
        0,
        None,
        "It first fills in what was hidden of examples without answers; then it is told the class of the "
        "labelled ones.",
    ),
    options=_SHARED
    | {"hidden": (128, 128), "init": "uniform", "init_scale": 1.0}
    | {"loss": "verdicts", "labels": None, "label_noise": 0.0, "unlabelled": 12_000},
    formula=_first_halves,
    summary="hidden pixels from the others, without labels; then a linear map from what that takes",
)

TEACHERS: dict[str, Entry] = {
    one.name: one for one in (_ANSWER, _REWARD, _CLUSTERS, _COMPONENTS, _PRETRAINED, _FILLING)
}
"""Every teacher by name, in the order of the report."""
FEW = ("pretrained", "filling")
"""Those that join only where labels are few."""
