"""The values behind a learner's sentences that are not among its scores, as summary.json holds them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..panels import agent, below, change, gradient, listed, unended, why
from ..reading import noise
from ..reading.comparison import Shown
from ..reading.folder import Json
from ..reading.phases import phases
from ..reading.summary import numeric
from .depth import faded


def facts(learner: Shown) -> Json:
    """By name; `None` where the run did not record it."""
    base, reference = change.levels(learner)
    record, data = learner.record, learner.data
    stopped = Counter(str(why) for why in record.last("stopped") if why)
    return {
        "label": learner.label,
        "median_seed": learner.median_seed if learner.entry["seeds"] else None,
        "stopped": dict(stopped),
        "samples": _ends(record.last("samples")),
        "updates": _ends(record.last("updates")),
        "examples_processed": _ends(record.last("examples_processed")),
        "passes": numeric(why.passes(learner)),
        "reuse": numeric(why.reuse(learner)),
        "stretches": [{"phase": name, "samples": samples} for name, samples in agent.stretches(learner)],
        "hidden_layers": len((learner.spec.get("options") or {}).get("hidden") or ()),
        "layers_fade": None if not faded(learner) else [faded(learner), 1 / (faded(learner) or 1.0)],
        "read": record.read,
        "training_rows": (data.get("split") or {}).get("train"),
        "threshold": data.get("threshold"),
        "limit": data.get("limit"),
        "cut_at_90": numeric(unended.meanwhile(learner)),
        "validation": {"baseline": numeric(base), "reference": numeric(reference)},
        "phases": [
            {"name": one.name, "samples": one.samples, "updates": one.updates} for one in phases(record)
        ],
        "metric": _way(change.listed(learner), record.metric, record.metric),
        "loss": _way(change.listed(learner), "loss"),
        "gradient_norm": _way(gradient.listed(learner), "gradient_norm"),
        "alignment": _way(gradient.listed(learner), "alignment"),
        "update_ratio": _way(gradient.listed(learner), "update_ratio"),
        "agreement": _agreement(learner),
        "drift": _drift(learner),
        "late_progress": None if below.quarters(learner) is None else numeric(below.quarters(learner)),
        "noise_scale": _noise(learner),
    }


def _ends(values: list[Any]) -> list[int] | None:
    """Least and most over seeds."""
    known = [int(value) for value in values if value is not None]
    return [min(known), max(known)] if known else None


def _way(table: Any, name: str, metric: str = "") -> Json | None:
    """Where a curve begins, turns and ends, as its figure's table has it."""
    told = listed.course(table, name, metric)
    if not told:
        return None
    return {
        "samples": [numeric(one.samples.value) for one in told],
        "values": [numeric(one.value.value) for one in told],
    }


def _agreement(learner: Shown) -> Json | None:
    most = gradient.agreement(learner)
    return None if most is None else {"gradients": most[0], "share": most[1].value}


def _drift(learner: Shown) -> Json | None:
    moved = gradient.drift(learner)
    return None if moved is None else {"whole": moved[0].value, "late": moved[1].value}


def _noise(learner: Shown) -> Json | None:
    whole, both = noise.whole(learner.record), noise.quarters(learner.record)
    return None if both is None else {"whole": numeric(whole), "quarters": numeric(both)}
