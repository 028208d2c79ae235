"""Seeds shared out over processes: the same bits, whoever is stopped or killed on the way."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from commands import same
from runs import Stopper, request, resumed, whole

from paradigms.errors import Failed, Interrupted, UsageError
from paradigms.registry import REGISTRY
from paradigms.studies import estimate, workers
from paradigms.studies.folder import RunFolder
from paradigms.studies.plan import plans
from paradigms.studies.request import Request
from paradigms.studies.study import Control, prepare, run

ASKED = replace(request(tuple(REGISTRY)), seeds=5)
SHARED = replace(ASKED, workers=2)
RUN = """
import json, sys
from pathlib import Path
from paradigms.studies.folder import RunFolder
from paradigms.studies.request import Request
from paradigms.studies.study import Control, run
asked = Request.from_json(json.loads(sys.argv[1])).checked()
run(asked, RunFolder.choose(Path("run"), "compare", False), Control(every=0.0), "a run")
"""
GRUMPY = """
import gymnasium
class Grumpy(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (2,))
    action_space = gymnasium.spaces.Discrete(2)
    steps = 0
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observation_space.low, {}
    def step(self, action):
        type(self).steps += 1
        if type(self).steps > 4_600:
            print("printing is no answer")
            raise RuntimeError("no more")
        return self.observation_space.low, 1.0, False, False, {}
gymnasium.register("Grumpy-v0", Grumpy, max_episode_steps=20)
"""


def compared(learned: dict) -> dict:
    """Without the words on who trained it."""
    config = learned["config.json"]
    config["study"].pop("workers")
    config["options"].pop("workers", None)
    return learned


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return compared(whole(ASKED, tmp_path_factory.mktemp("whole") / "run"))


@pytest.fixture
def started(monkeypatch):
    """The processes that were started, in order."""
    found: list[subprocess.Popen] = []
    start = workers.Worker.start

    def noted(worker, heard):
        start(worker, heard)
        found.append(worker.process)

    monkeypatch.setattr(workers.Worker, "start", noted)
    return found


def test_one_of_two_processes_is_killed_and_nothing_is_lost(expected, started, tmp_path):
    said, seen = [], []

    def look(title: str, done: int, total: int) -> None:
        seen.append((title, done / total))
        if title == "DQN" and len(started) == 2:
            started[0].kill()

    same(compared(whole(SHARED, tmp_path / "run", Control(look, say=said.append, every=0.0))), expected)
    died = "The process of seeds 0 to 2 died by signal 9; another goes on from its last checkpoint."
    assert (len(started), said.count(died)) == (3, 1)
    assert list(dict.fromkeys(title for title, _ in seen))[-1] == "DQN"
    assert not list((tmp_path / "run" / "checkpoint").glob("seeds-*"))


def test_stopped_and_gone_on(expected, started, tmp_path):
    stopper = Stopper(10**9)
    stopper.look = lambda title, done, total: setattr(stopper, "at", 1)
    with pytest.raises(Interrupted, match="stopped; every process has saved its seeds"):
        run(SHARED, RunFolder.choose(tmp_path / "run", "compare", force=False), stopper, "a run")
    assert [process.returncode for process in started] == [130, 130]
    kept = sorted(path.name for path in (tmp_path / "run" / "checkpoint").glob("seeds-*"))
    assert kept == ["seeds-0-2", "seeds-3-4"]
    same(compared(resumed(tmp_path / "run")), expected)


def test_killed_with_all_its_processes_and_gone_on(expected, tmp_path):
    path = os.pathsep.join(sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(SHARED.to_json())],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "run").glob("checkpoint/seeds-*/checkpoint/*.json"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    same(compared(resumed(tmp_path / "run")), expected)
    assert not list((tmp_path / "run").rglob("*.part"))


def test_a_process_that_dies_again_and_again_is_given_up(started, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Failed, match=r"The process of seeds \d to \d died with exit code 1, as 2 did before"):
        whole(SHARED, tmp_path / "run")
    assert workers.DEATHS <= len(started) <= 2 * workers.DEATHS


def test_an_environment_that_fails_in_a_process_is_named(tmp_path, monkeypatch):
    (tmp_path / "grumpy.py").write_text(GRUMPY)
    monkeypatch.syspath_prepend(tmp_path)
    asked = request(("dqn",), env="grumpy:Grumpy-v0", envs=1)
    with pytest.raises(Failed, match=r"dqn-.*Grumpy-v0.*step \d+: .*replica \d.*RuntimeError: no more"):
        whole(replace(asked, seeds=4, workers=2), tmp_path / "run")


def test_how_many_processes_there_are(monkeypatch):
    monkeypatch.setattr(estimate, "processors", lambda: 4)
    long, short = (Request("compare", ("dqn",), {"samples": n}, seeds=10, device="cpu") for n in (10**6, 400))
    of = lambda asked: prepare(asked.checked()).workers  # noqa: E731
    assert (of(long), of(short)) == (4, 1)
    assert (of(replace(long, seeds=5)), of(replace(long, seeds=1))) == (2, 1)
    assert (of(replace(long, workers=3)), of(replace(short, workers=3)), of(replace(long, workers=1))) == (
        3,
        3,
        1,
    )
    assert of(replace(long, threads=2)) == 1, "threads that were asked for are in one process"
    monkeypatch.setattr(estimate, "_memory", lambda: 3e9)
    assert estimate.workers(plans(long.checked())[0], 10) == 3


@pytest.mark.parametrize("workers", ["two", 0, True, None, 10**6])
def test_an_edited_number_of_processes_is_one_line(workers, tmp_path):
    path = tmp_path / "run"
    whole(request(("pca",)), path)
    config = json.loads((path / "config.json").read_text())
    config["study"]["workers"] = workers
    (path / "config.json").write_text(json.dumps(config))
    for left in (path / "checkpoint").iterdir():
        left.unlink()
    with pytest.raises(UsageError, match="of its workers"):
        resumed(path)
