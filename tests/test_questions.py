"""What is asked about pictures, and which arrows and mistakes they show, from arrays made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pictured import Make, one

from paradigms.options import OPTIONS
from paradigms.registry import LEARNERS
from paradigms.reports import kinds
from paradigms.reports.drawing import theme
from paradigms.reports.films.question import among
from paradigms.reports.kinds.dqn import episode
from paradigms.reports.price import confusion
from paradigms.reports.together import vocabulary
from paradigms.reports.together.conventions import CONVENTIONS


@pytest.mark.parametrize(
    ("end", "answer"), [(2.4, 0), (2.6, 1), (4.9, 1), (5.1, 2), (8.9, 2), (9.1, 3), (12.0, 3)]
)
def test_how_far_an_error_shrinks(pictured: Make, end: float, answer: int) -> None:
    """The median distance of five rows is 10 at the start and `end` at the end."""
    true = np.zeros(5)
    far = np.array([0.0, 1.0, 1.0, 9.0, 9.0])
    sizes = np.array([10.0, 9.0, 8.0, 7.0, end])
    predicted = np.array([far * 0 + size * np.sign([-1, 1, 1, -1, 1]) for size in sizes])
    asked = kinds.question(
        pictured("regression", {"true": true, "predicted": predicted}, paradigm="supervised")
    )
    assert asked is not None
    assert asked.answer == answer
    assert len(asked.choices) == 4
    assert "lay within 10 of the truth" in asked.told
    assert asked.told.endswith(f"within {end:g}." if end.is_integer() else f"within {end:.2f}.")


def test_without_predictions_or_an_error_the_loss_is_asked_about(pictured: Make) -> None:
    loss = {"loss": [0, 4.0, 3.0, 1.0]}
    for arrays in ({}, {"true": np.ones(3), "predicted": np.ones((5, 3))}):
        asked = kinds.question(pictured("regression", arrays, paradigm="supervised", **loss))
        assert asked is not None
        assert asked.text == "What will the training loss do from its first record to its last?"


@pytest.mark.parametrize(
    ("losses", "answer"),
    [([4.0, 1.9], 0), ([4.0, 2.1], 1), ([4.0, 2.0], 1), ([4.0, 3.9], 2), ([4.0, 4.1], 2), ([4.0, 4.3], 3)],
)
def test_what_the_loss_does(pictured: Make, losses: list[float], answer: int) -> None:
    asked = kinds.question(pictured("none", {}, loss=[0, losses[0], 3.0, losses[1]]))
    assert asked is not None
    assert asked.answer == answer
    assert asked.choices[answer].startswith(("fall to", "fall, but", "stay", "rise")[answer])


def confused(*wrong: tuple[int, int, int]) -> np.ndarray:
    """Ten rows of each of four classes, so many of one taken for another at the end."""
    counts = np.full((5, 4, 4), 0)
    counts[:] = 10 * np.eye(4, dtype=int)
    for true, taken, rows in wrong:
        counts[-1, true, true] -= rows
        counts[-1, true, taken] += rows
    counts[0] = 0
    counts[0, :, 0] = 10
    counts[1] = 8 * np.eye(4, dtype=int) + np.roll(2 * np.eye(4, dtype=int), 1, axis=1)
    return counts


def test_the_most_frequent_mistake_is_asked_told_and_drawn_alike(pictured: Make) -> None:
    learner = pictured("classification", {"confusion": confused((2, 1, 3), (0, 3, 2))}, paradigm="supervised")
    asked = kinds.question(learner)
    assert asked is not None
    assert asked.choices[asked.answer] == "c for b"
    assert len(asked.choices) == 4
    assert asked.told == (
        "At the end it took c for b: 3 of 10 test rows of that class; it made 5 mistakes on 40 in all."
    )
    assert (
        one(learner, "confusion").title == "It: the most frequent mistake takes c for b (3 of 10 test rows)."
    )
    plate = confusion.plate([learner])
    assert plate is not None
    assert plate.title == "Most frequent mistakes: It takes c for b (3 of 10 test rows)."
    assert plate.table.rows == [
        ["It", "c", "b", "3", "10"],
        ["It", "a", "d", "2", "10"],
        ["It", "all", "itself", "35", "40"],
    ]
    assert "(It 3)" in plate.caption


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([(2, 1, 3), (0, 3, 3)], "no mistake stands out; none is made by more than 3 of the test rows."),
        ([(2, 1, 1)], "no mistake stands out; none is made by more than 1 of the test rows."),
        ([], "no row of the test part is taken for another class."),
    ],
)
def test_no_mistake_stands_out_of_a_tie(pictured: Make, wrong: Any, said: str) -> None:
    learner = pictured(
        "classification", {"confusion": confused(*wrong)}, paradigm="supervised", loss=[0, 3, 2, 1]
    )
    assert one(learner, "confusion").title == f"It: {said}"
    asked = kinds.question(learner)
    assert asked is not None
    assert asked.text.startswith("What will the training loss do")
    plate = confusion.plate([learner])
    assert plate is not None
    assert plate.title == "Of no learner does one mistake stand out."


@pytest.mark.parametrize(("moved", "answer"), [(0, 0), (1, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_how_many_rows_change_cluster(pictured: Make, moved: int, answer: int) -> None:
    assigned = np.zeros((5, 10), int)
    assigned[-1, :moved] = 1
    arrays = {
        "plane_centres": np.zeros((5, 2, 2)),
        "plane_axes": np.array([-1.0, 1, -1, 1]),
        "plane_points": np.zeros((10, 2)),
        "assigned": assigned,
    }
    learner = pictured("kmeans", arrays, paradigm="unsupervised")
    asked = kinds.question(learner)
    assert asked is not None
    assert asked.answer == answer
    said = f"{10 * moved}\u202f%"
    assert asked.told.startswith(said)
    assert one(learner, "plane").title.startswith(f"It: {said} of the test rows")


@pytest.mark.parametrize(("half", "answer"), [(1, 0), (2, 1), (3, 2), (5, 2), (6, 3)])
def test_how_many_components_explain_half(pictured: Make, half: int, answer: int) -> None:
    """Of eight; the first `half` explain just over half of what all do."""
    shares = np.full(8, 0.49 / (8 - half)) if half < 8 else np.zeros(8)
    shares[:half] = 0.51 / half
    explained = np.array([np.full(8, 0.01)] * 4 + [0.9 * shares])
    asked = kinds.question(pictured("pca", {"explained": explained}, paradigm="unsupervised"))
    assert asked is not None
    assert list(asked.choices) == ["1", "2", "3 to 5", "6 to 8"]
    assert asked.answer == answer
    said = f"{half} components of 8 explain half" if half > 1 else "1 component of 8 explains half"
    assert asked.told.startswith(said)
    assert "they keep 90\u202f% of the training variance; at the start it was 8.0\u202f%" in asked.told


def test_what_lies_between_edges_is_the_choice_of_that_place() -> None:
    assert [among(value, (1.0, 2.0)) for value in (0.5, 1.0, 1.5, 2.0, 9.0)] == [0, 1, 1, 2, 2]


def test_arrows_point_where_actions_lead_and_only_where_somebody_acts(pictured: Make) -> None:
    """A row of six squares; the last two are a hole and the goal."""
    actions = ["north", "east", "south", "west", "pick up"]
    best = [0, 1, 2, 3, 4, 0]
    values = np.zeros((5, 6, 5))
    values[:, range(6), best] = 1.0
    data = {"actions": actions, "observation": ["s"], "discrete": True, "grid": [1, 6], "ground": ".....*"}
    plate = one(pictured("dqn", {"q_values": values}, data), "values")
    with theme.style():
        figure = theme.blank()
        plate.paint(figure)
    texts = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert texts == ["↑", "→", "↓", "←", "pic"]
    assert plate.caption.endswith(". Every state of the grid; arrows are the best actions.")


GRID: dict[str, Any] = {"observation": ["s"], "discrete": True, "grid": [1, 2]}


@pytest.mark.parametrize(
    ("dataset", "data", "manner", "said"),
    [
        ("CartPole-v1", {"observation": list("abcd")}, "cart_pole", "Numbers below are the steps."),
        ("MountainCar-v0", {"observation": list("ab")}, "hill", "Positions of the car"),
        ("MountainCar-v0", {"observation": list("abc")}, "traces", "What it observed"),
        ("Frozen", GRID | {"ground": ".#"}, "grid", "filled squares."),
        ("Cliff", GRID | {"ground": ".*"}, "grid", "one is the goal."),
        ("Plain", GRID | {"ground": ""}, "grid", "the last step."),
        ("Plain", GRID | {"discrete": False}, "traces", "step by step."),
        ("Plain", GRID | {"grid": None}, "traces", "step by step."),
    ],
)
def test_an_episode_is_drawn_by_what_its_environment_is(
    pictured: Make, dataset: str, data: dict[str, Any], manner: str, said: str
) -> None:  # fmt: skip
    learner = pictured("dqn", {}, data)
    learner.spec["dataset"] = dataset
    assert episode.kind(learner, len(data["observation"])) == manner
    assert said in episode._manner(learner)


def test_words_of_the_glossary_are_words_of_the_program() -> None:
    """An option, a learner or a value that is called otherwise would never be met."""
    assert set(vocabulary._VALUES) <= set(OPTIONS)
    assert {name for *_, whose in vocabulary._TERMS for name in whose} <= set(LEARNERS)
    views = {entry.view for entry in LEARNERS.values()}
    assert {name for whose, *_ in CONVENTIONS for name in whose} <= views | set(LEARNERS)
    taken = {(name, value) for entry in LEARNERS.values() for name, value in entry.options.items()}
    for option in ("rule", "start", "loss", "optimizer", "schedule", "activation"):
        used = {value for name, value in taken if name == option and isinstance(value, str)}
        assert used, option
        assert used <= set(vocabulary._VALUES[option]), option
