"""Estimators: replicas, batches, and a few rows at a time."""

import numpy as np
import pytest
from sklearn import linear_model
from sklearn.base import clone

from paradigms import GradientClassifier, GradientKMeans, GradientRegressor


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


def test_numbers_where_classes_were_are_refused_in_a_line(iris):
    x, y = iris
    model = GradientClassifier(random_state=0).partial_fit(x, y)
    with pytest.raises(ValueError, match=r"first ones: '5\.1', '4\.9', .* and 30 more") as caught:
        model.partial_fit(x, x[:, 0])
    assert len(str(caught.value)) < 120
