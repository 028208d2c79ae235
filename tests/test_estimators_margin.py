"""GradientSVC and GradientSVR: the optimum of scikit-learn's machines, in their meaning of C and ε."""

import numpy as np
import pytest
from sklearn.datasets import make_circles
from sklearn.svm import SVC, LinearSVC, LinearSVR

from paradigms import GradientSVC, GradientSVR


def standard(x):
    return (x - x.mean(0)) / x.std(0)


pytestmark = pytest.mark.filterwarnings("ignore:Liblinear failed to converge")  # theirs, far along


@pytest.mark.parametrize("c", [0.1, 3.0])
def test_no_hyperplane_is_better_than_scikit_learns_or_worse(c, iris):
    x, y = standard(iris[0]), iris[1]
    ours = GradientSVC(C=c, random_state=0).fit(x, y)
    theirs = LinearSVC(C=c, loss="hinge", intercept_scaling=100, max_iter=5_000, random_state=0).fit(x, y)

    def spent(model):
        signs = np.where(np.arange(3) == y[:, None], 1, -1)
        return (model.coef_**2).sum() / 2 + c * np.maximum(0, 1 - signs * model.decision_function(x)).sum()

    assert spent(ours) < spent(theirs) * 1.01
    np.testing.assert_allclose(ours.decision_function(x), x @ ours.coef_.T + ours.intercept_)
    assert ours.score(x, y) == pytest.approx(theirs.score(x, y), abs=0.03)


@pytest.mark.parametrize(("c", "epsilon"), [(1.0, 5.0), (0.1, 60.0)])
def test_epsilon_and_c_mean_what_they_mean_in_scikit_learn(c, epsilon, diabetes):
    x, y = standard(diabetes[0]), diabetes[1]
    ours = GradientSVR(C=c, epsilon=epsilon, random_state=0).fit(x, y)
    theirs = LinearSVR(C=c, epsilon=epsilon, intercept_scaling=1000, max_iter=5_000, random_state=0)
    theirs.fit(x, y)

    def spent(model):
        return (model.coef_**2).sum() / 2 + c * np.maximum(0, abs(model.predict(x) - y) - epsilon).sum()

    assert spent(ours) < spent(theirs) * 1.001
    np.testing.assert_allclose(ours.predict(x), x @ ours.coef_ + ours.intercept_)


def test_two_classes_are_one_border_and_units_change_nothing(iris):
    x, y = iris[0][50:], iris[1][50:]
    one = GradientSVC(random_state=0).fit(x, y)
    assert one.decision_function(x).shape == (100,)
    assert one.coef_.shape == (1, 4)
    np.testing.assert_allclose(one.decision_function(x), x @ one.coef_[0] + one.intercept_)
    other = GradientSVC(random_state=0).fit(x * 1024 + 4096, y)
    np.testing.assert_allclose(other.decision_function(x * 1024 + 4096), one.decision_function(x), atol=1e-6)


def test_features_bend_the_border():
    x, y = make_circles(400, noise=0.1, factor=0.5, random_state=0)
    bent = GradientSVC(features=100, replicas=2, random_state=0).fit(x[:200], y[:200])
    assert bent.score(x[200:], y[200:]) >= SVC().fit(x[:200], y[:200]).score(x[200:], y[200:]) - 0.01
    assert GradientSVC(random_state=0).fit(x[:200], y[:200]).score(x[200:], y[200:]) < 0.7
    assert not hasattr(bent, "coef_")
    wave = np.sin(3 * x[:, 0])
    assert GradientSVR(features=100, C=100, random_state=0).fit(x, wave).score(x, wave) > 0.98
