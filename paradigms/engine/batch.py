"""A batch is a dataclass of tensors [R, B, …], with None in the fields that hold nothing."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
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


def cut(batch: Batch, start: int, count: int) -> Batch:
    """`count` examples of every replica from number `start` on, in the same memory."""
    kind: Any = type(batch)
    held = [getattr(batch, name) for name in _names(kind)]
    part: Batch = kind(*[None if one is None else one.narrow(1, start, count) for one in held])
    return part
