"""What figures of pictures say, against the arrays that they are drawn from: every value worked out apart."""

from __future__ import annotations

import numpy as np
import pytest
import views
from pictured import PICTURED, TOLD, Make, one

from paradigms.reports import kinds
from paradigms.reports.kinds.classification.plates import _turned
from paradigms.reports.kinds.dqn import earned
from paradigms.reports.kinds.dqn.values import variable
from paradigms.reports.kinds.mixture.plates import ring
from paradigms.reports.kinds.ward.hierarchy import merges
from paradigms.reports.panels import silence, through
from paradigms.reports.words import percent


def test_clouds_are_as_long_as_their_covariance_says(pictured: Make) -> None:
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    long = [2.1, 1.0, 5.2, 7.0, 3.4]  # length over width of the longer of two, at each moment
    clouds = np.array([[turn @ np.diag([n * n, 1.0]) @ turn.T, np.eye(2)] for n in long])
    shares = np.array([[0.5, 0.5], [0.4, 0.6], [0.3, 0.7], [0.3, 0.7], [0.25, 0.75]])
    arrays = {
        "plane_centres": np.zeros((5, 2, 2)),
        "plane_clouds": clouds,
        "cloud_shares": shares,
        "plane_axes": np.array([-9.0, 9.0, -9.0, 9.0]),
    }
    plate = one(pictured("mixture", arrays, paradigm="unsupervised"), "clouds")
    assert plate.title == (
        "It: its longest cloud begins 2.1 times as long as wide and ends 3.4 times as long as wide."
    )
    assert plate.table.rows == [
        ["start", "0", "2.1", "50\u202f%", "50\u202f%"],
        ["20\u202f%", "60", "5.2", "30\u202f%", "70\u202f%"],
        ["end", "300", "3.4", "25\u202f%", "75\u202f%"],
    ]
    assert plate.table.head[2:] == ["length over width of the longest", "smallest share", "largest share"]
    assert plate.caption.startswith("Test part of seed 3 of 6, because its test score lies in the middle.")
    assert kinds.plates(pictured("mixture", {name: arrays[name] for name in list(arrays)[1:]})) == []


def test_a_ring_is_two_standard_deviations_around_and_closed() -> None:
    cloud, middle = np.array([[4.0, 1.0], [1.0, 2.0]]), np.array([1.0, -1.0])
    away = ring(middle, cloud) - middle
    distances = np.sqrt(np.einsum("ti,ij,tj->t", away, np.linalg.inv(cloud), away))
    assert distances == pytest.approx(2)
    assert away[0] == pytest.approx(away[-1])
    angles = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
    assert abs(angles[-1] - angles[0]) == pytest.approx(2 * np.pi), "once around"


def test_every_bracket_stands_midway_on_what_it_joins() -> None:
    """Six leaves; merged are 0 with 1, 2 with 3, the second pair with 4, both, and last what 5 is left of."""
    branches = np.array([[0, 1, 1.0, 4], [2, 3, 1.5, 3], [7, 4, 2.5, 9], [6, 8, 4.0, 12], [5, 9, 9.5, 20]])
    made = merges(branches, 3)
    assert [(one.height, one.rows) for one in made] == [(1, 4), (1.5, 3), (2.5, 9), (4, 12), (9.5, 20)]
    tops = [((one.left[0] + one.right[0]) / 2, one.height) for one in made]
    feet = [foot for one in made for foot in (one.left, one.right)]
    assert sorted(x for x, height in feet if height == 0) == list(range(6)), "every leaf once, side by side"
    assert sorted(foot for foot in feet if foot[1] > 0) == sorted(tops[:-1]), "and every bracket but the last"
    assert all(one.left[0] < one.right[0] for one in made)
    assert [one.cluster for one in made] == [1, 2, 2, -1, -1], "of three clusters the leaf 5 stands first"


def values_of(generator: np.random.Generator, *shape: int) -> np.ndarray:
    return generator.normal(size=(5, *shape))


def best_of(values: np.ndarray) -> list[list[str]]:
    """Lowest, mean and highest value of the best action at the three moments, with three digits."""
    found = [np.max(values[at], axis=-1) for at in PICTURED]
    return [[f"{end:.3g}".replace("-", "−") for end in (b.min(), b.mean(), b.max())] for b in found]


def test_values_over_one_number_are_told_as_they_are(pictured: Make) -> None:
    values = 100 + 50 * values_of(np.random.default_rng(1), 1, 9, 2)
    data = {"observation": ["height", "speed"], "actions": ["off", "on"]}
    arrays = {"q_surface": values, "q_axes": np.array([0.0, 1.0]), "q_variables": np.array([1, -1])}
    plate = one(pictured("dqn", arrays, data), "values")
    assert [row[0] for row in plate.table.rows] == TOLD
    assert [row[2:] for row in plate.table.rows] == best_of(values[:, 0])
    assert plate.table.head == ["moment", "samples", "lowest", "mean", "highest value of the best action"]
    end, start = plate.table.rows[-1][3], plate.table.rows[0][3]
    assert plate.title == f"It: the best action is worth {end} on average at the end, {start} at the start."
    assert " Over speed, the only number that varies" in plate.caption


def test_values_of_numbered_states_say_which_action_wins(pictured: Make) -> None:
    values = 100 + 50 * values_of(np.random.default_rng(2), 12, 3)
    data = {"observation": ["state"], "actions": ["left", "down", "up"], "discrete": True, "grid": None}
    plate = one(pictured("dqn", {"q_values": values}, data), "values")
    assert [row[2:5] for row in plate.table.rows] == best_of(values)
    for row, at in zip(plate.table.rows, PICTURED, strict=True):
        wins = np.bincount(values[at].argmax(-1), minlength=3)
        assert row[5] == data["actions"][int(wins.argmax())]  # type: ignore[index]
        assert row[6] == f"{100 * wins.max() / 12:.0f}\u202f%"
    last = plate.table.rows[-1]
    assert plate.title.endswith(f"; {last[5]} wins in {last[6]} of the picture.")
    assert plate.caption.endswith(". Every state from left to right, one row an action.")
    spoiled = values.copy()
    spoiled[2] = np.nan
    left = one(pictured("dqn", {"q_values": spoiled}, data), "values")
    assert [row[0] for row in left.table.rows] == ["start", "end"]


def test_what_an_agent_saw_is_counted(pictured: Make) -> None:
    frames = np.arange(5 * 4 * 6, dtype=float).reshape(5, 4, 2, 3)
    plate = one(pictured("dqn", {"frames": frames}), "frames")
    means = [f"{frames[at].mean():.3g}" for at in PICTURED]
    assert [[*row[:1], *row[2:]] for row in plate.table.rows] == [
        [word, "4", mean] for word, mean in zip(TOLD, means, strict=True)
    ]
    assert plate.title == "It: what it saw in its greedy episode, 4 pictures from start to end."
    assert plate.caption.endswith("Pictures of 2 × 3, evenly over one episode.")


def test_what_was_earned_stands_beside_what_greed_would_earn(pictured: Make) -> None:
    learner = pictured("dqn", {}, earned=[0, 10.0, 20.0, 30.0])
    plate = earned.plate(learner)
    assert plate is not None
    assert (
        plate.title
        == "It: at the end it earned 30 an episode while it explored, and 0.900 without exploring."
    )
    assert plate.table.head[1:] == ["return while learning", "95 % interval", "accuracy", "95 % interval"]
    assert [row[:2] + row[3:4] for row in plate.table.rows] == [
        ["100", "10", "0.5000"],
        ["200", "20", "0.7000"],
        ["300", "30", "0.9000"],
    ]
    assert earned.plate(pictured("dqn", {})) is None
    few = earned.plate(pictured("dqn", {}, seeds=range(3), earned=[0, 10.0, 20.0, 30.0]))
    assert few is not None
    assert few.table.head[-1] == "range"


def test_how_far_the_gradient_reaches_is_a_share_of_the_last_state(pictured: Make) -> None:
    """Every step back it is worth a half; at the end twice as much. Either is told in the same form."""
    pull = np.array([[0.5 ** (3 - t) for t in range(4)]] * 4 + [[2.0 ** (3 - t) for t in range(4)]]) * 5
    plate = through.plate(pictured("none", {"through_time": pull}, paradigm="supervised"))
    assert plate is not None
    assert [row[0] for row in plate.table.rows] == ["0 back", "1 back", "2 back", "3 back"]
    assert [row[1] for row in plate.table.rows] == ["1 times", "0.5 times", "0.25 times", "0.12 times"]
    assert [row[3] for row in plate.table.rows] == ["1 times", "2 times", "4 times", "8 times"]
    assert plate.title == (
        "It: at the start the state 3 steps back pulled on the answer 0.12 times as strongly as the last, "
        "at the end 8 times."
    )
    fading = through.plate(pictured("none", {"through_time": pull[[0] * 5]}, paradigm="supervised"))
    assert fading is not None
    assert [row[3] for row in fading.table.rows] == ["100.0\u202f%", "50\u202f%", "25\u202f%", "12\u202f%"]
    assert through.plate(pictured("none", {"through_time": pull[:, :1]})) is None
    assert through.plate(pictured("none", {"other": pull})) is None


def test_a_hierarchy_is_told_by_how_many_rows_change_cluster(pictured: Make) -> None:
    view = views.ALL["ward"]()
    plate = one(pictured(view.kind, view.arrays, view.data), "plane")
    start, early, end = (row[3] for row in plate.table.rows)
    assigned = view.arrays["assigned"]
    assert [start, early, end] == [percent(float((assigned[at] != assigned[-1]).mean())) for at in PICTURED]
    assert plate.title == (
        f"It: it ends with 3 clusters; {start} of the test rows change theirs after the start, {early} after "
        "20\u202f% of the way."
    )


def test_long_names_of_many_classes_are_turned() -> None:
    """What stands on the axis would lie over one another else."""
    assert _turned(["longer"] * 5)
    assert not _turned(["longer"] * 4)
    assert not _turned(["a"] * 10)


def test_who_fell_silent_is_told_of_the_end(pictured: Make) -> None:
    learner = pictured("regression", {}, paradigm="supervised", silent=[0, 0.125, 0.5, 0.75])
    (plate,) = silence.plates(learner)
    assert plate.title == (
        "It: 75\u202f% of the training rows are silent at the end; only the others still pull."
    )
    assert [row[1] for row in plate.table.rows] == ["0.1250", "0.5000", "0.7500"]
    assert plate.table.head[-1] == "95 % interval"
    (few,) = silence.plates(
        pictured("x", {}, paradigm="supervised", seeds=range(3), silent=[0, 0.1, 0.2, 0.3])
    )
    assert few.table.head[-1] == "range"
    assert silence.plates(pictured("x", {}, paradigm="supervised")) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"grid": [3, 4]}, "pixel 1, 2"),
        ({"grid": [3, 4], "discrete": True, "observation": ["cell"]}, "variable 6"),
        ({"observation": [*"abcdef", "speed (m/s)"]}, "speed (m/s)"),
        ({}, "variable 6"),
    ],
)
def test_an_observed_number_is_called_by_its_name_or_its_place(
    pictured: Make, data: dict[str, object], said: str
) -> None:
    learner = pictured("dqn", {"q_values": np.zeros((3, 2, 2))}, data)
    assert variable(learner, 6) == said
