"""Estimators: scikit-learn's answers on the same problems."""

import numpy as np
import pytest
from estimating import WEIGHTED, answers
from sklearn import cluster, datasets, decomposition, linear_model

from paradigms import GradientClassifier, GradientKMeans, GradientPCA, GradientRegressor
from paradigms.estimators.base import distinct


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_linear_regression_is_scikit_learns(alpha, diabetes, rng):
    x, y = diabetes
    for weights in (None, rng.integers(0, 4, len(y))):
        theirs = linear_model.Ridge(alpha) if alpha else linear_model.LinearRegression()
        theirs.fit(x, y, sample_weight=weights)
        mine = GradientRegressor(alpha=alpha).fit(x, y, sample_weight=weights)
        other = GradientRegressor(alpha=alpha, solver="lbfgs").fit(x, y, sample_weight=weights)
        np.testing.assert_allclose(other.predict(x), theirs.predict(x), rtol=1e-8)
        np.testing.assert_allclose(mine.predict(x), theirs.predict(x), rtol=1e-8)
        assert mine.n_iter_ <= 2
        np.testing.assert_allclose(mine.coef_, theirs.coef_, rtol=1e-6, atol=1e-6)
        assert mine.intercept_ == pytest.approx(theirs.intercept_)
        assert mine.score(x, y, weights) <= theirs.score(x, y, weights) + (1e-12 if alpha == 0 else 1e-9)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_logistic_regression_is_scikit_learns_and_its_loss_is_as_small(classes, alpha, iris, rng):
    x, y = (part[iris[1] < classes] for part in iris)
    for weights in (None, rng.integers(0, 4, len(y)).astype(float)):
        theirs = linear_model.LogisticRegression(C=1 / alpha, solver="newton-cholesky", tol=1e-10)
        theirs.fit(x, y, sample_weight=weights)
        mine = GradientClassifier(alpha=alpha).fit(x, y, sample_weight=weights)
        np.testing.assert_allclose(mine.predict_proba(x), theirs.predict_proba(x), atol=1e-5)
        np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-4)
        counts = np.ones(len(y)) if weights is None else weights

        def objective(model, counts=counts):
            surprise = -np.log(model.predict_proba(x)[np.arange(len(y)), y]) @ counts
            return (surprise + alpha / 2 * (model.coef_**2).sum()) / counts.sum()

        assert abs(objective(mine) - objective(theirs)) < 1e-6


@pytest.mark.parametrize("load", [datasets.load_wine, datasets.load_breast_cancer], ids=["wine", "cancer"])
def test_features_of_very_different_size_need_no_tuning(load):
    """Where scikit-learn's own solver asks for scaled features: no probability is better than the optimum."""
    x, y = load(return_X_y=True)
    model = GradientClassifier().fit(x, y)
    assert model.n_iter_ < 20
    wide = model.coef_ if len(model.coef_) > 1 else np.concatenate([-model.coef_, model.coef_]) / 2
    surprise = model.predict_proba(x) - np.eye(len(model.classes_))[y]
    gradient = surprise.T @ x + (wide if len(model.coef_) > 1 else 2 * wide)
    assert np.abs(gradient / x.std(0)).max() < 1e-5
    assert np.abs(surprise.sum(0)).max() < 1e-6


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_two_classes_are_one_logit_and_come_back_as_a_pair(solver, rng):
    x = rng.normal(size=(200, 3)) * [1, 30, 0.01] + 5
    y = np.where(x[:, 0] + x[:, 1] / 30 + rng.normal(size=200) > 10, "yes", "no")
    theirs = linear_model.LogisticRegression(solver="newton-cholesky", tol=1e-12)
    model = GradientClassifier(solver=solver, warm_start=True, replicas=2)
    for weights in (rng.integers(0, 3, 200), None, None):
        theirs.fit(x / x.std(0), y, sample_weight=weights)
        model.set_params(alpha=1.0).fit(x / x.std(0), y, sample_weight=weights)
        np.testing.assert_allclose(model.coef_, theirs.coef_, atol=1e-7)
        assert model.parameters_["weight1"].shape == (2, 3, 2)
        assert not model.parameters_["bias1"].sum(1).any()
    assert model.history_["step"][-1] <= 2  # it began at its end
    model.set_params(solver="adam", batch_size=20).partial_fit(x / x.std(0), y)
    assert model.score(x / x.std(0), y) > 0.75


def test_the_first_steps_of_many_rows_look_at_some_of_them(rng):
    x = rng.normal(size=(5000, 4))
    y = (x.sum(1) + rng.normal(size=5000) > 0).astype(int)
    weights = rng.integers(0, 3, 5000)
    theirs = linear_model.LogisticRegression(solver="newton-cholesky", tol=1e-12).fit(x, y, weights)
    model = GradientClassifier(early_stopping=False).fit(x, y, sample_weight=weights)
    np.testing.assert_allclose(model.coef_, theirs.coef_, atol=1e-9)
    assert model.n_iter_ < len(model.history_["step"]) < 20


def test_k_means_from_the_same_centres_is_scikit_learns(iris):
    x = iris[0]
    start = x[[0, 60, 120]]
    mine = GradientKMeans(3, init=start, tol=0).fit(x)
    theirs = cluster.KMeans(3, init=start, n_init=1, tol=0).fit(x)
    np.testing.assert_allclose(mine.cluster_centers_, theirs.cluster_centers_, rtol=1e-12)
    assert (mine.labels_ == theirs.labels_).all()
    assert (mine.predict(x) == mine.labels_).all()
    assert mine.inertia_ == pytest.approx(theirs.inertia_)
    assert mine.score(x) == pytest.approx(theirs.score(x))
    np.testing.assert_allclose(mine.transform(x), theirs.transform(x), atol=1e-6)
    again = np.stack([x[mine.labels_ == k].mean(0) for k in range(3)])
    np.testing.assert_allclose(mine.cluster_centers_, again, rtol=1e-12)


def test_k_means_takes_the_best_of_its_replicas():
    x, _ = datasets.make_blobs(300, centers=8, random_state=3)
    many = GradientKMeans(8, replicas=10, random_state=0).fit(x)
    assert many.inertias_.shape == (10,)
    assert many.inertia_ == many.inertias_.min() < many.inertias_.max()
    best = cluster.KMeans(8, n_init=30, random_state=0).fit(x).inertia_
    assert best * (1 - 1e-9) <= many.inertia_ <= best * 1.02


@pytest.mark.parametrize("k", [1, 3, 8, None])
def test_pca_is_scikit_learns(k):
    x = datasets.load_digits().data[:400]
    mine, theirs = GradientPCA(k, random_state=0).fit(x), decomposition.PCA(k, svd_solver="full").fit(x)
    shown = slice(None, k or 20)  # beyond, variances are zero or nearly equal
    np.testing.assert_allclose(mine.components_[shown], theirs.components_[shown], atol=1e-6)
    np.testing.assert_allclose(mine.transform(x)[:, shown], theirs.transform(x)[:, shown], atol=1e-5)
    np.testing.assert_allclose(mine.explained_variance_, theirs.explained_variance_, atol=1e-8)
    np.testing.assert_allclose(mine.explained_variance_ratio_, theirs.explained_variance_ratio_, atol=1e-10)
    rebuilt = theirs.inverse_transform(theirs.transform(x))
    np.testing.assert_allclose(mine.inverse_transform(mine.transform(x)), rebuilt, atol=1e-6)
    assert mine.score(x) == pytest.approx(theirs.explained_variance_ratio_.sum())


@pytest.mark.parametrize("spread", [1.0, 0.0], ids=["nearly alike", "three alone"])
def test_pca_of_variances_nearly_alike_and_of_few(spread, rng):
    """More directions than are kept, and gradients that vanish."""
    x = rng.normal(size=(400, 3)) @ rng.normal(size=(3, 180)) + spread * rng.normal(size=(400, 180))
    for replicas in (1, 2):
        mine = GradientPCA(7, replicas=replicas, random_state=0).fit(x)
        theirs = decomposition.PCA(7, svd_solver="full").fit(x)
        shown = 7 if spread else 3
        np.testing.assert_allclose(mine.components_[:shown], theirs.components_[:shown], atol=1e-9)
        np.testing.assert_allclose(mine.components_ @ mine.components_.T, np.eye(7), atol=1e-12)
        np.testing.assert_allclose(mine.explained_variance_, theirs.explained_variance_, atol=1e-10)


def test_equally_large_neighbours_do_not_slow_pca(rng):
    scale = np.array([5, 3, 1.001, 1.0, 0.999, 0.5, *[0.1] * 20])
    x = rng.normal(size=(500, 26)) * scale
    mine, theirs = GradientPCA(3, random_state=0).fit(x), decomposition.PCA(3, svd_solver="full").fit(x)
    np.testing.assert_allclose(mine.components_, theirs.components_, atol=1e-8)
    assert mine.n_iter_ < 300


def test_weights_are_copies_whatever_the_order(iris, rng):
    x, y = iris
    counts = rng.integers(0, 4, len(x))
    copies = rng.permutation(np.repeat(np.arange(len(x)), counts))
    for kind in WEIGHTED:
        weighted = kind(random_state=0).fit(x, y, sample_weight=counts)
        copied = kind(random_state=0).fit(x[copies], y[copies])
        np.testing.assert_allclose(answers(weighted, x), answers(copied, x), atol=1e-6)
        other = kind(random_state=0).fit(x, y)
        moved = [np.abs(one - other.parameters_[name]).max() for name, one in weighted.parameters_.items()]
        assert max(moved) > 1e-3


def test_distinct_rows_carry_the_weight_of_their_copies():
    x = np.array([[2.0, 1.0], [1.0, 3.0], [2.0, 1.0], [0.0, 0.0]])
    rows, counts = distinct(x, np.array([1.0, 2.0, 0.5, 0.0]))
    assert rows.tolist() == [[1.0, 3.0], [2.0, 1.0]]
    assert counts.tolist() == [2.0, 1.5]
    assert distinct(x, None)[1].tolist() == [1, 1, 2]
    assert distinct(x[1:], None)[1] is None


@pytest.mark.parametrize("classes", [2, 3])
def test_decisions_logarithms_and_class_weights_are_scikit_learns(classes, iris):
    x, y = (part[iris[1] < classes] for part in iris)
    x, y = x[20:], y[20:]
    theirs = linear_model.LogisticRegression(
        class_weight="balanced", solver="newton-cholesky", tol=1e-10
    ).fit(x, y)
    mine = GradientClassifier(class_weight="balanced").fit(x, y)
    np.testing.assert_allclose(mine.predict_log_proba(x), theirs.predict_log_proba(x), atol=1e-3)
    gaps = [model.decision_function(x) for model in (mine, theirs)]
    if classes > 2:
        gaps = [gap - gap.mean(1, keepdims=True) for gap in gaps]
    np.testing.assert_allclose(*gaps, atol=1e-3)


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_without_an_intercept_and_with_several_targets(solver, diabetes):
    x, y = diabetes
    both = np.column_stack([y, x[:, 2] * 5 + 1])
    for intercept in (True, False):
        theirs = linear_model.Ridge(1.0, fit_intercept=intercept).fit(x, both)
        mine = GradientRegressor(alpha=1.0, fit_intercept=intercept, solver=solver).fit(x, both)
        np.testing.assert_allclose(mine.predict(x), theirs.predict(x), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(mine.coef_, theirs.coef_, rtol=1e-5, atol=1e-5)
    mean, spread = GradientRegressor((3,), max_iter=5, replicas=2).fit(x, both).predict(x, return_std=True)
    assert mean.shape == spread.shape == both.shape


@pytest.mark.parametrize("given", [0.7, "mle", 3])
def test_pca_says_what_scikit_learns_says(given, rng):
    x = rng.normal(size=(200, 6)) * [6, 5, 4, 1, 1, 1] + 3
    mine, theirs = (
        GradientPCA(given, random_state=0).fit(x),
        decomposition.PCA(given, svd_solver="full").fit(x),
    )
    assert mine.n_components_ == theirs.n_components_
    np.testing.assert_allclose(mine.get_covariance(), theirs.get_covariance(), atol=1e-9)
    np.testing.assert_allclose(mine.score_samples(x), theirs.score_samples(x), atol=1e-9)
    white = GradientPCA(given, whiten=True, random_state=0).fit(x)
    np.testing.assert_allclose(white.transform(x).var(0, ddof=1), 1)
    np.testing.assert_allclose(
        white.inverse_transform(white.transform(x)), mine.inverse_transform(mine.transform(x))
    )
