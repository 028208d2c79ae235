"""GradientAutoencoder: what is usual comes back, and what is odd is told by that."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

from paradigms import GradientAutoencoder


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    return x[y == 1][:150], np.concatenate([x[y == 1][150:], x[y == 0][:30]])


@pytest.fixture(scope="module")
def found(digits):
    return GradientAutoencoder(max_iter=100, random_state=0).fit(digits[0])


def test_another_digit_comes_back_badly(found, digits):
    usual, asked = digits
    odd = np.arange(len(asked)) >= len(asked) - 30
    assert roc_auc_score(odd, -found.score_samples(asked)) > 0.97
    assert (found.predict(asked[odd]) == -1).mean() > 0.8
    assert (found.predict(usual) == -1).mean() == pytest.approx(0.01, abs=0.01)


def test_a_score_is_minus_the_squares_that_do_not_come_back(found, digits):
    x = digits[1][:3]
    rows = (x - found._middle) / found._unit
    layers = [(found.parameters_[f"weight{n}"][0], found.parameters_[f"bias{n}"][0]) for n in range(1, 5)]
    back = rows
    for number, (weight, bias) in enumerate(layers, start=1):
        back = back @ weight + bias
        back = np.maximum(back, 0) if number < 4 else back
    np.testing.assert_allclose(found.score_samples(x), -np.square(back - rows).mean(1), rtol=1e-6)
    np.testing.assert_allclose(found.decision_function(x), found.score_samples(x) - found.offset_)


def test_units_change_nothing(digits):
    usual, asked = (rows[:, digits[0].std(0) > 0] for rows in digits)
    one, other = (GradientAutoencoder((8,), max_iter=20, random_state=0) for _ in range(2))
    one.fit(usual), other.fit(usual * 1024 + 4096)
    np.testing.assert_allclose(other.score_samples(asked * 1024 + 4096), one.score_samples(asked), rtol=1e-6)


def test_the_share_that_is_called_odd(digits):
    model = GradientAutoencoder((8,), contamination=0.2, max_iter=5, random_state=0).fit(digits[0])
    assert (model.predict(digits[0]) == -1).mean() == pytest.approx(0.2, abs=0.01)
    with pytest.raises(ValueError, match="'contamination' parameter"):
        GradientAutoencoder(contamination=0.7).fit(digits[0])
