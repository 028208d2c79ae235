"""One question a learner, to be answered before its panel plays; the answer is computed from the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ..change import curve_of, rises
from ..comparison import Shown
from ..folder import Json
from ..snapshots import Array, Snapshots
from ..views.classification import names_of
from ..words import count, number, percent, times
from .kmeans import changed


@dataclass(frozen=True)
class Question:
    """`answer` is the place of the right one among `choices`; `told` says why, with the numbers."""

    text: str
    choices: Sequence[str]
    answer: int
    told: str

    def to_json(self) -> Json:
        return asdict(self)


def question(learner: Shown) -> Question | None:
    """What this learner's view asks, else what the loss will do; `None` if the run can answer neither."""
    shots = learner.snapshots
    asks = _ASKS.get(str(learner.spec.get("view")))
    found = (
        asks(learner, shots) if asks is not None and shots is not None and len(shots.samples) > 1 else None
    )
    return found or _loss(learner)


def _among(value: float, edges: Sequence[float]) -> int:
    return int(np.searchsorted(edges, value, side="right"))


def _closer(learner: Shown, shots: Snapshots) -> Question | None:
    if not shots.has("predicted", "true"):
        return None
    errors = np.abs(shots.take("predicted").astype(float) - shots.take("true").astype(float))
    first, last = float(np.median(errors[0])), float(np.median(errors[-1]))
    if not (np.isfinite(last) and first > 0):
        return None
    ratio = last / first
    choices = ["to under a quarter of it", "to between a quarter and half", "to between half and nine tenths",
               "hardly, or it grows"]  # fmt: skip
    told = f"At the start half of the predictions lay within {number(first, 3)} of the truth, at the end "
    told += f"within {number(last, 3)}: {percent(ratio)} of it."
    text = "How far will the typical error on held-out rows shrink?"
    return Question(text, choices, _among(ratio, (0.25, 0.5, 0.9)), told)


def _mixed(learner: Shown, shots: Snapshots) -> Question | None:
    if "confusion" not in shots:
        return None
    counts = shots.take("confusion").astype(float)
    names = names_of(learner, counts.shape[-1])
    last, early = (_wrong(counts[m]) for m in (-1, min(1, len(counts) - 1)))
    pairs = [*_pairs(last)[:1], *_pairs(early), *_pairs(last)]
    chosen = list(dict.fromkeys(pairs))[:4]
    if not last.any() or len(chosen) < 2:
        return None
    worst, shown = chosen[0], sorted(chosen)
    a, b = (names[i] for i in worst)
    together = last[worst] + last[worst[::-1]]
    told = f"At the end {a} and {b} were taken for each other {count(int(together), 'time')}, "
    told += f"of {count(int(last.sum()), 'mistake')} on {number(counts[-1].sum())} held-out rows."
    choices = [f"{names[i]} and {names[j]}" for i, j in shown]
    return Question("Which two classes will it confuse most at the end?", choices, shown.index(worst), told)


def _wrong(counts: Array) -> Array:
    return counts - np.diag(np.diag(counts))


def _pairs(wrong: Array) -> list[tuple[int, int]]:
    """Pairs of classes that are taken for each other, most often first."""
    both = np.triu(wrong + wrong.T, 1)
    order = np.argsort(-both, axis=None, kind="stable")
    found = [np.unravel_index(int(place), both.shape) for place in order[:6]]
    return [(int(i), int(j)) for i, j in found if both[i, j] > 0]


def _settled(learner: Shown, shots: Snapshots) -> Question | None:
    if "assigned" not in shots:
        return None
    assigned = shots.take("assigned").astype(int)
    if not assigned.shape[1]:
        return None
    other = float((assigned[0] != assigned[-1]).mean())
    busiest = int(changed(assigned).argmax())
    told = f"{percent(other)} of the held-out rows ended in another cluster than the one they began in; most "
    told += f"of them moved in one step before sample {shots.samples[busiest]:,}, when "
    told += f"{percent(float(changed(assigned)[busiest]))} changed."
    choices = ["under a tenth", "a tenth to a third", "a third to two thirds", "more than two thirds"]
    text = "How many of the held-out rows will end in another cluster than the one they begin in?"
    return Question(text, choices, _among(other, (0.1, 1 / 3, 2 / 3)), told)


def _kept(learner: Shown, shots: Snapshots) -> Question | None:
    if "explained" not in shots:
        return None
    explained = shots.take("explained").astype(float)
    kept, before = float(explained[-1].sum()), float(explained[0].sum())
    half = int(np.searchsorted(np.cumsum(explained[-1]), kept / 2)) + 1
    k = explained.shape[1]
    if not np.isfinite(kept) or k < 2:
        return None
    edges = sorted({max(1, round(k * share)) for share in (0.125, 0.3, 0.6)})
    ends = [1, *(edge + 1 for edge in edges if edge < k)]
    last = [*(edge for edge in edges if edge < k), k]
    choices = [str(a) if a == b else f"{a} to {b}" for a, b in zip(ends, last, strict=True)]
    told = f"{count(half, 'component')} of {k} explain half of what all {k} do. Together they keep "
    told += f"{percent(kept)} of the training variance; at the start it was {percent(before)}."
    text = f"How many of the {k} components will it take to explain half of what all of them explain?"
    return Question(text, choices, _among(half, [end + 1 for end in last[:-1]]), told)


def _loss(learner: Shown, _: Snapshots | None = None) -> Question | None:
    ratio, metric = rises(curve_of(learner, "loss")), curve_of(learner, learner.record.metric)
    if ratio is None:
        return None
    text = f"What will the loss do from its first tenth to its end, while {learner.signal.label} changes?"
    choices = ["fall to less than half", "fall a little", "stay within 5 %", "rise"]
    size = times(ratio) if ratio >= 2 else f"{percent(ratio)} of"
    told = f"The loss ended at {size} its early size"
    if metric is not None and np.isfinite(metric.last):
        start = metric.middle[np.isfinite(metric.middle)][0]
        told += f", while {learner.signal.label} went from {number(start, 3)} to {number(metric.last, 3)}"
    return Question(text, choices, _among(ratio, (0.5, 0.95, 1.05)), told + ".")


_ASKS: dict[str, Callable[[Shown, Snapshots], Question | None]] = {
    "regression": _closer,
    "classification": _mixed,
    "kmeans": _settled,
    "pca": _kept,
    "dqn": _loss,
}
