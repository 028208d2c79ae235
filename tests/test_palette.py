"""The learners' colours stay apart for eyes that lack a kind of cones, and stand out from the paper."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from colours import SEEN_WITH, apart, contrast

from paradigms import reports
from paradigms.reports.drawing import theme

APART = 10.0
"""ΔE*ab below which two colours are not told apart at a glance; 2.3 is just noticeable side by side."""


def variables(scheme: str) -> dict[str, str]:
    """The colours of the page in one scheme, by name: light, dark or print."""
    style = Path(reports.__file__).parent / "page/templates/style.css"
    parts = re.split(r"@media \(prefers-color-scheme: dark\)|@media print", style.read_text(encoding="utf-8"))
    found = re.findall(r"(--\w+): (#\w+);", parts[["light", "dark", "print"].index(scheme)])
    return dict(reversed(found))


def learners(scheme: str) -> list[str]:
    return [variables(scheme)[f"--l{n}"] for n in range(8)]


@pytest.mark.parametrize("eyes", SEEN_WITH)
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_learners_are_told_apart_by_colour(scheme: str, eyes: str) -> None:
    pairs = itertools.combinations(learners(scheme), 2)
    assert [pair for pair in pairs if apart(*pair, eyes) < APART] == []


def test_and_by_dash_and_marker() -> None:
    assert len(set(theme.MARKERS)) == len(set(theme.DASHES)) == 8


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_lines_and_words_stand_out_from_the_paper(scheme: str) -> None:
    named = variables(scheme)
    for needed, names in (
        (3.0, [f"--l{n}" for n in range(8)]),  # WCAG 1.4.11, graphical objects
        (4.5, ["--ink", "--muted", "--link"]),  # WCAG 1.4.3, text
    ):
        faint = {name: contrast(named[name], named["--paper"]) for name in names}
        assert {name: ratio for name, ratio in faint.items() if ratio < needed} == {}


def test_figures_and_page_share_one_palette() -> None:
    assert [theme.learner_colour(n) for n in range(8)] == learners("light") == learners("print")


def test_the_measure_knows_its_known_answers() -> None:
    assert apart("#ffffff", "#000000") == pytest.approx(100, abs=0.01)
    assert apart("#ff0000", "#00ff00") == pytest.approx(
        170.57, abs=0.1
    )  # Lab (53.2, 80.1, 67.2), (87.7, −86.2, 83.2)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert apart("#ff0000", "#805a00", "protanopia") < 40 < apart("#ff0000", "#805a00")
