"""GradientMixture against scikit-learn's EM: the same optimum, whatever the units and weights."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from paradigms import GradientMixture, datasets


@pytest.fixture(scope="module")
def rows():
    return datasets.load("clouds").frame.to_numpy()[:300]


@pytest.fixture(scope="module")
def found(rows):
    return GradientMixture(4, random_state=0).fit(rows)


def test_it_is_as_likely_as_what_em_finds(found, rows):
    theirs = GaussianMixture(4, n_init=5, random_state=0, tol=1e-8, max_iter=999).fit(rows)
    assert found.score(rows) >= theirs.score(rows) - 1e-4
    assert found.lower_bound_ == pytest.approx(found.score(rows))
    ours, others = np.argsort(found.means_[:, 0]), np.argsort(theirs.means_[:, 0])
    np.testing.assert_allclose(found.means_[ours], theirs.means_[others], atol=0.02)
    np.testing.assert_allclose(found.covariances_[ours], theirs.covariances_[others], atol=0.02)
    np.testing.assert_allclose(found.weights_[ours], theirs.weights_[others], atol=0.005)


def test_its_density_is_that_of_its_clouds(found, rows):
    from scipy.stats import multivariate_normal

    clouds = zip(found.weights_, found.means_, found.covariances_, strict=True)
    density = sum(w * multivariate_normal(m, c).pdf(rows) for w, m, c in clouds)
    np.testing.assert_allclose(found.score_samples(rows), np.log(density), atol=1e-8)
    assert (found.predict(rows) == found.predict_proba(rows).argmax(1)).all()
    np.testing.assert_allclose(found.predict_proba(rows).sum(1), 1)


def test_units_and_offsets_change_nothing_but_the_units(found, rows):
    far = GradientMixture(4, random_state=0).fit(rows * [1000.0, 0.001] + [1e6, -3.0])
    ours, others = np.argsort(found.means_[:, 0]), np.argsort(far.means_[:, 0])
    means = found.means_[ours] * [1000.0, 0.001] + [1e6, -3.0]
    np.testing.assert_allclose(far.means_[others], means, atol=0.02 * 1000)
    np.testing.assert_allclose(far.weights_[others], found.weights_[ours], atol=0.005)
    assert far.score(rows * [1000.0, 0.001] + [1e6, -3.0]) == pytest.approx(found.score(rows), abs=1e-3)


def test_one_cloud_is_the_rows_own_gaussian(rows):
    one = GradientMixture().fit(rows)
    np.testing.assert_allclose(one.means_[0], rows.mean(0), atol=1e-6)
    np.testing.assert_allclose(one.covariances_[0], np.cov(rows.T, bias=True), atol=1e-5)


def test_a_weight_is_so_many_copies(rows):
    weights = np.arange(len(rows)) % 3
    heavy = GradientMixture(2, random_state=0).fit(rows, sample_weight=weights)
    copied = GradientMixture(2, random_state=0).fit(np.repeat(rows, weights, axis=0))
    np.testing.assert_allclose(heavy.means_, copied.means_, atol=1e-6)


def test_fewer_rows_than_clouds(rows):
    with pytest.raises(ValueError, match=r"n_samples=3 should be >= n_components=4"):
        GradientMixture(4).fit(rows[:3])
    with pytest.warns(ConvergenceWarning, match="only 2 distinct rows for n_components=3"):
        assert len(GradientMixture(3).fit(rows[[0, 1, 1, 1]]).weights_) == 2
