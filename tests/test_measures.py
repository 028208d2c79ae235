"""The measures against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from paradigms import measures


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 10, 23])
def test_iqm_is_the_trimmed_mean_of_scipy(n: int) -> None:
    scores = np.random.default_rng(n).normal(size=n)
    assert measures.iqm(scores) == pytest.approx(stats.trim_mean(scores, 0.25))


def test_iqm_ignores_two_wild_seeds_of_ten() -> None:
    assert measures.iqm([1e9, -1e9, *[3.0] * 8]) == pytest.approx(3.0)


def test_diverged_replica_takes_the_worst_rank_in_both_directions() -> None:
    scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, None]
    assert measures.iqm(scores) == pytest.approx(np.mean([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]))
    assert measures.iqm(scores, lower_is_better=True) == pytest.approx(
        np.mean([0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    )


def test_too_many_diverged_leave_no_typical_score() -> None:
    assert measures.iqm([0.5, 0.5, None, None, None]) == -np.inf
    assert measures.iqm([0.5, None, float("nan")], lower_is_better=True) == np.inf
    assert np.isnan(measures.iqm([]))


def test_interval_needs_five_seeds() -> None:
    assert measures.interval([1.0, 2.0, 3.0, 4.0]) is None
    assert measures.spread([1.0, None, 3.0]) == (1.0, 3.0)
    assert measures.spread([None]) is None


def test_interval_is_the_same_every_time_and_holds_the_iqm() -> None:
    scores = list(np.random.default_rng(0).normal(size=10))
    low, high = measures.interval(scores) or (np.nan, np.nan)
    assert (low, high) == measures.interval(scores)
    assert low < measures.iqm(scores) < high


def test_interval_equals_a_plain_bootstrap() -> None:
    scores = np.random.default_rng(3).normal(size=10)
    draws = np.random.default_rng(9).choice(scores, size=(20_000, 10))
    plain = np.quantile(stats.trim_mean(draws, 0.25, axis=1), [0.025, 0.975])
    assert measures.interval(scores, draws=20_000) == pytest.approx(plain, abs=0.03)


def test_interval_is_open_where_resamples_diverge() -> None:
    low, high = measures.interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, None, None]) or (0, 0)
    assert low == -np.inf
    assert 4 < high < 8
    low, high = measures.interval([1.0, 2.0, 3.0, 4.0, None], lower_is_better=True) or (0, 0)
    assert (1 <= low < 4, high) == (True, np.inf)


@pytest.mark.parametrize(("seeds", "tolerance"), [(10, 0.05), (20, 0.03), (40, 0.03)])
@pytest.mark.parametrize("kind", ["normal", "exponential"])
def test_interval_covers_as_often_as_the_contract_says(kind: str, seeds: int, tolerance: float) -> None:
    """Nominally 95 %: within five points at ten seeds, within three from twenty on; skewed scores too."""
    middle = np.linspace(0.25, 0.75, 100_001)
    true = {"normal": 0.0, "exponential": float(-np.log(1 - middle).mean())}[kind]
    draw = getattr(np.random.default_rng(1), kind)
    inside = [
        low <= true <= high
        for low, high in (measures.interval(draw(size=seeds), draws=1000) or (1, 1) for _ in range(600))
    ]
    assert np.mean(inside) == pytest.approx(0.95, abs=tolerance)


def test_stratified_interval_keeps_tasks_apart() -> None:
    noise = 0.01 * np.random.default_rng(2).normal(size=(10, 2))
    low, high = measures.interval(np.array([0.0, 1.0]) + noise) or (0, 0)
    assert high - low < 0.05  # pooling 20 scores of two tasks would span most of 0 … 1
    assert 0.4 < low < high < 0.6


def test_band_agrees_with_iqm_and_interval_at_every_point() -> None:
    curves = np.random.default_rng(4).normal(size=(10, 3))
    middle, low, high = measures.band(curves, draws=2000)
    for t in range(3):
        assert middle[t] == pytest.approx(measures.iqm(curves[:, t]))
        assert (low[t], high[t]) == pytest.approx(measures.interval(curves[:, t], draws=2000))


def test_band_of_three_seeds_is_the_range() -> None:
    middle, low, high = measures.band(np.array([[1.0], [2.0], [6.0]]))
    assert (middle[0], low[0], high[0]) == (3.0, 1.0, 6.0)


def test_progress_is_not_clipped_and_knows_its_direction() -> None:
    assert measures.progress(1.5, 0.0, 1.0) == 1.5
    assert measures.progress(-1.0, 0.0, 1.0) == -1.0
    assert measures.progress(120.0, 100.0, 50.0, lower_is_better=True) == pytest.approx(-0.4)


@pytest.mark.parametrize("reference", [None, 0.0, -1.0])
def test_progress_needs_a_reference_better_than_the_baseline(reference: float | None) -> None:
    assert np.isnan(measures.progress(0.5, 0.0, reference))


def test_a_level_is_reached_by_three_records_in_a_row() -> None:
    assert measures.samples_to([0, 5, 9, 12], [np.nan, 0.9, 0.95, 0.9], 0.9) == 5
    assert measures.samples_to([0, 5, 9, 12, 15], [0.9, 0.9, 0.2, 0.9, 0.9], 0.9) == np.inf
    assert measures.samples_to([0, 5, 9, 12, 15, 20], [0.9, 0.9, 0.8, 0.9, 0.9, 1.1], 0.9) == 12
    assert measures.samples_to([0, 5], [0.9, 0.9], 0.9) == np.inf
    assert measures.samples_to([], [], 0.9) == np.inf


@pytest.mark.parametrize(
    ("baseline", "reference", "lower", "said"),
    [
        ([0.0], [0.5, 0.7, 0.7, 0.7, 0.9], False, False),  # 0.7 beside 5 × 0.1414
        ([0.0], [0.51, 0.7, 0.7, 0.7, 0.87], False, True),  # 0.696 beside 5 × 0.1273
        ([1.0], [0.49, 0.3, 0.3, 0.3, 0.13], True, True),
        ([1.0], [0.49, 0.3, 0.3, 0.3, 0.13], False, False),
        ([20.0, 30.0, 20.0, 30.0, 20.0], [500.0] * 5, False, True),  # no spread: any lead
        ([500.0], [500.0] * 5, False, False),
        ([0.0], [0.1, 0.9, 0.1, 0.9], False, True),  # four seeds: any lead
        ([0.0], [0.1, -0.9, 0.1, -0.9], False, False),
        ([0.0], [None, 0.1], False, True),
        ([0.0], [None, None], False, False),
    ],
)
def test_a_reference_stands_apart_by_five_of_its_own_deviations(
    baseline: list[float], reference: list[float | None], lower: bool, said: bool
) -> None:
    assert measures.apart(baseline, reference, lower) is said
