"""Whether a difference could be luck, worked out by hand."""

from __future__ import annotations

import pytest

from paradigms import luck


def test_p_values_count_the_signs() -> None:
    assert luck.sign_flip([1.0] * 6) == 2 / 2**6
    assert luck.sign_flip([1.0, -1.0]) == 1
    assert luck.sign_flip([]) == 1
    assert luck.sign_flip([3.0, 1.0, 1.0]) == 2 / 2**3


def test_many_pairs_are_drawn_once_and_for_all() -> None:
    differences = [0.1 * i - 0.7 for i in range(luck.EXACT + 4)]
    assert luck.sign_flip(differences) == luck.sign_flip(differences)
    assert luck.sign_flip([1.0] * (luck.EXACT + 1)) == pytest.approx(2**-luck.EXACT, abs=2**-12)


@pytest.mark.parametrize(
    ("pairs", "p", "equal", "said"),
    [
        (5, 0.001, True, "too few to say"),
        (6, 0.049, False, "unlikely to be luck"),
        (6, 0.05, False, "could be luck"),
        (10, 0.001, True, "equal"),
    ],
)
def test_the_verdict(pairs: int, p: float, equal: bool, said: str) -> None:
    assert luck.verdict(pairs, p, equal) == said


def test_equal_is_an_interval_inside_what_nobody_minds() -> None:
    assert luck.within([0.001, -0.002, 0.0, 0.001], 0.01)
    assert not luck.within([0.02, 0.021, 0.019], 0.01)
    assert not luck.within([-0.02, -0.021, -0.019], 0.01)
    assert not luck.within([0.0], 0.01)
    low, high = luck.interval([1.0, 2.0, 3.0])
    assert (low + high) / 2 == pytest.approx(2)
    assert high - 2 == pytest.approx(2.919986 / 3**0.5, rel=1e-6)  # Student's 95 % quantile, two degrees


def test_what_can_be_told_needs_pairs() -> None:
    assert luck.tellable(6, 1)
    assert not luck.tellable(6, 2)
    assert luck.tellable(10, 24)
    assert luck.holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
