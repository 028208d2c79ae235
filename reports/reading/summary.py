"""Run folders -> one plain dict: the numbers that the table, the figures and the page all show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paradigms import measures

from .folder import Json, Run
from .records import Bools, Floats, Record
from .version import aged

FAILED = 0.05
SHARES = (50, 90, 95)
_FROM_CONFIG = (
    *("id", "name", "paradigm", "task", "dataset", "model", "options"),
    *("metric", "lower_is_better"),
)


def summary_of(runs: Sequence[Run], entries: Sequence[Json]) -> Json:
    """The summary of runs that have been read already; all of version 1 have one of version 1."""
    version = max(run.version for run in runs)
    command = " && ".join(str(run.config.get("command", "")) for run in runs)
    learners = [aged(entry) for entry in entries] if version == 1 else list(entries)
    return {"version": version, "command": command, "learners": learners}


def final_progress(record: Record) -> Floats:
    """Progress of each seed on the test part [R]: −∞ if it diverged, NaN where progress has no meaning."""
    score, baseline, reference = (_finals(record, name) for name in (record.metric, "baseline", "reference"))
    if not record.apart:
        return np.full(len(record.seeds), np.nan)
    reached = measures.progress(score, baseline, reference, record.lower_is_better)
    possible = measures.progress(reference, baseline, reference, record.lower_is_better)
    return np.where(np.isfinite(possible) & _diverged(record), -np.inf, reached)


def numeric(value: Any) -> Any:
    """Numbers as summary.json holds them: whole ones as int, NaN and infinities as `None`.

    >>> numeric([1.0, float("nan"), 2.5])
    [1, None, 2.5]
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return [numeric(item) for item in value]
    number = float(value)
    if not np.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _finals(record: Record, name: str) -> Floats:
    return np.array([np.nan if v is None else v for v in record.last(name)], dtype=np.float64)


def _diverged(record: Record) -> Bools:
    return np.array([step is not None for step in record.last("diverged")], dtype=bool)


def entry_of(record: Record) -> Json:
    """One learner's part of the summary, in one setting."""
    entry = {name: record.spec.get(name) for name in _FROM_CONFIG}
    entry |= {"seeds": record.seeds}
    entry |= {"scores": numeric(_scores(record)), "baselines": numeric(_finals(record, "baseline"))}
    entry |= {"references": numeric(_finals(record, "reference"))}
    entry |= {"reference_name": record.spec.get("reference_name")} | _rivals(record) | _cut(record)
    entry |= _score(record) | _progress(record) | _costs(record) | _samples_to(record)
    entry |= {"setting": record.setting, "varied": record.varied}
    return entry | {"failed": _failed(record), "solved": _solved(record)}


def _rivals(record: Record) -> Json:
    """`rivals`, where other cheap answers were scored on the test part: the mean over seeds of each."""
    known = [row for row in record.last("rivals") if row]
    names = dict.fromkeys(name for row in known for name in row)
    means = {name: numeric(mean([row.get(name) for row in known])) for name in names}
    return {"rivals": means} if means else {}


def _cut(record: Record) -> Json:
    """`cut`, where episodes have a limit: the share of test episodes that it ended, mean over seeds."""
    share = mean(record.last("cut"))
    return {} if share is None else {"cut": numeric(share)}


def _scores(record: Record) -> Floats:
    return np.where(_diverged(record), np.nan, _finals(record, record.metric))


def _finished(record: Record) -> Bools:
    """Seeds that have a final row: an interrupted run has none, and that is not a divergence."""
    return np.array([bool(row) for row in record.final], dtype=bool)


def _score(record: Record) -> Json:
    scores, lower = _scores(record)[_finished(record)], record.lower_is_better
    return {
        "iqm": numeric(measures.iqm(scores, lower)),
        "ci95": numeric(measures.interval(scores, lower)),
        "range": numeric(measures.spread(scores)),
    }


def _progress(record: Record) -> Json:
    """IQM over the seeds whose progress means something, if they are more than half of all."""
    values = final_progress(record)
    values = values[~np.isnan(values)]
    if 2 * values.size <= len(record.seeds):
        values = values[:0]
    return {"progress": numeric(measures.iqm(values)), "progress_ci95": numeric(measures.interval(values))}


def _costs(record: Record) -> Json:
    steps = {str(seed): step for seed, step in zip(record.seeds, record.last("diverged"), strict=True)}
    wall = _finals(record, "wall_seconds")
    return {
        "diverged": {seed: step for seed, step in steps.items() if step is not None},
        "updates": numeric(_typical(_finals(record, "updates"))),
        "samples": numeric(_typical(_finals(record, "samples"))),
        "seconds": float(np.nanmax(wall)) if np.isfinite(wall).any() else None,
    }


def _typical(values: Floats) -> float:
    """One number per replica: that of all of them where they agree, else the IQM, whole."""
    known = values[np.isfinite(values)]
    return float(np.round(measures.iqm(known))) if known.size else np.nan


def crossings(record: Record, share: float, axis: Floats) -> Floats:
    """Where on an axis [T] each seed's held-out progress reached `share` to stay [R], infinite if never.

    A replica that stopped early would be seen again as it was, and so would one that goes down no gradient:
    after its last merge nothing is left to do.
    """
    found, still = [], {"early", "converged"} | ({"budget"} if record.spec.get("gradientless") else set())
    for line, own, row in zip(record.progress, record.recorded, record.final, strict=True):
        more = measures.STAY - 1 if row.get("stopped") in still and own.any() else 0
        x, y = (np.append(values[own], np.repeat(values[own][-1:], more)) for values in (axis, line))
        found.append(measures.samples_to(x, y, share))
    return np.array(found)


def middle(at: Floats) -> float:
    """By which sample, or update, half of the seeds were there: nobody is told half of one.

    >>> middle(np.array([6.0, 7.0, 9.0, 4.0])), middle(np.array([3.0, np.inf]))
    (7.0, inf)
    """
    return float(np.ceil(np.median(at)))


def _samples_to(record: Record) -> Json:
    """What the start or the centring of a replica read counts."""
    axis = record.held_out.samples + record.read
    first = {str(share): crossings(record, share / 100, axis) for share in SHARES}
    known = bool(np.isfinite(record.progress).any())
    return {
        "samples_to": {share: numeric(middle(at)) if known else None for share, at in first.items()},
        "reached": {share: float(np.isfinite(at).mean()) if known else None for share, at in first.items()},
    }


def _failed(record: Record) -> float | None:
    """Share of seeds that diverged or ended where they began: progress ≤ 0.05 in their last three records.

    Of those seeds for which that can be told; `None` where nobody's progress means anything.
    """
    known = record.recorded & np.isfinite(record.progress)
    if not known.any():
        return None
    ends = (line[own][-3:] for line, own in zip(record.progress, known, strict=True))
    low = np.array([bool((end <= FAILED).all()) for end in ends])
    gone = _diverged(record)
    return float((low | gone)[known.any(axis=1) | gone].mean())


def _solved(record: Record) -> float | None:
    """Share of finished seeds whose test score reaches the threshold; `None` where there is none."""
    threshold = (record.spec.get("data") or {}).get("threshold")
    done = _finished(record)
    if threshold is None or not done.any():
        return None
    sign = -1.0 if record.lower_is_better else 1.0
    reached: Any = sign * _scores(record)[done] >= sign * float(threshold)
    return float(reached.mean())
