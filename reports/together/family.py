"""Learners by kinds of feedback: what answers, how much, how late, does it move; what each run shows of it.

Nothing here is ranked: kinds and learners stand in the order of the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..drawing import layout, strokes, theme
from ..drawing.plate import Plate, Table
from ..panels import gradient, why
from ..reading.comparison import Shown
from ..reading.family import AT_ONCE
from ..words import NOTHING, Told, count, listing, number, percent, sentence
from .anatomy import delay
from .findings import got_there


@dataclass(frozen=True)
class Kind:
    """The learners of one kind of feedback; `name` is empty where a page does not tell kinds apart."""

    name: str
    learners: Sequence[Shown]

    @property
    def title(self) -> str:
        """`Supervised: 7 learners`."""
        return f"{sentence(self.name)}: {count(len(self.learners), 'learner')}" if self.name else ""


def applies(learners: Sequence[Shown]) -> bool:
    """Whether they are more than play at once, so that the page is read by kinds of feedback."""
    return len(learners) > AT_ONCE


def kinds(learners: Sequence[Shown]) -> list[Kind]:
    """A family's learners kind by kind; others all together."""
    return grouped(learners) if applies(learners) else [Kind("", learners)]


def grouped(learners: Sequence[Shown]) -> list[Kind]:
    """Kind by kind, in the order in which they are first met."""
    found: dict[str, list[Shown]] = {}
    for learner in learners:
        found.setdefault(str(learner.spec.get("paradigm")), []).append(learner)
    return [Kind(name, own) for name, own in found.items()]


def shows(learner: Shown) -> str:
    """What its own run shows: how often feedback was used, how far it led, whether its target moved."""
    parts = [_used(learner), _reached(learner), _moved(learner), _agreed(learner)]
    return sentence("; ".join(part for part in parts if part))


def _uses(learner: Shown) -> float | None:
    """How often a typical replica learned from each of its rows, or of its samples."""
    if why.passes(learner) is None:
        return why.reuse(learner)
    return float(learner.entry["samples"] / learner.data["split"]["train"])


def _used(learner: Shown) -> str:
    often = _uses(learner)
    if often is None:
        return ""
    if why.passes(learner) is None:
        return f"used every sample {_times(often)}"
    return f"went through its {learner.data['split']['train']:,} rows {_times(often)}"


def _times(often: float) -> str:
    return "once" if round(often, 2) == 1 else f"{number(often, 2)} times"


def _reached(learner: Shown) -> str:
    entry = learner.entry
    if entry["reached"]["90"] is None:
        return ""
    level = entry["samples_to"]["90"]
    if level is None:
        return f"90 % of the way reached by {got_there(entry)}"
    first = f", {learner.record.read:,} of them read before the first step" if learner.record.read else ""
    return f"90 % of the way after {count(level, 'sample')}{first} ({got_there(entry)})"


def _moved(learner: Shown) -> str:
    if learner.spec.get("gradientless"):
        return "goes down no gradient"
    moved = gradient.drift(learner)
    if moved is None:
        return ""
    whole, late = moved
    if not whole.value > 0:
        return "its target stood still"
    return f"its target moved by {whole} of itself per 1,000 samples, late by {late}"


def _agreed(learner: Shown) -> str:
    most = gradient.agreement(learner)
    return "" if most is None else f"successive gradients {most[0]} for {most[1]} of the feedback"


def sentences(learners: Sequence[Shown]) -> list[str]:
    """One of each kind: what a sample says, how late, and how far it led."""
    return [_kind(kind) for kind in grouped(learners)]


def _kind(kind: Kind) -> str:
    said = dict.fromkeys((it.spec.get("feedback") or {}).get("per_sample") or NOTHING for it in kind.learners)
    late = dict.fromkeys(delay(it) for it in kind.learners)
    words = f"{kind.title}. A sample says {_either(list(said))}; delay: {_either(list(late))}."
    known = [it.entry["progress"] for it in kind.learners if it.entry["progress"] is not None]
    if known:
        words += f" At the end: {_ends(known, percent)} of the way from baseline to reference."
    asked = [it for it in kind.learners if it.entry["reached"]["90"] is not None]
    there = [it.entry["samples_to"]["90"] for it in asked if it.entry["samples_to"]["90"] is not None]
    if there:
        words += f" 90 % of the way took the median replica {_ends(there, number)} samples"
        missing = [it.label for it in asked if it.entry["samples_to"]["90"] is None]
        words += f"; not there: {listing(missing)}." if missing else "."
    return words


def _ends(values: Sequence[float], form: Callable[[float], Told]) -> str:
    """From the least to the most."""
    low, high = form(min(values)), form(max(values))
    return str(low) if low == high else f"{low} to {high}"


def _either(names: Sequence[str]) -> str:
    return " or ".join(names) if len(names) < 3 else "; ".join(names)


_HEAD = (
    "learner", "kind of feedback", "what answers", "one sample says", "delay", "samples a replica",
    "times each was used", "samples to 90 % of the way", "target drift per 1,000 samples",
)  # fmt: skip
_PANELS = (("samples", 5, 7), ("uses", 6, None), ("drift", 8, None))
"""Of each: its name, its column of the table, and that of a second mark."""


def plate(learners: Sequence[Shown]) -> Plate:
    """The map: a line a learner, its feedback consumed and reused, the delay, the drift of its target."""
    table = Table(_HEAD, [_row(it) for it in learners])
    moving = [row[0] for row in table.rows if (_value(row[8]) or 0) > 0]
    still = [row[0] for row in table.rows if _value(row[8]) == 0]
    parts = [f"moves for {listing(moving)}"] if moving else []
    parts += [f"stands still for {listing(still)}"] if still else []
    title = f"The target {'; it '.join(parts)}." if parts else "Nobody's target was watched."

    def paint(figure: Figure) -> None:
        _painted(figure, grouped(learners), {row[0]: row for row in table.rows})

    text = "The family, kind by kind. " + " ".join(
        f"{row[0]}: {row[5]} samples, each used {row[6]} times, delay {row[4]}, drift {row[8]}."
        for row in table.rows
    )
    caption = (
        "Samples: the feedback a replica consumed, the rows that a start or a mean read first included; the "
        "bar where the median replica got 90 % of the way. "
        "Uses: how often each was learned from. Drift: how far the target moves per 1,000 samples, a share "
        "of itself. Tasks differ, so no column ranks anybody."
    )
    return Plate("family-map", title, text, table, paint, caption)


def _row(learner: Shown) -> list[str]:
    feedback, moved = learner.spec.get("feedback") or {}, gradient.drift(learner)
    samples = learner.entry["samples"]
    return [
        learner.label,
        str(learner.spec.get("paradigm")),
        feedback.get("source") or NOTHING,
        feedback.get("per_sample") or NOTHING,
        delay(learner),
        number(samples and samples + learner.record.read),
        number(_uses(learner), 2),
        number(learner.entry["samples_to"]["90"]),
        moved[0] if moved else NOTHING,
    ]


def _value(cell: str) -> Any:
    return cell.value if isinstance(cell, Told) else None


def _painted(figure: Figure, groups: Sequence[Kind], rows: Mapping[str, Sequence[str]]) -> None:
    """A heading for each kind, beneath it a line for each of its learners."""
    lines: list[Shown | str] = []
    for kind in groups:
        lines += [kind.name, *kind.learners]
    names = [line if isinstance(line, str) else line.label for line in lines]
    left, low, right, top = layout.frame(figure, left=layout.margin(figure, names, 0.2), right=0.97)
    if layout.narrow(figure):
        tall = 0.85 + 0.25 * len(lines)
        figure.set_figheight(tall)
        low, top = 0.75 / tall, 1 - 0.1 / tall
    wide = (right - left) / (len(_PANELS) + 0.7)
    axes = [figure.add_axes((left + i * wide, low, 0.86 * wide, top - low)) for i in range(len(_PANELS) + 1)]
    for ax in axes:
        ax.set_ylim(len(lines) - 0.5, -0.6)
        ax.tick_params(axis="y", length=0, labelcolor=theme.INK)
        ax.set_yticks([])
        for edge in ("left", "right", "top"):
            ax.spines[edge].set_visible(False)
        for y, line in enumerate(lines):
            if not isinstance(line, str):
                ax.axhline(y, color=theme.GRID, linewidth=1, zorder=0)
    axes[0].set_yticks(range(len(lines)), names)
    for tick, line in zip(axes[0].get_yticklabels(), lines, strict=True):
        tick.set_fontweight("bold" if isinstance(line, str) else "normal")
    at = {y: line for y, line in enumerate(lines) if not isinstance(line, str)}
    for ax, (name, column, second) in zip(axes, _PANELS, strict=False):
        _panel(ax, name, {y: (it, rows[it.label]) for y, it in at.items()}, column, second)
    _delays(axes[-1], {y: rows[it.label][4] for y, it in at.items()})


def _panel(
    ax: Axes, name: str, lines: Mapping[int, tuple[Shown, Sequence[str]]], column: int, second: int | None
) -> None:
    """One column of numbers on a logarithmic axis that shows its 0 where there is one."""
    values = {y: _value(row[column]) for y, (_, row) in lines.items()}
    known = np.array([value for value in values.values() if value is not None and np.isfinite(value)])
    positive = known[known > 0]
    low, high = (positive.min(), positive.max()) if positive.size else (0.1, 1.0)
    if known.size and known.min() <= 0:
        strokes.feedback_axis(ax, float(low), float(high) * 1.5, None, 2)
    else:
        ax.set_xscale("log")
        ax.set_xlim(low / 3, high * 3)
        ax.set_xticks(*strokes.apart(ax, *strokes.log_ticks(low / 3, high * 3, 3)))
        ax.minorticks_off()
    for y, (learner, row) in lines.items():
        value, other = values[y], None if second is None else _value(row[second])
        colour = theme.learner_colour(learner.place)
        if value is None or not np.isfinite(value):
            continue
        if second is not None:
            ax.plot([ax.get_xlim()[0], value], [y, y], color=colour, linewidth=2.4)
        if other is not None:
            ax.plot([max(other, ax.get_xlim()[0])] * 2, [y - 0.32, y + 0.32], color=theme.INK, linewidth=2.4)
        marker = theme.marker(learner.place)
        ax.plot([value], [y], linestyle="", marker=marker, color=colour, markersize=8, clip_on=False)
    ax.set_xlabel(name)


def _delays(ax: Axes, delays: dict[int, str]) -> None:
    """The last column, in words."""
    ax.set_xlim(0, 1)
    ax.set_xticks([0], [" "])
    ax.tick_params(axis="x", length=0)
    ax.spines["bottom"].set_visible(False)
    for y, text in delays.items():
        ax.text(0.02, y, {"nobody can know": "unknown"}.get(text, text), va="center", ha="left")
    ax.set_xlabel("delay", loc="left")
