"""One reading of a table into a shuffled cache, in two passes: into buckets by lot, then each one shuffled.

That is a uniform shuffle of all rows (Sanders 1998) with one bucket in memory at a time. Which row lands
where hangs on the file alone.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from paradigms.errors import DataError

from ..words import quoted
from .cache import ROWS, SCHEMA, VERSION, Cache, block_rows, private, sweep
from .cache import begun as started
from .columns import Empty, Kept, as_rows
from .source import Batch, Source

Array = np.ndarray[Any, Any]
BUCKET, MOST = 1 << 26, 200
"""Bytes of the file for each bucket, and as many buckets at most."""
_LOT, LOTS = 20_260_731, 1 << 20

Look = Callable[[int, int], None]
"""Told how many rows are read, of about how many; may raise to end it."""


@dataclass(frozen=True, eq=False)
class Decided:
    """The columns to be kept, the target last; those that must stay empty; how many rows said so."""

    kept: Sequence[Kept]
    empty: Sequence[Empty]
    sampled: int

    @property
    def target(self) -> Kept | None:
        """The column to predict."""
        return self.kept[-1] if self.kept[-1].target else None


def ingest(source: Source, decided: Decided, folder: Path, about: dict[str, Any], look: Look) -> Cache:
    """Reads everything and leaves it in `folder`, which is there only when all of it is.

    Raises:
        DataError: a cell that is not what the first rows promised, or no room on the disk.
    """
    begun = started(folder)
    sweep(private(folder.parent))
    try:
        private(begun)
        found = _written(source, decided, begun, about, look)
        ready = Cache.open(folder)  # another command may have been as quick
        if ready is not None:
            return ready
        shutil.rmtree(folder, ignore_errors=True)
        begun.replace(folder)
    except OSError as error:
        raise DataError(
            f"{quoted(folder.parent, 200)} cannot take the rows of {source.name}: {error.strerror}.",
            "Make room, or name another place with --cache DIR.",
        ) from error
    finally:
        shutil.rmtree(begun, ignore_errors=True)
        pa.default_memory_pool().release_unused()  # Arrow keeps what the batches took
    return Cache(folder, found.about)


def _written(source: Source, decided: Decided, begun: Path, about: dict[str, Any], look: Look) -> Cache:
    narrow = all(one.name in source.narrow for one in decided.kept if one.kind == "number")
    dtype = np.dtype("<f4" if narrow else "<f8")
    count = min(MOST, max(1, -(-source.bytes // BUCKET)))
    gone = _dealt(source, decided, begun, dtype, count, look)
    block = block_rows(len(decided.kept) * dtype.itemsize)
    rows, checksums, counts = _shuffled(begun, decided.kept, dtype, count, block)
    found = about | {
        "version": VERSION,
        "rows": rows,
        "block": block,
        "buckets": count,
        "dtype": dtype.str,
        "columns": [one.name for one in decided.kept],
        "levels": [[str(name) for name in one.ordered[0]] for one in decided.kept],
        "missing": [one.missing for one in decided.kept],
        "gone": gone,
        "counts": counts,
        "checksums": checksums,
    }
    (begun / SCHEMA).write_text(json.dumps(found), encoding="utf-8")
    return Cache(begun, found)


def origins(about: dict[str, Any], places: Array) -> Array:
    """Which rows of the table, those left out not counted, lie at these places [n] of its cache.

    Both lots are drawn again; nothing is read.
    """
    count, sizes = about["buckets"], np.zeros(about["buckets"], np.int64)
    for _, chosen in _lots(about["rows"], count):
        sizes += np.bincount(chosen, minlength=count)
    ends = np.cumsum(sizes)
    bucket = np.searchsorted(ends, places, side="right")
    held: dict[int, list[Array]] = {int(k): [] for k in np.unique(bucket)}
    for start, chosen in _lots(about["rows"], count):
        for k, there in held.items():
            there.append(np.flatnonzero(chosen == k) + start)
    found = np.empty(len(places), np.int64)
    for k, there in held.items():
        asked = bucket == k
        rows = np.concatenate(there)
        found[asked] = rows[_order(k, len(rows))][places[asked] - (ends[k] - sizes[k])]
    return found


def _lots(rows: int, count: int) -> Iterator[tuple[int, Array]]:
    """The buckets of all rows, some at a time, and where these begin."""
    lot = np.random.default_rng(_LOT)
    for start in range(0, rows, LOTS):
        yield start, _drawn(lot, min(LOTS, rows - start), count)


def _drawn(lot: np.random.Generator, rows: int, count: int) -> Array:
    """The buckets of the next rows: the same, however many are drawn at a time."""
    return (lot.random(rows) * count).astype(np.int64)


def _order(bucket: int, rows: int) -> Array:
    """That of a bucket's rows."""
    return np.random.default_rng((_LOT, bucket)).permutation(rows)


def _dealt(
    source: Source, decided: Decided, begun: Path, dtype: np.dtype[Any], count: int, look: Look
) -> dict[str, int]:
    """Every row into a bucket by lot; returns how many were left out, without target or any value."""
    lot, number = np.random.default_rng(_LOT), 0
    gone = {"target": 0, "empty": 0}
    with ExitStack() as stack:
        buckets = [stack.enter_context((begun / f"bucket-{k}").open("wb")) for k in range(count)]
        for batch in stack.enter_context(closing(_ahead(source.read()))):
            columns = {name: one.rename(name) for name, one in zip(source.names, batch, strict=True)}
            rows = len(batch[0])
            for column in columns.values():
                column.index = range(number, number + rows)
            for one in decided.empty:
                one.check(columns[one.name], source.name, decided.sampled)
            values = as_rows(decided.kept, columns, source.name)
            number += rows
            values = _whole(values, decided, gone)
            chosen = _drawn(lot, len(values), count)
            order = np.argsort(chosen, kind="stable")
            packed, ends = values[order].astype(dtype), np.searchsorted(chosen[order], range(count + 1))
            for k, bucket in enumerate(buckets):
                if ends[k] < ends[k + 1]:
                    bucket.write(packed[ends[k] : ends[k + 1]].tobytes())
            look(min(number, source.rows - 1), source.rows)
    return gone


def _ahead(batches: Generator[Batch, None, None]) -> Generator[Batch, None, None]:
    """The next is read while this one is worked on."""
    with closing(batches), ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _whole(values: Array, decided: Decided, gone: dict[str, int]) -> Array:
    """The rows that have a target and any other value; those left out are counted."""
    nothing = np.isnan(values)
    lost = nothing.all(1) if decided.target is None else nothing[:, -1]
    if not lost.any():
        return values
    for one, column in zip(decided.kept, nothing[lost].T, strict=True):
        one.missing -= int(column.sum())
    gone["empty" if decided.target is None else "target"] += int(lost.sum())
    return values[~lost]


def _shuffled(
    begun: Path, kept: Sequence[Kept], dtype: np.dtype[Any], count: int, block: int
) -> tuple[int, list[int], list[int]]:
    """All buckets, one after another, each in an order by lot.

    Returns the number of rows, each block's checksum, and how often the target has each of its levels.
    """
    places = {k: one.ordered[1] for k, one in enumerate(kept) if one.levels}
    rows, checksums, counts = 0, [], np.zeros(len(kept[-1].levels), np.int64)
    with (begun / ROWS).open("wb") as file:
        for part in _blocks(_buckets(begun, places, len(kept), dtype, count), block):
            data = np.ascontiguousarray(part).tobytes()
            file.write(data)
            rows += len(part)
            checksums.append(zlib.crc32(data))
            if kept[-1].target and len(counts):
                counts += np.bincount(part[:, -1].astype(np.int64), minlength=len(counts))
    return rows, checksums, counts.tolist()


def _buckets(
    begun: Path, places: dict[int, Array], width: int, dtype: np.dtype[Any], count: int
) -> Iterator[Array]:
    for k in range(count):
        path = begun / f"bucket-{k}"
        held = np.fromfile(path, dtype).reshape(-1, width)
        path.unlink()
        held = held[_order(k, len(held))]
        for column, ordered in places.items():  # levels in the order of their names, as everybody has them
            there = ~np.isnan(held[:, column])
            held[there, column] = ordered[held[there, column].astype(np.int64)]
        yield held


def _blocks(parts: Iterator[Array], block: int) -> Iterator[Array]:
    """The same rows, so many at a time."""
    rest: list[Array] = []
    for part in parts:
        held = np.concatenate([*rest, part]) if rest else part
        end = len(held) - len(held) % block
        for start in range(0, end, block):
            yield held[start : start + block]
        rest = [held[end:].copy()] if end < len(held) else []
    if rest:
        yield rest[0]
