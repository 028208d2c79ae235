"""`partial_fit` of rows that come in batches: an Arrow table or data set, or a loader of PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

from paradigms.datasets.streams import given
from paradigms.errors import DataError

Learn = TypeVar("Learn", bound=Callable[..., Any])


def piecewise(learn: Learn) -> Learn:
    """The same of one piece after another, as if each were passed by hand, with no more than one in memory.

    Of Arrow's rows `y` is the name of the column that answers them; a loader's batches bring their answers.

    Raises:
        ValueError: no such column, batches that are no rows, weights, which have no place there, or no
            classes at a classifier's first call.
    """
    known = signature(learn)

    @wraps(learn)
    def partial_fit(self: Any, X: Any, y: Any = None, *more: Any, **named: Any) -> Any:
        if not (given.loader(X) or (given.arrow(X) and (y is None or isinstance(y, str)))):
            return learn(self, X, y, *more, **named)
        asked = known.bind(self, X, y, *more, **named).arguments
        _check(self, X, asked, known.parameters["y"].default is Parameter.empty)
        if "classes" in known.parameters and asked.get("classes") is None and not hasattr(self, "classes_"):
            raise ValueError("classes must name them all at the first call: a piece may lack some.")
        try:
            for x, answers in given.pieces(X, y):
                learn(self, x, answers, *more, **named)
        except DataError as error:
            raise ValueError(str(error)) from None
        return self

    return partial_fit  # type: ignore[return-value]


def _check(self: Any, rows: Any, asked: dict[str, Any], supervised: bool) -> None:
    name = type(rows).__name__
    if asked.get("sample_weight") is not None:
        raise ValueError(f"sample_weight goes with arrays: a {name} has no place for it.")
    if given.arrow(rows) and supervised and asked["y"] is None:
        raise ValueError(f"y must name the column of the {name} that answers its rows.")
    if given.loader(rows) and asked["y"] is not None:
        raise ValueError("y is what the DataLoader's batches bring: leave it out.")
