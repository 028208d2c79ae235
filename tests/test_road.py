"""The driving environment: what it pays, who drives well in it, and where its reference comes from."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import paradigms as pg
from paradigms import rl
from paradigms.reports.panels import told
from paradigms.reports.reading.comparison import compare
from paradigms.rl.road import BEST, EDGE, RULES, SPEED, TURN, Road, driven
from paradigms.rl.world import World


def test_gymnasium_checks_it():
    env = gymnasium.make(f"paradigms.rl:{rl.ROAD}")
    check_env(env.unwrapped)
    assert env.spec.max_episode_steps == 200
    env.close()


def test_a_car_that_turns_goes_there_and_is_paid_for_where_it_is():
    road = Road()
    road.reset(seed=3)
    road._bends[:] = 0
    road._offset, road._heading = 0.0, 0.0
    seen, reward, over, _, _ = road.step(np.int64(2))
    assert seen[:2] == pytest.approx([SPEED * np.sin(TURN), TURN])
    assert reward == pytest.approx(1 - (SPEED * np.sin(TURN)) ** 2)
    assert not over
    for _ in range(60):
        seen, reward, over, _, _ = road.step(np.int64(1))
        if over:
            break
    assert seen[0] > EDGE
    assert reward == 0


def test_an_episode_is_its_seed_and_its_actions():
    first, second = driven(RULES[0], [5, 5])
    assert first == second
    assert driven(RULES[0], [6])[0] != first


def test_the_reference_is_the_rule_that_was_best_on_other_episodes():
    best = max(RULES, key=lambda rule: driven(rule, range(40)).mean())
    assert len({*RULES}) == 24
    assert driven(best, range(1000, 1060)).mean() == pytest.approx(BEST, abs=0.03)
    assert driven(lambda seen: 1, range(20)).mean() < 60
    known = World.of(rl.ROAD, None).best
    assert (known.value, known.source) == (BEST, "the best of 24 hand-written rules")
    assert known.threshold is None


def test_its_page_does_not_call_a_rule_the_best_that_is_possible(tmp_path):
    study = pg.run(
        "dqn", env=rl.ROAD, hidden=(4,), seeds=1, samples=1_040, eval_episodes=1, out=tmp_path / "run"
    )
    (learner,) = compare([study.folder]).learners
    facts = dict(told.facts(learner))
    assert facts["return to reach"] == "200.0: the best of 24 hand-written rules"
    assert "best possible return" not in facts
