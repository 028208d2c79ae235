"""What checkpoints cost: python -m benchmarks.checkpoints (from the root of an editable install).

The five learners with their own defaults; seconds in checkpoints over seconds of training.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from paradigms.registry import REGISTRY
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run
from paradigms.studies.training import learning


def main(names: list[str]) -> None:
    """Prints a line for each learner."""
    sessions: list[Any] = []
    train = learning.train

    def watched(training: Any, moments: Any, observe: Any, between: Any) -> None:
        sessions.append(observe.__self__)
        train(training, moments, observe, between)

    learning.train = watched
    with tempfile.TemporaryDirectory() as place:
        for name in names or list(REGISTRY):
            request = Request("compare", (name,), threads=1).checked()
            run(request, RunFolder(Path(place) / name, new=True), Control(), "a run")
            one = sessions[-1]
            share = one.pace.spent / one.wall
            size = sum(tensor.nbytes for tensor in one._state()[0].values()) / 1e6
            print(
                f"{name}: {one.pace.spent:.3f} s of {one.wall:.1f} s, {100 * share:.2f} %, {size:.1f} MB each"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
