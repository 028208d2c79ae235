"""On a graphics card a slope is recorded once and replayed: it is asked for once, not forty times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic

import torch

from paradigms.engine.batch import Batch, tensors
from paradigms.engine.learner import Slope


class Replay(Generic[Batch]):
    """`slope` of batches with the shapes of `batch`, as a CUDA graph, on the current card.

    The processor, which needs most of a millisecond to ask for some forty small operations, asks once: a step
    of up to a hundred networks 64-64 takes 0.2 ms instead of 0.9 (docs/performance.md).
    """

    def __init__(self, slope: Callable[[Any], Slope], batch: Any) -> None:
        self._places = {name: held.clone() for name, held in tensors(batch).items()}
        given = replace(batch, **self._places)
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):  # what libraries set up at their first call cannot be recorded
            slope(given)
        torch.cuda.current_stream().wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._found = slope(given)

    def __call__(self, batch: Batch) -> Slope:
        """The slope of this batch, in memory of its own."""
        for name, held in tensors(batch).items():
            self._places[name].copy_(held)
        self._graph.replay()
        losses, gradient, curvature = self._found
        return Slope(losses.clone(), gradient.clone(), None if curvature is None else curvature.clone())
