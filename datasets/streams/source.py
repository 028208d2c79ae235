"""A file, or a folder of Parquet files, as batches of columns: texts where the file knows no types."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow

from paradigms.errors import DataError

from ..parquetfile import typed_column
from ..quickcsv import HEAD, as_text, head_of
from ..sheet import TEXT, header_notes, text_column
from ..tablefile import nearest_file
from ..words import quoted, shown

PARQUET, ARROW, NUMPY = ".parquet", (".arrow", ".feather", ".ipc"), ".npy"
ROWS, HELD = 1 << 16, 1 << 25
"""Rows of a batch, at most, where the file does not cut it itself, and bytes of its numbers."""
_PIECE = 1 << 22
_NARROW = (pa.float32(), pa.float16(), pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.bool_())

Batch = list[pd.Series]


def _at_once(columns: int) -> int:
    """Rows of a batch, so that those of wide tables take no more memory."""
    return max(1, min(ROWS, HELD // (8 * max(1, columns))))


@dataclass(frozen=True, eq=False)
class Source:
    """Rows under names, to be had in batches as often as wanted, always in the same order.

    Attributes:
        name: as messages call it.
        rows: so many, about.
        delimiter: what stood between the cells, "" where the file knows columns.
        narrow: the columns that four bytes a number are enough for.
    """

    name: str
    files: tuple[Path, ...]
    rows: int
    names: tuple[str, ...]
    batches: Callable[[], Generator[Batch, None, None]]
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    narrow: frozenset[str] = frozenset()

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(file.stat().st_size for file in self.files)

    def read(self) -> Generator[Batch, None, None]:
        """All batches; to be closed where not all are taken.

        Raises:
            DataError: the file is damaged.
        """
        try:
            yield from self.batches()
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{self.name} cannot be read: {shown(error, 200)}.", "Write it anew.") from error

    def checksum(self) -> str:
        """SHA-256 of the names and bytes of all files."""
        found = hashlib.sha256()
        for file in self.files:
            found.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            with file.open("rb") as opened:
                while piece := opened.read(_PIECE):
                    found.update(piece)
        return found.hexdigest()


def open_source(path: Path) -> Source:
    """What lies there: a CSV, Parquet, Arrow or NumPy file, or a folder of Parquet files.

    Raises:
        DataError: none of these, or one that cannot be read.
    """
    name = quoted(path.name or path)
    try:
        if not path.exists():
            raise DataError(f"there is no file {name}.", nearest_file(path))
        if not (path.is_file() or path.is_dir()):
            raise DataError(f"{name} can be read only once.", "Save it as a file.")
        if path.is_dir():
            return _parquet(parquet_files(path), name)
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(b"PAR1"):
            return _parquet((path,), name)
        if start.startswith(b"\x93NUMPY"):
            return _numpy(path, name)
        if start.startswith(b"ARROW1") or path.suffix in ARROW:
            return _arrow(path, name)
        return _text(path, name)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{name} cannot be read: {shown(error, 200)}.", "Write it anew.") from error


def holds_parquet(folder: Path) -> bool:
    """Whether a folder is a table: Parquet files lie in it."""
    return any(one.suffix == PARQUET for one in folder.iterdir())


def parquet_files(folder: Path) -> tuple[Path, ...]:
    """Those in a folder, by name; hidden files and marks of success beside them are none of the table's.

    Raises:
        DataError: something else lies there too.
    """
    there = sorted(one for one in folder.iterdir() if one.name[:1] not in "._")
    other = [one.name for one in there if one.suffix != PARQUET or one.is_dir()]
    if other:
        raise DataError(
            f"{quoted(folder.name)} holds Parquet files, and {quoted(other[0])} which is none.",
            "Give --data a folder of one kind of data.",
        )
    return tuple(there)


def _parquet(files: tuple[Path, ...], name: str) -> Source:
    from pyarrow import parquet

    schemas = [parquet.read_schema(file) for file in files]
    odd = [file for file, one in zip(files, schemas, strict=True) if not one.equals(schemas[0])]
    if odd:
        raise DataError(
            f"{quoted(odd[0].name)} in {name} has other columns than {quoted(files[0].name)}.",
            "Give --data files of one table.",
        )

    def batches() -> Generator[Batch, None, None]:
        for file in files:
            with parquet.ParquetFile(file, pre_buffer=False, buffer_size=_PIECE) as opened:
                for batch in opened.iter_batches(batch_size=_at_once(len(kept)), use_threads=False):
                    yield [typed_column(pa.chunked_array([batch.column(k)])) for k in kept]

    kept = [k for k, one in enumerate(schemas[0].names) if not one.startswith("__index_level_")]
    rows = sum(parquet.read_metadata(file).num_rows for file in files)
    return Source(name, files, rows, *_named(schemas[0], kept, batches))


def _arrow(path: Path, name: str) -> Source:
    def opened() -> Any:
        file = pa.OSFile(str(path))
        try:
            return pa.ipc.open_file(file)
        except pa.ArrowInvalid:
            file.seek(0)
            return pa.ipc.open_stream(file)

    def batches() -> Generator[Batch, None, None]:
        reader = opened()
        count = getattr(reader, "num_record_batches", None)
        each = reader if count is None else map(reader.get_batch, range(count))
        for batch in each:
            for start in range(0, batch.num_rows, _at_once(len(kept))):
                part = batch.slice(start, _at_once(len(kept)))
                yield [typed_column(pa.chunked_array([part.column(k)])) for k in kept]

    schema = opened().schema
    kept = list(range(len(schema.names)))
    rows = path.stat().st_size // (8 * max(1, len(kept)))
    return Source(name, (path,), rows, *_named(schema, kept, batches))


def _named(
    schema: pa.Schema, kept: list[int], batches: Callable[[], Generator[Batch, None, None]]
) -> tuple[Any, ...]:
    """What follows a source's files: names, batches, no delimiter, no notes, and the narrow columns."""
    names = tuple(schema.names[k].strip() or f"column {k + 1}" for k in kept)
    narrow = frozenset(one for one, k in zip(names, kept, strict=True) if schema.types[k] in _NARROW)
    return names, batches, "", (), narrow


def _numpy(path: Path, name: str) -> Source:
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, fortran, dtype = header(file)
        start = file.tell()
    if len(shape) != 2 or fortran or dtype.kind not in "fiub":
        raise DataError(
            f"{name} is an array {shape} of {dtype}; rows of numbers are needed, one after another.",
            "Save an array [rows, columns] of numbers: np.save(file, np.ascontiguousarray(x)).",
        )

    def batches() -> Generator[Batch, None, None]:
        with path.open("rb") as file:
            file.seek(start)
            for row in range(0, shape[0], _at_once(shape[1])):
                rows = min(_at_once(shape[1]), shape[0] - row)
                block = np.frombuffer(file.read(rows * shape[1] * dtype.itemsize), dtype).reshape(rows, -1)
                yield [pd.Series(block[:, k].astype(np.float64)) for k in range(shape[1])]

    names = tuple(f"column {k + 1}" for k in range(shape[1]))
    narrow = frozenset(names if dtype.itemsize <= 2 or dtype == np.float32 else ())
    return Source(name, (path,), shape[0], names, batches, "", (), narrow)


def _text(path: Path, name: str) -> Source:
    with path.open("rb") as file:
        data = file.read(4 * HEAD)
    whole = len(data) == path.stat().st_size
    head = None if b"\0" in data else head_of(data, name, whole=whole)
    if head is None:
        raise DataError(
            f"{name} cannot be streamed: it needs rows of two columns or more, one delimiter, and UTF-8.",
            "Save it as UTF-8 with commas and a header, or as Parquet; or leave --stream out.",
        )

    def batches() -> Generator[Batch, None, None]:
        with path.open("rb") as file:
            file.seek(head.start)
            options = as_text(head, quotes=b'"' in data, checked=True)
            try:
                with arrow.open_csv(_Below(file), **options) as reader:
                    for batch in reader:
                        yield [_composed(column) for column in batch.columns]
            except pa.ArrowInvalid as error:
                raise DataError(
                    f"{name} cannot be read: {shown(error, 200)} (rows are counted from the header on).",
                    "Correct the row.",
                ) from error

    with closing(batches()) as first:
        sample = next(first, None)
    if sample is None or not len(sample[0]):
        raise DataError(f"{name} has a header but no rows.", "Give --data a table with at least ten rows.")
    notes = tuple(header_notes(head.above, [], head.names, sample))
    rows = path.stat().st_size * data.count(b"\n") // max(1, len(data))
    return Source(name, (path,), rows, head.names, batches, head.delimiter, notes)


class _Below(io.RawIOBase):
    """A file from where it stands: Arrow asks a file that can seek for its size, and begins at its start."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


def _composed(cells: pa.Array) -> pd.Series:
    column = text_column(pa.chunked_array([cells]))
    text = pa.chunked_array(pa.array(column))
    if pc.all(pc.string_is_ascii(text), min_count=0).as_py():
        return column
    return pd.Series(pc.utf8_normalize(text, form="NFC"), dtype=TEXT)


def sampled(source: Source, rows: int) -> pd.DataFrame:
    """The first rows, all columns.

    Raises:
        DataError: two columns of one name.
    """
    held: list[Batch] = []
    with closing(source.read()) as batches:
        for batch in batches:
            held.append(batch)
            if sum(len(one[0]) for one in held) >= rows:
                break
    twice = [name for name in source.names if source.names.count(name) > 1]
    if twice:
        raise DataError(
            f"{source.name} has more than one column named {quoted(twice[0])}.",
            "Give every column its own name.",
        )
    columns = zip(source.names, zip(*held, strict=True), strict=True)
    return pd.DataFrame({name: pd.concat(parts, ignore_index=True) for name, parts in columns}).iloc[:rows]
