"""Seeds shared out over processes: the same bits, whoever is stopped or killed on the way."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest
from commands import same
from runs import Stopper, compared, request, resumed, stopped, whole
from test_faults import Disk

from paradigms.errors import Failed, Interrupted, Unwritten, UsageError
from paradigms.reports import summarise
from paradigms.runs.folder import RunFolder
from paradigms.studies import study
from paradigms.studies.asking import estimate
from paradigms.studies.asking.prepared import prepare
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import local, pool, share
from paradigms.studies.study import Control, run

ASKED = replace(request(("regression", "kmeans", "dqn"), eval_episodes=2), seeds=5)
SHARED = replace(ASKED, workers=2)
RUN = """
import json, sys
from pathlib import Path
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
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


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return compared(whole(ASKED, tmp_path_factory.mktemp("whole") / "run"))


@pytest.fixture
def pools(monkeypatch):
    """All that were begun, in order."""
    found = []
    begun = local.Processes._begun

    def noted(processes):
        found.append(begun(processes))
        return found[-1]

    monkeypatch.setattr(local.Processes, "_begun", noted)
    return found


def own() -> list[psutil.Process]:
    """The processes that train for this one."""
    living = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in living if "loky.backend.popen" in " ".join(one.cmdline())]


def test_one_of_two_processes_is_killed_and_nothing_is_lost(expected, pools, tmp_path):
    said, seen, killed = [], [], []

    def look(title: str, done: int, total: int) -> None:
        seen.append((title, done / total))
        if title == "DQN" and not killed:
            killed.append(own()[0])
            killed[0].kill()

    same(compared(whole(SHARED, tmp_path / "run", Control(look, say=said.append, every=0.05))), expected)
    died = "was lost (a process died: SIGKILL(-9)); it goes on from its last checkpoint."
    assert len(pools) == 2
    assert any(one.startswith("A stretch of seeds ") and one.endswith(died) for one in said)
    assert list(dict.fromkeys(title for title, _ in seen))[-1] == "DQN"
    assert not list((tmp_path / "run" / "checkpoint").glob("share-*"))


def test_stopped_and_gone_on(expected, tmp_path):
    def look(title: str, done: int, total: int) -> None:
        for process in own():
            process.terminate()  # as a service manager does; they leave it to this process
        stopper.at = 1

    stopper = Stopper(10**9)
    stopper.look = look
    with pytest.raises(Interrupted, match="stopped; every share is saved"):
        run(SHARED, RunFolder.choose(tmp_path / "run", "compare", force=False), stopper, "a run")
    assert not own()
    one, _ = (path for path in (tmp_path / "run" / "checkpoint").glob("share-*") if path.is_dir())
    (one / "config.json").unlink()
    same(compared(resumed(tmp_path / "run")), expected)


@pytest.mark.slow
def test_what_all_have_finished_is_there_before_the_rest(expected, tmp_path, monkeypatch):
    def look(title: str, done: int, total: int) -> None:
        stopper.at = 1 if title == "DQN" else stopper.at

    stopper = Stopper(10**9)
    stopper.look = look
    with pytest.raises(Interrupted, match="every share is saved"):
        run(SHARED, RunFolder.choose(tmp_path / "run", "compare", force=False), stopper, "a run")
    learners = summarise(tmp_path / "run")["learners"]
    assert [one["task"] for one in learners] == ["regression", "kmeans"]
    assert all(one["seeds"] == [0, 1, 2, 3, 4] for one in learners)
    joined: list[str] = []
    join = study._Here._join
    monkeypatch.setattr(study._Here, "_join", lambda *given: joined.append(given[2].id) or join(*given))
    same(compared(resumed(tmp_path / "run")), expected)
    assert len(joined) == 1, "the others are not joined again"


@pytest.mark.slow
def test_killed_with_all_its_processes_and_gone_on(expected, tmp_path):
    path = os.pathsep.join(sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(SHARED.to_json())],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    deadline = time.monotonic() + 300
    while len(list((tmp_path / "run").glob("checkpoint/share-*/checkpoint/*.json"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    started = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    assert started
    assert not psutil.wait_procs(started, timeout=60)[1], "a process is left behind"
    same(compared(resumed(tmp_path / "run")), expected)
    assert not list((tmp_path / "run").rglob("*.part"))


@pytest.mark.parametrize(("program", "code"), [("/bin/false", 1), ("/bin/true", 0)])
def test_a_process_that_dies_again_and_again_is_given_up(program, code, pools, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", program)
    died = rf"A stretch of seeds \d to \d was lost \(a process died: EXIT\({code}\).*as 2 were before"
    with pytest.raises(Failed, match=died):
        whole(SHARED, tmp_path / "run")
    assert pool.DEATHS <= len(pools) <= 2 * pool.DEATHS


def test_an_environment_that_fails_in_a_process_is_named(tmp_path, monkeypatch):
    (tmp_path / "grumpy.py").write_text(GRUMPY)
    monkeypatch.syspath_prepend(tmp_path)
    asked = request(("dqn",), env="grumpy:Grumpy-v0", envs=1)
    with pytest.raises(Failed, match=r"dqn-.*Grumpy-v0.*step \d+: .*replica \d.*RuntimeError: no more"):
        whole(replace(asked, seeds=4, workers=2), tmp_path / "run")


def test_a_process_that_cannot_be_started_is_one_line(tmp_path, monkeypatch):
    def none(executor, work, *given):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(local.ProcessPoolExecutor, "submit", none)
    said = r"no other process can be started: Resource temporarily .* Ask for --workers 1"
    with local.begun(SHARED), pytest.raises(Failed, match=said):
        whole(SHARED, tmp_path / "run")


def test_processes_that_began_early_are_the_ones_that_train(pools, tmp_path):
    asked = replace(request(("pca",)), seeds=4, workers=2)
    with local.begun(asked):
        early = own()
        whole(asked, tmp_path / "run")
    assert (len(early), len(pools)) == (2, 1)
    assert not own()


def test_processes_that_nobody_wanted_are_ended(pools, tmp_path):
    with local.begun(SHARED):
        assert len(own()) == 2
    assert not own()
    with local.begun(SHARED):
        whole(request(("pca",)), tmp_path / "run")  # as where a graphics card is found, in one process
    assert not own()
    assert len(pools) == 2


def test_only_processes_that_will_surely_be_wanted_begin_early(monkeypatch):
    monkeypatch.setattr(estimate, "processors", lambda: 4)
    long = Request("compare", ("pca", "dqn"), {"samples": 10**6}, seeds=10)
    assert local._wanted(long) == 4
    assert local._wanted(replace(long, seeds=4)) == 2
    assert local._wanted(replace(long, learners=("pca",))) == 0, "its data would have to be read"
    assert local._wanted(replace(long, learners=("pca",), workers=3)) == 3
    for one in (
        {"options": {"samples": 400}},
        {"workers": 1},
        {"threads": 1},
        {"threads": 2},
        {"device": "cuda"},
    ):
        assert local._wanted(replace(long, **one)) == 0, one


# ---- halves, in this process: what a share of the seeds leaves, in any case


@pytest.fixture
def halved(monkeypatch):
    """More than two replicas at once do not fit."""
    together = study._Here._together

    def few(here, company):
        return len(company.replicas) <= 2 and together(here, company)

    def start() -> None:
        monkeypatch.setattr(study._Here, "_together", few)

    return start


@pytest.mark.parametrize(
    ("learner", "seeds", "options"),
    [
        ("classification", 4, {"patience": 3, "lr": 0.5, "samples": 960}),
        ("kmeans", 6, {"patience": 2}),
        ("kmeans", 3, {"all_data": True}),
        ("pca", 4, {"samples": 6000}),
    ],
)
def test_ends_at_different_steps_and_rows_that_all_share(learner, seeds, options, halved, tmp_path):
    asked = replace(request((learner,), **options), seeds=seeds)
    expected = whole(asked, tmp_path / "whole")
    halved()
    found = whole(asked, tmp_path / "run")
    if learner == "pca":  # the components of a share are put in order when its last replica ends
        for name in ("components", "explained", "plane_points"):
            key = next(key for key in expected["arrays"] if key.endswith(f"/{name}"))
            one, other = (learned["arrays"].pop(key) for learned in (found, expected))
            np.testing.assert_allclose(one, other, atol=1e-5)
    same(found, expected)


def test_a_half_of_an_agent_beside_others_with_data_goes_on(halved, tmp_path, monkeypatch):
    options = {"samples": 480, "limit": 20, "hidden": (8,), "eval_episodes": 2}
    asked = Request("compare", ("pca", "dqn"), options, dataset="iris", seeds=4, workers=1)
    expected = whole(asked.checked(), tmp_path / "whole")
    halved()
    stopped(asked.checked(), tmp_path / "run", at=250)
    assert list((tmp_path / "run" / "checkpoint").glob("share-*/checkpoint/dqn-*.json"))
    monkeypatch.setattr(shutil, "rmtree", None)  # nothing begins anew
    monkeypatch.setattr(share, "drop", lambda folder: None)
    same(resumed(tmp_path / "run"), expected)


def test_a_disk_that_is_full_when_all_are_joined_loses_nothing(halved, tmp_path, monkeypatch):
    asked = replace(request(("kmeans",)), seeds=4)
    expected = whole(asked, tmp_path / "whole")
    halved()
    disk, join = Disk(monkeypatch), study._Here._join

    def full(*words):
        disk.full = True
        join(*words)

    monkeypatch.setattr(study._Here, "_join", full)
    with pytest.raises(Unwritten, match="could not be written to the end"):
        whole(asked, tmp_path / "run")
    disk.full = False
    monkeypatch.setattr(study._Here, "_join", join)
    monkeypatch.setattr(study, "learn", None)  # nothing is left to learn
    same(resumed(tmp_path / "run"), expected)


def test_what_was_joined_and_not_written_down_is_joined_again(halved, tmp_path, monkeypatch):
    asked = replace(request(("pca",)), seeds=4)
    expected = whole(asked, tmp_path / "whole")
    halved()
    add = study.Ledger.add

    def killed(ledger, learner, some):
        if len(some) == 4:
            raise KeyboardInterrupt
        add(ledger, learner, some)

    monkeypatch.setattr(study.Ledger, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        whole(asked, tmp_path / "run")
    assert (tmp_path / "run" / "model" / "pca-iris.json").exists()
    monkeypatch.setattr(study.Ledger, "add", add)
    same(resumed(tmp_path / "run"), expected)


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
    assert of(long) == 3


def test_a_container_s_limits_are_those_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(estimate, "CONTROL", tmp_path)
    there, room = estimate.processors(), estimate._memory()
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert (estimate.processors(), estimate._memory()) == (there, room)
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text("1000000\n")
    assert (estimate.processors(), estimate._memory()) == (1, 10**6)


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
