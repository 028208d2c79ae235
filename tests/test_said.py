"""Sentences that hang on how many seeds there are, how they ended, and what their target is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import states
import synthetic_run as synthetic
from teachers_run import folder, rows, spec

from paradigms.reports.page import sweep
from paradigms.reports.panels import agent, change, gradient, why
from paradigms.reports.reading.comparison import compare
from paradigms.reports.sweep import side
from paradigms.reports.sweep.points import swept
from paradigms.reports.together import final, findings, own, tables, terminal
from paradigms.reports.together.differences import differences, said

Row = dict[str, Any]


@pytest.mark.parametrize(
    ("stopped", "said"),
    [
        (["converged"] * 3, " All 3 seeds ended early, because nothing moved any more."),
        (["budget", "early", "early"], " 2 of 3 seeds ended early, because their score no longer improved."),
        (["early", "early", "converged"],
         " All 3 seeds ended early: 1 because nothing moved any more and 2 because their score no longer "
         "improved."),
        (["budget"] * 3, "times."),
    ],
)  # fmt: skip
def test_who_ended_early_is_counted_with_why(tmp_path: Path, stopped: list[str], said: str) -> None:
    made = rows("a", [0.1, 0.9, 0.9], 100, seeds=range(3))
    for row in made:
        if row["split"] == "test":
            row["stopped"] = stopped[row["seed"]]
    (learner,) = compare([folder(tmp_path / "run", [(spec("a", "supervised"), made)], None)]).learners
    assert why.spent(learner)[0].endswith(said)


def test_one_seed_is_spoken_of_as_one(tmp_path: Path) -> None:
    """It has no spread, nobody is its median, and no curve of it is thin."""
    own = {"paradigm": "reinforcement", "feedback": {"per_sample": "1 reward"}}
    made = rows("a", [0.1, 0.2, 0.3], 100, seeds=[0], gradient_norm=[0, 2.0, 1.0])
    run = folder(tmp_path / "run", [(spec("a", "reinforcement") | own, made)], None)
    (learner,) = compare([run]).learners
    shown = tables.headline(learner)
    assert (shown["interval"], shown["progress_interval"]) == ("one seed", "one seed")
    assert agent.words(learner)[0].startswith("It never got 90 % of the way with its 200 samples")
    assert findings.replicas([learner]) == ["a was trained once, with one seed: nothing can be said of luck."]
    assert "90 % of the way was never reached" in " ".join(findings.sentences(compare([run])))
    plates = [change.plate(learner), gradient.plate(learner)]
    assert all(plate is not None and "the one seed's" in plate.text + plate.caption for plate in plates)
    (difference,) = differences([learner])
    assert said(difference) == "1 pair is too few to say"


def test_what_was_read_before_the_first_sample_is_said(tmp_path: Path) -> None:
    read, none = ([(spec("a", "supervised"), two_records(more))] for more in ({"read": 1078}, {}))
    (first,) = compare([folder(tmp_path / "read", read, None)]).learners
    (other,) = compare([folder(tmp_path / "none", none, None)]).learners
    assert any("Before, its start or its mean read 1,078 training rows" in text for text in why.spent(first))
    assert not any("Before" in text for text in why.spent(other))


def two_records(final: Row) -> list[Row]:
    made = rows("a", [0.1, 0.2], 100)
    return [row | final if row["split"] == "test" else row for row in made]


def test_a_guesser_foresees_verdicts_and_an_agent_itself(tmp_path: Path) -> None:
    """Whose target nothing moves has no estimates of its own to chase."""
    run = folder(tmp_path / "run", [(spec("a", "reinforcement"), rows("a", [0.1, 0.2], 100))], None)
    (learner,) = compare([run]).learners
    assert why.loss_words(learner).startswith("The loss of a guesser need not fall while it improves")
    for about in (
        {"feedback": {"moves": "its own estimates"}},
        {"feedback": {}, "data": {"kind": "environment"}},
    ):
        learner.spec.update(about)
        assert why.loss_words(learner).startswith("The loss of an agent need not fall while the agent")


def test_pictures_of_a_seed_that_diverged_are_called_so(tmp_path: Path) -> None:
    run = states.written(tmp_path / "lost", "all diverged")
    (learner,) = [it for it in compare([run]).learners if it.entry["diverged"]]
    assert learner.pictures is not None
    assert learner.whose(learner.pictures).endswith(" of 6, which diverged.")


def test_nobody_s_progress_is_told_as_nobody_s(tmp_path: Path) -> None:
    run = states.written(tmp_path / "lost", "all diverged")
    (learner,) = [it for it in compare([run]).learners if it.entry["diverged"]]
    assert final.plate([learner], "range").title == "No progress on the test part can be told of anybody."


def test_what_exploded_is_given_no_advice_about_its_batches(tmp_path: Path) -> None:
    loud = states.STATES["loud"][1]
    assert loud is not None
    run = states.edited(states.written(tmp_path / "loud", "all diverged"), loud)
    exploded, whole = sorted(compare([run]).learners, key=lambda it: it.entry["iqm"] is not None)
    for learner in (exploded, whole):
        learner.spec["options"]["batch_size"] = 64
    assert not any("noise scale" in text for text in why.gradient_words(exploded))
    assert any("noise scale" in text for text in why.gradient_words(whole))


def test_an_axis_is_broken_for_a_gap_that_counts() -> None:
    """Not for a thousandth of the way between seeds that all reach it."""
    assert final.pieces(np.array([0.99999, 0.999999])) == [(0.99999, 1.0)]
    assert final.pieces(np.array([0.79, 0.81])) == [(0.79, 1.0)]
    assert final.pieces(np.array([0.77, 0.79])) == [(0.77, 0.79), (1.0, 1.0)]


def test_what_does_not_vary_in_a_sweep_are_options_alone(tmp_path: Path) -> None:
    """How many parameters there are hangs on what varies."""
    run = synthetic.write(tmp_path / "run", ["regression"], seeds=2, points=5, moments=2, rows=5,
                          varied={"batch_size": [8, 16]})  # fmt: skip
    comparison = compare([run])
    names = [row[0] for row in sweep._held(comparison, swept(comparison))]
    assert "lr" in names
    assert not {"batch_size", "parameters per replica"} & set(names)
    assert tables.settings(comparison.learners)[-1][0] == "parameters per replica"


def test_learners_of_a_sweep_each_have_a_best_and_no_rank(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["regression", "pca"], seeds=2, points=5, moments=2, rows=5,
                          varied={"lr": [0.1, 1.0]})  # fmt: skip
    (plate,) = side.plates(swept(compare([run])))
    rows = [(row[0], row[1], getattr(row[2], "value", 0)) for row in plate.table.rows]
    best = [
        max((row for row in rows if row[0] == name), key=lambda row: row[2]) for name in ("Regression", "PCA")
    ]
    told = " and ".join(f"{at} ({name})" for name, at, _ in best)
    assert plate.title == f"Progress against learning rate is highest at {told}"


def test_equal_ends_read_the_same_in_a_terminal() -> None:
    assert terminal._span([-13.0, -12.9999999]) == "−13–−13"
    assert terminal._span([0.5, 1.0]) == "0.5000–1"


TABLE = "your own table (CSV, Excel or Parquet)"


@pytest.mark.parametrize(
    ("paradigms", "said"),
    [
        (["supervised"], [(TABLE, "paradigms run supervised --data FILE.csv --target COLUMN")]),
        (["unsupervised"], [(TABLE, "paradigms run unsupervised --data FILE.csv")]),
        (["self-supervised"], [("your own text", "paradigms run self-supervised --data FILE.txt")]),
        (["reinforcement"], [("another Gymnasium environment", "paradigms run rl --env NAME")]),
        (
            ["unsupervised", "reinforcement"],
            [
                (TABLE, "paradigms compare --data FILE.csv --target COLUMN"),
                (
                    "your own table under several teachers",
                    "paradigms compare --same-data FILE.csv --target COLUMN",
                ),
                ("another Gymnasium environment", "paradigms compare --env NAME"),
            ],
        ),
    ],
)
def test_what_to_type_for_data_of_ones_own_hangs_on_who_is_shown(
    tmp_path: Path, paradigms: list[str], said: list[tuple[str, str]]
) -> None:
    shown = [(spec(f"a{n}", name), rows(f"a{n}", [0.1, 0.2], 100)) for n, name in enumerate(paradigms)]
    assert own.commands(compare([folder(tmp_path / "run", shown, None)]).learners) == said


def test_who_is_told_the_same_differs_in_its_loss(tmp_path: Path) -> None:
    shown = []
    for name, loss in (("a", "mean |e|"), ("b", "mean e²")):
        about = spec(name, "supervised") | {"loss": loss, "feedback": {"per_sample": "1 class"}}
        shown.append((about, rows(name, [0.1, 0.2], 100)))
    learners = compare([folder(tmp_path / "run", shown, None)]).learners
    told = findings.alike(learners)
    assert "One sample of feedback says both the same: 1 class." in told
    assert told.endswith("They differ in their loss: a mean |e|; b mean e².")
    learners[1].spec["loss"] = "mean |e|"
    assert findings.alike(learners).endswith("says both the same: 1 class.")
    learners[1].spec["feedback"] = {"per_sample": "1 reward"}
    assert findings.alike(learners).endswith("what one sample of feedback says: a 1 class; b 1 reward.")
