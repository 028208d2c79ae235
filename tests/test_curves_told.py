"""A curve is told by its ends and by where it turns between them, as its figure's table has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from teachers_run import folder, rows, spec

from paradigms.reports.drawing import strokes
from paradigms.reports.drawing.plate import Table
from paradigms.reports.films.question import about_loss
from paradigms.reports.panels import change, gradient, listed, why
from paradigms.reports.reading.comparison import Shown, compare
from paradigms.reports.together.facts import facts
from paradigms.reports.words import number


def shown(home: Path, curve: Sequence[float], **train: Sequence[float | None]) -> Shown:
    """One learner with this curve of accuracy, a record every 100 samples."""
    run = folder(home / "run", [(spec("a", "supervised"), rows("a", curve, 100, **train))], None)
    (learner,) = compare([run]).learners
    return learner


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([2.0, 1.5, 1.0], "falls from 2 to 1"),
        ([2.4, 0.08, 1.4], "falls from 2.400 to 0.0800 (at 1 sample) and rises to 1.400 at the end"),
        ([0, 10, 7.6], "rises from 0 to 7.600"),
        ([0, 10, 7.4], "rises from 0 to 10 (at 1 sample) and falls to 7.400 at the end"),
        ([0, -10, -7.4], "falls from 0 to −10 (at 1 sample) and rises to −7.400 at the end"),
        ([1, 0.2, 4, 2], "falls from 1 to 0.2000 (at 1 sample) and rises to 2 at the end"),
        ([1, 0.2, 4, 1.8],
         "falls from 1 to 0.2000 (at 1 sample), rises to 4 (at 2 samples) and falls to 1.800 at the end"),
        ([1, 3, 0.3, 2],
         "rises from 1 to 3 (at 1 sample), falls to 0.3000 (at 2 samples) and rises to 2 at the end"),
        ([10, 10.4, 10], "stays at 10"),
        ([10, 10.6, 10], "rises from 10 to 10.60 (at 1 sample) and falls to 10 at the end"),
    ],
)  # fmt: skip
def test_a_turn_is_told_where_it_lies_clearly_beyond_both_ends(values: list[float], said: str) -> None:
    """By a quarter of what is covered, in logarithms where that is more than a decade above zero."""
    table = Table(["", "", "", ""], [["loss", number(i), number(v), ""] for i, v in enumerate(values)])
    assert listed.told(*listed.course(table, "loss")) == said
    assert listed.course(Table(table.head, table.rows[:1]), "loss") == []


def test_the_metric_is_measured_as_it_is_drawn() -> None:
    """A return that falls from 500 to 300 again falls clearly, though by less than half."""
    table = Table(
        ["", "", "", ""], [["return", number(i), number(v), ""] for i, v in enumerate([9, 500, 300])]
    )
    assert len(listed.course(table, "return", "return")) == 3
    assert len(listed.course(table, "return", "accuracy")) == 2


def test_extremes_stand_in_the_table_wherever_they_are(tmp_path: Path) -> None:
    learner = shown(tmp_path, [0.1, 0.2])
    x, line = np.arange(40.0), np.ones(40)
    line[[16, 27]] = 5.0, -3.0
    table = listed.table(learner, {"loss": strokes.Curve(x, line[None], line, line, line)})
    assert {(16.0, 5.0), (27.0, -3.0)} <= {(row[1].value, row[2].value) for row in table.rows}  # type: ignore[attr-defined]
    assert len(table.rows) == strokes.ROWS + 2


def test_title_words_question_and_summary_tell_one_course(tmp_path: Path) -> None:
    loss = [0, 2.4, 0.08, 0.5, 1.4]
    learner = shown(tmp_path, [0.1, 0.2, 0.9, 0.4, 0.3], loss=loss)
    way = "falls from 2.400 to 0.0800 (at 200 samples) and rises to 1.400 at the end"
    better = "rises from 0.1000 to 0.9000 (at 200 samples) and falls to 0.3000 at the end"
    plate, asked = change.plate(learner), about_loss(learner)
    assert plate is not None
    assert asked is not None
    assert plate.title == f"a: accuracy on the validation part {better}; the training loss {way}."
    assert f"the loss {way}, and the accuracy on the validation part improved: it {better}." in (
        why.loss_words(learner)
    )
    assert asked.told == f"The loss {way}, while accuracy on the validation part {better}."
    assert asked.choices[asked.answer] == "fall, but less than that", "from its first record to its last"
    assert facts(learner)["loss"] == {"samples": [100, 200, 400], "values": [2.4, 0.08, 1.4]}
    assert facts(learner)["metric"]["values"] == pytest.approx([0.1, 0.9, 0.3])


def test_shares_of_alignment_count_from_the_first_update(tmp_path: Path) -> None:
    """Before it nobody had a gradient; the cosine of a record speaks of what came since the one before."""
    learner = shown(tmp_path, [0.1] * 5, alignment=[None, None, 0.9, 0.0, 0.0])
    assert gradient.agreement(learner) == ("are unrelated", "67\u202f%")
    listed_ = {row[0]: getattr(row[2], "value", None) for row in gradient.listed(learner).rows}
    assert listed_["gradients agree"] == pytest.approx(1 / 3)
