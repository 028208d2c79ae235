"""Components turning until they fit: plane, components, reconstructions, explained variance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...drawing import layout, plane, theme
from ...drawing.plate import Plate, Table
from ...drawing.stage import head, heat, montage, row_label, signed, stage, strip
from ...drawing.vectors import table_of
from ...reading.comparison import Shown
from ...reading.pictures import Array, Pictures
from ...words import listing, number, percent, shortened

_MOST = 8
_EXACT = "exact (SVD)"
_EYE = 0.01
"""Curves that differ by less of the axis look like one."""


def plates(learner: Shown, pictures: Pictures) -> list[Plate]:
    """Four pictures, as far as their arrays were recorded and may be shown."""
    made = []
    if "explained" in pictures:
        made.append(_explained(learner, pictures))
    if "components" in pictures:
        made.append(_components(learner, pictures))
    if (
        pictures.has("components", "originals", "mean")
        and learner.data.get("image_shape")
        and not learner.aggregate
    ):
        made.append(_rebuilt(learner, pictures))
    if "plane_points" in pictures:
        made.append(_plane(learner, pictures))
    return made


def _explained(learner: Shown, pictures: Pictures) -> Plate:
    explained, moments = pictures.take("explained").astype(float), pictures.moments()
    exact = pictures.take("reference_explained").astype(float) if "reference_explained" in pictures else None
    k = explained.shape[-1]
    table = listed(learner, pictures)
    last = table.rows[len(moments) - 1]
    title = f"{learner.label}: {last[COMPONENTS]} components keep {last[KEPT]} of the training variance"
    title += f"; the exact ones keep {table.rows[-1][KEPT]}." if exact is not None else "."
    colour = theme.learner_colour(learner.place)

    lines = {m.words: explained[m.index].cumsum() for m in moments}
    if exact is not None:
        lines[_EXACT] = exact.cumsum()
    groups = coinciding(lines)

    def paint(figure: Figure) -> None:
        ax = layout.plot(figure, [listing(names) for names in groups], right=0.63)
        x = np.arange(1, k + 1)
        for n, names in enumerate(groups):
            ax.plot(
                x,
                lines[names[-1]],
                color=theme.INK if names == [_EXACT] else colour,
                linewidth=2.4,
                label=listing(names),
                marker=theme.MARKERS[n],
                markersize=7,
                linestyle="-" if n == len(groups) - 1 else theme.DASHES[1 + n],
            )
        ax.set_ylim(0, 1)
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        ax.set_xticks(x[:: max(1, k // 8)])
        ax.set_xlabel("number of components")
        ax.set_ylabel("variance explained together")
        theme.despine(ax)
        layout.legend(figure, *ax.get_legend_handles_labels(), at=(0.645, 0.83))

    caption = table.note
    return Plate(f"{learner.record.id}-explained", title, f"{title} {caption}", table, paint, caption)


COMPONENTS, KEPT, HALF = 2, 3, 4
"""Columns of the table."""


def listed(learner: Shown, pictures: Pictures) -> Table:
    """What the components keep at each moment, and how many keep half of it; the question quotes it."""
    explained = pictures.take("explained").astype(float)
    shown = [(m.words, number(m.samples), explained[m.index]) for m in pictures.moments()]
    if "reference_explained" in pictures:
        shown.append((_EXACT, number(None), pictures.take("reference_explained").astype(float)))
    rows = [
        [words, samples, number(len(each)), percent(float(each.sum())), number(_half(each))]
        for words, samples, each in shown
    ]
    head = [
        "moment",
        "samples",
        "components",
        "explained by all of them",
        "components that explain half of that",
    ]
    return Table(head, rows, learner.whose(pictures, "Training part") + " Components in their order.")


def _half(explained: Array) -> int | None:
    """How many of them explain half of what all do."""
    together = explained.cumsum()
    return int(np.searchsorted(together, together[-1] / 2)) + 1 if np.isfinite(together).all() else None


def coinciding(lines: dict[str, Array]) -> list[list[str]]:
    """Names of curves that the eye cannot tell apart, together, in their order."""
    groups: list[list[str]] = []
    for name, line in lines.items():
        same = [one for one in groups if np.abs(lines[one[-1]] - line).max() < _EYE]
        if same:
            same[0].append(name)
        else:
            groups.append([name])
    return groups


def _components(learner: Shown, pictures: Pictures) -> Plate:
    components, moments = pictures.take("components").astype(float), pictures.moments()
    shape = learner.data.get("image_shape")
    near = [_overlap(components[m.index], components[-1]) for m in moments]
    rows = [[m.words, number(m.samples), percent(s)] for m, s in zip(moments, near, strict=True)]
    whose = learner.whose(pictures, "Components")
    table = Table(["moment", "samples", "overlap with the final subspace"], rows, whose)
    title = f"{learner.label}: at the start its components share {rows[0][2]} of the space they end in"
    title += f", after {rows[1][0]} of the feedback {rows[1][2]}." if len(moments) > 2 else "."
    up, down = theme.learner_colour(learner.place), theme.learner_colour(4 if learner.place != 4 else 0)

    def paint(figure: Figure) -> None:
        if shape:
            for ax, m in zip(strip(figure, len(moments), 0.1), moments, strict=True):
                signed(ax, montage(components[m.index][:_MOST].reshape(-1, *shape)), up, down, aspect="equal")
                theme.bare(ax)
                row_label(ax, m.words)
        else:
            table_of(figure, components[-1], learner, "component")

    first = min(_MOST, components.shape[1])
    caption = (
        f"{whose} The first {first}: one colour where a weight is positive, the other where not; "
        "the sign of a whole component means nothing."
    )
    return Plate(f"{learner.record.id}-components", title, f"{title} {caption}", table, paint, caption)


def _overlap(first: Array, second: Array) -> float:
    """Mean squared cosine of the angles between two subspaces: 1 the same, 0 orthogonal."""
    return float(((first @ second.T) ** 2).sum() / len(second))


def _rebuilt(learner: Shown, pictures: Pictures) -> Plate:
    components, mean = pictures.take("components").astype(float), pictures.take("mean").astype(float)
    originals, moments = pictures.take("originals").astype(float), pictures.moments()
    shape = learner.data["image_shape"]
    rebuilt = [mean + (originals - mean) @ components[m.index].T @ components[m.index] for m in moments]
    size = float(((originals - mean) ** 2).sum()) or 1.0
    lost = [float(((originals - image) ** 2).sum()) / size for image in rebuilt]
    k, d = (number(size) for size in components.shape[1:])
    rows = [[m.words, number(m.samples), k, d, percent(s)] for m, s in zip(moments, lost, strict=True)]
    head = ["moment", "samples", "numbers kept", "numbers before", "squared error left, share"]
    table = Table(head, rows, learner.whose(pictures))
    title = f"{learner.label}: {k} numbers instead of {d} lose {rows[-1][4]} of these pictures; "
    title += f"at the start {rows[0][4]}."
    colour = theme.learner_colour(learner.place)

    def paint(figure: Figure) -> None:
        axes = strip(figure, len(moments) + 1, 0.13)
        shown = [originals, *rebuilt]
        for ax, images, words in zip(axes, shown, ["original", *(m.words for m in moments)], strict=True):
            image = montage(images.reshape(-1, *shape), gap=2)
            heat(ax, np.clip(image, 0, None), colour, 0, float(originals.max()), aspect="equal")
            theme.bare(ax)
            row_label(ax, words)

    caption = (
        f"{learner.whose(pictures)} Pictures, and what comes back after they went through the components."
    )
    return Plate(f"{learner.record.id}-rebuilt", title, f"{title} {caption}", table, paint, caption)


def _plane(learner: Shown, pictures: Pictures) -> Plate:
    points, moments = pictures.take("plane_points").astype(float), pictures.moments()
    labels = (
        pictures.take("plane_labels").astype(int)
        if "plane_labels" in pictures
        else np.zeros(points.shape[1], int)
    )
    rows = [
        [m.words, number(m.samples), *(number(float(v), 3) for v in (*each, each.sum()))]
        for m, each in ((m, points[m.index].var(axis=0)) for m in moments)
    ]
    names = ["moment", "samples", "variance along the 1st", "along the 2nd", "along both"]
    table = Table(names, rows, learner.whose(pictures))
    title = f"{learner.label}: along its first two components the test rows end with variance {rows[-1][4]}; "
    title += f"at the start it was {rows[0][4]}."
    ends = _frame(points[moments[-1].index])
    classes = learner.data.get("classes")

    def paint(figure: Figure) -> None:
        axes = stage(figure, len(moments))
        for ax, m in zip(axes, moments, strict=True):
            plane.rows(ax, points[m.index], labels, ends, learner, large=ax is axes[-1])
            head(ax, m)
        if classes and len(classes) <= 24:
            plane.written(axes[-1], points[moments[-1].index], labels, learner.classes(len(classes)))
        theme.quiet(*axes)
        axes[-1].set_xlabel("the learner's 1st component")
        axes[-1].set_ylabel("the learner's 2nd component")

    caption = f"{table.note} The plane is that of the learner's own first two components at that moment."
    if classes and not learner.aggregate:
        target = shortened(str(learner.data.get("target") or "known"), 24)
        caption += f" Colours are the classes ({target}), which it was never told."
    return Plate(f"{learner.record.id}-plane", title, f"{title} {caption}", table, paint, caption)


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The test rows on the learner's own two components at one moment."""
    points = pictures.take("plane_points").astype(float)
    there = "plane_labels" in pictures
    labels = pictures.take("plane_labels").astype(int) if there else np.zeros(points.shape[1], int)
    plane.rows(ax, points[index], labels, _frame(points[pictures.moments()[-1].index]), learner, large=False)


def _frame(points: Array) -> Array:
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.06 * np.maximum(high - low, 1e-9)
    return np.array([low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1]])
