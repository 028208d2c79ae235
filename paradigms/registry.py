"""The learners: one entry each, from which the command line, the report, the docs and the tests grow.

Nothing here imports torch; `module` is imported when its learner is trained.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import replace

from paradigms.entries import PERCEPTRON, ROWS, TRAINING, WATCHED, Entry, Feedback
from paradigms.errors import unknown
from paradigms.teaching import TEACHERS

_STATES = {"hidden": (32,), "samples": 28_800, "epochs": None, "lr": 0.01, "l2": 0.0, "clip": 1.0}
"""Defaults of networks that carry a state from step to step."""

_REGRESSION = Entry(
    name="regression",
    paradigm="supervised",
    task="regression",
    title="Regression",
    module="paradigms.supervised.regression",
    view="regression",
    metric="r2",
    lower_is_better=False,
    loss="mean (ŷ − y)²",
    baseline="the training mean",
    reference="least squares (scikit-learn LinearRegression)",
    feedback=Feedback(
        "a teacher's number for every example",
        "1 number",
        0,
        None,
        "For every example it is told the right number, at once, and the number never changes.",
    ),
    dataset="diabetes",
    options=TRAINING | ROWS | PERCEPTRON | WATCHED | {"model": "linear", "epochs": 100, "lr": 0.02},
    quick={"epochs": 30},
    variant="model",
    variants={
        "mlp": {"epochs": 40, "lr": 0.003, "weight_decay": 0.1},
        "rnn": _STATES | {"activation": "tanh", "lr": 0.001},
        "gru": _STATES,
        "lstm": _STATES,
        "cnn": {"hidden": (25, 25, 25), "epochs": 40, "lr": 0.003},
        "resnet": {"hidden": (25,) * 5, "residual": True, "epochs": 40, "lr": 0.003},
    },
    summary="a number from a row: linear, or a multilayer perceptron",
    compared=True,
)

_CLASSIFICATION = Entry(
    name="classification",
    paradigm="supervised",
    task="classification",
    title="Classification",
    module="paradigms.supervised.classification",
    view="classification",
    metric="accuracy",
    lower_is_better=False,
    loss="−mean log p(true class)",
    baseline="the majority class",
    reference="LogisticRegression (scikit-learn)",
    feedback=Feedback(
        "a teacher's class for every example",
        "1 class",
        0,
        None,
        "For every example it is told the right class, at once, and the class never changes.",
    ),
    dataset="digits",
    options=TRAINING
    | ROWS
    | PERCEPTRON
    | WATCHED
    | {"model": "mlp", "hidden": (128,), "epochs": 60, "lr": 0.005, "l2": 5e-4}
    | {"labels": None, "label_noise": 0.0},
    quick={"epochs": 15},
    variant="model",
    variants={
        "linear": {"l2": None, "epochs": 60, "lr": 0.02},
        "rnn": _STATES | {"activation": "tanh", "lr": 0.001},
        "gru": _STATES,
        "lstm": _STATES,
        "cnn": {"hidden": (25, 25, 25), "epochs": 30, "l2": 0.0},
        "resnet": {"hidden": (25,) * 5, "residual": True, "epochs": 30, "l2": 0.0, "lr": 0.003},
    },
    summary="a class from a row: logistic, or a multilayer perceptron",
    compared=True,
)

_KMEANS = Entry(
    name="kmeans",
    paradigm="unsupervised",
    task="kmeans",
    title="k-means",
    model="centres",
    module="paradigms.unsupervised.kmeans",
    view="kmeans",
    metric="inertia",
    lower_is_better=True,
    loss="½ mean min_k ‖x − c_k‖²",
    baseline="one centre, the training mean",
    reference="KMeans(n_init=10) (scikit-learn)",
    feedback=Feedback(
        "the data's own distances; no teacher",
        "1 distance, to the nearest centre",
        0,
        "which centre is nearest changes as the centres move",
        "Nobody tells it anything: each example answers only how far the nearest centre is.",
    ),
    dataset="digits",
    options=TRAINING
    | ROWS
    | {
        "optimizer": "newton",
        "lr": None,
        "schedule": "constant",
        "batch_size": 32,
        "epochs": 40,
        "clusters": 10,
        "start": "k-means++",
        "all_data": False,
    },
    quick={"epochs": 20},
    summary="centres that settle among the points",
    compared=True,
)

_PCA = Entry(
    name="pca",
    paradigm="unsupervised",
    task="pca",
    title="PCA",
    model="components",
    module="paradigms.unsupervised.pca",
    view="pca",
    metric="explained_variance_ratio",
    lower_is_better=False,
    loss="½ mean ‖x − W Wᵀ x‖²",
    baseline="random orthonormal components",
    reference="exact SVD (scikit-learn PCA)",
    feedback=Feedback(
        "the data's own reconstruction; no teacher",
        "1 vector, what the reconstruction misses",
        0,
        "the subspace that the reconstruction is aimed at turns as the components turn",
        "Nobody tells it anything: each example answers only what is lost when it is rebuilt.",
    ),
    dataset="digits",
    options=TRAINING
    | ROWS
    | {
        "optimizer": "newton",
        "lr": None,
        "schedule": "constant",
        "batch_size": 32,
        "epochs": 200,
        "components": 16,
        "rule": "gradient",
        "all_data": False,
    },
    quick={"epochs": 60},
    variant="rule",
    variants={"oja": {"optimizer": "sgd", "lr": 0.1, "components": 1, "schedule": "linear", "epochs": 20}},
    summary="the directions that keep most of the variance",
    compared=True,
)

_DQN = Entry(
    name="dqn",
    paradigm="reinforcement",
    task="dqn",
    title="DQN",
    module="paradigms.rl.dqn",
    view="dqn",
    metric="return",
    lower_is_better=False,
    loss="mean Huber(Q(s, a) − [r + γ Q′(s′, argmax Q(s′, ·))])",
    baseline="a uniformly random policy",
    reference="the environment's best return",
    feedback=Feedback(
        "rewards from the environment, earned by its own actions",
        "1 reward",
        None,
        "the value it aims at is its own estimate, copied from time to time",
        "Nobody tells it what to do: each action brings a reward, and which action earned it stays open.",
    ),
    options={name: value for name, value in TRAINING.items() if name != "epochs"}
    | PERCEPTRON
    | {
        "env": "CartPole-v1",
        "model": "mlp",
        "samples": 50_000,
        "batch_size": 64,
        "lr": 1e-3,
        "schedule": "hold",
        "hidden": (128, 128),
        "envs": 8,
        "gamma": 0.99,
        "memory": 50_000,
        "learning_starts": 1_000,
        "updates_per_step": 4,
        "target_every": 128,
        "epsilon": 0.04,
        "exploration": 0.16,
        "n_step": 1,
        "double": True,
        "scaled": False,
        "limit": None,
        "eval_episodes": 100,
        "q_loss": "huber",
    },
    quick={"samples": 8_000},
    variant="env",
    variants={
        "CartPole-v1": {
            "samples": 44_000,
            "hidden": (64, 64),
            "lr": 2e-3,
            "updates_per_step": 3,
            "n_step": 3,
            "double": False,
        },
        "Acrobot-v1": {"samples": 60_000, "lr": 1e-3},
        "MountainCar-v0": {
            "samples": 120_000,
            "exploration": 0.2,
            "n_step": 8,
            "target_every": 256,
            "scaled": True,
        },
        "FrozenLake-v1": {"samples": 40_000, "hidden": (64,), "exploration": 0.5, "updates_per_step": 2},
        "CliffWalking-v1": {"samples": 20_000, "hidden": (64,), "exploration": 0.5, "limit": 200},
        "Taxi-v4": {"samples": 100_000, "hidden": (64,), "exploration": 0.5},
    },
    evaluations=24,
    summary="values of actions from rewards, on any Gymnasium environment with discrete actions",
    compared=True,
)

_QLEARNING = Entry(
    name="qlearning",
    paradigm="reinforcement",
    task="table",
    title="Q-learning",
    model="table",
    module="paradigms.rl.qlearning",
    view="dqn",
    metric="return",
    lower_is_better=False,
    loss="½ mean (Q(s, a) − [r + γ max_a Q(s′, a)])²",
    baseline="a uniformly random policy",
    reference="the environment's best return",
    feedback=Feedback(
        "rewards from the environment, earned by its own actions",
        "1 reward",
        None,
        "the value it aims at is its own estimate, of the best action that could follow",
        "Nobody tells it what to do: each action brings a reward, and it believes in the best that follows.",
    ),
    options={name: value for name, value in TRAINING.items() if name not in ("epochs", "batch_size")}
    | {
        "env": "CliffWalking-v1",
        "samples": 20_000,
        "optimizer": "sgd",
        "lr": 0.2,
        "schedule": "linear",
        "envs": 1,
        "gamma": 1.0,
        "epsilon": 0.05,
        "exploration": 0.5,
        "limit": None,
        "eval_episodes": 100,
    },
    quick={"samples": 10_000},
    variant="env",
    variants={
        "CliffWalking-v1": {"limit": 200, "eval_episodes": 20},
        "FrozenLake-v1": {"samples": 40_000, "gamma": 0.99},
        "Taxi-v4": {"samples": 200_000, "gamma": 0.99},
    },
    evaluations=24,
    summary="values of actions in a table, from the best that could follow",
)

_SARSA = replace(
    _QLEARNING,
    name="sarsa",
    title="SARSA",
    module="paradigms.rl.sarsa",
    loss="½ mean (Q(s, a) − [r + γ Q(s′, a′)])²",
    feedback=replace(
        _QLEARNING.feedback,
        moves="the value it aims at is its own estimate, of the action that it will take next",
        told="Nobody tells it what to do: each action brings a reward, and it believes in what it does next.",
    ),
    summary="values of actions in a table, from what is done next",
)

_SVC = replace(
    _CLASSIFICATION,
    name="svc",
    title="SVC",
    model="margin",
    module="paradigms.supervised.svc",
    loss="mean Σ_c max(0, 1 − t_c z_c)",
    reference="LinearSVC, with features SVC (scikit-learn)",
    dataset="breast_cancer",
    options=TRAINING | {"epochs": 120, "lr": 0.01, "l2": None, "features": 0},
    quick={"epochs": 30},
    variant="",
    variants={},
    summary="a class from a row, by a margin: whoever is beyond it falls silent",
    compared=False,
)

_SVR = replace(
    _REGRESSION,
    name="svr",
    title="SVR",
    model="margin",
    module="paradigms.supervised.svr",
    loss="mean max(0, |ŷ − y| − ε)",
    reference="LinearSVR, with features SVR (scikit-learn)",
    options=TRAINING | {"epochs": 120, "lr": 0.01, "l2": None, "features": 0, "tolerance": 0.1},
    quick={"epochs": 30},
    variant="",
    variants={},
    summary="a number from a row, near enough: whoever is within ε falls silent",
    compared=False,
)

_MIXTURE = Entry(
    name="mixture",
    paradigm="unsupervised",
    task="kmeans",
    title="Gaussian mixture",
    model="clouds",
    module="paradigms.unsupervised.mixture",
    view="mixture",
    metric="log_likelihood",
    lower_is_better=False,
    loss="−mean log Σ_k π_k N(x; μ_k, Σ_k)",
    baseline="one Gaussian",
    reference="EM, best of five starts (scikit-learn GaussianMixture)",
    feedback=Feedback(
        "the data's own density; no teacher",
        "1 density, and whose share in it is how large",
        0,
        "how much of each example belongs to which cloud changes as the clouds move",
        "Nobody tells it anything: each example answers only how likely the clouds make it.",
    ),
    dataset="clouds",
    options=TRAINING | {"batch_size": 64, "epochs": 80, "lr": 0.05, "clusters": 4},
    quick={"epochs": 40},
    summary="clouds of any direction and width that share the points",
)

_ENTRIES = (
    _REGRESSION, _CLASSIFICATION, _KMEANS, _PCA, _DQN, _QLEARNING, _SARSA, _SVC, _SVR, _MIXTURE
)  # fmt: skip
REGISTRY: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
"""The learners that `run`, `sweep` and `compare` know, in the order of the report."""
LEARNERS: Mapping[str, Entry] = ChainMap(REGISTRY, TEACHERS)
"""Every learner by name, the teachers of one task among them."""


def of(paradigm: str) -> tuple[str, ...]:
    """Names of the learners of a paradigm."""
    return tuple(name for name, one in REGISTRY.items() if one.paradigm == paradigm)


def takers(option: str, learners: Iterable[str]) -> list[str]:
    """Who of these learners is given an option: `model` is for those that learn from a table, if some do."""
    found = [name for name in learners if option in LEARNERS[name].options]
    tables = [name for name in found if LEARNERS[name].dataset is not None]
    return tables if option == "model" and tables else found


def entry(name: str) -> Entry:
    """The entry of that name.

    Raises:
        UsageError: no learner of that name, with the nearest.
    """
    if name not in LEARNERS:
        raise unknown("learner", name, LEARNERS)
    return LEARNERS[name]
