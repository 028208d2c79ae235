"""How numbers are written, at the edges."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from paradigms.reports import words


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0.00012345, 4, "0.00012"), (0.00001234, 4, "1.2×10⁻⁵"), (0.0000126, 1, "1×10⁻⁵"),
        (-2.5e-7, 4, "−2.5×10⁻⁷"), (0.0123456, 4, "0.0123"), (0.123456, 4, "0.1235"), (0.1, 2, "0.10"),
        (12.3456, 2, "12"), (1234.56, 4, "1,235"),
        (-0.00004, 2, "−4.0×10⁻⁵"), (1e15, 4, "1.0×10¹⁵"),
        (1e9, 4, "1,000,000,000"), (1e10, 4, "1.0×10¹⁰"), (-2.44e27, 4, "−2.4×10²⁷"),
        (-3, 4, "−3"), (float("inf"), 4, "–"),
        (999.96, 4, "1,000"), (0.05, 2, "0.050"), (0.012, 2, "0.012"),
    ],
)  # fmt: skip
def test_numbers(value: float, digits: int, said: str) -> None:
    told = words.number(value, digits)
    assert told == said
    assert told.value is value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.9, "90"), (0.9006, "90.1"), (0.9004, "90"), (1.0996, "110"), (1.0994, "109.9"), (0.0995, "10"),
        (0.0994, "9.9"), (0.0, "0"), (-0.05, "−5.0"), (-0.5, "−50"), (12.0, "1,200"), (float("nan"), None),
        (9e6, "900,000,000"), (1.5e7, "1,500,000,000"), (1.5e8, "1.5×10¹⁰"), (-2.4e27, "−2.4×10²⁹"),
    ],
)  # fmt: skip
def test_shares(value: float, said: str | None) -> None:
    assert words.percent(value) == ("–" if said is None else f"{said}\u202f%")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.84, "0.8 s"), (9.94, "9.9 s"), (10.0, "10 s"), (59.4, "59 s"), (60, "1 min 00 s"),
        (125.4, "2 min 05 s"),
        (None, "–"), (float("inf"), "–"),
    ],
)  # fmt: skip
def test_durations(value: float | None, said: str) -> None:
    assert words.seconds(value) == said


def test_ends_of_intervals() -> None:
    assert words.span([-13.0, -13.0]) == words.span([-13.0, -13.0 + 1e-13]) == "−13 to −13"
    assert words.span([-13.0000001, -13]) == "−13 to −13"
    assert words.span([-13.0, -12.99]) == "−13 to −12.99"
    assert words.span([10.0, 100.0]) == "10 to 100"
    assert words.span([0.99999, 1.0], words.percent) == "100.0 % to 100.0 %"
    assert words.span([1.5, None]) == "from 1.500"
    assert words.span([None, np.inf]) == "–"
    assert words.span([0.4, np.inf]).value == [0.4, None]
    assert words.span([0.1, 0.2], words.percent) == "10\u202f% to 20\u202f%"


def test_names_and_counts() -> None:
    assert [words.listing("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert (words.count(1, "seed"), words.count(1200, "seed")) == ("1 seed", "1,200 seeds")
    assert words.count(2, "is", "are") == "2 are"
    assert words.times(1.849) == "1.8 times"
    assert words.times(42.4) == "42 times"
    assert (words.shortened("abcde", 5), words.shortened("abcdef", 5), words.shortened("abc def", 5)) == (
        "abcde",
        "abcd…",
        "abc…",
    )
    assert words.squeezed("plan of the premium", 19) == "plan of the premium"
    assert words.squeezed("plan of the premiums", 15) == "plan of…remiums"
    assert (words.tick(1000.0), words.tick(999.5), words.tick(-1500.5)) == ("1,000", "999.5", "−1500.5")
    assert (words.tick_percent(0.25), words.tick_percent(-0.1)) == ("25\u202f%", "−10\u202f%")
    assert words.signed("-0.00") == "0.00"
    assert words.close("5 % of 9 %") == "5\u202f% of 9\u202f%"
    assert words.sentence("aB") == "AB"


def test_examples_say_what_they_print() -> None:
    assert doctest.testmod(words).failed == 0
