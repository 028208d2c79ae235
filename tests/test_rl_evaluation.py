"""What is played beside training: counted, named, ended; and what it costs in memory."""

import json

import numpy as np
import pytest
import worlds  # noqa: F401 - registers
from commands import done, paradigms, refused
from runs import request, whole

from paradigms.errors import Interrupted
from paradigms.rl.episodes import Seen
from paradigms.rl.world import World
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking import estimate
from paradigms.studies.asking.company import together
from paradigms.studies.asking.plan import plans
from paradigms.studies.study import Control, run
from paradigms.studies.training import beside

TINY = ("--samples", 200, "--seeds", 2, "--hidden", 4, "--eval-episodes", 2, "--workers", 1, "--threads", 1)


def about(**options):
    asked = request(("dqn",), **options)
    (plan,), notes = plans(asked)
    return together(plan, plan.asked[:2]), notes


def test_an_evaluation_is_named_and_ended_between_its_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "LONG", 0.0)
    monkeypatch.setattr(beside, "TICK", 0.0)
    said, looked = [], []
    asked = request(("dqn",), env="Endless-v0", eval_episodes=3, limit=20)
    control = Control(lambda *seen: looked.append(seen), say=said.append, stop=lambda: len(looked) > 30)
    with pytest.raises(Interrupted, match=r"stopped while playing .* nothing of it is saved yet"):
        run(asked, RunFolder.choose(tmp_path / "run", "compare", force=False), control, "a run")
    assert "dqn-Endless-v0: playing 6 random episodes in Endless-v0 …" in said
    assert looked[0][0] == "DQN, playing 6 random episodes in Endless-v0"


def test_a_run_that_was_ended_in_an_evaluation_goes_on_to_the_same(tmp_path, monkeypatch):
    from commands import learnt, same
    from runs import resumed

    asked = request(("dqn",), env="Path-v0", eval_episodes=2)
    expected = whole(asked, tmp_path / "whole")
    monkeypatch.setattr(beside, "TICK", 0.0)
    asked_so_far = iter(range(10**6))
    control = Control(stop=lambda: next(asked_so_far) > 1500, every=0.0)
    with pytest.raises(Interrupted, match="stopped"):
        run(asked, RunFolder.choose(tmp_path / "run", "compare", force=False), control, "a run")
    monkeypatch.undo()
    same(resumed(tmp_path / "run"), expected)
    assert learnt(tmp_path / "whole")["rows"]


def test_estimates_count_episodes_as_long_as_they_may_last():
    few, many = (about(env="Endless-v0", eval_episodes=n, limit=None)[0] for n in (5, 500))
    longer = about(env="Endless-v0", eval_episodes=5, limit=3000)[0]
    found = [estimate.estimate(company) for company in (few, many, longer)]
    seconds = [one.computing + 0.01 * one.steps for one in found]
    played = 2 * 0.01 * (2 * 495) * 30
    assert seconds[1] - seconds[0] == pytest.approx(played)
    assert seconds[2] > 50 * seconds[0]


def test_memory_counts_what_is_observed_and_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    film, path = (about(env=f"{name}-v0", samples=40_000, memory=40_000)[0] for name in ("Film", "Path"))
    for company, width in ((film, 90), (path, 3 * 4)):
        replay = 2 * 40_000 * (2 * width + 12) / 1e6
        assert estimate.estimate(company).megabytes >= replay
    assert estimate.estimate(film).megabytes < 2 * 40_000 * 2 * 90 * 4 / 1e6  # as bytes
    monkeypatch.setattr(estimate, "_memory", lambda: 2_000_000)
    assert "GB of memory" in refused("run", "rl", "--env", "Film-v0", *TINY, "--out", "run")


def test_a_limit_that_nobody_declared_is_said_and_written_down(tmp_path):
    text = "Unlimited-v0 sets no limit: episodes are cut after 1,000 steps (--limit)."
    assert text in about(env="Unlimited-v0", limit=None)[1]
    assert World.of("Unlimited-v0").limit == 1000
    assert not about(env="Unlimited-v0", limit=40)[1]
    assert any("does not follow reset(seed=…)" in note for note in about(env="Chance-v0")[1])


@pytest.mark.parametrize("name", ["Fortune", "Still", "Gauge", "Far", "Film", "Ahead", "Lamps"])
def test_a_page_is_drawn_of_every_kind(name, tmp_path):
    done("run", "rl", "--env", f"{name}-v0", *TINY, "--lr", 0.1, "--out", tmp_path / "run")
    assert (tmp_path / "run" / "summary.json").exists()
    drawn = {path.stem.rpartition("-")[2] for path in (tmp_path / "run" / "figures").iterdir()}
    assert ("values" in drawn) == (name != "Still")
    assert ("frames" in drawn) == (name in ("Film", "Ahead"))
    index = json.loads((tmp_path / "run" / "snapshots.json").read_text())["learners"][f"dqn-{name}-v0"]
    from safetensors.numpy import load_file

    arrays = load_file(tmp_path / "run" / "snapshots.safetensors")
    pair = arrays[index["arrays"]["q_variables"]["key"]]
    expected = {"Still": [-1, -1], "Gauge": [0, -1], "Far": [3, 4]}
    if name in expected:
        assert (pair == expected[name]).all()
    assert np.isfinite(arrays[index["arrays"]["q_surface"]["key"]]).all()


def test_values_that_are_not_finite_have_no_picture_and_that_is_said(tmp_path, monkeypatch):
    from paradigms.rl import scenery

    own = scenery._finite
    monkeypatch.setattr(
        scenery, "_finite", lambda values: own(values * np.array([1, np.inf])[:, None, None, None])
    )
    answer = paradigms("run", "rl", "--env", "Path-v0", *TINY, "--out", tmp_path / "run")
    assert answer.code == 0
    assert "what seeds 1 believe is not finite from sample 0 on; those pictures are left out" in answer.err


def test_verify_asks_first_whether_the_environment_repeats_itself(tmp_path, undrawn):
    done("run", "rl", "--env", "Chance-v0", *TINY, "--out", tmp_path / "run")
    answer = paradigms("verify", tmp_path / "run")
    assert answer.code == 1
    assert answer.err.startswith("Error: Chance-v0 does not follow reset(seed=…)")


def test_states_are_remembered_evenly_however_many_there_are():
    seen = Seen(2, 1, 8)
    seen.most = 32
    for t in range(0, 1000, 5):
        seen.add(0, np.arange(t, t + 5, dtype=np.float32)[:, None])
    seen.add(1, np.arange(20, dtype=np.float32)[:, None])
    assert seen.held[0] <= 32
    found = seen.even(0, 8)[:, 0]
    assert found[0] == 0
    assert found[-1] > 930
    assert np.ptp(np.diff(found)) <= 2 * seen.stride[0]
    assert np.array_equal(seen.even(1, 20)[:, 0], np.arange(20))
