"""How fast a target moves is told per 1,000 samples, seed by seed, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from teachers_run import folder, rows, spec

from paradigms.reports.panels import gradient
from paradigms.reports.reading.comparison import compare


def test_a_drift_is_what_moved_over_the_samples_since_the_row_before(tmp_path: Path) -> None:
    """Rows stand 100, then 200 samples apart; one seed has no row in the middle."""
    moved = [0.0, 0.1, 0.4, 0.0]
    own = rows("a", [0.1, 0.2, 0.3, 0.4], 100, seeds=range(2), target_drift=moved)
    own = [row for row in own if row["split"] != "train" or row["step"] != 2 or row["seed"] != 1]
    (learner,) = compare([folder(tmp_path / "run", [(spec("a", "reinforcement"), own)])]).learners
    assert learner.record.train["drift"][0].tolist() == [1.0, 4.0, 0.0]
    assert np.array_equal(learner.record.train["drift"][1], [1.0, np.nan, 0.0], equal_nan=True)
    whole, late = gradient.drift(learner) or (None, None)
    assert whole is not None
    assert late is not None
    assert (whole.value, late.value) == (1000 * (0.5 + 0.1) / 600, 0.0)


def test_a_target_that_settles_drifts_less_in_the_last_quarter(tmp_path: Path) -> None:
    own = rows("a", [0.1] * 9, 100, seeds=range(2), target_drift=[0.0, *[0.4] * 6, 0.1, 0.1])
    (learner,) = compare([folder(tmp_path / "run", [(spec("a", "reinforcement"), own)])]).learners
    found = gradient.drift(learner)
    assert found is not None
    assert [one.value for one in found] == [pytest.approx(1000 * 2.6 / 800), pytest.approx(1.0)]
    still = folder(tmp_path / "none", [(spec("a", "x"), rows("a", [0.1, 0.2], 9))])
    assert gradient.drift(compare([still]).learners[0]) is None
