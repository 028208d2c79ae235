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
    sums = [float(explained[m.index].sum()) for m in moments]
    k = explained.shape[-1]
    title = f"{learner.label}: {k} components keep {percent(sums[-1])} of the training variance"
    title += f"; the exact ones keep {percent(float(exact.sum()))}." if exact is not None else "."
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

    rows = [[m.words, number(m.samples), percent(s)] for m, s in zip(moments, sums, strict=True)]
    if exact is not None:
        rows.append([_EXACT, "–", percent(float(exact.sum()))])
    caption = f"Training part of seed {pictures.seed} (the median seed), components in their order."
    table = Table(["moment", "samples", f"explained by {k} components"], rows, caption)
    return Plate(f"{learner.record.id}-explained", title, f"{title} {caption}", table, paint, caption)


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
    title = (
        f"{learner.label}: at the start its components share {percent(near[0])} of the space they end in"
        + (f", after {moments[1].words} of the feedback {percent(near[1])}." if len(moments) > 2 else ".")
    )
    up, down = theme.learner_colour(learner.place), theme.learner_colour(4 if learner.place != 4 else 0)

    def paint(figure: Figure) -> None:
        if shape:
            for ax, m in zip(strip(figure, len(moments), 0.1), moments, strict=True):
                signed(ax, montage(components[m.index][:_MOST].reshape(-1, *shape)), up, down, aspect="equal")
                theme.bare(ax)
                row_label(ax, m.words)
        else:
            table_of(figure, components[-1], learner, "component")

    rows = [[m.words, number(m.samples), percent(s)] for m, s in zip(moments, near, strict=True)]
    table = Table(["moment", "samples", "overlap with the final subspace"], rows)
    first = min(_MOST, components.shape[1])
    caption = (
        f"The first {first} components, one colour where a weight is positive, the other where not; "
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
    k, d = components.shape[1:]
    title = f"{learner.label}: {k} numbers instead of {d} lose {percent(lost[-1])} of these pictures; "
    title += f"at the start {percent(lost[0])}."
    colour = theme.learner_colour(learner.place)

    def paint(figure: Figure) -> None:
        axes = strip(figure, len(moments) + 1, 0.13)
        shown = [originals, *rebuilt]
        for ax, images, words in zip(axes, shown, ["original", *(m.words for m in moments)], strict=True):
            image = montage(images.reshape(-1, *shape), gap=2)
            heat(ax, np.clip(image, 0, None), colour, 0, float(originals.max()), aspect="equal")
            theme.bare(ax)
            row_label(ax, words)

    rows = [[m.words, number(m.samples), percent(s)] for m, s in zip(moments, lost, strict=True)]
    table = Table(["moment", "samples", "squared error left, share"], rows)
    caption = "Held-out pictures, and what comes back after they went through the components."
    return Plate(f"{learner.record.id}-rebuilt", title, f"{title} {caption}", table, paint, caption)


def _plane(learner: Shown, pictures: Pictures) -> Plate:
    points, moments = pictures.take("plane_points").astype(float), pictures.moments()
    labels = (
        pictures.take("plane_labels").astype(int)
        if "plane_labels" in pictures
        else np.zeros(points.shape[1], int)
    )
    spread = [points[m.index].var(axis=0) for m in moments]
    wide, narrow = (number(float(part.sum()), 3) for part in (spread[-1], spread[0]))
    title = f"{learner.label}: along its first two components the held-out rows end with variance {wide}; "
    title += f"at the start it was {narrow}."
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

    rows = [
        [m.words, number(m.samples), *(number(float(v), 3) for v in s)]
        for m, s in zip(moments, spread, strict=True)
    ]
    table = Table(["moment", "samples", "variance along the 1st", "along the 2nd"], rows)
    caption = "The plane is that of the learner's own first two components at that moment."
    if classes and not learner.aggregate:
        target = shortened(str(learner.data.get("target") or "known"), 24)
        caption += f" Colours are the classes ({target}), which it was never told."
    return Plate(f"{learner.record.id}-plane", title, f"{title} {caption}", table, paint, caption)


def still(ax: Axes, learner: Shown, pictures: Pictures, index: int) -> None:
    """The held-out rows on the learner's own two components at one moment."""
    points = pictures.take("plane_points").astype(float)
    there = "plane_labels" in pictures
    labels = pictures.take("plane_labels").astype(int) if there else np.zeros(points.shape[1], int)
    plane.rows(ax, points[index], labels, _frame(points[pictures.moments()[-1].index]), learner, large=False)


def _frame(points: Array) -> Array:
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.06 * np.maximum(high - low, 1e-9)
    return np.array([low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1]])
