"""A page cannot contradict itself: in no state that a run may be in."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import states
import truth

from paradigms import reports
from paradigms.reports.drawing.plate import Plate, Table
from paradigms.reports.panels import listed
from paradigms.reports.words import number

Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The summary of every state; that it is true is asked wherever one is made (conftest.py)."""
    home = tmp_path_factory.mktemp("states")
    return {
        name: reports.summarise(states.written(home / str(place), name))
        for place, name in enumerate(states.STATES)
    }


def test_every_state_is_told_truly(told: Told) -> None:
    for name, summary in told.items():
        truth.check(summary)
        assert summary["words"]["found"], name


def lead(summary: dict[str, Any]) -> str:
    return " ".join(summary["words"]["found"])


def test_who_beats_a_reference_is_said_by_one_rule(told: Told) -> None:
    assert "(above the reference, unlikely to be luck)" in lead(told["great"])
    assert "(below the reference, unlikely to be luck)" in lead(told["poor"])
    assert "(level with the reference, within 1 % of the way)" in lead(told["ties"])
    assert "(too few seeds to tell a difference from luck)" in lead(told["three seeds"])
    assert "Without a reference there is no common axis" in lead(told["no reference"])
    below = told["reference below baseline"]
    for summary in (below, told["reference hardly better"]):
        assert "no better than the baseline by five of its own standard deviations over seeds" in lead(
            summary
        )
        assert {entry["progress"] for entry in summary["learners"]} == {None}


def test_a_lie_is_noticed(told: Told) -> None:
    """Each kind of contradiction, put into a true summary."""
    true = told["poor"]
    truth.check(true)
    for lie in (_another_number, _turned_verb, _turned_standing, _extreme_median, _shares, _phases):
        false = copy.deepcopy(true)
        lie(false)
        with pytest.raises(AssertionError):
            truth.check(false)


def _another_number(summary: dict[str, Any]) -> None:
    own = summary["words"]["learners"]["dqn-CartPole-v1"]
    own["told"][1] = own["told"][1].replace("Each replica had ", "Each replica had 7")


def _turned_verb(summary: dict[str, Any]) -> None:
    for own in summary["words"]["learners"].values():
        own["loss_words"] = own["loss_words"].replace("rises from", "falls from")


def _turned_standing(summary: dict[str, Any]) -> None:
    summary["words"]["found"][1] = summary["words"]["found"][1].replace("(below", "(above")


def _extreme_median(summary: dict[str, Any]) -> None:
    entry = summary["learners"][0]
    worst = min(range(len(entry["scores"])), key=lambda i: entry["scores"][i])
    summary["facts"][entry["id"]]["median_seed"] = entry["seeds"][worst]


def _shares(summary: dict[str, Any]) -> None:
    figure = summary["figures"]["dqn-CartPole-v1-gradient"]
    next(row for row in figure["rows"] if str(row[0]).startswith("gradients "))[2] += 0.1


def _phases(summary: dict[str, Any]) -> None:
    summary["facts"]["dqn-CartPole-v1"]["stretches"][0]["samples"] += 1


def test_a_title_that_is_not_its_tables_is_noticed() -> None:
    table = Table(["moment", "error"], [["start", number(3.0)], ["end", number(1.5)]])
    truth.title_is_its_tables(Plate("a", "It falls from 3 to 1.500.", "", table, lambda figure: None))
    with pytest.raises(AssertionError, match="does not stand in its table"):
        truth.title_is_its_tables(Plate("a", "It falls from 3 to 1.6.", "", table, lambda figure: None))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1.0, 1.0515, "stays near 1.051 (1 at first)"),
        (1.0, 1.06, "rises from 1 to 1.060"),
        (1.06, 1.0, "falls from 1.060 to 1"),
        (-1.0, -0.5, "rises from −1 to −0.5000"),
        (0.0, 0.0, "stays at 0"),
        (0.5, 0.500001, "stays at 0.5000"),
    ],
)
def test_a_way_is_told_by_its_two_ends(first: float, last: float, said: str) -> None:
    ends = (listed.Row(number(0), number(value)) for value in (first, last))
    assert listed.told(*ends) == said.replace("1.051 ", f"{number(1.0515)} ")
