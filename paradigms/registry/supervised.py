"""A teacher answers every example."""

from __future__ import annotations

from dataclasses import replace

from paradigms.entries import (
    CHAPTERS,
    DISTURBED,
    PERCEPTRON,
    ROWS,
    TABLE,
    TOLD,
    TRAINING,
    VERDICTS,
    WATCHED,
    Entry,
    Feedback,
)

_STATES = {"hidden": (32,), "samples": 28_800, "epochs": None, "lr": 0.01, "l2": 0.0, "clip": 1.0}
"""Defaults of networks that carry a state from step to step."""

REGRESSION = Entry(
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
    streams="exact",
    options=TRAINING
    | TABLE
    | ROWS
    | CHAPTERS
    | DISTURBED
    | PERCEPTRON
    | WATCHED
    | {"model": "linear", "features": 0, "epochs": 100, "lr": 0.02},
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
    curved=True,
)

CLASSIFICATION = Entry(
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
    streams="sample",
    options=TRAINING
    | TABLE
    | ROWS
    | CHAPTERS
    | DISTURBED
    | PERCEPTRON
    | WATCHED
    | {"model": "mlp", "hidden": (128,), "epochs": 60, "lr": 0.005, "l2": 5e-4}
    | TOLD
    | {"loss": "log"},
    quick={"epochs": 15},
    variant="model",
    variants={
        "linear": {"l2": None, "epochs": 60, "lr": 0.02},
        "rnn": _STATES | {"activation": "tanh", "lr": 0.001},
        "gru": _STATES,
        "lstm": _STATES,
        "cnn": {"hidden": (25, 25, 25), "epochs": 30, "l2": 0.0, "lr": 0.01, "weight_decay": 0.1},
        "resnet": {"hidden": (25,) * 5, "residual": True, "epochs": 30, "l2": 0.0, "lr": 0.003},
    },
    formula=lambda options: VERDICTS.get(options["loss"], "−mean log p(true class)"),
    summary="a class from a row: logistic, or a multilayer perceptron",
    compared=True,
)

SVC = replace(
    CLASSIFICATION,
    streams="",
    name="svc",
    title="SVC",
    model="margin",
    module="paradigms.supervised.svc",
    loss="mean Σ_c max(0, 1 − t_c z_c)",
    reference="LinearSVC, with features SVC (scikit-learn)",
    dataset="breast_cancer",
    options=TRAINING | TABLE | TOLD | {"epochs": 120, "lr": 0.01, "l2": None, "features": 0},
    quick={"epochs": 30},
    variant="",
    variants={},
    formula=None,
    summary="a class from a row, by a margin: whoever is beyond it falls silent",
    compared=False,
)

SVR = replace(
    REGRESSION,
    streams="",
    name="svr",
    title="SVR",
    model="margin",
    module="paradigms.supervised.svr",
    loss="mean max(0, |ŷ − y| − ε)",
    reference="LinearSVR, with features SVR (scikit-learn)",
    options=TRAINING | TABLE | {"epochs": 120, "lr": 0.01, "l2": None, "features": 0, "tolerance": 0.1},
    quick={"epochs": 30},
    variant="",
    variants={},
    summary="a number from a row, near enough: whoever is within ε falls silent",
    compared=False,
    curved=False,
)

BOOSTING = replace(
    REGRESSION,
    streams="",
    name="boosting",
    title="Gradient boosting",
    model="trees",
    module="paradigms.supervised.boosting",
    view="boosting",
    loss="½ Σ (F(x) − y)², over the answers F(x) to all training rows",
    reference="RandomForestRegressor, a hundred trees (scikit-learn)",
    dataset="friedman1",
    options={
        "samples": None,
        "epochs": 100,
        "lr": 0.1,
        "schedule": "constant",
        "patience": None,
        "looks": 120,
    }
    | TABLE
    | {"depth": 3},
    quick={"epochs": 30},
    variant="",
    variants={},
    summary="a number from a row: each pass adds a small tree, which is a step down the gradient",
    compared=False,
    curved=False,
)

TREE = replace(
    CLASSIFICATION,
    streams="",
    name="tree",
    title="Decision tree",
    model="tree",
    module="paradigms.supervised.tree",
    view="tree",
    loss="mean (1 − p of the true class)",
    reference="RandomForestClassifier, a hundred trees (scikit-learn)",
    dataset="breast_cancer",
    options=TABLE
    | TOLD
    | {"samples": None, "epochs": 6, "patience": None, "looks": 120, "criterion": "gini"},
    quick={"epochs": 4},
    variant="",
    variants={},
    gradientless="questions are chosen one after another, each for good: there is nothing to move a little",
    formula=lambda options: (
        "mean (1 − p of the true class)"
        if options["criterion"] == "gini"
        else "−mean log₂ p of the true class"
    ),
    summary="a class from a row by questions: each pass adds a level of them, no gradient",
    compared=False,
)


TRANSLATOR = Entry(
    name="translator",
    paradigm="supervised",
    task="translation",
    title="Translator",
    model="encoder-decoder",
    module="paradigms.supervised.translator",
    view="translation",
    metric="exact_match",
    lower_is_better=False,
    loss="−mean log p(next symbol | the line, the answer so far)",
    baseline="the commonest answer",
    reference="the rule itself",
    feedback=Feedback(
        "a teacher's whole answer to every line",
        "1 line of symbols",
        0,
        None,
        "For every line it is told the whole right answer, symbol by symbol.",
    ),
    dataset="reversals",
    options=TRAINING
    | TABLE
    | ROWS
    | {
        "samples": 64_000,
        "batch_size": 64,
        "lr": 0.006,
        "warmup": 60,
        "clip": 1.0,
        "hidden": (32,),
        "heads": 4,
        "layer_gradients": False,
    },
    quick={"samples": 38_400},
    evaluations=24,
    summary="a line of symbols from another: an encoder reads, a decoder writes",
)

ENTRIES = (REGRESSION, CLASSIFICATION, SVC, SVR, BOOSTING, TREE, TRANSLATOR)
