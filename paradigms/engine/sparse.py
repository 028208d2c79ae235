"""Tables that are mostly zeros: SciPy's rows in the place of a tensor's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
import scipy.sparse
import torch

from paradigms.engine.rows import Table

Matrix = Any
"""An array [N, d], or one of SciPy's sparse matrices."""


@dataclass(frozen=True)
class SparseTable(Table):
    """The same rows for all replicas, as a CSR matrix [N, d]; `x` [1, N, d] has their shape alone."""

    matrix: Any = None


def is_sparse(rows: Matrix) -> TypeGuard[Any]:
    """Whether these are SciPy's rows."""
    return bool(scipy.sparse.issparse(rows))


def table(rows: Any, y: torch.Tensor | None, weights: torch.Tensor | None) -> SparseTable:
    """A table of sparse rows [N, d], which stay on the processor."""
    kind = torch.from_numpy(np.empty(0, rows.dtype)).dtype
    return SparseTable(torch.zeros((), dtype=kind).expand(1, *rows.shape), y, weights, rows.tocsr())
