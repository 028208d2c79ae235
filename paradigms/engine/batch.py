"""A batch is a dataclass of tensors [R, B, …], with None in the fields that hold nothing."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from itertools import repeat
from typing import Any, TypeVar

from torch import Tensor

Batch = TypeVar("Batch")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def tensors(batch: Any) -> dict[str, Tensor]:
    """Field → tensor, without those that hold nothing."""
    kind: Any = type(batch)
    named = {name: getattr(batch, name) for name in _names(kind)}
    return {name: held for name, held in named.items() if held is not None}


def split(batch: Batch, size: int | list[int]) -> list[Batch]:
    """Batches of `size` examples of every replica, or of these sizes, in a row and in the same memory."""
    kind: Any = type(batch)
    columns = [getattr(batch, name) for name in _names(kind)]
    pieces = [repeat(None) if column is None else column.split(size, dim=1) for column in columns]
    return [kind(*piece) for piece in zip(*pieces, strict=False)]
