"""The figures: large enough to read from the back row, nothing cut off, nothing on top of another."""

from __future__ import annotations

import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import synthetic_run as synthetic
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from paradigms.reports import kinds, sweep, words
from paradigms.reports.drawing import strokes, svg, theme
from paradigms.reports.drawing.plate import Plate
from paradigms.reports.kinds.dqn import bodies, episode
from paradigms.reports.kinds.pca.plates import coinciding
from paradigms.reports.panels import change, gradient
from paradigms.reports.reading import comparison
from paradigms.reports.together import final, side

SMALL = {"seeds": 5, "points": 10, "moments": 5, "rows": 20}


def plates_of(folder: Path) -> list[Plate]:
    """Every plate of a run."""
    found = comparison.compare([folder])
    plates: list[Plate | None] = [*side.plates(found)]
    for learner in found.learners:
        plates += [change.plate(learner), gradient.plate(learner), *kinds.plates(learner)]
    return [plate for plate in plates if plate is not None]


def texts_of(plate: Plate, sheet: tuple[float, float]) -> list[tuple[Text, Any]]:
    """Every text of the sheet that is drawn, with its box in pixels."""
    figure = theme.blank(sheet)
    plate.paint(figure)
    if sheet == theme.SLIDE:
        theme.entitle(figure, plate.title)
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    unseen = {id(text) for ax in figure.axes for text in _beyond(ax)}
    shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent(renderer)) for text in shown if id(text) not in unseen]


def _beyond(ax: Axes) -> list[Text]:
    """Labels of ticks outside the limits: matplotlib keeps them but draws none."""
    beyond: list[Text] = []
    for axis, place in ((ax.xaxis, 0), (ax.yaxis, 1)):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-6 * (high - low)
        labels = [*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)]
        inside = [low - slack <= label.get_position()[place] <= high + slack for label in labels]
        beyond += [label for label, seen in zip(labels, inside, strict=True) if not (seen and ax.axison)]
    return beyond


@pytest.mark.parametrize("sheet", [theme.SLIDE, theme.PAGE], ids=["slide", "page"])
@pytest.mark.parametrize("state", [{"hostile": True, "diverged": (1,)}, {"reference": False, "seeds": 3}])
def test_text_is_legible_and_nothing_is_cut(
    state: dict[str, Any], sheet: tuple[float, float], tmp_path: Path
) -> None:
    run = synthetic.write(tmp_path / "run", **(SMALL | state))
    width, height = (side * theme.DPI for side in sheet)
    with theme.style():
        for plate in plates_of(run):
            for text, box in texts_of(plate, sheet):
                where = f"{plate.name}: {text.get_text()!r}"
                assert text.get_fontsize() >= 14, where
                assert box.x0 >= -2, where
                assert box.x1 <= width + 2, where
                assert box.y0 >= -2, where
                assert box.y1 <= height + 2, where


def test_the_style_is_that_of_seaborn() -> None:
    import seaborn

    known = {name: value for name, value in seaborn.axes_style("ticks").items() if name not in theme.OURS}
    assert known.pop("image.cmap") == "rocket"  # its own; every picture here names its colours
    assert known == theme.STYLE


@pytest.mark.parametrize("sheet", [theme.SLIDE, theme.PAGE], ids=["slide", "page"])
def test_a_map_of_settings_is_read_whole(sheet: tuple[float, float], tmp_path: Path) -> None:
    varied = {"lr": [0.01, 0.1, 1.0], "batch_size": [16, 64]}
    run = synthetic.write(tmp_path / "run", learners=["classification"], varied=varied, **SMALL)
    found = sweep.swept(comparison.compare([run]))
    (plate,) = [one for one in sweep.plates(found) if one.name.endswith("lr-batch_size")]
    with theme.style():
        texts = texts_of(plate, sheet)
    width, height = (side * theme.DPI for side in sheet)
    written = [text.get_text() for text, _ in texts]
    assert {"16", "64", "batch size", "learning rate"} < set(written)
    assert any("validation part" in text for text in written)
    assert sum("★" in text for text in written) == 1
    for text, box in texts:
        assert -2 <= box.x0 <= box.x1 <= width + 2, text
        assert -2 <= box.y0 <= box.y1 <= height + 2, text
    sizes = [text.get_rotation() for text, _ in texts if text.get_text() in ("16", "64")]
    assert sizes == [0, 0]


def test_no_two_names_on_an_axis_touch_or_are_the_same(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", **SMALL)
    with theme.style():
        for plate in plates_of(run):
            figure = theme.blank(theme.PAGE)
            plate.paint(figure)
            figure.draw_without_rendering()
            for ax in figure.axes:
                low, high = sorted(ax.get_xlim())
                labels = [
                    it for it in ax.get_xticklabels() if low <= it.get_position()[0] <= high and ax.axison
                ]
                names = [it.get_text() for it in labels if it.get_text()]
                assert len(set(names)) == len(names), plate.name
                boxes = [it.get_window_extent() for it in labels if not it.get_rotation()]
                assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes)), (plate.name, names)


def test_small_ticks_keep_their_first_digit() -> None:
    assert strokes.log_ticks(1e-4, 1e-2)[1] == ["10⁻⁴", "3×10⁻⁴", "0.001", "0.003", "0.01"]
    for low, high in ((2e-6, 5e-3), (1e-4, 2.0), (3.0, 4e7), (1e-9, 1e9)):
        names = strokes.log_ticks(low, high)[1]
        assert len(set(names)) == len(names)


def test_titles_state_a_finding_with_numbers(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", **SMALL)
    for plate in plates_of(run):
        assert plate.title.endswith(".")
        assert any(character.isdigit() for character in plate.title + plate.text), plate.name
        assert plate.table.rows, plate.name
        assert len({len(row) for row in [plate.table.head, *plate.table.rows]}) == 1, plate.name


def test_curves_that_coincide_are_one_with_all_their_names() -> None:
    rise = np.linspace(0, 0.8, 5)
    lines = {"start": rise / 3, "5 %": rise - 0.02, "25 %": rise - 0.002, "end": rise, "exact": rise + 1e-9}
    assert coinciding(lines) == [["start"], ["5 %"], ["25 %", "end", "exact"]]


def test_an_axis_breaks_where_nearly_half_of_it_would_be_empty() -> None:
    assert final.pieces(np.array([0.08, 0.3, 0.97, 1.02])) == [(0.08, 0.3), (0.97, 1.02)]
    assert final.pieces(np.array([0.89, 0.95, 1.0, 1.05])) == [(0.89, 1.05)]
    assert final.pieces(np.array([-40.0, 1.0])) == [(-0.5, -0.5), (1.0, 1.0)]
    assert final.pieces(np.array([])) == [(1.0, 1.0)]


def test_the_cart_keeps_to_its_rail() -> None:
    with theme.style():
        ax = theme.blank().add_axes((0, 0, 1, 1))
        bodies.cart_pole(ax, np.array([[0.0, 0, 0, 0], [2.41, 0, 0.1, 0], [-2.6, 0, 0, 0]]), "#000000")
    rails = [line for line in ax.collections[0].get_segments() if line[0][1] == line[1][1]]
    carts = [path.get_extents() for path in ax.collections[1].get_paths()]
    assert len(rails) == len(carts) == 3
    for (start, end), cart in zip(rails, carts, strict=True):
        assert start[0] <= cart.x0
        assert cart.x1 <= end[0]


def test_an_episode_of_one_step_is_seen(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["dqn"], env="SomethingElse-v0", **SMALL)
    (learner,) = comparison.compare([run]).learners
    states = np.full((1, 9, 3), np.nan)
    states[0, 0] = 1.0
    with theme.style():
        ax = theme.blank().add_axes((0, 0, 1, 1))
        episode.still(ax, learner, cast(Any, SimpleNamespace(take=lambda name: states)), 0)
    assert len(ax.lines) == 3
    assert all(line.get_marker() == "o" for line in ax.lines)


def test_aggregates_draw_no_single_row(tmp_path: Path) -> None:
    learners = ["regression", "classification", "kmeans", "pca"]
    run = synthetic.write(tmp_path / "run", learners, private=True, **SMALL)
    with theme.style():
        for learner in comparison.compare([run]).learners:
            for plate in kinds.plates(learner):
                figure = theme.blank()
                plate.paint(figure)
                assert not figure.findobj(PathCollection), plate.name


def test_inline_svg_has_ids_of_its_own_and_no_colour_of_the_text() -> None:
    source = (
        '<?xml version="1.0"?><svg viewBox="0 0 9 9" width="9pt"><metadata>x</metadata><g id="patch_1">'
        '<path id="m1" d="M 1.23456 2&#10;L 3 4" clip-path="url(#p1)" style="fill: #1c2733"/></g>'
        '<use xlink:href="#m1"/><image id="i1"/><image id="i1"/>'
        '<text>#1c2733 1.23456 id="m1" href="#m1"</text></svg>'
    )
    made = svg.inline(source, "f7", 'a "name" <b>', {"#1c2733": "--ink"})
    assert made.startswith('<svg role="img" aria-label="a &quot;name&quot; &lt;b&gt;" viewBox="0 0 9 9"')
    assert 'id="f7-m1"' in made
    assert 'xlink:href="#f7-m1"' in made
    assert "url(#f7-p1)" in made
    assert "fill: var(--ink)" in made
    assert '<text>#1c2733 1.23456 id="m1" href="#m1"</text>' in made
    assert "i1" not in made  # nothing refers to it, and Matplotlib before 3.10 gives it twice
    assert "1.23456 2" not in made


def test_thinning_keeps_the_ends_and_the_mean() -> None:
    x = np.arange(0.0, 400.0)
    line = strokes.curve(x, np.stack([x, x]), None, average=True)
    assert line.x.size <= strokes.POINTS
    assert (line.x[0], line.x[-1]) == (0.0, 399.0)
    assert np.all(np.diff(line.middle) > 0)
    assert line.middle[-1] < 399  # an average over what lies before it


def test_curve_of_a_diverged_seed_pulls_the_metric_down_but_not_the_loss() -> None:
    x = np.array([0.0, 1.0])
    values = np.array([[1.0, 1.0], [1.0, np.nan], [1.0, np.nan], [1.0, np.nan], [1.0, 1.0]])
    assert strokes.curve(x, values, False, average=False).middle[1] == -np.inf
    assert strokes.curve(x, values, None, average=True).middle[1] == 1.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.48317, "0.4832"),
        (-0.014394, "−0.0144"),
        (961.94, "961.9"),
        (1e-5, "1.0×10⁻⁵"),
        (-0.0, "0"),
        (1e9, "1,000,000,000"),
    ],
)
def test_numbers_are_readable(value: float, text: str) -> None:
    assert words.number(value) == text
