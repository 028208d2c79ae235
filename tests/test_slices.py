"""One large model: the same bits whoever computes which slices of a batch."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from commands import Answer, done, learnt, read, refused, same
from forks import POSSIBLE, child, ended
from runs import request
from tiny import training

from paradigms.cli import main
from paradigms.engine.slices import Slices
from paradigms.errors import UsageError
from paradigms.runs.folder import RunFolder
from paradigms.studies import following, study
from paradigms.studies.asking.request import Request
from paradigms.studies.sharing import archive

ASKED = ("run", "supervised", "classification", "--dataset", "iris", "--seeds", "2", "--hidden", "8")
SLICED = (*ASKED, "--samples", "640", "--slices", "4", "--quiet")


class Told:
    """What processes tell each other, without any: each is asked once for what it has, then again."""

    def __init__(self, processes: int) -> None:
        self.told: list[list[torch.Tensor]] = [[] for _ in range(processes)]
        self.heard = 0

    def tell(self, rank: int):
        def gather(own):
            self.told[rank].append(own)
            return own

        return gather

    def gather(self, own):
        self.heard += 1
        return torch.cat([one[self.heard - 1] for one in self.told])


def shared(ready, batch, count: int, processes: int):
    """The slope as the last of so many processes has it."""
    told = Told(processes)
    for rank in range(processes):
        Slices(count, rank, processes, told.tell(rank)).slope(ready.learner, ready.parameters, batch)
    last = Slices(count, processes - 1, processes, told.gather)
    return last.slope(ready.learner, ready.parameters, batch)


@pytest.mark.parametrize("name", ["regression", "classification"])
@pytest.mark.parametrize(("rows", "count"), [(32, 4), (30, 4), (5, 2), (7, 7)])
def test_slices_add_up_to_the_batch(name, rows, count):
    ready = training(name, model="mlp", hidden=(4,), batch_size=rows)
    batch = ready.phases[0].source.draw(ready.parameters)
    whole = ready.learner.slope(ready.parameters, batch)
    parts = Slices(count).slope(ready.learner, ready.parameters, batch)
    torch.testing.assert_close(parts.losses, whole.losses)
    torch.testing.assert_close(parts.gradient, whole.gradient)
    ready.slices = Slices(count)
    assert torch.equal(ready.slope(batch).gradient, parts.gradient)


@pytest.mark.parametrize("options", [{}, {"dropout": 0.5}])
@pytest.mark.parametrize("processes", [2, 4])
def test_whoever_computes_them_the_bits_are_the_same(processes, options):
    ready = training("classification", model="mlp", hidden=(16,), batch_size=30, **options)
    batch = ready.phases[0].source.draw(ready.parameters)
    alone = Slices(4).slope(ready.learner, ready.parameters, batch)
    found = shared(ready, batch, 4, processes)
    assert torch.equal(found.gradient, alone.gradient)
    assert torch.equal(found.losses, alone.losses)


def test_each_slice_draws_its_own_silence():
    ready = training("classification", model="mlp", hidden=(16,), batch_size=32, dropout=0.5)
    batch = ready.phases[0].source.draw(ready.parameters)
    twice = type(batch)(*(torch.cat([one[:, :16]] * 2, 1) for one in (batch.x, batch.y)))
    halves = Slices(2).slope(ready.learner, ready.parameters, twice)
    half = ready.learner.slope(ready.parameters, type(batch)(batch.x[:, :16], batch.y[:, :16]))
    assert not torch.allclose(halves.gradient, half.gradient)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("run", "supervised", "svc", "--slices", "2"),
            "svc goes down more than a mean over a batch of rows",
        ),
        ((*ASKED, "--slices", "64"), "a batch of classification-iris-mlp has 32 rows"),
        ((*ASKED, "--slices", "2", "--norm", "batch"), "a batch norm is of a whole batch"),
        ((*ASKED, "--slices", "0"), "--slices must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_sliced_is_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words)


@pytest.fixture
def first_of_two(monkeypatch, tmp_path):
    """As torchrun starts it."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"TORCHELASTIC_RUN_ID": "x", "RANK": "0", "WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "--quick"), "only training in slices is shared by them"),
        (ASKED, "which would all train the same. Add --slices 2"),
        ((*ASKED, "--slices", "3"), "--slices 3 cannot be dealt evenly"),
        ((*ASKED, "--slices", "2", "--workers", "2"), "--workers shares out seeds"),
        (
            ("run", "supervised", "classification", "--data", "/dev/null", "--target", "x", "--slices", "2"),
            "/dev/null",
        ),
    ],
)
def test_what_several_processes_cannot_share_is_one_line(words, said, first_of_two):
    assert said in refused(*words)


def test_torchrun_s_report_ends_with_what_was_wrong(first_of_two, tmp_path_factory, monkeypatch):
    """It comes after our line, and nobody here can leave it out."""
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

    path = tmp_path_factory.mktemp("told") / "error.json"
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(path))
    said = refused(*ASKED, "--slices", "3")
    report = str(ChildFailedError("paradigms", {0: ProcessFailure(0, 1, 2, str(path))}))
    assert report.splitlines()[-2].endswith(f": Error: {said}")


def torchrun(processes: int, *words: str, home: Path, module: str = "paradigms") -> subprocess.Popen:
    path = os.pathsep.join(one for one in sys.path if one)
    launch = ("-P", "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes))
    return subprocess.Popen(
        [sys.executable, *launch, "-m", module, *words],
        cwd=home,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def typed(home: Path, monkeypatch) -> Answer:
    """What is typed, in a folder of its own."""
    home.mkdir()
    monkeypatch.chdir(home)
    return done(*[word for word in SLICED if word != "--quiet"], "--out", "run")


def same_but_for_words(one: Path, other: Path) -> None:
    """What was typed is not the same."""
    found = [learnt(folder) for folder in (one, other)]
    for learned in found:
        learned["config.json"].pop("command")
        learned["summary.json"].pop("command")
    same(*found)


@pytest.mark.skipif(not POSSIBLE, reason="needs fork, which a graphics card forbids")
def test_two_processes_leave_what_one_leaves(tmp_path, monkeypatch, undrawn):
    alone = typed(tmp_path / "one", monkeypatch)
    assert "classification-iris-mlp trains 134 parameters: below a million" in alone.err
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    told = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "RANK": "0", "LOCAL_RANK": "0"}
    told |= {"TORCHELASTIC_RUN_ID": "x", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    def second() -> None:
        os.environ.update(RANK="1", LOCAL_RANK="1")
        main()

    other = child(second)
    two = typed(tmp_path / "two", monkeypatch)
    assert ended(other) == 0
    assert two.out.count("classification") == 1
    same_but_for_words(tmp_path / "one" / "run", tmp_path / "two" / "run")
    config = read(tmp_path / "two" / "run" / "config.json")
    assert (config["options"]["slices"], config["study"]["workers"]) == (4, 1)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 4])
def test_processes_of_torchrun_leave_what_one_leaves(processes, tmp_path, monkeypatch, undrawn):
    (tmp_path / "more").mkdir()
    started = torchrun(processes, *SLICED, "--out", "run", home=tmp_path / "more", module="undrawn")
    typed(tmp_path / "one", monkeypatch)
    out, err = started.communicate(timeout=600)
    assert started.returncode == 0, err
    assert out.count("classification") == 1
    assert "Warning" not in err
    same_but_for_words(tmp_path / "one" / "run", tmp_path / "more" / "run")
    assert "identical" in done("verify", tmp_path / "more" / "run", "--quiet").out


# ---- what ends one of them ends all


def begun(home: Path, started: subprocess.Popen) -> list[psutil.Process]:
    """Once it trains: the processes, the first of which writes."""
    rows = home / "run" / "metrics.jsonl"
    while not (rows.exists() and rows.stat().st_size > 20_000) and started.poll() is None:
        time.sleep(0.02)
    ours = [one for one in psutil.Process(started.pid).children() if "paradigms" in one.cmdline()]
    return sorted(ours, key=lambda one: int(one.environ()["RANK"]))


@pytest.mark.slow
@pytest.mark.parametrize("ended", ["Ctrl-C", 0, 1])
def test_whoever_ends_it_goes_on_to_the_same_bits(ended, tmp_path, monkeypatch, undrawn):
    words = (*ASKED, "--samples", "64000", "--slices", "2", "--quiet", "--out", "run")
    started = torchrun(2, *words, home=tmp_path)
    ranks = begun(tmp_path, started)
    if ended == "Ctrl-C":
        started.send_signal(signal.SIGINT)
    else:
        ranks[ended].kill()
    _, err = started.communicate(timeout=120)
    assert started.returncode
    assert not [one for one in ranks if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    if ended != 0:
        line, *again = [
            one for one in err.splitlines() if "Go on with: paradigms run supervised --resume run" in one
        ]
        assert line.startswith("stopped")
        assert again in ([], [f"  traceback : {line}"])
    monkeypatch.chdir(tmp_path)
    done("run", "supervised", "--resume", "run", "--quiet")
    done(*words[:-1], "whole")
    same_but_for_words(tmp_path / "run", tmp_path / "whole")


# ---- before the first step


class Others:
    """As the first of two processes sees the other."""

    rank = 0

    def __init__(self, **there: str) -> None:
        self.there, self.said = there, []

    def told(self, what: bytes) -> None:
        self.said.append(what)

    def agree(self, here):
        return [here, here | self.there]


def test_who_rounds_otherwise_is_named_before_the_first_step(tmp_path):
    asked, folder = request(("regression",)), RunFolder(tmp_path / "run")
    folder.begin({"version": 2})
    alike, other = Others(), Others(processor="DEFAULT")
    study._begin_together(alike, asked, folder)
    order, packed = alike.said
    assert Request.from_json(json.loads(order)).checked() == asked
    assert archive.opened(packed)["config.json"] == (tmp_path / "run" / "config.json").read_bytes()
    with pytest.raises(UsageError, match=r"process 1 would not come to the same bits: processor DEFAULT"):
        study._begin_together(other, asked, folder)


def test_what_a_follower_lacks_is_told_to_the_first(tmp_path, monkeypatch):
    """Its data, say."""
    asked = replace(request(("classification",)), dataset=None, data=tmp_path / "no.csv", target="x")
    said = []

    class First(Others):
        agreed = False

        def told(self):
            return next(answers)

        def agree(self, here, error):
            said.append(error)

    home = tmp_path / "home"
    RunFolder(home).begin({"version": 2})
    answers = iter([json.dumps(asked.to_json()).encode(), archive.packed(home)])
    with pytest.raises(UsageError):
        following._follow(First())
    assert "no.csv" in said[0]
