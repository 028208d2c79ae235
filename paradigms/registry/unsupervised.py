"""Nobody answers: the data show their own structure."""

from __future__ import annotations

from dataclasses import replace

from paradigms.entries import CHAPTERS, PERCEPTRON, ROWS, TABLE, TRAINING, Entry, Feedback

_HEBBIAN = {"optimizer": "sgd", "lr": 0.1, "components": 1, "schedule": "linear", "epochs": 20}
"""Defaults of rules that descend no loss."""

KMEANS = Entry(
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
    streams="sample",
    dataset="digits",
    options=TRAINING
    | TABLE
    | ROWS
    | CHAPTERS
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

PCA = Entry(
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
    streams="exact",
    dataset="digits",
    options=TRAINING
    | TABLE
    | ROWS
    | CHAPTERS
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
    variants={
        "oja": _HEBBIAN,
        "sanger": _HEBBIAN | {"components": 4, "epochs": 60},
        "hebb": _HEBBIAN | {"lr": 0.001},
    },
    summary="the directions that keep most of the variance",
    compared=True,
)

MIXTURE = Entry(
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
    options=TRAINING | TABLE | {"batch_size": 64, "epochs": 80, "lr": 0.05, "clusters": 4},
    quick={"epochs": 40},
    summary="clouds of any direction and width that share the points",
)

WARD = replace(
    KMEANS,
    streams="",
    name="ward",
    title="Hierarchy",
    model="hierarchy",
    module="paradigms.unsupervised.ward",
    view="ward",
    feedback=Feedback(
        "the data's own distances; no teacher",
        "1 distance, of the two clusters that are nearest",
        0,
        "which clusters there are changes with every merge",
        "Nobody tells it anything: the two clusters that are nearest become one, again and again.",
    ),
    options=TABLE | {"looks": 120, "clusters": 10, "linkage": "ward", "all_data": False},
    quick={},
    gradientless="two clusters are merged or they are not, and never parted again: nothing moves a little",
    summary="rows that are merged two by two into one tree of clusters, no gradient",
    compared=False,
)

AUTOENCODER = replace(
    PCA,
    streams="",
    name="autoencoder",
    task="anomaly",
    title="Autoencoder",
    model="mlp",
    module="paradigms.unsupervised.autoencoder",
    view="autoencoder",
    metric="auc",
    loss="½ mean ‖f(x) − x‖²",
    baseline="a coin",
    reference="local outlier factor (scikit-learn)",
    feedback=Feedback(
        "the row itself; no teacher",
        "1 vector, what does not come back",
        0,
        None,
        "Nobody tells it anything: each row is its own answer, through a place that is narrower than it.",
    ),
    options=TRAINING
    | TABLE
    | ROWS
    | PERCEPTRON
    | {"model": "mlp", "hidden": (64, 8, 64), "batch_size": 64, "epochs": 180, "lr": 0.003, "odd": None},
    quick={"epochs": 40},
    variant="",
    variants={},
    summary="what is odd, by how badly it comes back; one class is never shown",
    compared=False,
)

DIFFUSION = replace(
    AUTOENCODER,
    name="diffusion",
    task="generation",
    title="Diffusion",
    module="paradigms.unsupervised.diffusion",
    view="diffusion",
    metric="energy_distance",
    lower_is_better=True,
    loss="mean ‖f(x_t, t) − ε‖², x_t = √ᾱ_t x + √(1 − ᾱ_t) ε",
    baseline="rows of one Gaussian",
    reference="the training rows themselves",
    feedback=Feedback(
        "the noise that it added itself; no teacher",
        "1 vector, the noise on one row",
        0,
        None,
        "Nobody tells it anything: it adds noise to a row, and must tell which noise it was.",
    ),
    dataset="ring",
    options=TRAINING
    | TABLE
    | ROWS
    | PERCEPTRON
    | {"model": "mlp", "hidden": (64, 64, 64), "activation": "gelu", "batch_size": 128, "lr": 0.003}
    | {"samples": 768_000},
    quick={"samples": 192_000},
    evaluations=24,
    summary="new rows out of noise, by telling which noise was added",
)

ENTRIES = (KMEANS, PCA, MIXTURE, WARD, AUTOENCODER, DIFFUSION)
