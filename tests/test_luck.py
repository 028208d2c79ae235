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


SMALL = [0.001, -0.002, 0.001, 0.0, 0.002, -0.001]


@pytest.mark.parametrize(
    ("differences", "p", "margin", "said"),
    [
        (SMALL[:5], 0.001, 0.01, "too few to say"),
        (SMALL, 0.049, 0.01, "unlikely to be luck"),
        (SMALL, 0.05, 0.01, "equal"),
        (SMALL, 0.05, 0.001, "could be luck"),
        (SMALL, 0.05, None, "could be luck"),
        ([-0.02 + one for one in SMALL], 0.05, 0.01, "could be luck"),
    ],
)
def test_the_verdict(differences: list[float], p: float, margin: float | None, said: str) -> None:
    assert luck.verdict(differences, p, margin) == said


def test_the_interval_is_students() -> None:
    low, high = luck.interval([1.0, 2.0, 3.0])
    assert (low + high) / 2 == pytest.approx(2)
    assert high - 2 == pytest.approx(2.919986 / 3**0.5, rel=1e-6)  # its 95 % quantile, two degrees of freedom


def test_what_can_be_told_needs_pairs() -> None:
    assert luck.tellable(6, 1)
    assert not luck.tellable(6, 2)
    assert luck.tellable(10, 24)
    assert luck.holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
