"""Every option of a learner and of a study: its type, its limits and its one line of help.

The command line, the TOML file, the Python interface and the documentation read this one table.
Nothing here imports torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paradigms.errors import UsageError, unknown

Kind = Literal["int", "float", "text", "choice", "widths", "names", "columns", "flag", "model"]

OPTIMIZERS = {
    "sgd": "plain (stochastic) gradient descent",
    "momentum": "heavy ball, 0.9",
    "nesterov": "momentum that looks ahead, 0.9",
    "rmsprop": "gradient over a running root mean square",
    "adam": "bias-corrected means of the gradient and its square",
    "adamw": "adam with decoupled weight decay",
    "newton": "gradient over the loss's own curvature (k-means and PCA)",
}
SCHEDULES = {
    "constant": "no change",
    "step": "three drops to 0.3 of the step before",
    "exponential": "equal ratios, down to 0.01",
    "linear": "equal differences, down to 0",
    "hold": "no change for four fifths, then equal differences down to 0",
    "cosine": "half a cosine, down to 0",
}
STACKING = frozenset(
    {"lr", "schedule", "warmup", "momentum", "l1", "l2", "weight_decay", "clip"}
    | {"dropout", "init_scale"}
    | {"gamma", "epsilon", "exploration", "target_every", "label_noise", "reward_noise"}
)
"""Options of which each replica of one batched program may have its own value."""

ACTIVATIONS = {
    "relu": "max(0, z)",
    "leaky": "z above 0, 0.01 z below",
    "tanh": "between −1 and 1",
    "sigmoid": "between 0 and 1",
    "gelu": "z times the share of a normal distribution below z",
    "square": "z²",
}
NORMS = {
    "none": "sums as they are",
    "layer": "the sums of one row to mean 0 and variance 1",
    "batch": "the sums of one unit over the batch; answers by running statistics",
}
INITS = {
    "uniform": "U(±1/√fan in), as torch.nn.Linear",
    "he": "N(0, 2/fan in), keeps the size of signals through ReLU",
    "glorot": "U(±√(6/(fan in + fan out))), keeps it through tanh",
    "zeros": "nothing: no hidden unit ever moves",
    "equal": "as uniform, with the hidden units of a layer all alike",
}
MODELS = ("linear", "mlp")
DEEPEST = 30
"""Hidden layers, at most."""


@dataclass(frozen=True)
class Option:
    """One option. `low` and `high` bound numbers; `open_low` excludes the lower bound itself.

    An option stacks when replicas that differ in it train in one batched program; others need programs of
    their own.
    """

    name: str
    kind: Kind
    help: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    choices: tuple[str, ...] = ()

    @property
    def stacks(self) -> bool:
        """Whether each replica may have its own value inside one program."""
        return self.name in STACKING

    @property
    def flag(self) -> str:
        """As typed: `--batch-size`."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """The value, in this option's type.

        Raises:
            UsageError: a value out of its type or limits.
        """
        checks: dict[Kind, Callable[[Any], Any]] = {
            "int": self._number,
            "float": self._number,
            "text": self._text,
            "choice": self._choice,
            "widths": self._widths,
            "names": self._names,
            "columns": self._columns,
            "flag": self._flag,
            "model": self._model,
        }
        return None if value is None else checks[self.kind](value)

    def _choice(self, value: Any) -> Any:
        if value not in self.choices:
            raise unknown(self.name.replace("_", " "), str(value), self.choices, _sweep(self.name, value))
        return value

    def _flag(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise UsageError(f"{self.flag} is true or false, not {value!r}.", _sweep(self.name, value))
        return value

    def _model(self, value: Any) -> Any:
        """One of the choices, or MODULE:FACTORY."""
        place, colon, name = str(value).partition(":")
        if isinstance(value, str) and colon and all(one.isidentifier() for one in [*place.split("."), name]):
            return value
        if colon:
            raise UsageError(f"{self.flag} names a network as MODULE:FACTORY, not {value!r}.")
        return self._choice(value)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str | Path | int) or isinstance(value, bool) or not str(value).strip():
            raise UsageError(f"{self.flag} must be a name, not {value!r}.")
        return str(value)

    def _names(self, value: Any) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
            raise UsageError(f"{self.flag} must be names with commas between them, not {value!r}.")
        names = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if not names:
            raise UsageError(f"{self.flag} names nothing.", "Leave it out, or name something.")
        return names

    def _columns(self, value: Any) -> tuple[str, ...]:
        """As given: only who knows the columns' names can tell a comma in one from one between two."""
        parts = [value] if isinstance(value, str) else value
        self._names(parts)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def _number(self, value: Any) -> int | float:
        word = "a whole number" if self.kind == "int" else "a number"
        try:
            number = _whole(value) if self.kind == "int" else float(value)
            if isinstance(value, bool):
                raise TypeError
        except (TypeError, ValueError, OverflowError):
            raise UsageError(
                f"{self.flag} must be {word}, not {value!r}.", _sweep(self.name, value)
            ) from None
        within = self.low <= number <= self.high and number < math.inf
        if within and not (self.open_low and number == self.low):
            return number
        above = f"above {self.low:g}" if self.open_low else f"of at least {self.low:g}"
        below = f" and at most {self.high:g}" if math.isfinite(self.high) else ""
        raise UsageError(f"{self.flag} must be {word} {above}{below}, not {value}.")

    def _widths(self, value: Any) -> tuple[int, ...]:
        several = value.replace("x", ",").split(",") if isinstance(value, str) else value
        parts = several if isinstance(several, list | tuple) else [several]
        try:
            widths = tuple(width for part in parts if str(part).strip() for width in _layers(str(part)))
        except ValueError:
            widths = (0,)
        if not widths or min(widths) < 1:
            raise UsageError(f"{self.flag} must be layer widths such as 64,64 or 20*32, not {value!r}.")
        if len(widths) > DEEPEST:
            raise UsageError(f"{self.flag} names {len(widths)} layers; at most {DEEPEST} can be trained.")
        return widths


def _layers(text: str) -> list[int]:
    """One width, or so many times the same: 20*32."""
    count, _, width = text.rpartition("*")
    return [int(width)] * (int(count) if count else 1)


def _sweep(name: str, value: Any) -> str:
    """Where several values were given, what they may have been meant for."""
    return f"To try several: paradigms.sweep(…, {name}={value!r})" if isinstance(value, list) else ""


def _whole(value: Any) -> int:
    """A whole number, also where it is written as 1e5 or 5.0."""
    text = str(value).strip()
    if text.lstrip("+-").isdigit():
        return int(text)  # not by way of float, which rounds long ones
    number = float(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _int(name: str, help: str, low: int = 1, high: float = math.inf) -> Option:
    return Option(name, "int", help, low, high)


def _real(name: str, help: str, low: float = 0.0, high: float = math.inf, open_low: bool = False) -> Option:
    return Option(name, "float", help, low, high, open_low)


def _choice(name: str, help: str, choices: Sequence[str]) -> Option:
    return Option(name, "choice", help, choices=tuple(choices))


_STUDY = (
    Option("task", "text", "What kind of problem the data are."),
    Option("dataset", "text", "A data set by name (paradigms list), or openml:NAME."),
    Option("data", "text", "Your own table: CSV, Excel or Parquet."),
    Option("same_data", "text", "The same data under three teachers: a data set, or your own CSV file."),
    Option("target", "text", "The column to predict in your own table."),
    Option("drop", "columns", "Columns of your own table to leave out; may be given several times."),
    _int("seeds", "Replicas of each learner, seeds 0 … N−1. [10]", high=10_000),
    _int("seed", "The study's own seed. [0]", low=0),
    Option("quick", "flag", "Three seeds and a short budget."),
    _choice("device", "Where to compute. [auto]", ("auto", "cpu", "cuda", "mps")),
    _choice("dtype", "Arithmetic. [float32]", ("float32", "float64")),
    _int("threads", "Processor threads. [one; more for large steps]", high=1024),
    _int(
        "workers",
        "Processes that share the seeds, two or more each. [one a processor in long runs]",
        high=1024,
    ),
)

_ALL = (
    # how much and how
    _int("samples", "Feedback each replica may consume: examples seen, or environment steps."),
    _real("epochs", "The same budget in passes over the training part.", open_low=True),
    _int("batch_size", "Examples per update."),
    _choice("optimizer", "Update rule.", tuple(OPTIMIZERS)),
    _real("lr", "Learning rate.", open_low=True),
    _choice("schedule", "How the learning rate changes.", tuple(SCHEDULES)),
    _int("warmup", "Updates of linear rise in front of the schedule.", low=0),
    _real("momentum", "μ of momentum and nesterov.", high=1),
    _real("l1", "L1 penalty on the weights."),
    _real("l2", "L2 penalty on the weights: loss + ½ l2 ‖w‖²."),
    _real("weight_decay", "Decoupled weight decay."),
    _real("clip", "Largest gradient norm, per replica.", open_low=True),
    _int("patience", "Stop a replica after this many evaluations without a better validation score."),
    # networks
    Option("model", "model", "linear, a multilayer perceptron, or your own MODULE:FACTORY.", choices=MODELS),
    Option("hidden", "widths", "Widths of the hidden layers, such as 64,64."),
    _choice("activation", "What a hidden unit makes of its sum.", tuple(ACTIVATIONS)),
    _choice("norm", "Brings the sums of hidden layers to mean 0 and variance 1.", tuple(NORMS)),
    _real("dropout", "Share of hidden units that are silent at each update.", high=0.99),
    Option("residual", "flag", "Hidden layers add their input, where it is as wide as they are."),
    _choice("init", "Where the network's weights start.", tuple(INITS)),
    _real("init_scale", "Factor on the size of that start.", high=1e6),
    Option("layer_gradients", "flag", "Record the norm of the gradient of each layer too."),
    # the same data under different teachers
    _int("replay", "Updates after each batch of new examples, on examples recalled from memory."),
    _choice("loss", "Of the answer: its log loss, or the verdict on every guess.", ("log", "verdicts")),
    _int("labels", "Training rows that the teacher of answers has a label for. [all]"),
    _int("unlabelled", "Examples without answers that PCA sees before the labels."),
    _real("label_noise", "Share of labels that are wrong.", high=1),
    _real("reward_noise", "Share of verdicts that are the wrong way round.", high=1),
    _int("delay", "Images between a guess and its verdict.", low=0),
    # unsupervised
    _int("clusters", "Number of centres."),
    _choice("start", "Where the centres start.", ("k-means++", "random")),
    _int("components", "Number of components."),
    _choice("rule", "PCA's rule: the gradient, or Oja's.", ("gradient", "oja")),
    Option("all_data", "flag", "Train and score on every row, without a split."),
    # reinforcement
    Option("env", "text", "Gymnasium environment."),
    _int("envs", "Environments each replica plays at once."),
    _real("gamma", "Discount of later rewards.", high=1),
    _int("memory", "Examples or transitions that the replay memory keeps."),
    _int("learning_starts", "Random steps before the first update."),
    _int("updates_per_step", "Updates after each step of a replica's environments."),
    _int("target_every", "Updates between refreshes of the target network."),
    _real("epsilon", "Final share of random actions.", high=1),
    _real("exploration", "Share of the budget over which ε falls.", high=1, open_low=True),
    _int("n_step", "Rewards summed before bootstrapping."),
    Option("double", "flag", "Double-Q: one network picks the action, the other rates it."),
    Option(
        "scaled", "flag", "Show the network observations as shares of the range the environment declares."
    ),
    _int("limit", "Longest episode, for environments that set none."),
)

OPTIONS: dict[str, Option] = {option.name: option for option in _ALL}
"""Every learner option by its name in Python and TOML."""

ONLY = Option("only", "names", "Some of the learners.")
"""Which learners, of those that a command has."""

STUDY: dict[str, Option] = {option.name: option for option in _STUDY}
"""What is asked of a study as a whole, by the same names."""
