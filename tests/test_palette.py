"""The learners' colours stay apart for eyes that lack a kind of cones, and stand out from the paper."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import synthetic_run as synthetic
from colours import SEEN_WITH, apart, contrast
from matplotlib.colors import to_hex, to_rgb

from paradigms import reports
from paradigms.reports.drawing import theme
from paradigms.reports.page.plates import plates_of
from paradigms.reports.reading.comparison import compare

APART = 10.0
"""ΔE*ab below which two colours are not told apart at a glance; 2.3 is just noticeable side by side."""


STYLE = Path(reports.__file__).parent / "page/templates/style.css"


def variables(scheme: str) -> dict[str, str]:
    """The colours of the page in one scheme, by name: light, dark or print."""
    text = STYLE.read_text(encoding="utf-8")
    parts = re.split(r"@media \(prefers-color-scheme: dark\)|@media print", text)
    found = re.findall(r"(--\w+): (#\w+);", parts[["light", "dark", "print"].index(scheme)])
    return dict(reversed(found))


def learners(scheme: str) -> list[str]:
    return [variables(scheme)[f"--l{n}"] for n in range(8)]


@pytest.mark.parametrize("eyes", SEEN_WITH)
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_learners_are_told_apart_by_colour(scheme: str, eyes: str) -> None:
    pairs = itertools.combinations(learners(scheme), 2)
    assert [pair for pair in pairs if apart(*pair, eyes) < APART] == []


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_no_learner_is_as_grey_as_what_is_no_learner(scheme: str) -> None:
    """Baselines, references and held-out rows are."""
    grey = variables(scheme)["--muted"]
    assert min(apart(colour, grey) for colour in learners(scheme)) > 2 * APART


def test_and_by_dash_and_marker() -> None:
    """Of more learners than there are colours too."""
    assert len(set(theme.MARKERS)) == len(set(theme.DASHES)) == 8
    strokes = [(theme.learner_colour(n), theme.dash(n)) for n in range(64)]
    marks = [(theme.learner_colour(n), theme.marker(n)) for n in range(64)]
    assert len(set(strokes)) == len(set(marks)) == 64
    assert len({(theme.dash(n), theme.marker(n)) for n in range(24)}) == 24, "without colour"


@pytest.mark.parametrize("strength", [1.0, theme.BENEATH])
def test_heat_maps_stand_out_from_dark_paper_and_words_from_them(strength: float) -> None:
    """Their pixels keep the light scheme's colours; the page only brightens them."""
    named = variables("dark")
    (bright,) = re.findall(r"svg.plot image \{ filter: brightness\(([\d.]+)\)", STYLE.read_text("utf-8"))
    ground = np.array(to_rgb(named["--paper"]))
    for colour in [*learners("light"), theme.MUTED]:
        lit = np.clip(float(bright) * np.array(to_rgb(colour)), 0, 1)
        strongest = to_hex(strength * lit + (1 - strength) * ground)
        if colour != theme.MUTED or strength == 1.0:
            assert contrast(strongest, named["--paper"]) >= 3, colour
        if strength < 1:
            assert contrast(strongest, named["--ink"]) >= 3, colour


def test_no_picture_is_painted_in_ink(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ink that is pixels would be dark on dark paper."""
    painted: list[str] = []
    plain = theme.ramp
    monkeypatch.setattr(theme, "ramp", lambda colour: painted.append(colour) or plain(colour))
    run = synthetic.write(tmp_path / "run", seeds=3, points=8, moments=3, rows=12)
    for plate in plates_of(compare([run])):
        with theme.style():
            plate.paint(theme.blank())
    assert painted
    assert set(painted) <= {*learners("light"), theme.MUTED}


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_lines_and_words_stand_out_from_the_paper(scheme: str) -> None:
    named = variables(scheme)
    for needed, names in (
        (3.0, [f"--l{n}" for n in range(8)]),  # WCAG 1.4.11, graphical objects
        (4.5, ["--ink", "--muted", "--link"]),  # WCAG 1.4.3, text
    ):
        faint = {name: contrast(named[name], named["--paper"]) for name in names}
        assert {name: ratio for name, ratio in faint.items() if ratio < needed} == {}


def test_in_the_dark_thin_lines_stand_out_too() -> None:
    named = variables("dark")
    thin = {f"--t{n}": contrast(named[f"--t{n}"], named["--paper"]) for n in range(8)}
    assert {name: ratio for name, ratio in thin.items() if ratio < 3} == {}
    share = float(re.findall(r"--faint: ([\d.]+)", STYLE.read_text(encoding="utf-8"))[1])
    ground = np.array(to_rgb(named["--paper"]))
    blended = [share * np.array(to_rgb(colour)) + (1 - share) * ground for colour in learners("dark")]
    assert all(contrast(to_hex(colour), named["--paper"]) >= 3 for colour in blended)


def test_pixels_stand_out_from_both_papers_and_from_each_other() -> None:
    classes = [theme.class_colour(n) for n in range(10)]
    for scheme in ("light", "dark"):
        paper = variables(scheme)["--paper"]
        assert all(contrast(colour, paper) >= 3 for colour in [*classes, *learners("light")])
    assert min(apart(*pair) for pair in itertools.combinations(classes, 2)) >= APART


def test_figures_and_page_share_one_palette() -> None:
    assert [theme.learner_colour(n) for n in range(8)] == learners("light") == learners("print")
    for scheme in ("light", "print"):
        assert [theme.thin_colour(n) for n in range(8)] == [variables(scheme)[f"--t{n}"] for n in range(8)]


def test_the_measure_knows_its_known_answers() -> None:
    assert apart("#ffffff", "#000000") == pytest.approx(100, abs=0.01)
    assert apart("#ff0000", "#00ff00") == pytest.approx(
        170.57, abs=0.1
    )  # Lab (53.2, 80.1, 67.2), (87.7, −86.2, 83.2)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert apart("#ff0000", "#805a00", "protanopia") < 40 < apart("#ff0000", "#805a00")
