"""One worked example from the request to the page, in a folder of its own; and whether it repeats itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load
from threadpoolctl import threadpool_limits

from paradigms import examples
from paradigms.course.lesson import Draw
from paradigms.errors import UsageError
from paradigms.reports.page.example import draw as draw_page
from paradigms.runs import atomic, place
from paradigms.runs.difference import words
from paradigms.runs.folder import as_json, as_safetensors, plain
from paradigms.worked.example import QUICK_SEEDS, SEEDS, Answer, Example, Rows, Tried
from paradigms.worked.outcome import Outcome
from paradigms.worked.telling import summary, told

FILE = "example.json"
"""What an example's folder is known by."""
ANSWERS = "answers"
"""The folder in it of what each who was tried has answered."""
Say = Callable[[str], None]


def choose(out: Path | None, name: str, force: bool) -> Path:
    """A folder for the page, `runs/example-NAME-DATE-N` unless `out` names one; an example there is cleared.

    Raises:
        UsageError: the folder holds something, and is no example's or `force` is off.
    """
    if out is None:
        return place.free(f"example-{name}")
    if place.chosen(out, "an example", FILE, force):
        for left in (ANSWERS, "figures"):
            shutil.rmtree(out / left, ignore_errors=True)
        for left in (FILE, "summary.json", "report.html"):
            (out / left).unlink(missing_ok=True)
    return out


def drawn(seed: int, seeds: int | None, quick: bool) -> Draw:
    """What a request draws."""
    return Draw(seed, seeds or (QUICK_SEEDS if quick else SEEDS), quick)


def work(example: Example, draw: Draw, say: Say, kept: Path | None = None) -> Outcome:
    """Everybody who is tried answers every seed's rows; `say` hears who is asked.

    Args:
        kept: where answers are kept; whoever has answered there is not asked again.
    """
    rows = [example.rows(draw, seed) for seed in range(draw.seeds)]
    answers = {}
    with threadpool_limits(1):
        for number, one in enumerate(example.tried):
            file = None if kept is None else kept / f"{number}.safetensors"
            answers[one.name] = _answers(one, rows, draw, say, file)
    return Outcome(example, draw, rows, answers)


def _answers(one: Tried, rows: Sequence[Rows], draw: Draw, say: Say, file: Path | None) -> list[Answer]:
    if file is not None and file.is_file():
        held = load(file.read_bytes())
        return [
            {key.partition("/")[2]: held[key] for key in held if key.partition("/")[0] == str(seed)}
            for seed in range(len(rows))
        ]
    say(f"asking {one.name}")
    found = one.answers(rows, draw)
    if file is not None:
        named = {f"{seed}/{part}": said[part] for seed, said in enumerate(found) for part in said}
        arrays = {name: np.asarray(array) for name, array in named.items()}
        atomic.write(file, as_safetensors(arrays, {"name": one.name}))
    return found


def worked(name: str, draw: Draw, folder: Path, command: str, say: Say) -> Any:
    """Works the example, as far as it is not worked there already, and draws its page.

    Raises:
        UsageError: there is no such example, the folder cannot be written, or was edited.
    """
    example, asked = examples.load(name), {"seed": draw.seed, "seeds": draw.seeds, "quick": draw.quick}
    try:
        (folder / ANSWERS).mkdir(parents=True, exist_ok=True)
        about = {"version": 1, "name": name, "command": command, "asked": asked}
        atomic.write(folder / FILE, as_json(about))
        outcome = work(example, draw, say, folder / ANSWERS)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}.", "Name another folder.") from None
    except SafetensorError:
        raise UsageError(f"{folder / ANSWERS} is not as an example leaves it.", "Work it anew.") from None
    found = told(name, outcome, command)
    shutil.rmtree(folder / "figures", ignore_errors=True)
    return draw_page(found, summary(found, outcome), folder)


def kept(folder: Path) -> tuple[str, Draw, str]:
    """What an example's folder says: its name, what was drawn, and the command.

    Raises:
        UsageError: it is no example's, or was edited.
    """
    try:
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
        asked = about["asked"]
        draw = Draw(int(asked["seed"]), int(asked["seeds"]), bool(asked["quick"]))
        return str(about["name"]), draw, str(about["command"])
    except FileNotFoundError:
        raise UsageError(
            f"{folder} is not the folder of an example.", "Name one that holds an example.json."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{folder / FILE} is not as an example leaves it.", "Work it anew.") from None


def again(folder: Path, say: Say) -> tuple[list[str], int]:
    """Where the summary in a folder differs from what the example comes to now, and how much was compared.

    Raises:
        UsageError: it is no example's, or one that was not worked to its end.
    """
    name, draw, command = kept(folder)
    try:
        held = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{folder} was not worked to its end.", f"Go on with it: paradigms example --resume {folder}"
        ) from None
    except (OSError, ValueError):
        raise UsageError(
            f"{folder / 'summary.json'} is not as an example leaves it.", "Work it anew."
        ) from None
    outcome = work(examples.load(name), draw, say)
    now = summary(told(name, outcome, command), outcome)
    return words("summary.json", held, plain(now))
