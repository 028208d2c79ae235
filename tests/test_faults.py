"""What a run does when the disk, the folder, a learner or the memory fails under it."""

import importlib
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from commands import learnt, paradigms, read, rows, same
from runs import request, resumed, sweep, whole

from paradigms.errors import Failed, Unwritten, UsageError
from paradigms.runs.folder import RunFolder
from paradigms.runs.writer import Writer
from paradigms.studies.study import Control, run

BOTH = ("regression", "pca")


def started(asked, path: Path, control: Control) -> None:
    run(asked, RunFolder.choose(path, "compare", force=False), control, "a run")


def whole_files(path: Path) -> None:
    """Nothing half-written stands under a final name, and nothing beside it."""
    assert not list(path.rglob("*.part"))
    for one in path.rglob("*.json"):
        read(one)
    assert all(row["learner"] for row in rows(path))


ASKED = {"run": request(BOTH), "sweep": sweep(("regression",), {"lr": [0.02, 0.1]})}


@pytest.fixture(scope="module", params=ASKED)
def asked(request):
    return ASKED[request.param]


@pytest.fixture(scope="module")
def expected(asked, tmp_path_factory):
    return whole(asked, tmp_path_factory.mktemp("whole") / "run")


class Disk:
    """Refuses every write while it is full, after half of it where a file grows."""

    def __init__(self, monkeypatch) -> None:
        self.full = False
        self._open = Path.open
        monkeypatch.setattr(Path, "open", lambda path, *words, **named: self.open(path, *words, **named))

    def open(self, path, mode="r", *words, **named):
        file = self._open(path, mode, *words, **named)
        if self.full and "+" in mode and named.get("buffering") == 0:
            return _Half(file)
        if self.full and "x" in mode:
            file.close()
            raise OSError(28, "No space left on device")
        return file


class _Half:
    def __init__(self, file) -> None:
        self.file, self.fileno, self.seek = file, file.fileno, file.seek

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        self.file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def test_a_disk_that_is_full_for_a_while_costs_nothing(disk, tmp_path, asked, expected):
    said, looks = [], []
    until = 25 if asked.command == "compare" else 12  # a share is on the disk when it ends

    def look(title: str, done: int, total: int) -> None:
        looks.append(title)
        disk.full = 5 < len(looks) < until
        if disk.full:
            whole_files(tmp_path / "run")

    started(asked, tmp_path / "run", Control(look=look, say=said.append, every=0.0))
    assert len(set(looks)) == len(asked.learners)
    same(learnt(tmp_path / "run"), expected)
    assert sum("cannot write to" in text and "No space left" in text for text in said) == 1
    assert sum("can be written again; nothing is missing" in text for text in said) == 1


def test_a_disk_that_stays_full_ends_non_zero_and_can_be_gone_on_with(disk, tmp_path, asked, expected):
    said = []

    def look(title: str, done: int, total: int) -> None:
        disk.full = disk.full or done > 4

    with pytest.raises(Unwritten, match="No space left") as error:
        started(asked, tmp_path / "run", Control(look=look, say=said.append, every=0.0))
    assert error.value.exit_code == 1
    assert f"--resume {tmp_path / 'run'}" in error.value.hint
    whole_files(tmp_path / "run")
    disk.full = False
    same(resumed(tmp_path / "run"), expected)


def test_a_folder_that_is_deleted_is_said_and_not_made_again(tmp_path, asked):
    said = []

    def look(title: str, done: int, total: int) -> None:
        if done == 4 and (tmp_path / "run").exists():
            shutil.rmtree(tmp_path / "run")

    with pytest.raises(Unwritten, match="No such file"):
        started(asked, tmp_path / "run", Control(look=look, say=said.append))
    assert any("Going on in memory" in text for text in said)
    assert list(tmp_path.iterdir()) == []


def test_a_growing_file_that_somebody_changed_is_not_written_into(tmp_path):
    (tmp_path / "a").write_bytes(b"one\n")
    writer, said = Writer(tmp_path), []
    writer.say = said.append
    writer.append("a", b"two\n")
    (tmp_path / "a").write_bytes(b"other\n")
    writer.append("a", b"three\n")
    assert "was changed by somebody else" in said[0]
    assert (tmp_path / "a").read_bytes() == b"other\n"


def test_what_waits_can_be_read_and_cut(tmp_path, disk):
    (tmp_path / "a").write_bytes(b"")
    writer = Writer(tmp_path)
    writer.append("a", b"0123")
    disk.full = True
    writer.append("a", b"45")
    writer.append("a", b"67")
    writer.put("b", b"b")
    assert (writer.length("a"), writer.read("b"), writer.read("c")) == (8, b"b", None)
    writer.cut("a", 5)
    disk.full = False
    assert writer.flush()
    assert (tmp_path / "a").read_bytes() == b"01234"
    writer.cut("a", 2)
    assert (tmp_path / "a").read_bytes() == b"01"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
@pytest.mark.usefixtures("undrawn")
def test_a_small_disk_that_is_really_full(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(small)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode != 0:
        pytest.skip("cannot mount here")
    try:
        answer = paradigms(*RUN, "--out", small / "run")
        assert answer.code == 1
        assert "No space left on device" in answer.err
        whole_files(small / "run")
    finally:
        subprocess.run(["umount", str(small)], check=True)


RUN = ("run", "supervised", "--task", "regression", "--samples", "9600", "--seeds", "4", "--threads", "1")


@pytest.mark.usefixtures("undrawn")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # whom no permission stops
        mkdir = Path.mkdir

        def refuse(path: Path, *words: object, **named: object) -> None:
            if tmp_path / "locked" in path.parents:
                raise PermissionError(13, "Permission denied", str(path))
            mkdir(path, *words, **named)

        monkeypatch.setattr(Path, "mkdir", refuse)
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o555)
    answer = paradigms(*RUN, "--out", tmp_path / "locked" / "run")
    (tmp_path / "locked").chmod(0o755)
    assert answer.code == 2
    assert answer.err.splitlines()[-1].startswith(f"Error: cannot write to {tmp_path / 'locked' / 'run'}")
    assert list((tmp_path / "locked").iterdir()) == []


# ---- links that lead out


@pytest.mark.parametrize("name", ["metrics.jsonl", "checkpoint", "model", "model/x.json"])
def test_a_link_out_of_the_folder_is_refused(tmp_path, name):
    whole(request(("regression",)), tmp_path / "run")
    outside, inside = tmp_path / "outside", tmp_path / "run" / name
    if inside.is_dir():
        shutil.move(inside, outside)
    else:
        outside.write_bytes(inside.read_bytes() if inside.exists() else b"")
        inside.unlink(missing_ok=True)
    inside.symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the run's folder"):
        resumed(tmp_path / "run")


# ---- learners


def test_a_learner_that_raises_is_named_with_its_step_and_replicas(tmp_path, monkeypatch):
    regression = importlib.import_module("paradigms.supervised.regression").Regression
    slope, calls = regression.slope, []

    def failing(self, parameters, batch):
        calls.append(1)
        if len(calls) == 5:
            raise IndexError("out of range")
        return slope(self, parameters, batch)

    monkeypatch.setattr(regression, "slope", failing)
    with pytest.raises(Failed) as error:
        started(request(("regression",)), tmp_path / "run", Control())
    said = str(error.value)
    assert said.startswith("regression-diabetes-linear, step ")
    assert "(replicas 0 to 1, trained together)" in said
    assert "IndexError: out of range" in said


def test_an_environment_that_raises_ends_in_one_line(tmp_path, monkeypatch):
    car = importlib.import_module("gymnasium.envs.classic_control.mountain_car").MountainCarEnv
    step, calls = car.step, []

    def failing(self, action):
        calls.append(1)
        if len(calls) == 4500:  # the baseline takes 4000
            raise RuntimeError("lost")
        return step(self, action)

    monkeypatch.setattr(car, "step", failing)
    answer = paradigms(
        *("run", "rl", "--env", "MountainCar-v0", "--samples", "4000", "--limit", "20", "--seeds", "2"),
        *("--threads", "1", "--out", tmp_path / "run", "--quiet"),
    )
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "MountainCar-v0 raised RuntimeError: lost" in answer.err
    assert "dqn-MountainCar-v0, step " in answer.err
    assert "replica " in answer.err


# ---- divergence


def test_a_replica_that_diverges_leaves_the_others_bits(tmp_path, monkeypatch):
    asked = request(("classification",))
    clean = whole(asked, tmp_path / "clean")
    learner = importlib.import_module("paradigms.supervised.classification").Classification
    settle = learner.settle

    def poisoned(self, parameters, step):
        settle(self, parameters, step)
        if step == 4:
            parameters.flat[1, 0] = torch.nan

    monkeypatch.setattr(learner, "settle", poisoned)
    ill = whole(asked, tmp_path / "ill")
    of = lambda learned, seed: [row for row in learned["rows"] if row["seed"] == seed]  # noqa: E731
    assert of(ill, 0) == of(clean, 0)
    assert [row["stopped"] for row in of(ill, 1) if row["split"] == "test"] == ["diverged"]
    for name, array in clean["arrays"].items():
        if array.ndim > 2 and array.shape[1] == 2:
            assert (array[:, 0] == ill["arrays"][name][:, 0]).all(), name


# ---- memory


FULL = [MemoryError(), torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("not enough memory: 8")]


@pytest.mark.parametrize("full", FULL)
def test_memory_that_is_too_small_for_one_replica_is_one_line(tmp_path, monkeypatch, full):
    def fill(self, *_):
        raise full

    monkeypatch.setattr("paradigms.supervised.regression.Regression.slope", fill)
    with pytest.raises(Failed, match=r"one replica ran out of the device's memory\. Ask for a smaller"):
        started(request(("regression",)), tmp_path / "run", Control())


def test_companies_of_a_sweep_too_large_for_the_memory_are_trained_in_halves(tmp_path, monkeypatch):
    """Of a sweep each company is a share already, and its halves are shares of that."""
    asked = ASKED["sweep"]
    clean = whole(asked, tmp_path / "clean")
    learner = importlib.import_module("paradigms.supervised.regression").Regression
    slope, said = learner.slope, []

    def fill(self, parameters, batch):
        if len(parameters.flat) > 2:
            raise FULL[0]
        return slope(self, parameters, batch)

    monkeypatch.setattr(learner, "slope", fill)
    same(whole(asked, tmp_path / "run", Control(say=said.append)), clean)
    assert sum("3 replicas at once are too many for the memory" in text for text in said) == 2
    assert not list((tmp_path / "run" / "checkpoint").glob("share-*"))


def test_replicas_too_many_for_the_memory_are_trained_in_halves(tmp_path, monkeypatch):
    """Half-trained, by a memory that fills up; to the same bits."""
    asked = replace(request(("kmeans", "regression")), seeds=5)
    clean = whole(asked, tmp_path / "clean")
    learner = importlib.import_module("paradigms.supervised.regression").Regression
    slope, said = learner.slope, []

    def fill(self, parameters, batch):
        if len(parameters.flat) > 2 and self.step > 3:
            raise FULL[0]
        self.step += 1
        return slope(self, parameters, batch)

    monkeypatch.setattr(learner, "step", 0, raising=False)
    monkeypatch.setattr(learner, "slope", fill)
    same(whole(asked, tmp_path / "run", Control(say=said.append)), clean)
    assert [text for text in said if "too many for the memory" in text] == [
        f"regression-diabetes-linear: {n} replicas at once are too many for the memory. "
        "Going on with half of them."
        for n in (5, 3)
    ]
    assert not list((tmp_path / "run" / "checkpoint").glob("share-*"))


@pytest.mark.parametrize("words", [("--memory", "2000000000"), ("--hidden", "90000,90000")])
def test_what_could_never_fit_is_refused_with_an_estimate(tmp_path, monkeypatch, words):
    monkeypatch.setattr("paradigms.studies.asking.estimate._memory", lambda: 10**9)
    answer = paradigms("run", "rl", "--samples", "2000000000", *words, "--out", tmp_path / "x")
    assert answer.code == 2
    assert "GB of memory, and this machine has 1" in answer.err
    assert not (tmp_path / "x").exists()
