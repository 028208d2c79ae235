"""From a plan to something that trains: data on the device, the learner, its phases, its description."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from paradigms.datasets import split
from paradigms.datasets.streams.split import StreamedSplit
from paradigms.datasets.streams.table import Streamed as StreamedTable
from paradigms.engine.learner import Learner
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streamed import Streamed
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.entries import Entry
from paradigms.errors import UsageError
from paradigms.networks.network import Network
from paradigms.studies.asking.company import Company
from paradigms.studies.asking.module import module_of

if TYPE_CHECKING:
    from paradigms.datasets import Part, Preprocessing, Split


@dataclass(frozen=True)
class Assembly:
    """A company ready to be trained; `split` is that of its distinct seeds, None for an environment.

    `id`, `entry` and `network` (if it has one) are the learner's. Rows that are `streamed` stay on the disk;
    they are `discreet` where they are a person's own, who did not ask for them to be recorded.
    """

    company: Company
    id: str
    entry: Entry
    learner: Learner[Any]
    network: Network | None
    training: Training
    problem: Problem
    split: Split | StreamedSplit | None
    data: dict[str, Any]
    streamed: bool
    discreet: bool

    def preprocessing(self, replica: int) -> Preprocessing:
        """How the rows of replica number `replica` became numbers."""
        assert self.split is not None
        return self.split.preprocessing[self._copy(len(self.split.preprocessing), replica)]

    def held_out(self, replica: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Which rows of the table were its test part, and their targets; of those on the disk the first."""
        dataset = self.company.setting.dataset
        assert self.split is not None
        assert dataset is not None
        if isinstance(self.split, StreamedSplit):
            rows, targets = self.split.told
            place = self._copy(len(rows), replica)
            return rows[place], None if targets is None else targets[place]
        rows = self.split.test.rows
        rows = np.asarray(rows[self._copy(len(rows), replica)])
        return rows, None if dataset.target is None else dataset.target[rows]

    @property
    def width(self) -> int:
        """Numbers in a row of data."""
        return math.prod(self.problem.shape)

    def _copy(self, copies: int, replica: int) -> int:
        return min(int(self.problem.streams.place[replica]), copies - 1)


def assemble(company: Company, study: int, device: torch.device, dtype: torch.dtype) -> Assembly:
    """Loads, splits and builds; the same arguments give the same assembly, bit for bit."""
    entry, dataset, options = company.plan.entry, company.setting.dataset, company.options
    streams = Streams(study, tuple(replica.seed for replica in company.replicas))
    parts: Split | StreamedSplit | None = None
    if dataset is None:
        _check_budget(company, 0)
        problem = Problem(options, streams, options.budget(0), device, dtype)
        data = importlib.import_module("paradigms.rl.scenery").describe(company.setting.world)
    else:
        whole = bool(options.all_data)
        wide = np.float64 if dtype == torch.float64 else np.float32
        parts = (
            StreamedSplit(dataset, study, streams.distinct, wide)
            if isinstance(dataset, StreamedTable)
            else split(
                dataset,
                study_seed=study,
                seeds=streams.distinct,
                whole=whole,
                first=options.rows,
                dtype=wide,
            )
        )
        _check_budget(company, parts.sizes["train"])
        problem = _problem(company, streams, parts, device, dtype)
        kept = {"rows_recorded": company.plan.embed_rows} if dataset.private else {}
        data = dataset.facts() | {"split": parts.sizes} | kept
    learner, phases = module_of(entry).build(problem)
    return Assembly(
        company=company,
        id=company.plan.id,
        entry=entry,
        learner=learner,
        network=getattr(learner, "network", None),
        training=problem.begin(learner, phases),
        problem=problem,
        split=parts,
        data=data,
        streamed=dataset is not None and dataset.streamed,
        discreet=dataset is not None and dataset.private and not company.plan.embed_rows,
    )


def _check_budget(company: Company, rows: int) -> None:
    """Raises unless the budget is enough for one update."""
    options = company.options
    asked = options.budget(rows)
    if company.setting.dataset is None:
        least, what = options.envs * (options.stretch or (options.n_step or 0) + 1), "--samples"
    else:
        moments = 4 if "replay" in company.plan.entry.options else 1
        least, what = (
            moments * (options.batch_size or rows),
            "--epochs" if options.samples is None else "--samples",
        )
    if asked < least:
        raise UsageError(
            f"{company.plan.entry.name}: {asked:,} samples end before the first update, "
            f"which takes {least:,}.",
            f"Give more {what}" + (" or a smaller --batch-size." if options.batch_size and rows else "."),
        )


def _problem(
    company: Company, streams: Streams, parts: Split | StreamedSplit, device: torch.device, dtype: torch.dtype
) -> Problem:
    dataset, mean, scale = company.setting.dataset, None, None
    assert dataset is not None
    if dataset.task == "regression":
        mean = np.array([one.target_mean for one in parts.preprocessing])
        scale = np.array([one.target_scale for one in parts.preprocessing])

    def table(part: Part) -> Table:
        kept = None if np.issubdtype(part.x.dtype, np.integer) else dtype  # codes stay codes
        x = torch.as_tensor(np.ascontiguousarray(_each(part.x, streams)), dtype=kept, device=device)
        if part.y is None:
            return Table(x)
        if mean is None or scale is None:
            right = torch.as_tensor(np.ascontiguousarray(_each(part.y, streams)), device=device)
        else:
            wide = (-1, *[1] * (part.y.ndim - 1))
            y = (part.y.astype(np.float64) - mean.reshape(wide)) / scale.reshape(wide)
            right = torch.as_tensor(_each(y, streams), dtype=dtype, device=device)
        return Table(x, right).shared(len(streams.seeds)) if streams.alike else Table(x, right)

    def whole(name: str) -> Table:
        sample = table(getattr(parts, name))
        return _streamed(sample, parts, name, table) if isinstance(parts, StreamedSplit) else sample

    def known(part: Part) -> dict[str, np.ndarray]:
        columns = part.known
        if mean is not None and scale is not None:
            columns = {name: (one - mean[:, None]) / scale[:, None] for name, one in columns.items()}
        return {name: _each(one, streams, always=True) for name, one in columns.items()}

    return Problem(
        options=company.options,
        streams=streams,
        budget=company.options.budget(parts.sizes["train"]),
        device=device,
        dtype=dtype,
        parts={name: whole(name) for name in ("train", "validation", "test")},
        classes=len(dataset.classes or ()),
        shape=dataset.shape,
        target_shape=dataset.form.target_shape,
        plane=dataset.form.plane,
        filler=dataset.form.filler,
        known={"train": known(parts.train), "validation": known(parts.validation), "test": known(parts.test)},
        target_mean=None if mean is None else _each(mean, streams, always=True),
        target_scale=None if scale is None else _each(scale, streams, always=True),
    )


def _streamed(sample: Table, parts: StreamedSplit, name: str, table: Callable[[Part], Table]) -> Streamed:
    """A part on the disk, whose rows become what those of its sample are; of the test part all are scored."""
    store = _Blocks(parts, table) if name == "train" else None

    def pieces() -> Iterator[Table]:
        return map(table, parts.pieces(name))

    return Streamed(sample.x, sample.y, None, parts.sizes[name], pieces, name == "test", store)


@dataclass(frozen=True)
class _Blocks:
    """The training rows of a table on the disk, by blocks, as a learner reads them."""

    parts: StreamedSplit
    table: Callable[[Part], Table]

    @property
    def sizes(self) -> list[int]:
        return [train for train, _, _ in self.parts.block_sizes]

    def window(self, blocks: Sequence[int]) -> Callable[[np.ndarray], Table]:
        taken = self.parts.window(blocks)
        return lambda chosen: self.table(taken(chosen))


def _each(known: np.ndarray, streams: Streams, always: bool = False) -> np.ndarray:
    """What is known of each distinct seed for every replica; one copy where all share it, unless `always`."""
    if len(known) > 1:
        return streams.spread(known)
    return np.broadcast_to(known, (len(streams.seeds), *known.shape[1:])) if always else known
