"""What varies in a study: ranges and lists of values, and the settings that they make together.

Nothing here imports torch.
"""

from __future__ import annotations

import itertools
import json
import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from paradigms.errors import UsageError, unknown
from paradigms.option import Option
from paradigms.options import OPTIONS, STUDY

Varied = Mapping[str, Any]
"""Option → value, of all that a setting varies."""
QUESTIONS = ("dataset", "data", "env", "clusters", "components")
"""Options that change what is asked: scores of different questions have no best among them."""
VARYING: dict[str, Option] = {**OPTIONS, **{name: STUDY[name] for name in ("dataset", "data")}}
"""Every option that may vary, by name."""
HINT = "Type a range such as lr=1e-4:1:log:12, or a list such as l2=0,1e-4,1e-2."


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, ends included, by equal differences or ratios; `count` is left out for draws."""

    low: float
    high: float
    how: Literal["lin", "log"]
    count: int | None = None

    def __post_init__(self) -> None:
        positive = self.how == "lin" or min(self.low, self.high) > 0
        if not (math.isfinite(self.low) and math.isfinite(self.high) and positive):
            raise UsageError(f"{self} is no range: a logarithmic one lies above 0.", HINT)
        if self.count is not None and self.count < 1:
            raise UsageError(f"{self} has no values.", HINT)

    def __str__(self) -> str:
        count = "" if self.count is None else f":{self.count}"
        return f"{self.low:g}:{self.high:g}:{self.how}{count}"

    def at(self, share: float) -> float:
        """The value at a share of the way; the ends are exactly what was typed."""
        if share in (0, 1):
            return self.high if share else self.low
        if self.how == "lin":
            between = self.low + (self.high - self.low) * share
        else:
            between = self.low * (self.high / self.low) ** share
        return float(f"{between:.12g}")  # 0.1, not 0.09999999999999998

    @property
    def values(self) -> list[float]:
        """All of them.

        Raises:
            UsageError: it does not say how many.
        """
        if self.count is None:
            raise UsageError(f"{self} does not say how many values.", f"Type {self}:8, or add --random 20.")
        return [self.at(i / max(1, self.count - 1)) for i in range(self.count)]


def lin(low: float, high: float, n: int | None = None) -> Range:
    """`n` values from `low` to `high` by equal differences, for `paradigms.sweep`."""
    return Range(float(low), float(high), "lin", n)


def log(low: float, high: float, n: int | None = None) -> Range:
    """`n` values from `low` to `high` by equal ratios, for `paradigms.sweep`.

    >>> log(0.01, 1, 3).values
    [0.01, 0.1, 1.0]
    """
    return Range(float(low), float(high), "log", n)


Choices = Range | Sequence[Any]
"""What one option may be."""


def parse(text: str) -> tuple[str, Choices]:
    """An option and its choices, as typed behind --vary.

    >>> parse("target-every=1,32")
    ('target_every', ['1', '32'])

    Raises:
        UsageError: an option that is none or cannot vary, or choices that cannot be read.
    """
    name, equals, said = text.partition("=")
    if not equals or not said.strip():
        raise UsageError(f"--vary {text} says no values.", HINT)
    return option(name).name, _range(said) if ":" in said else [one.strip() for one in said.split(",")]


def option(name: str) -> Option:
    """The option of that name, if it may vary.

    Raises:
        UsageError: it may not, or there is none.
    """
    name = name.strip().replace("-", "_")
    if name in STUDY and name not in VARYING:
        raise UsageError(f"--{name.replace('_', '-')} cannot vary in a sweep.", "Give it to all settings.")
    if name not in VARYING:
        raise unknown("option", name, VARYING)
    return VARYING[name]


def _range(said: str) -> Range:
    match said.split(":"):
        case [low, high, ("lin" | "log") as how, *count] if len(count) < 2:
            try:
                return Range(float(low), float(high), how, int(count[0]) if count else None)
            except ValueError:
                pass
    raise UsageError(f"{said} is no range.", HINT)


def grid(varied: Mapping[str, Choices]) -> tuple[Varied, ...]:
    """Every combination of the choices, the last option changing fastest; each once."""
    each = [[(name, value) for value in values(name, choices)] for name, choices in varied.items()]
    return distinct(dict(one) for one in itertools.product(*each))


def values(name: str, choices: Choices) -> list[Any]:
    """One option's choices in its type: whole numbers rounded, each once.

    Raises:
        UsageError: a value that the option cannot have.
    """
    own = option(name)
    listed = choices.values if isinstance(choices, Range) else list(choices)
    found = [_checked(own, value, isinstance(choices, Range)) for value in listed]
    if not found:
        raise UsageError(f"{own.flag} varies over no values.", HINT)
    return list({_key(value): value for value in found}.values())


def drawn(varied: Mapping[str, Choices], study: int, count: int) -> tuple[Varied, ...]:
    """So many combinations drawn at random: draw i hangs on the study's seed and i alone."""
    return distinct(_draw(varied, study, i) for i in range(count))


def _draw(varied: Mapping[str, Choices], study: int, number: int) -> dict[str, Any]:
    import numpy as np  # not where `--help` would wait for it

    found = {}
    for name, choices in varied.items():
        key = study, zlib.crc32(b"sweep"), zlib.crc32(name.encode())
        share = float(np.random.default_rng(np.random.SeedSequence(key, spawn_key=(number,))).random())
        if isinstance(choices, Range):
            found[name] = _checked(option(name), choices.at(share), rounded=True)
        else:
            listed = values(name, choices)
            found[name] = listed[int(share * len(listed))]
    return found


def distinct(settings: Iterable[Varied]) -> tuple[Varied, ...]:
    """Each setting once, where it stood first."""
    return tuple({key(one): one for one in settings}.values())


def projected(settings: Iterable[Varied], names: Collection[str]) -> tuple[Varied, ...]:
    """What these options vary in them: each setting once, and none that varies nothing."""
    kept = ({name: value for name, value in one.items() if name in names} for one in settings)
    return distinct(one for one in kept if one)


def comparable(names: Collection[str]) -> bool:
    """Whether settings that vary these options answer one question, so that one of them may be the best."""
    return not set(names) & set(QUESTIONS)


def key(varied: Varied) -> str:
    """What tells settings apart: their values, in whatever order they were named."""
    return _key({name: varied[name] for name in sorted(varied)})


def _key(value: Any) -> str:
    return json.dumps(value, default=str)


_WORDS = {"true": True, "false": False, "none": None}


def _checked(own: Option, value: Any, rounded: bool) -> Any:
    if own.kind == "int" and rounded:
        value = round(value)
    if isinstance(value, str) and (own.kind == "flag" or value.lower() == "none"):
        value = _WORDS.get(value.lower(), value)
    return own.check(value)


_SPOKEN = {
    "lr": "learning rate",
    "l1": "L1 penalty",
    "l2": "L2 penalty",
    "clip": "largest gradient norm",
    "gamma": "γ",
    "epsilon": "ε",
    "hidden": "hidden layers",
    "env": "environment",
    "dataset": "data set",
    "data": "table",
    "init": "start",
    "init_scale": "size of the start",
    "envs": "number of environments",
    "clusters": "number of clusters",
    "components": "number of components",
    "target_every": "updates between target refreshes",
    "n_step": "number of rewards summed",
    "persistence": "longest run of a random action",
    "double": "double-Q",
}


def spoken(name: str) -> str:
    """An option in a sentence.

    >>> spoken("lr"), spoken("batch_size")
    ('learning rate', 'batch size')
    """
    return _SPOKEN.get(name, name.replace("_", " "))


def said(value: Any) -> str:
    """A value as it is typed.

    >>> said((64, 64)), said([32] * 20), said(0.001), said(None)
    ('64x64', '20*32', '0.001', 'none')
    """
    if isinstance(value, list | tuple):
        runs = [(one, len(list(same))) for one, same in itertools.groupby(value)]
        layers = [[f"{count}*{one}"] if count > 2 else [str(one)] * count for one, count in runs]
        return "x".join(itertools.chain.from_iterable(layers))
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
