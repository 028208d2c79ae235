"""Checkpoints: two generations, each whole or passed over; any step; a bounded cost; no code that runs."""

import ast
import json
import shutil
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from commands import read, same
from gymnasium import spaces
from runs import last, request, resumed, stopped, whole

from paradigms.errors import Unwritten, UsageError
from paradigms.runs import atomic
from paradigms.runs.folder import VERSION as NEWEST
from paradigms.runs.folder import RunFolder
from paradigms.studies.saving.generations import VERSION, Generations
from paradigms.studies.saving.pace import SHARE, Pace
from paradigms.studies.study import Control, run

LEARNER = "regression-diabetes-linear"


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A regression with blocks of many steps: whole, and stopped within one with two generations saved."""
    home = tmp_path_factory.mktemp("long")
    asked = request(("regression",), samples=9600)
    expected = whole(asked, home / "whole")
    stopped(asked, home / "stopped", at=last(expected) - 1, every=0.0)
    return home / "stopped", expected


@pytest.fixture
def run_(long, tmp_path):
    """A copy of the stopped run, and what it must come to."""
    shutil.copytree(long[0], tmp_path / "run")
    return tmp_path / "run", long[1]


def generations(path: Path, kind: str, name: str = LEARNER) -> list[Path]:
    return sorted((path / "checkpoint").glob(f"{name}.*.{kind}"), key=lambda p: int(p.name.split(".")[-2]))


def test_the_stop_was_within_a_block_and_the_files_are_as_documented(run_):
    path, expected = run_
    names = [p.suffix for p in (path / "checkpoint").iterdir()]
    assert sorted(names) == [".json", ".json", ".safetensors", ".safetensors"]
    (tensors, about), _ = Generations(RunFolder(path), LEARNER).load(pytest.fail)
    assert "block.start" in tensors
    assert len(tensors["block.losses"]) < about["step"] < last(expected)
    assert read(generations(path, "json")[-1])["version"] == VERSION
    same(resumed(path), expected)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("kind", ["json", "safetensors"])
@pytest.mark.parametrize("damage", [cut_short, empty, flipped, Path.unlink])
def test_a_damaged_newest_checkpoint_is_named_and_the_one_before_used(run_, kind, damage):
    path, expected = run_
    damage(generations(path, kind)[-1])
    newest, said = generations(path, "json")[-1], []
    same(resumed(path, Control(say=said.append)), expected)
    named = [text for text in said if "cannot be used" in text]
    if (kind, damage) == ("json", Path.unlink):  # as if it had never been written
        assert not named
    else:
        assert len(named) == 1
        assert str(newest) in named[0]


def test_where_none_is_whole_training_begins_anew(run_):
    path, expected = run_
    for one in generations(path, "safetensors"):
        flipped(one)
    said = []
    same(resumed(path, Control(say=said.append)), expected)
    assert sum("cannot be used" in text for text in said) == 2


def test_a_newer_version_is_refused(run_):
    path, _ = run_
    newest = generations(path, "json")[-1]
    newest.write_text(json.dumps(read(newest) | {"version": VERSION + 1}))
    with pytest.raises(UsageError, match=rf"has version {VERSION + 1}; this paradigms reads up to {VERSION}"):
        resumed(path)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (NEWEST + 1, f"has version {NEWEST + 1}; this paradigms reads up to {NEWEST}"),
        (1, r"it can be drawn, not gone on with. Train it anew: a run"),
    ],
)
def test_a_config_of_another_version_is_refused(version, said, run_):
    path, _ = run_
    config = path / "config.json"
    config.write_text(json.dumps(read(config) | {"version": version}))
    with pytest.raises(UsageError, match=said):
        resumed(path)


def test_rows_that_are_gone_send_it_further_back(run_):
    path, expected = run_
    metrics = path / "metrics.jsonl"
    metrics.write_bytes(metrics.read_bytes()[:-300])
    said = []
    same(resumed(path, Control(say=said.append)), expected)
    assert any("fewer rows" in text for text in said)


def test_an_edited_config_and_its_checkpoint_do_not_fit(run_):
    path, _ = run_
    config = read(path / "config.json")
    config["options"]["samples"] = 4800
    config["learners"] = []
    newest = generations(path, "json")[-1]
    saved = read(newest)
    saved["about"]["source0"] = {}
    (path / "config.json").write_text(json.dumps(config))
    from paradigms.studies.saving.generations import _sum

    saved["sha256"] = _sum({name: value for name, value in saved.items() if name != "sha256"})
    newest.write_text(json.dumps(saved))
    with pytest.raises(UsageError, match=r"is not that of what config\.json describes"):
        resumed(path)


def test_what_a_kill_left_half_written_goes(run_):
    path, expected = run_
    for place in (path, path / "checkpoint", path / "model"):
        (place / ".something.json.part").write_bytes(b"{")
    same(resumed(path), expected)
    assert not list(path.rglob("*.part"))


def test_which_learners_are_finished_is_kept_in_generations_too(tmp_path):
    asked = request(("regression", "pca"))
    expected = whole(asked, tmp_path / "run")
    ledgers = generations(tmp_path / "run", "json", "done")
    assert len(ledgers) == 2
    flipped(ledgers[-1])
    said = []
    same(resumed(tmp_path / "run", Control(say=said.append)), expected)
    assert str(ledgers[-1]) in " ".join(said)


def test_rows_of_a_finished_learner_that_are_gone_are_learned_again(tmp_path):
    expected = whole(request(("regression", "pca")), tmp_path / "run")
    metrics = tmp_path / "run" / "metrics.jsonl"
    metrics.write_bytes(metrics.read_bytes()[:-300])
    said = []
    same(resumed(tmp_path / "run", Control(say=said.append)), expected)
    assert any("fewer rows than when it was last written" in text for text in said)


@pytest.mark.parametrize("heals", [True, False])
def test_what_is_finished_is_written_once_more_at_the_end(tmp_path, monkeypatch, heals):
    save, calls = Generations.save, []

    def refusing(self, tensors, about):
        calls.append(self.name)
        if self.name == "done" and (len(calls) == 1 or not heals):
            raise OSError(28, "No space left on device")
        save(self, tensors, about)

    monkeypatch.setattr(Generations, "save", refusing)
    if heals:
        whole(request(("regression",)), tmp_path / "run")
        assert calls == ["done", "done"]
        return
    with pytest.raises(Unwritten, match=r"could not be written to the end: No space left on device\."):
        whole(request(("regression",)), tmp_path / "run")


# ---- writing


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_fails_changes_nothing(tmp_path, monkeypatch, call):
    kept = Generations(RunFolder(tmp_path), "a")
    (tmp_path / "checkpoint").mkdir()
    for step in range(3):
        kept.save({"x": __import__("torch").ones(3)}, {"step": step})
    before = sorted(p.name for p in kept.place.iterdir())
    assert len(before) == 4

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((atomic.os, "fsync") if call == "fsync" else (Path, "replace")), refuse)
    with pytest.raises(OSError, match="No space"):
        kept.save({}, {"step": 4})
    assert sorted(p.name for p in kept.place.iterdir()) == before
    assert next(kept.load(pytest.fail))[1] == {"step": 2}


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "run").mkdir()
    final = tmp_path / "run" / "config.json"
    atomic.temporary(final).symlink_to(tmp_path / "mine.txt")
    atomic.write(final, b"{}")
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert final.read_bytes() == b"{}"
    assert not final.is_symlink()


# ---- cost


@pytest.mark.parametrize(("cost", "every"), [(0.001, 10.0), (0.5, 10.0), (3.0, 1.0)])
def test_checkpoints_take_at_most_a_small_share_of_the_time(cost, every):
    now = 0.0
    pace = Pace(every, expected=lambda: int(cost * 1e8), clock=lambda: now)
    saves = 0
    while now < 5000:
        now += 0.25
        if pace.due:
            began, now = now, now + cost
            pace.paid(began)
            saves += 1
    assert saves
    assert pace.spent <= 1.02 * SHARE * now
    assert SHARE < 0.02


def test_the_clock_on_the_wall_may_step_back(tmp_path, monkeypatch):
    """Nothing that decides or measures asks it."""
    expected = whole(request(("regression",)), tmp_path / "one")
    back = iter(range(10**9, 0, -3600))
    monkeypatch.setattr("time.time", lambda: float(next(back)))
    same(whole(request(("regression",)), tmp_path / "two", Control(every=0.0)), expected)
    root = Path(__file__).parent.parent
    for path in [*root.glob("paradigms/**/*.py"), *root.glob("cli/*.py"), *root.glob("reports/**/*.py")]:
        assert "time.time(" not in path.read_text(encoding="utf-8"), path


# ---- environments


class Whim(gymnasium.Env):
    """Draws from a generator that nobody seeds."""

    observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
    action_space = spaces.Discrete(2)
    drawn = np.random.default_rng(0)

    def reset(self, *, seed=None, options=None):
        return self.drawn.normal(size=2).astype(np.float32), {}

    def step(self, action):
        return self.drawn.normal(size=2).astype(np.float32), 1.0, False, False, {}


def test_an_environment_that_does_not_repeat_itself_is_said(tmp_path):
    gymnasium.register("tests/Whim-v0", entry_point=Whim, max_episode_steps=20)
    asked, said = request(("dqn",), env="tests/Whim-v0"), []
    stopped(asked, tmp_path / "run", at=9)
    found = resumed(tmp_path / "run", Control(say=said.append))
    (doubt,) = [text for text in said if "not deterministic" in text]
    assert doubt.startswith("Warning: tests/Whim-v0 is not deterministic")
    assert "(replicas 0, 1)" in doubt
    assert found["rows"][-1]["split"] == "test"


# ---- no pickle

FORBIDDEN = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
CALLS = {"torch.load", "torch.save", "pd.read_pickle", "np.load", "numpy.load", "eval", "exec"}


def test_nothing_imports_pickle_or_calls_what_would():
    root = Path(__file__).parent.parent
    paths = [p for room in ("paradigms", "cli", "datasets", "reports") for p in root.glob(f"{room}/**/*.py")]
    assert len(paths) > 80
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert not {one.name.split(".")[0] for one in node.names} & FORBIDDEN, path
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in FORBIDDEN, path
            elif isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in CALLS, (path, ast.unparse(node))
                assert not ast.unparse(node.func).endswith((".to_pickle", ".read_pickle")), path


def test_going_on_unpickles_nothing(run_, monkeypatch):
    import pickle

    def never(*_: object, **__: object) -> None:
        pytest.fail("unpickled")

    for name in ("load", "loads", "Unpickler", "_Unpickler"):
        monkeypatch.setattr(pickle, name, never)
    path, expected = run_
    same(resumed(path), expected)


def test_a_second_command_is_refused(run_):
    path, _ = run_

    def look(*_: object) -> None:
        with pytest.raises(UsageError, match="another command is writing to"):
            resumed(path)
        for force in (False, True):
            with pytest.raises(UsageError, match=r"another command|already holds"):
                run(request(("pca",)), RunFolder.choose(path, "compare", force=force), Control(), "other")

    resumed(path, Control(look=look))
