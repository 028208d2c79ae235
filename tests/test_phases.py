"""Phases are told from what was recorded: by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from paradigms.reports.reading.phases import phases
from paradigms.reports.reading.records import Curves, Record

Spec = dict[str, Any]


def record(spec: Spec, steps: list[int], samples: list[int], **values: list[float]) -> Record:
    """One seed's training rows; updates are steps unless they are given."""
    at = np.array(steps, dtype=np.float64)
    train = {"updates": at[None], **{name: np.array([line]) for name, line in values.items()}}
    curves = Curves(at, np.array(samples, dtype=np.float64), at, train)
    none = Curves(at[:0], at[:0], at[:0], {})
    return Record(spec, 0, {}, [0], curves, none, np.zeros((1, 0), dtype=np.bool_), [{}])


def told(found: Record) -> list[tuple[str, int, int]]:
    return [(one.name, one.samples, one.updates) for one in phases(found)]


def table(**options: Any) -> Spec:
    return {"paradigm": "unsupervised", "options": options, "data": {"split": {"train": 100}}}


def test_batches_are_followed_by_passes_where_a_step_takes_all_rows() -> None:
    found = record(table(batch_size=10), [1, 2, 4, 5, 7], [10, 20, 40, 140, 340])
    assert told(found) == [("mini-batches of 10", 0, 0), ("full passes over all 100 training rows", 40, 4)]


def test_one_way_of_being_told_is_one_phase() -> None:
    assert told(record(table(batch_size=10), [1, 2], [10, 20])) == [("mini-batches of 10", 0, 0)]
    assert told(record(table(batch_size=100), [1, 2], [100, 200])) == []
    whole = told(record(table(batch_size=10), [1, 2], [100, 200]))
    assert whole == [("full passes over all 100 training rows", 0, 0)]
    assert told(record(table(), [1, 2], [10, 20])) == []
    assert told(record(table(batch_size=10), [1], [10])) == []


def test_answers_come_after_examples_without() -> None:
    found = record(table(batch_size=10, unlabelled=20), [1, 2, 3], [10, 20, 30])
    assert told(found) == [("examples without answers", 0, 0), ("examples with answers", 20, 2)]
    never = record(table(batch_size=10, unlabelled=99), [1, 2], [10, 20])
    assert told(never) == [("examples without answers", 0, 0)]


def agent(**options: Any) -> Spec:
    return {"paradigm": "reinforcement", "options": options}


def test_an_agent_acts_at_random_then_explores_less_and_less() -> None:
    epsilon = [0.9, 0.5, 0.04, 0.04]
    found = record(agent(learning_starts=50, envs=4), [1, 3, 6, 9], [54, 60, 70, 90], epsilon=epsilon)
    assert told(found) == [
        ("random actions, no update yet", 0, 0),
        ("exploration falls", 50, 0),
        ("exploration stays at 0.04", 70, 6),
    ]
    at_once = record(agent(envs=4), [1, 3, 6, 9], [4, 60, 70, 90], epsilon=epsilon)
    assert told(at_once)[0] == ("exploration falls", 0, 0)
    some = record(agent(learning_starts=1, envs=4), [1, 3, 6, 9], [2, 60, 70, 90], epsilon=epsilon)
    assert told(some)[0] == ("exploration falls", 0, 0), "no phase begins before the start"
    falling = record(agent(envs=4), [1, 3], [4, 60], epsilon=[0.9, 0.5])
    assert told(falling) == [("exploration falls", 0, 0)]
    assert told(record(agent(learning_starts=50), [1, 3], [54, 60])) == [
        ("random actions, no update yet", 0, 0)
    ]


def test_exploration_may_be_at_its_lowest_from_the_second_record_on() -> None:
    spec = {"paradigm": "reinforcement", "options": {"learning_starts": 10, "envs": 1}}
    found = record(spec, [1, 2, 3, 4], [11, 12, 13, 14], epsilon=[0.5, 0.05, 0.05, 0.05])
    assert told(found)[-1] == ("exploration stays at 0.05", 12, 2)
    constant = record(spec, [1, 2, 3, 4], [11, 12, 13, 14], epsilon=[0.05, 0.05, 0.05, 0.05])
    assert told(constant)[-1][0] == "exploration falls"
