"""What is said of a learner before it is imported: its name, its options, what it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

TRAINING = MappingProxyType(
    {
        "samples": None,
        "epochs": None,
        "batch_size": 32,
        "optimizer": "adam",
        "lr": 0.01,
        "schedule": "cosine",
        "warmup": 0,
        "momentum": 0.9,
        "l1": 0.0,
        "l2": 0.0,
        "weight_decay": None,
        "clip": None,
        "patience": None,
        "looks": 120,
    }
)
"""Options of every learner that is trained by gradients, with their defaults."""

PERCEPTRON = MappingProxyType(
    {
        "hidden": (64, 64),
        "activation": "relu",
        "norm": "none",
        "dropout": 0.0,
        "residual": False,
        "init": "uniform",
        "init_scale": 1.0,
        "layer_gradients": False,
    }
)
"""Options of every learner that has hidden layers, with their defaults."""

TABLE = MappingProxyType({"rows": None})
"""Options of every learner of a data set, with their defaults."""

TOLD = MappingProxyType({"labels": None, "label_noise": 0.0})
"""Options of every classifier, with their defaults."""

ROWS = MappingProxyType({"replacement": False})
"""Options of every learner that draws from a table, with their defaults."""

CHAPTERS = MappingProxyType({"sequence": 1, "rehearse": 0.0})
"""Options of learners that can meet training sets in sequence, with their defaults."""

DISTURBED = MappingProxyType({"input_noise": 0.0, "input_shift": 0})
"""Options of every network that is taught by rows, with their defaults."""

WATCHED = MappingProxyType({"unit_signals": False, "sharpness": False})
"""Options that record more of what is taught by rows, and change nothing."""


VERDICTS = MappingProxyType(
    {
        "verdicts": "mean Σ Huber(Q(x, guess) − verdict), over all guesses",
        "squared": "mean Σ (Q(x, guess) − verdict)², over all guesses",
    }
)
"""The losses of a class that are not its log loss, as formulas."""

QUICK = 3
"""By what `--quick` divides a budget of samples, where it names passes."""


@dataclass(frozen=True)
class Feedback:
    """What a paradigm is told: `delay` in steps (None: nobody can know), `moves`: what moves the target."""

    source: str
    per_sample: str
    delay: int | None
    moves: str | None
    told: str


@dataclass(frozen=True)
class Entry:
    """One learner. `task` is what kind of problem it solves: regression, classification, kmeans, pca, dqn.

    `model` names what is fitted, where no option of that name does. `options` are the options it takes,
    with their defaults (None: the learner decides). `variants` maps values of the option named `variant`
    to other defaults. `quick` is laid over both by `--quick`. `module` holds
    `build(problem) -> (learner, phases)`. `compared` learners are trained where nobody is named. Where the
    `loss` hangs on options, `formula` makes it from them. Where nothing is learned by steps down a gradient,
    `gradientless` says why: then no gradient is recorded or drawn, and no option speaks of one. One that
    `streams` learns from rows on the disk; its reference is then `exact`, or fitted on a `sample` of them.
    A linear model that is `curved` knows its loss's whole curvature, and takes Newton's rule.
    """

    name: str
    paradigm: str
    task: str
    title: str
    module: str
    view: str
    metric: str
    lower_is_better: bool
    loss: str
    baseline: str
    reference: str
    feedback: Feedback
    options: Mapping[str, Any]
    quick: Mapping[str, Any]
    dataset: str | None = None
    model: str = "mlp"
    variant: str = ""
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    evaluations: int = 60
    summary: str = ""
    compared: bool = False
    gradientless: str = ""
    streams: str = ""
    curved: bool = False
    formula: Callable[[Mapping[str, Any]], str] | None = None

    def minimised(self, options: Mapping[str, Any]) -> str:
        """What these options' training descends: the loss, and the penalties that are on."""
        loss = self.loss if self.formula is None else self.formula(options)
        terms = [(options.get("l2"), "½ · {:g} ‖w‖²"), (options.get("l1"), "{:g} ‖w‖₁")]
        return " + ".join([loss, *(form.format(size) for size, form in terms if size)])

    def defaults(self, given: Mapping[str, Any], quick: bool) -> dict[str, Any]:
        """Every option's value before the person's own are laid over it."""
        settings = dict(self.options)
        chosen = given.get(self.variant, settings.get(self.variant))
        if self.variant == "model" and (callable(chosen) or ":" in str(chosen)):
            chosen = "mlp"  # what suits one network suits a person's own better than what suits a linear map
        settings.update(self.variants.get(str(chosen), {}))
        if quick:
            settings.update(self.quick)
            if settings.get("epochs") is not None and settings["samples"] is not None:
                settings |= {"epochs": None, "samples": settings["samples"] // QUICK}
        return settings
