"""Estimators: scikit-learn's own checks, its tools around them, and its answers on the same problems."""

import copy
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from sklearn import cluster, datasets, decomposition, linear_model
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GridSearchCV, RepeatedKFold, RepeatedStratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from paradigms import GradientClassifier, GradientKMeans, GradientPCA, GradientRegressor
from paradigms.estimators.base import distinct
from paradigms.unsupervised import nearest

ALL = [GradientRegressor, GradientClassifier, GradientKMeans, GradientPCA]
each = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def diabetes():
    return datasets.load_diabetes(return_X_y=True)


@pytest.fixture(scope="module")
def iris():
    return datasets.load_iris(return_X_y=True)


def answers(model, x):
    """All that it says of rows."""
    asked = [name for name in ("predict", "predict_proba", "transform") if hasattr(model, name)]
    return np.concatenate([np.ravel(getattr(model, name)(x)) for name in asked])


# --- scikit-learn's checks -----------------------------------------------------------------------------


# Two checks fit eight centres to four distinct rows, which scikit-learn's KMeans warns of as well.
@pytest.mark.filterwarnings("ignore:only 4 distinct rows:sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [kind() for kind in ALL] + [GradientKMeans(3, replicas=2), GradientPCA(1, replicas=2)]
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# --- the same answers ----------------------------------------------------------------------------------


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
    for kind in ALL:
        weighted = kind(random_state=0).fit(x, y, sample_weight=counts)
        copied = kind(random_state=0).fit(x[copies], y[copies])
        np.testing.assert_allclose(answers(weighted, x), answers(copied, x), atol=1e-6)
        other = kind(random_state=0).fit(x, y)
        assert np.abs(answers(weighted, x) - answers(other, x)).max() > 1e-3


def test_distinct_rows_carry_the_weight_of_their_copies():
    x = np.array([[2.0, 1.0], [1.0, 3.0], [2.0, 1.0], [0.0, 0.0]])
    rows, counts = distinct(x, np.array([1.0, 2.0, 0.5, 0.0]))
    assert rows.tolist() == [[1.0, 3.0], [2.0, 1.0]]
    assert counts.tolist() == [2.0, 1.5]
    assert distinct(x, None)[1].tolist() == [1, 1, 2]
    assert distinct(x[1:], None)[1] is None


# --- around them ---------------------------------------------------------------------------------------


def test_a_pipeline_a_grid_and_cross_validation(diabetes, iris):
    x, y = diabetes
    grid = GridSearchCV(
        make_pipeline(StandardScaler(), GradientPCA(random_state=0), GradientRegressor()),
        {"gradientpca__n_components": [2, 8], "gradientregressor__alpha": [0.0, 10.0]},
        cv=3,
    ).fit(x, y)
    assert grid.best_params_["gradientpca__n_components"] == 8
    assert grid.score(x, y) > 0.4
    theirs = cross_val_score(linear_model.Ridge(1.0), x, y, cv=4)
    np.testing.assert_allclose(cross_val_score(GradientRegressor(alpha=1.0), x, y, cv=4), theirs, atol=1e-8)
    proba = cross_val_score(GradientClassifier(), *iris, cv=3, scoring="neg_log_loss")
    theirs = cross_val_score(
        linear_model.LogisticRegression(tol=1e-8, max_iter=999), *iris, cv=3, scoring="neg_log_loss"
    )
    np.testing.assert_allclose(proba, theirs, atol=1e-5)


@pytest.mark.slow
def test_other_processes_find_the_same(iris):
    model = GradientClassifier((4,), max_iter=20, random_state=0)
    here = cross_val_score(model, *iris, cv=2)
    assert (cross_val_score(model, *iris, cv=2, n_jobs=2) == here).all()


def test_without_an_intercept_each_replica_learns_from_its_own_batches():
    """Along an order of its own, with the answers to those rows."""
    x = np.random.default_rng(0).normal(size=(128, 3))
    given = {"solver": "adam", "batch_size": 16, "learning_rate": 0.05, "max_iter": 40, "random_state": 0}
    model = GradientRegressor(fit_intercept=False, replicas=3, **given).fit(x, x @ [1.0, 2.0, 3.0])
    _, spread = model.predict(x, return_std=True)
    assert model.score(x, x @ [1.0, 2.0, 3.0]) > 0.999
    assert 0 < spread.max() < 0.1


@pytest.mark.parametrize("kind", [GradientClassifier, GradientRegressor])
def test_sparse_batches_are_the_same_in_company(kind, iris):
    """A replica alone draws like all; with others each draws its own."""
    x, y = iris
    rows = scipy.sparse.csr_array(x)
    given = {"solver": "adam", "batch_size": 16, "max_iter": 2, "random_state": 0}
    alone, among = (kind(replicas=count, **given).fit(rows, y, sample_weight=y + 1) for count in (1, 2))
    np.testing.assert_array_equal(alone.parameters_["weight1"], among.parameters_["weight1"][:1])


@pytest.mark.parametrize("kind", [GradientClassifier, GradientRegressor])
def test_a_warm_start_of_another_network_begins_anew(kind, iris):
    given = {"max_iter": 3, "random_state": 0}
    warm = kind((3,), warm_start=True, **given).fit(*iris).set_params(hidden=(5,)).fit(*iris)
    np.testing.assert_array_equal(answers(warm, iris[0]), answers(kind((5,), **given).fit(*iris), iris[0]))


@each
def test_fitted_ones_survive_joblib_and_go_on_where_they_were(kind, iris, tmp_path):
    x, y = iris
    model = kind(random_state=0).fit(x, y)
    joblib.dump(model, tmp_path / "model")
    again = joblib.load(tmp_path / "model")
    assert (answers(again, x) == answers(model, x)).all()
    assert (again.history_["loss"] == model.history_["loss"]).all()
    if hasattr(model, "partial_fit"):
        for one in (first := kind(random_state=0).partial_fit(x, y), pickle.loads(pickle.dumps(first))):
            one.partial_fit(x[:50], y[:50])
            one.said = answers(one, x)
        assert (first.said == one.said).all()


@each
def test_clone_is_unfitted_and_a_seed_repeats_itself(kind, iris):
    x, y = iris
    model = kind(random_state=3).fit(x, y)
    same = clone(model)
    assert same.get_params() == model.get_params()
    assert not hasattr(same, "parameters_")
    assert (answers(same.fit(x, y), x) == answers(model, x)).all()
    kind(random_state=np.random.RandomState(0)).fit(x, y)
    kind().fit(x, y)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_goes_in_comes_out_in_its_precision(kind, dtype, iris):
    x, y = iris
    model = kind(random_state=0).fit(x.astype(dtype), y)
    assert {value.dtype for value in model.parameters_.values()} == {np.dtype(dtype)}
    for name in ("transform", "predict_proba"):
        if hasattr(model, name):
            assert getattr(model, name)(x.astype(dtype)).dtype == dtype
    if kind is GradientRegressor:
        assert model.predict(x.astype(dtype)).dtype == dtype
    wide = kind(random_state=0).fit(x, y)
    np.testing.assert_allclose(answers(model, x), answers(wide, x), atol=0.02)


@each
def test_names_of_features_and_data_frames(kind, iris):
    frame = pd.DataFrame(iris[0], columns=["sl", "sw", "pl", "pw"])
    model = kind(random_state=0).fit(frame, iris[1])
    assert list(model.feature_names_in_) == list(frame.columns)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["sw", "sl", "pl", "pw"]]) if hasattr(model, "predict") else model.transform(
            frame[["sw", "sl", "pl", "pw"]]
        )
    if hasattr(model, "transform"):
        told = model.set_output(transform="pandas").transform(frame)
        assert list(told.columns) == list(model.get_feature_names_out())
        assert told.columns[0] == f"{kind.__name__.lower()}0"


@each
def test_history_is_what_the_loop_measured(kind, iris):
    model = kind(random_state=0, replicas=2).fit(*iris)
    history = model.history_
    steps = len(history["step"])
    assert (np.diff(history["step"]) > 0).all()
    assert history["loss"].shape == history["gradient_norm"].shape == (steps, 2)
    assert (history["loss"][-1] <= history["loss"][0] + 1e-12).all()  # PCA may begin at its end
    assert 1 <= model.n_iter_ <= history["step"][-1]


# --- replicas ------------------------------------------------------------------------------------------


def test_replicas_predict_their_mean_and_their_spread(diabetes):
    x, y = diabetes[0][:120], diabetes[1][:120]
    given = {"max_iter": 30, "random_state": 1}
    many = GradientRegressor((8,), replicas=3, **given).fit(x, y)
    mean, spread = many.predict(x, return_std=True)
    assert mean.shape == spread.shape == (120,)
    assert (spread > 0).all()
    alone = GradientRegressor((8,), **given).fit(x, y)
    first = clone(alone).fit(x, y)
    first.parameters_ = {name: value[:1] for name, value in many.parameters_.items()}
    np.testing.assert_allclose(first.predict(x), alone.predict(x), rtol=1e-6)
    assert not alone.predict(x, return_std=True)[1].any()


def test_replicas_predict_their_mean_probability(iris):
    x, y = iris
    model = GradientClassifier((6,), replicas=4, max_iter=15, random_state=0).fit(x, y)
    mean, spread = model.predict_proba(x, return_std=True)
    np.testing.assert_allclose(mean.sum(1), 1)
    assert spread.shape == mean.shape == (150, 3)
    assert spread.max() > 0.01
    assert (model.predict(x) == mean.argmax(1)).all()
    assert model.score(x, y) > 0.9


# --- in batches, and a few rows at a time --------------------------------------------------------------


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("batch_size", [None, 32])
def test_first_order_rules_come_near(solver, batch_size, diabetes):
    x, y = diabetes
    model = GradientRegressor(
        solver=solver, batch_size=batch_size, max_iter=60, learning_rate=0.05, random_state=0
    ).fit(x, y)
    assert model.score(x, y) > linear_model.LinearRegression().fit(x, y).score(x, y) - 0.02
    assert model.n_iter_ == 60


def test_partial_fit_comes_near(diabetes, iris):
    model = GradientRegressor(random_state=0)
    for _ in range(60):
        model.partial_fit(*diabetes)
    assert model.score(*diabetes) > 0.5
    model = GradientClassifier(random_state=0)
    for _ in range(30):
        for k in range(0, 150, 50):  # a class at a time
            model.partial_fit(iris[0][k : k + 50], iris[1][k : k + 50], classes=[0, 1, 2])
    assert model.score(*iris) > 0.6
    with pytest.raises(ValueError, match="classes"):
        model.partial_fit(iris[0], np.full(150, 7))


@pytest.mark.parametrize("alpha", [0.0, 1.0])
@pytest.mark.parametrize("fitted", [0, 1, 100], ids=["from nothing", "from one row", "from a fit"])
def test_partial_fit_is_least_squares_of_all_rows_so_far(fitted, alpha, diabetes):
    """Whatever the first rows were like, in whatever chunks, and after a fit as well."""
    x, y = diabetes
    model = GradientRegressor(alpha=alpha)
    if fitted > 1:
        model.fit(x[:fitted], y[:fitted])
    elif fitted:
        model.partial_fit(x[:1], y[:1])
    for start in range(fitted, len(y), 57):
        model.partial_fit(x[start : start + 57], y[start : start + 57])
    theirs = (linear_model.Ridge(alpha) if alpha else linear_model.LinearRegression()).fit(x, y)
    np.testing.assert_allclose(model.predict(x), theirs.predict(x), rtol=1e-6 if not alpha else 2e-3)


def test_k_means_a_few_rows_at_a_time_keeps_running_means(rng):
    x = np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(40, 2)) + 50])[rng.permutation(80)]
    model = GradientKMeans(2, random_state=0)
    for k in range(0, 80, 20):
        model.partial_fit(x[k : k + 20])
    far = x[:, 0] > 25
    exact = np.stack([x[~far].mean(0), x[far].mean(0)])
    found = model.cluster_centers_[model.cluster_centers_[:, 0].argsort()]
    np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_k_means_goes_on_from_a_fit_with_the_weight_of_its_rows(rng):
    x = np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(20, 2)) + 50])
    model = GradientKMeans(2, random_state=0).fit(x)
    more = np.array([[51.0, 52.0], [49.0, 47.0]])
    model.partial_fit(more)
    found = model.cluster_centers_[model.cluster_centers_[:, 0].argsort()]
    exact = np.stack([x[:40].mean(0), np.concatenate([x[40:], more]).mean(0)])
    np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_k_means_has_as_many_centres_as_distinct_rows_it_has_seen(rng):
    """After a constant chunk, after single rows: places are taken as rows come."""
    model = GradientKMeans(3, random_state=0).partial_fit(np.ones((10, 2)))
    assert len(np.unique(model.cluster_centers_, axis=0)) == 1
    for row in ([[4.0, 4.0]], [[9.0, 0.0]], [[9.0, 0.2]]):
        model.partial_fit(row)
    found = model.cluster_centers_[model.cluster_centers_[:, 0].argsort()]
    np.testing.assert_allclose(found, [[1, 1], [4, 4], [9, 0.1]])


def test_other_classes_than_the_first_are_refused(iris):
    model = GradientClassifier().partial_fit(*iris, classes=[0, 1, 2])
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(*iris, classes=[0, 1])


# --- far from zero, wide, sparse -----------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "offset"), [(np.float64, 1e9), (np.float32, 1e5)])
def test_clusters_one_apart_are_found_far_from_zero(dtype, offset, rng):
    label = np.repeat([0, 1, 2], 40)
    x = (rng.normal(0, 0.05, 120) + label + offset).astype(dtype)[:, None]
    model = GradientKMeans(3, random_state=0, replicas=5).fit(x)
    assert adjusted_rand_score(label, model.labels_) == 1
    assert (model.predict(x) == model.transform(x).argmin(1)).all()
    assert (model.predict(x) == model.labels_).all()
    own = ((x.astype(float) - model.cluster_centers_[model.labels_]) ** 2).sum()
    assert model.inertia_ == pytest.approx(own, rel=1e-6)
    again = GradientKMeans(3, random_state=0).partial_fit(x).partial_fit(x)
    assert (again.predict(x) == again.transform(x).argmin(1)).all()


def test_the_nearest_centre_is_where_the_distance_is_smallest(rng):
    """Also of rows halfway between two centres, on one, or far beyond what float32 holds."""
    centres = rng.normal(size=(5, 3)) + 1e6
    x = np.concatenate(
        [centres, (centres[:1] + centres[1:]) / 2, rng.normal(size=(50, 3)) + 1e6, [[1e200] * 3]]
    )
    told = nearest.distances(x[:-1], centres)
    exact = np.linalg.norm(x[:-1, None] - centres, axis=2)
    np.testing.assert_allclose(told, exact, rtol=1e-9, atol=0)
    with np.errstate(over="ignore"):
        assert (nearest.labels(x, centres) == nearest.distances(x, centres).argmin(1)).all()


def test_pca_and_linear_models_far_from_zero(rng):
    x = rng.normal(size=(300, 4)) * [4, 3, 2, 1]
    near, far = (GradientPCA(2, random_state=0).fit(rows) for rows in (x, x + 1e8))
    np.testing.assert_allclose(far.explained_variance_, near.explained_variance_, rtol=1e-6)
    np.testing.assert_allclose(far.transform(x + 1e8), near.transform(x), atol=1e-5)
    near, far = (GradientRegressor().fit(rows, x[:, 0]) for rows in (x, x + 1e8))
    np.testing.assert_allclose(far.predict(x + 1e8), near.predict(x), atol=1e-5)


def test_pca_of_fewer_rows_than_features(rng):
    x = rng.normal(size=(12, 40))
    for k in (3, None):
        mine, theirs = GradientPCA(k, random_state=0).fit(x), decomposition.PCA(k, svd_solver="full").fit(x)
        assert mine.components_.shape == theirs.components_.shape
        np.testing.assert_allclose(mine.components_[:11], theirs.components_[:11], atol=1e-7)
        for name in ("explained_variance_", "singular_values_", "noise_variance_"):
            np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), atol=1e-6)
    rows = np.eye(10)[rng.integers(0, 3, 200)]  # three distinct rows, ten components all the same
    assert GradientPCA().fit(rows).components_.shape == (10, 10)


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


@each
def test_sparse_rows_give_what_dense_ones_give(kind, rng):
    x = scipy.sparse.random(80, 12, 0.3, format="csr", random_state=0)
    y = (x.toarray()[:, 0] > 0.2).astype(int)
    if kind is GradientPCA:
        sparse, dense = (kind(3, random_state=0).fit(rows) for rows in (x, x.toarray()))
    elif kind is GradientKMeans:
        sparse, dense = (kind(3, init=x.toarray()[:3], tol=0).fit(rows) for rows in (x, x.toarray()))
    else:
        sparse, dense = (kind(alpha=0.5).fit(rows, y) for rows in (x, x.toarray()))
    np.testing.assert_allclose(answers(sparse, x), answers(dense, x.toarray()), atol=1e-7)
    if hasattr(kind, "partial_fit"):
        assert np.isfinite(answers(kind(random_state=0, **small(kind)).partial_fit(x, y), x)).all()
    if kind in (GradientRegressor, GradientClassifier):
        deep = kind((4,), solver="adam", batch_size=16, max_iter=5, random_state=0).fit(x, y)
        assert np.isfinite(answers(deep, x)).all()


def small(kind):
    return {"n_clusters": 3} if kind is GradientKMeans else {}


# --- what leaves with a model --------------------------------------------------------------------------


@each
@pytest.mark.parametrize("first", ["fit", "partial_fit"])
def test_no_saved_form_holds_a_row(kind, first, rng):
    """Neither as they came, nor as the network is shown them, in any order of bytes that a copy has."""
    x = rng.normal(size=(60, 5)) * 3 + 1
    y = (x[:, 0] > 1).astype(int)
    if not hasattr(kind, first):
        pytest.skip("learns all rows at once")
    model = kind(random_state=0, **small(kind))
    getattr(model, first)(x, y)
    if first == "partial_fit":
        model.partial_fit(x[:20], y[:20])
    scaled = x if not hasattr(model, "_unit") else (x - model._middle) / model._unit
    for form in (pickle.dumps(model), pickle.dumps(copy.deepcopy(model))):
        for rows in (x, scaled, scaled.astype(np.float32)):
            assert not [row for row in rows if row.tobytes() in form]


# --- what users expect ---------------------------------------------------------------------------------


def test_attributes_of_an_earlier_fit_are_gone(diabetes):
    model = GradientRegressor(max_iter=5).fit(*diabetes)
    assert hasattr(model, "coef_")
    assert not hasattr(model.set_params(hidden=(3,)).fit(*diabetes), "coef_")


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


# --- mistakes ------------------------------------------------------------------------------------------


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
        (GradientRegressor(device="cuda:seven"), "device"),
        (GradientKMeans(300), "n_clusters=300"),
        (GradientKMeans(2, init="k-mean"), "'init' parameter"),
        (GradientPCA(9), "between 1 and .*=4"),
    ],
)
def test_what_cannot_be_meant_is_a_value_error(model, text, iris):
    with pytest.raises(ValueError, match=text):
        model.fit(*iris)


def test_no_weight_at_all_is_a_value_error(iris):
    for kind in ALL:
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


# --- devices and imports -------------------------------------------------------------------------------


@each
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is visible to this PyTorch")
def test_a_gpu_finds_the_same(kind, iris):
    here, there = (kind(random_state=0, device=device).fit(*iris) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(answers(there, iris[0]), answers(here, iris[0]), atol=1e-6)


def test_the_package_loads_without_torch_and_scikit_learn(tmp_path):
    code = (
        "import sys, paradigms; print({'torch', 'sklearn'} & set(sys.modules));"
        "print(paradigms.GradientKMeans, 'gymnasium' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "set()"
    assert done.stdout.splitlines()[1].endswith("GradientKMeans'> False")
