"""What trained replicas say of rows they have never seen, with their spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from paradigms.datasets import Preprocessing, new_pieces
from paradigms.enclosure import name_within
from paradigms.errors import UsageError
from paradigms.networks import catalogue
from paradigms.networks.network import Network
from paradigms.registry import entry
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import stored
from paradigms.studies.asking.module import respond
from paradigms.studies.kept import chosen

if TYPE_CHECKING:
    import pandas as pd

ROOM = 1 << 24
"""Bytes of the rows that are answered at once, of all replicas, where they are many."""


def predict(
    folder: Path,
    data: Path,
    learner: str | None = None,
    model: str | None = None,
    setting: int | None = None,
    say: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """One line per row of `data`: the replicas' joint answer, and how far they disagree.

    A row without any value has no answer. Of a series each line is a row that was foreseen, with those after
    the last.

    Args:
        model: MODULE:FACTORY, where the folder says that this is the network; nothing else is imported.
        setting: of a sweep, which one's model; by default the best one's.
        say: is told what should be known of the rows.

    Raises:
        UsageError: no model, several without a choice, one that was edited, or columns that are missing.
    """
    import pandas as pd

    pieces = list(predicted(folder, data, learner, model, setting, say))
    return pieces[0] if len(pieces) == 1 else pd.concat(pieces, ignore_index=True)


def predicted(
    folder: Path,
    data: Path,
    learner: str | None = None,
    model: str | None = None,
    setting: int | None = None,
    say: Callable[[str], None] | None = None,
) -> Iterator[pd.DataFrame]:
    """The same, piece after piece where the rows are too many for memory; else in one.

    Raises:
        UsageError: as `predict` does, before the first piece.
        DataError: a cell that is not what training saw, as late as it comes.
    """
    try:
        run = RunFolder(folder)
        yield from _predicted(run, data, chosen(run, learner, setting), model, say)
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UsageError(
            f"the model in {folder} is not as a run leaves it ({type(error).__name__}).", "Train again."
        ) from error


def _predicted(
    run: RunFolder, data: Path, about: dict[str, Any], model: str | None, say: Callable[[str], None] | None
) -> Iterator[pd.DataFrame]:
    if entry(about["name"]).task in ("language", "translation"):
        raise UsageError(
            f"{about['learner']} answers a text, not rows of a table.", "Give it one with --prompt TEXT."
        )
    preprocessing = [Preprocessing.from_json(one) for one in about["preprocessing"]]
    seeds, width = len(about["seeds"]), len(preprocessing[0].features)
    pieces = new_pieces(data, preprocessing[0], max(1, ROOM // (8 * seeds * max(1, width))), say)
    first = next(pieces)
    name = stored(name_within(about["learner"], "learner"), int(about.get("setting", 0)))
    arrays = run.read_arrays(f"model/{name}.safetensors")
    tensors = {key: torch.from_numpy(array) for key, array in arrays.items()}
    usable = [i for i, good in enumerate(about["usable"]) if good]
    known, own = entry(about["name"]), [preprocessing[min(i, len(preprocessing) - 1)] for i in usable]
    if not usable:
        raise UsageError(f"every replica of {about['learner']} diverged.", "Train again with a smaller --lr.")
    network = _network(about, tensors, model)
    held = {name: one[usable] for name, one in tensors.items()}
    for frame in chain([first], pieces):
        rows = np.stack([one.transform(frame) for one in preprocessing])
        x = torch.as_tensor(rows, dtype=tensors[about["parameters"][0]].dtype)
        x = x.expand(seeds, -1, -1)
        with torch.no_grad():
            answer = respond(known, network, held, x[usable])
        found = {name: tensor.double().numpy() for name, tensor in answer.items()}
        yield _answers_of(_frame(known.task, found, own, frame.index), frame)


def _answers_of(answers: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The answers, but for rows that hold nothing to be answered."""
    blank = rows.isna().all(axis=1).to_numpy()
    if not blank.any():
        return answers
    said = [name for name in answers if name not in ("row", "file")]
    asked = {name: answers[name].convert_dtypes().mask(blank) for name in said}
    return answers.assign(**asked)


def _network(about: Mapping[str, Any], tensors: Mapping[str, Tensor], model: str | None) -> Network | None:
    """The model's network, if it has one; models of version 1 do not describe it."""
    if "network" not in about:
        logits = about["name"] == "classification" or "log" in tensors  # others learned values by verdicts
        return (
            catalogue.of_tensors(tensors, "logits" if logits else "values") if "weight1" in tensors else None
        )
    return None if about["network"] is None else catalogue.described(about["network"], model)


def _frame(
    task: str, answer: dict[str, Any], preprocessing: list[Preprocessing], rows: pd.Index
) -> pd.DataFrame:
    import pandas as pd

    said = answer["prediction"]  # [R, N]
    series = preprocessing[0].series
    start = rows[0] if series is None and rows.name is None and len(rows) else 0
    start = start if series is None else series.first
    index: dict[str, Any] = {"row": np.arange(said.shape[1]) + start}
    if rows.name is not None:
        index = {str(rows.name): rows}
    if task == "regression":
        mean = np.array([[one.target_mean] for one in preprocessing], float)
        scale = np.array([[one.target_scale] for one in preprocessing], float)
        return pd.DataFrame(index | _spread("prediction", said * scale + mean))
    if task == "classification":
        classes = np.array(preprocessing[0].classes)
        by = "score" if "score" in answer else "probability"  # who has scores has no probabilities
        each = answer[by].mean(0)  # [N, C]
        best = each.argmax(1)
        agree = (said == best).mean(0)
        return pd.DataFrame(index | {"prediction": classes[best], by: each.max(1), "agreement": agree})
    if task == "kmeans":
        nearest = {"cluster_of_first_seed": said[0].astype(int)}
        by = "log_density" if "log_density" in answer else "distance"
        return pd.DataFrame(index | nearest | _spread(by, answer[by]))
    if task == "anomaly":
        alarms = {"alarms": answer["alarm"].mean(0)}
        return pd.DataFrame(index | _spread("error", said) | alarms)
    if task == "generation":
        return pd.DataFrame(index | _spread("denoising_error", said))
    coordinates = answer["component"][0]
    first = {
        f"component_{i + 1}_of_first_seed": coordinates[:, i] for i in range(min(2, coordinates.shape[1]))
    }
    return pd.DataFrame(index | first | _spread("reconstruction_error", said))


def _spread(name: str, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Mean, deviation and range over replicas [R, N]."""
    spread = values.std(0, ddof=1) if len(values) > 1 else np.full(values.shape[1], np.nan)
    return {name: values.mean(0), "spread": spread, "lowest": values.min(0), "highest": values.max(0)}
