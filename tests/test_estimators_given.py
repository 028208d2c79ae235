"""What is given to estimators: options that users expect, and mistakes."""

import numpy as np
import pytest
import torch
from estimating import WEIGHTED, answers, each
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, cross_val_score

from paradigms import GradientClassifier, GradientKMeans, GradientPCA, GradientRegressor


def test_attributes_of_an_earlier_fit_are_gone(diabetes):
    model = GradientRegressor(max_iter=5).fit(*diabetes)
    assert hasattr(model, "coef_")
    assert not hasattr(model.set_params(hidden=(3,)).fit(*diabetes), "coef_")


def test_early_stopping_keeps_the_best_and_warm_starts_go_on(iris):
    x, y = iris
    model = GradientClassifier((8,), alpha=0.0, early_stopping=True, n_iter_no_change=3, random_state=0)
    held = model.fit(x, y).history_["validation_loss"]
    assert len(held) - 1 - held[:, 0].argmin() <= 3
    warm = GradientClassifier((4,), max_iter=10, warm_start=True, random_state=0)
    losses = [warm.fit(x, y).history_["loss"] for _ in range(2)]
    assert losses[1][0] < losses[0][0]
    assert losses[1][0] == pytest.approx(losses[0][-1], rel=0.3)


def test_k_means_starts_and_tolerance(iris, capsys):
    x = iris[0]
    many = GradientKMeans(3, n_init=4, random_state=0, verbose=True).fit(x)
    assert "loss" in capsys.readouterr().out
    assert many.inertias_.shape == (4,)
    strict = GradientKMeans(3, tol=0, random_state=0).fit(x)
    loose = GradientKMeans(3, tol=0.5, random_state=0).fit(x)
    assert loose.n_iter_ < strict.n_iter_
    called = GradientKMeans(3, init=lambda x, k, random_state: x[:k]).fit(x)
    np.testing.assert_allclose(called.cluster_centers_, GradientKMeans(3, init=x[:3]).fit(x).cluster_centers_)


@each
def test_the_default_number_type_of_torch_makes_no_difference(kind, iris):
    x, y = iris[0].astype(np.float32), iris[1]
    x.setflags(write=False)
    before = answers(kind(random_state=0).fit(x, y), x)
    torch.set_default_dtype(torch.float64)
    try:
        assert (answers(kind(random_state=np.int64(0)).fit(x, y), x) == before).all()
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [
    ("diabetes", 0.38), ("linear", 0.97), ("friedman1", 0.83),
    ("breast_cancer", 0.953), ("wine", 0.953), ("iris", 0.953), ("digits", 0.952),
])  # fmt: skip
def test_hidden_layers_do_not_overfit_by_default(name, least):
    """At most 0.02 below the better of scikit-learn's perceptron on raw and on standardised features."""
    made = {
        "linear": lambda: datasets.make_regression(300, 10, noise=10, random_state=0),
        "friedman1": lambda: datasets.make_friedman1(500, noise=1.0, random_state=0),
    }
    x, y = made[name]() if name in made else getattr(datasets, f"load_{name}")(return_X_y=True)
    number = name in ("diabetes", "linear", "friedman1")
    folds = (RepeatedKFold if number else RepeatedStratifiedKFold)(n_splits=2, n_repeats=5, random_state=0)
    kind = GradientRegressor if number else GradientClassifier
    assert cross_val_score(kind(hidden=(32,), random_state=0), x, y, cv=folds).mean() >= least


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (GradientRegressor(solver="lbfg"), "The 'solver' parameter of GradientRegressor must be a str among"),
        (GradientRegressor(hidden=5), "'hidden' parameter"),
        (GradientRegressor(hidden="8"), "'hidden' parameter"),
        (GradientClassifier(hidden=(0,)), "'hidden' parameter"),
        (GradientClassifier(hidden=[4.5]), "'hidden' parameter"),
        (GradientClassifier(tol=np.nan), "'tol' parameter"),
        (GradientClassifier(class_weight="even"), "'class_weight' parameter"),
        (GradientRegressor(solver="sgd", learning_rate=np.inf), "'learning_rate' parameter"),
        (GradientKMeans(2.5), "'n_clusters' parameter"),
        (GradientKMeans(2, tol=-1.0), "'tol' parameter"),
        (GradientPCA(2.0), "'n_components' parameter"),
        (GradientPCA("all"), "'n_components' parameter"),
        (GradientClassifier((4,), solver="newton"), "linear models"),
        (GradientRegressor(solver="lbfgs", batch_size=8), "all rows"),
        (GradientRegressor(alpha=-1), "'alpha' parameter"),
        (GradientRegressor(replicas=0), "'replicas' parameter"),
        (GradientRegressor(replicas=True), "'replicas' parameter"),
        (GradientRegressor(device="cuda:seven"), "device"),
        (GradientClassifier(class_weight={0: -1.0}), "Negative values in class_weight"),
        (GradientKMeans(300), "n_clusters=300"),
        (GradientKMeans(2, init="k-mean"), "'init' parameter"),
        (GradientPCA(9), "between 1 and .*=4"),
    ],
)
def test_what_cannot_be_meant_is_a_value_error(model, text, iris):
    with pytest.raises(ValueError, match=text):
        model.fit(*iris)


@each
def test_what_has_no_square_is_a_value_error(kind, iris):
    x, y = iris
    with pytest.raises(ValueError, match="Input X contains a value above"):
        kind().fit(x * 1e160, y)
    if kind is GradientRegressor:
        with pytest.raises(ValueError, match="Input y contains a value above"):
            kind().fit(x, y * 1e160)


def test_no_weight_at_all_is_a_value_error(iris):
    for kind in WEIGHTED:
        with pytest.raises(ValueError, match="zero"):
            kind().fit(*iris, sample_weight=np.zeros(150))


def test_what_did_not_get_there_says_so(diabetes):
    with pytest.warns(ConvergenceWarning, match="max_iter=3"):
        GradientRegressor(solver="lbfgs", max_iter=3).fit(*diabetes)
    with pytest.warns(ConvergenceWarning, match="1 of 1 replicas diverged"):
        GradientRegressor(solver="sgd", learning_rate=50.0).fit(*diabetes)
    with pytest.warns(ConvergenceWarning, match="only 2 distinct rows"):
        model = GradientKMeans(3).fit([[0.0], [1.0], [1.0]])
    assert model.cluster_centers_.shape == (3, 1)
