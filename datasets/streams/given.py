"""Rows that a program hands over instead of a file: an Arrow table or data set, or a loader of PyTorch's.

They are gone through once. Neither library is imported to tell them: who hands over one of its objects has
imported it.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from paradigms.errors import DataError

from ..words import listed, quoted, shown
from .cache import FILE, GIVEN, begun, block_rows, place, private, sweep

Array = np.ndarray[Any, Any]
TARGET = "y"
"""The column of a loader's answers; its examples are x0, x1, …"""
TAKEN = "a pyarrow Table or Dataset, or a DataLoader"


def streams(data: Any) -> bool:
    """Whether it is rows of Arrow's that need not be in memory."""
    return _is(data, "pyarrow.dataset", "Dataset")


def arrow(data: Any) -> bool:
    """Whether it is a table or data set of Arrow's."""
    return _is(data, "pyarrow", "Table") or streams(data)


def loader(data: Any) -> bool:
    """Whether it is a loader of PyTorch's."""
    return _is(data, "torch.utils.data", "DataLoader")


def handed(data: Any) -> bool:
    """Whether it is rows that come in batches."""
    return arrow(data) or loader(data)


def _is(data: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(data, kind)


def pieces(data: Any, target: str | None = None) -> Iterator[tuple[Any, Any]]:
    """Examples and their answers, or None: a loader's batches as arrays, of Arrow a block's rows as a frame.

    Raises:
        DataError: no column of that name, batches that are no rows of numbers, or no rows at all.
    """
    if loader(data):
        yield from _some(_loaded(data), data)
        return
    if target is not None and target not in data.schema.names:
        raise DataError(
            f"the {type(data).__name__} has no column {quoted(target)}.",
            f"Its columns are {listed(map(quoted, data.schema.names), 12)}.",
        )
    for table in _some(_cut(_batches(data)), data):
        frame = table.to_pandas()
        answers = None if target is None else frame.pop(target)
        yield frame, answers


def _some(rows: Iterator[Any], data: Any) -> Iterator[Any]:
    """The same.

    Raises:
        DataError: there are none, or Arrow cannot read them.
    """
    import pyarrow as pa

    there = False
    try:
        for one in rows:
            there = True
            yield one
    except pa.ArrowException as error:
        raise DataError(f"the {type(data).__name__} cannot be read: {shown(error, 200)}.") from error
    if not there:
        raise DataError(f"the {type(data).__name__} holds no rows.", "Hand over some.")


def _batches(data: Any) -> Iterator[Any]:
    """Arrow's own, one after another, with nothing read ahead that need not be."""
    if _is(data, "pyarrow", "Table"):
        return iter(data.to_batches())
    rows = block_rows(8 * max(1, len(data.schema.names)))
    return iter(data.to_batches(batch_size=rows, batch_readahead=0, fragment_readahead=1, use_threads=False))


def _cut(batches: Iterable[Any]) -> Iterator[Any]:
    """The same rows as tables of one length, in one chunk."""
    import pyarrow as pa

    held: list[Any] = []
    count = 0
    for batch in batches:
        plain, start = _plain(batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])), 0
        rows = block_rows(8 * max(1, plain.num_columns))
        while start < plain.num_rows:
            some = plain.slice(start, rows - count)
            held.append(some)
            start, count = start + some.num_rows, count + some.num_rows
            if count == rows:
                yield pa.concat_tables(held).combine_chunks()
                held, count = [], 0
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _plain(table: Any) -> Any:
    """Words as words, since codes may differ from batch to batch, and nothing of what pandas adds to rows."""
    import pyarrow as pa

    table = table.drop_columns([one for one in table.column_names if one.startswith("__index_level_")])
    for k, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(k, field.name, table.column(k).cast(field.type.value_type))
    return table.replace_schema_metadata(None)


def _loaded(data: Iterable[Any]) -> Iterator[tuple[Array, Array | None]]:
    first: tuple[int, bool] | None = None
    for number, batch in enumerate(data):
        x, y = _pair(batch, number)
        first = first or (x.shape[1], y is None)
        if first != (x.shape[1], y is None):
            raise DataError(
                f"batch {number} of the DataLoader has other columns than the first.",
                "Hand over rows of one table.",
            )
        yield x, y


def _table(x: Array, y: Array | None) -> Any:
    """One batch of a loader's, in columns."""
    import pyarrow as pa

    columns = {f"x{k}": np.ascontiguousarray(column) for k, column in enumerate(x.T)}
    return pa.table(columns | ({} if y is None else {TARGET: np.ascontiguousarray(y)}))


def _pair(batch: Any, number: int) -> tuple[Array, Array | None]:
    """Examples [B, d] and answers [B] of one batch."""
    parts = list(batch) if isinstance(batch, list | tuple) else [batch]
    try:
        x, *rest = (np.asarray(_here(one)) for one in parts)
        answers = [one.reshape(len(x)) for one in rest]
        right = x.ndim == 2 and len(answers) < 2 and all(one.dtype.kind in "fiub" for one in (x, *answers))
    except (TypeError, ValueError):
        right = False
    if not right:
        raise DataError(
            f"batch {number} of the DataLoader is no pair of rows [B, d] and answers [B] but "
            f"{listed(_form(one) for one in parts)}.",
            "Flatten the examples, and leave one number or class for each.",
        )
    return x, answers[0] if answers else None


def _here(tensor: Any) -> Any:
    """A tensor as the processor's memory has it; an array as it is."""
    return tensor.detach().cpu() if hasattr(tensor, "detach") else tensor


def _form(part: Any) -> str:
    return f"{type(part).__name__} {list(getattr(part, 'shape', ''))}".removesuffix(" []")


def kept(data: Any, where: str | None) -> tuple[Path, str | None]:
    """Writes all rows into a file of Arrow's in the cache, found by their checksum; and a loader's target.

    Raises:
        DataError: as `pieces` does, or no room on the disk.
    """
    folder = private(place(where))
    sweep(folder)
    started = private(begun(folder / GIVEN))
    try:
        checksum, target = _written(data, started / FILE)
        found = folder / f"{GIVEN}{checksum[:24]}"
        if not (found / FILE).is_file():
            started.replace(found)
    except OSError as error:
        raise DataError(
            f"{quoted(folder, 200)} cannot take the rows: {error.strerror}.",
            "Make room, or name another place with cache=DIR.",
        ) from error
    finally:
        shutil.rmtree(started, ignore_errors=True)
    return found / FILE, target


def _written(data: Any, file: Path) -> tuple[str, str | None]:
    """SHA-256 of the rows, however they were cut, and the target that came with them."""
    import pyarrow as pa

    found, names, writer = hashlib.sha256(), [], None
    batches = (_table(x, y) for x, y in _loaded(data)) if loader(data) else _batches(data)
    with ExitStack() as stack:
        for table in _some(_cut(batches), data):
            if writer is None:
                names = table.column_names
                found.update(table.schema.serialize())
                writer = stack.enter_context(pa.ipc.new_file(str(file), table.schema))
            for batch in table.to_batches():
                found.update(batch.serialize())
                writer.write_batch(batch)
    return found.hexdigest(), TARGET if loader(data) and TARGET in names else None
