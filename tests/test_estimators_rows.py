"""Estimators on rows far from zero, of many columns, or sparse."""

import numpy as np
import pytest
import scipy.sparse
from estimating import ALL, answers, small
from sklearn import decomposition
from sklearn.metrics import adjusted_rand_score

from paradigms import GradientClassifier, GradientKMeans, GradientPCA, GradientRegressor
from paradigms.unsupervised import nearest


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


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind().__sklearn_tags__().input_tags.sparse])
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
