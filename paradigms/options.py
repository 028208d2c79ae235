"""Every option a learner may take: its type, its limits and its one line of help.

The command line, the TOML file, the Python interface and the documentation read this one table.
Nothing here imports torch.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from paradigms.errors import UsageError, unknown

Kind = Literal["int", "float", "text", "choice", "widths", "flag"]

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
    "cosine": "half a cosine, down to 0",
}


@dataclass(frozen=True)
class Option:
    """One option. `low` and `high` bound numbers; `open_low` excludes the lower bound itself."""

    name: str
    kind: Kind
    help: str
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """As typed: `--batch-size`."""
        return "--" + self.name.replace("_", "-")

    def check(self, value: Any) -> Any:
        """The value, in this option's type.

        Raises:
            UsageError: a value out of its type or limits.
        """
        if value is None:
            return None
        if self.kind == "choice":
            if value not in self.choices:
                raise unknown(self.name.replace("_", " "), str(value), self.choices)
            return value
        if self.kind == "widths":
            return self._widths(value)
        if self.kind in ("int", "float"):
            return self._number(value)
        if self.kind == "flag" and not isinstance(value, bool):
            raise UsageError(f"{self.flag} is true or false, not {value!r}.")
        return value if self.kind == "flag" else str(value)

    def _number(self, value: Any) -> int | float:
        word = "a whole number" if self.kind == "int" else "a number"
        try:
            number = float(value)
            if isinstance(value, bool) or (self.kind == "int" and number != int(number)):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise UsageError(f"{self.flag} must be {word}, not {value!r}.") from None
        if (
            math.isfinite(number)
            and self.low <= number <= self.high
            and not (self.open_low and number == self.low)
        ):
            return int(number) if self.kind == "int" else number
        above = f"above {self.low:g}" if self.open_low else f"at least {self.low:g}"
        below = f" and at most {self.high:g}" if math.isfinite(self.high) else ""
        raise UsageError(f"{self.flag} must be {word} {above}{below}, not {value}.")

    def _widths(self, value: Any) -> tuple[int, ...]:
        parts = (
            value.split(",")
            if isinstance(value, str)
            else list(value)
            if isinstance(value, Sequence)
            else [value]
        )
        try:
            widths = tuple(int(str(part)) for part in parts if str(part).strip())
        except ValueError:
            widths = (0,)
        if not widths or min(widths) < 1:
            raise UsageError(f"{self.flag} must be layer widths such as 64,64, not {value!r}.")
        return widths


def _int(name: str, help: str, low: int = 1, high: float = math.inf) -> Option:
    return Option(name, "int", help, low, high)


def _real(name: str, help: str, low: float = 0.0, high: float = math.inf, open_low: bool = False) -> Option:
    return Option(name, "float", help, low, high, open_low)


def _choice(name: str, help: str, choices: Sequence[str]) -> Option:
    return Option(name, "choice", help, choices=tuple(choices))


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
    _choice("model", "linear, or a multilayer perceptron.", ("linear", "mlp")),
    Option("hidden", "widths", "Widths of the hidden layers, such as 64,64."),
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
    _int("memory", "Transitions the replay memory keeps."),
    _int("learning_starts", "Random steps before the first update."),
    _int("updates_per_step", "Updates after each step of a replica's environments."),
    _int("target_every", "Updates between refreshes of the target network."),
    _real("epsilon", "Final share of random actions.", high=1),
    _real("exploration", "Share of the budget over which ε falls.", high=1, open_low=True),
    _int("n_step", "Rewards summed before bootstrapping."),
    Option("double", "flag", "Double-Q: one network picks the action, the other rates it."),
    _int("limit", "Longest episode, for environments that set none."),
)

OPTIONS: dict[str, Option] = {option.name: option for option in _ALL}
"""Every learner option by its name in Python and TOML."""


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name nearest to a mistyped one, if any is near."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return near[0] if near else None
