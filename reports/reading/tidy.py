"""metrics.jsonl as a tidy pandas frame: one row per learner, seed, step, split and signal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .folder import Json, Run, as_left, read

if TYPE_CHECKING:
    import pandas

_KEYS = ("learner", "seed", "setting", "step", "samples", "seconds", "split")
_BESIDE = _KEYS.index("setting") + 1


def frame(folder: Path) -> pandas.DataFrame:
    """Columns learner, seed, setting, step, samples, seconds, split, signal, value; values that are not
    numbers (`stopped`, `rivals`) are left out, missing ones are NaN.

    Beside `setting` stands a column for each option that varies, with its value in that setting.
    """
    with as_left([folder]):
        return _frame(read(folder))


def _frame(run: Run) -> pandas.DataFrame:
    import pandas

    options = {(it["id"], one["setting"]): one for it in run.config["learners"] for one in it["settings"]}
    varied = list(dict.fromkeys(name for one in options.values() for name in one["varied"]))
    rows: list[tuple[Any, ...]] = []
    for place, own in run.rows.items():
        beside = tuple(_value(options[place], name) for name in varied)
        for row in own:
            keys = tuple(row.get(key, 0) for key in _KEYS)
            keys = (*keys[:_BESIDE], *beside, *keys[_BESIDE:])
            rows.extend((*keys, name, value) for name, value in row.items() if _told(name, value))
    names = [f"option {name}" if name in (*_KEYS, "signal", "value") else name for name in varied]
    columns = [*_KEYS[:_BESIDE], *names, *_KEYS[_BESIDE:], "signal", "value"]
    return pandas.DataFrame(rows, columns=columns).astype({"value": "float64"})


def _value(setting: Json, name: str) -> Any:
    """The option's value there, that of the default where the setting does not name it."""
    value = setting["varied"].get(name, setting["options"].get(name))
    return tuple(value) if isinstance(value, list) else value


def _told(name: str, value: Any) -> bool:
    return name not in _KEYS and not isinstance(value, str | dict)
