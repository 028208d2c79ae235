"""The three parts of a table on the disk: every block is split on its own, for each replica by lot."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..preprocessing import CategoryColumn, NumberColumn, Preprocessing
from ..splits import Part
from .ingest import origins
from .table import HELD, TOLD, Streamed

Array = np.ndarray[Any, Any]
PARTS = ("train", "validation", "test")


class StreamedSplit:
    """Every block in 60/20/20 for S replica seeds, and how each one's rows are scaled by its training part.

    `train`, `validation` and `test` are samples of the parts, from the first blocks; `pieces` are all of one.
    """

    def __init__(self, dataset: Streamed, study: int, seeds: Sequence[int], dtype: Any) -> None:
        self.dataset, self.study, self.seeds, self.dtype = dataset, study, tuple(seeds), dtype
        self.cache, self.name = dataset.stored, zlib.crc32(dataset.name.encode())

    @property
    def block_sizes(self) -> list[tuple[int, int, int]]:
        """Rows that each block gives to each part, the same for all replicas."""
        return [_shares(size) for size in self.cache.sizes]

    @property
    def sizes(self) -> dict[str, int]:
        """Rows in each part."""
        return dict(zip(PARTS, map(sum, zip(*self.block_sizes, strict=True)), strict=True))

    def rows(self, block: int, part: str) -> Array:
        """Which rows of a block are in a part, [S, n]."""
        return np.stack(
            [
                _divided(self.study, self.name, seed, block, self.cache.sizes_of(block))[part]
                for seed in self.seeds
            ]
        )

    @cached_property
    def preprocessing(self) -> tuple[Preprocessing, ...]:
        """How the rows of each replica become numbers: one pass over all rows."""
        return _fitted_all(self)

    @cached_property
    def _scaled(self) -> list[tuple[Array, Array, Array, list[tuple[int, int]]]]:
        """Fill, mean and scale of the numbers of each replica, and (fill, levels) of its categories."""
        found = []
        for one in self.preprocessing:
            table = np.array([[c.fill, c.mean, c.scale] for c in one.numbers]).reshape(-1, 3).T
            levels = [
                (-1 if c.fill is None else c.levels.index(c.fill), len(c.levels)) for c in one.categories
            ]
            found.append((table[0], table[1], table[2], levels))
        return found

    @cached_property
    def _shape(self) -> tuple[int, int, bool]:
        """Columns of numbers, features, and whether any of these numbers is missing anywhere."""
        numbers = len(self.dataset.numbers)
        return numbers, len(self.dataset.features), any(self.cache.about["missing"][:numbers])

    def examples(self, raw: Array, chosen: Array) -> tuple[Array, Array | None]:
        """Rows [S, n] of raw rows [m, w] as learners read them: x [S, n, d] and the target [S, n], if any."""
        numbers, width, holes = self._shape
        x = np.empty((len(chosen), chosen.shape[1], width), self.dtype)
        for place, (fill, mean, scale, levels) in enumerate(self._scaled):
            rows = raw.take(chosen[place], 0)
            values = rows[:, :numbers]
            if holes:
                values = np.where(np.isnan(values), fill, values)
            np.divide(values - mean, scale, out=x[place, :, :numbers], casting="same_kind")
            start = numbers
            for column, (most, count) in enumerate(levels, numbers):
                codes = np.where(np.isnan(rows[:, column]), most, rows[:, column])
                x[place, :, start : start + count] = codes[:, None] == np.arange(count)
                start += count
        if self.dataset.target_name is None:
            return x, None
        y = raw[chosen, -1]
        return x, y.astype(np.int64 if self.dataset.task == "classification" else np.float64)

    def pieces(self, part: str) -> Iterator[Part]:
        """All rows of a part, block after block, and of many features a block in several pieces.

        How many hangs on the features alone, and on no replica's company.
        """
        rows = max(1, HELD // (4 * max(1, self._shape[1])))
        for block in range(len(self.cache.sizes)):
            raw, chosen = self.cache.block(block), self.rows(block, part)
            for start in range(0, chosen.shape[1], rows):
                some = chosen[:, start : start + rows]
                yield Part(*self.examples(raw, some), some + block * self.cache.about["block"])

    def window(self, blocks: Sequence[int]) -> Callable[[Array], Part]:
        """What takes rows [S, n] out of some blocks, by their place among these blocks' training rows."""
        raw = np.concatenate([self.cache.block(block) for block in blocks])
        starts = np.cumsum([0, *(self.cache.sizes_of(block) for block in blocks)])
        there = [self.rows(block, "train") + start for block, start in zip(blocks, starts, strict=False)]
        rows = np.concatenate(there, 1)  # [S, rows of training]

        def taken(chosen: Array) -> Part:
            places = np.take_along_axis(rows, chosen, 1)
            return Part(*self.examples(raw, places), places)

        return taken

    def sample(self, part: str) -> Part:
        """Its first rows, which are as good as any."""
        wanted = self.dataset.sampled
        held: list[Part] = []
        for one in self.pieces(part):
            held.append(one)
            if sum(each.rows.shape[1] for each in held) >= wanted:
                break
        x, rows = (
            np.concatenate([getattr(one, name) for one in held], 1)[:, :wanted] for name in ("x", "rows")
        )
        there = [one.y for one in held if one.y is not None]
        return Part(x, np.concatenate(there, 1)[:, :wanted] if there else None, rows)

    @cached_property
    def train(self) -> Part:
        """A sample of the training part."""
        return self.sample("train")

    @cached_property
    def validation(self) -> Part:
        """A sample of the validation part."""
        return self.sample("validation")

    @cached_property
    def test(self) -> Part:
        """A sample of the test part."""
        return self.sample("test")

    @cached_property
    def told(self) -> tuple[Array, Array | None]:
        """The first test rows [S, n] as the table numbers them, and their targets as it has them."""
        places = self.test.rows[:, :TOLD]
        rows = origins(self.cache.about, places.reshape(-1)).reshape(places.shape)
        return rows, None if self.test.y is None else self.test.y[:, :TOLD].astype(
            np.int64 if self.dataset.task == "classification" else self.cache.dtype
        )


def _shares(size: int) -> tuple[int, int, int]:
    held = -(-2 * size // 5)
    return size - held, held // 2, held - held // 2


@lru_cache(maxsize=256)
def _divided(study: int, name: int, seed: int, block: int, size: int) -> dict[str, Array]:
    """A block's rows by part, in an order by lot."""
    lot = np.random.default_rng((study, name, seed, block)).permutation(size).astype(np.int32)
    train, validation, _ = _shares(size)
    return dict(zip(PARTS, np.split(lot, [train, train + validation]), strict=True))


class _Tally:
    """Sums over one replica's training rows, counted from a shift so that no digits are lost."""

    def __init__(self, shift: Array, levels: Sequence[int]) -> None:
        self.shift = shift
        self.count = np.zeros(len(shift))
        self.sums, self.squares = np.zeros(len(shift)), np.zeros(len(shift))
        self.levels = [np.zeros(count, np.int64) for count in levels]

    def add(self, numbers: Array, codes: Array) -> None:
        off = numbers - self.shift
        there = ~np.isnan(off)
        off = np.where(there, off, 0.0)
        self.count += there.sum(0)
        self.sums += off.sum(0)
        self.squares += np.einsum("ij,ij->j", off, off)
        for held, column in zip(self.levels, codes.T, strict=True):
            held += np.bincount(column[~np.isnan(column)].astype(np.int64), minlength=len(held))

    @property
    def mean(self) -> Array:
        """Of the cells that are there; 0 where none is, as scikit-learn fills such a column."""
        return np.where(self.count > 0, self.shift + self.sums / np.maximum(self.count, 1), 0.0)

    def scale(self, rows: int) -> Array:
        """The deviation of so many rows, missing cells taking the mean; 1 of what does not vary."""
        about = np.maximum(self.squares - self.sums**2 / np.maximum(self.count, 1), 0.0) / rows
        flat = about <= 1e-24 * np.maximum(1.0, self.mean**2)
        return np.where(flat, 1.0, np.sqrt(about))


def _fitted_all(split: StreamedSplit) -> tuple[Preprocessing, ...]:
    dataset, first = split.dataset, split.cache.block(0)
    numbers = len(dataset.numbers)
    measured = dataset.task == "regression"
    chosen = [*range(numbers), *([first.shape[1] - 1] if measured else [])]
    coded = slice(numbers, numbers + len(dataset.categories))
    with np.errstate(all="ignore"):
        held = np.ma.masked_invalid(first[:, chosen].astype(np.float64))
        shift = np.ma.filled(held.mean(0), 0.0) if len(chosen) else np.zeros(0)
    levels = [len(column.levels or ()) for column in dataset.categories]
    tallies = [_Tally(shift, levels) for _ in split.seeds]
    for number, block in enumerate(split.cache.blocks()):
        values = block.astype(np.float64)
        for tally, rows in zip(tallies, split.rows(number, "train"), strict=True):
            part = values[rows]
            tally.add(part[:, chosen], part[:, coded])
    return tuple(_fitted(dataset, tally, split.sizes["train"], measured) for tally in tallies)


def _fitted(dataset: Streamed, tally: _Tally, rows: int, measured: bool) -> Preprocessing:
    mean, scale = tally.mean, tally.scale(rows)
    numbers = tuple(
        NumberColumn(column.name, column.kind, float(m), float(m), float(s), column.reading)
        for column, m, s in zip(dataset.numbers, mean, scale, strict=False)
    )
    categories = tuple(
        CategoryColumn(
            column.name,
            column.levels or (),
            (column.levels or ())[int(counts.argmax())] if counts.any() else None,
            column.reading,
        )
        for column, counts in zip(dataset.categories, tally.levels, strict=True)
    )
    return Preprocessing(
        numbers=numbers,
        categories=categories,
        target_name=dataset.target_name,
        target_mean=float(mean[-1]) if measured else None,
        target_scale=float(scale[-1]) if measured else None,
        classes=dataset.classes,
    )
