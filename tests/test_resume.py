"""A run that was stopped and went on is the run that was never stopped, bit for bit."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import Answer, done, learnt, paradigms, read, refused, rows, same
from runs import OPTIONS, Stopper, last, request, resumed, stopped, whole

from paradigms.errors import Interrupted, UsageError
from paradigms.registry import REGISTRY
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run

CASES = {
    **{name: {} for name in REGISTRY},
    "dqn": {"learners": ("dqn",), "target_every": 16},
    "classification, early stopping": {"learners": ("classification",), "patience": 2, "lr": 0.5},
    "regression, momentum and decay": {"learners": ("regression",), "optimizer": "momentum", "l2": 0.01},
    "kmeans, a learning rate": {"learners": ("kmeans",), "lr": 0.1, "start": "random"},
    "pca, Oja": {"learners": ("pca",), "rule": "oja"},
    "dqn, chance": {
        "learners": ("dqn",),
        "env": "FrozenLake-v1",
        "n_step": 3,
        "double": False,
        "persistence": 4,
    },
}


class Crash(BaseException):
    """What nobody catches."""


@pytest.fixture(scope="module")
def unstopped(tmp_path_factory):
    """Each case once, from beginning to end."""
    made: dict[str, dict] = {}

    def of(case: str) -> tuple[Request, dict]:
        options = dict(CASES[case])
        asked = request(options.pop("learners", (case,)), **options)
        if case not in made:
            made[case] = whole(asked, tmp_path_factory.mktemp("whole") / "run")
        return asked, made[case]

    return of


def of_the_five(case: str) -> bool:
    """The others are stopped in the long run: what they keep is asked of all of them in test_conformance."""
    return case not in REGISTRY or REGISTRY[case].compared


@pytest.mark.parametrize(
    "case", [one if of_the_five(one) else pytest.param(one, marks=pytest.mark.slow) for one in CASES]
)
def test_stopped_twice_and_gone_on(case, unstopped, tmp_path):
    asked, expected = unstopped(case)
    steps = last(expected)
    path = tmp_path / "run"
    stopped(asked, path, at=1 + steps // 3)
    with pytest.raises(Interrupted):
        resumed(path, Stopper(1 + steps // 3))
    same(resumed(path), expected)


@pytest.mark.parametrize("at", [2, 3, -1])
@pytest.mark.parametrize("case", ["kmeans", "dqn"])
def test_stopped_at_the_first_and_the_last_blocks(case, at, unstopped, tmp_path):
    asked, expected = unstopped(case)
    steps = last(expected)
    stopped(asked, tmp_path / "run", at=at if at > 0 else steps + 1)
    same(resumed(tmp_path / "run"), expected)


@pytest.mark.parametrize(
    ("learner", "options"), [("pca", {"samples": 6000}), ("classification", {"patience": 3, "lr": 0.3})]
)
def test_stopped_when_some_replicas_had_ended_and_others_had_not(learner, options, tmp_path):
    own = OPTIONS | {"samples": 960} | options
    own = {name: value for name, value in own.items() if name in REGISTRY[learner].options}
    asked = Request("compare", (learner,), own, dataset="iris", seeds=4, threads=1).checked()
    expected, path = whole(asked, tmp_path / "whole"), tmp_path / "run"
    ends = sorted(row["step"] for row in expected["rows"] if row["split"] == "test")
    assert ends[0] < ends[-1]

    def stop() -> bool:
        return any(row["step"] >= ends[0] for row in rows(path))

    with pytest.raises(Interrupted):
        run(asked, RunFolder.choose(path, "compare", force=False), Control(stop=stop), "a run")
    same(resumed(path), expected)


def test_stopped_between_two_learners(unstopped, tmp_path):
    asked = request(("regression", "pca"))
    expected = whole(asked, tmp_path / "whole")
    stopped(asked, tmp_path / "run", at=1)
    assert read(tmp_path / "run/config.json")["learners"] == []
    steps = last(unstopped("regression")[1])
    with pytest.raises(Interrupted, match=r"stopped before pca-digits"):
        resumed(tmp_path / "run", Stopper(steps + 2))
    same(resumed(tmp_path / "run"), expected)


def test_a_comparison_stopped_in_its_middle(five, tmp_path):
    """Against the command line's own run, summary included."""
    from paradigms.reports import summarise

    asked = Request.from_json(read(five / "config.json")["options"]).checked()
    path = tmp_path / "run"
    third = read(five / "config.json")["learners"][2]["id"]

    def stop() -> bool:
        last = rows(path)[-1:]
        return bool(last) and last[0]["learner"] == third and last[0]["step"] > 3

    with pytest.raises(Interrupted, match="kmeans-digits is saved at step 4"):
        run(asked, RunFolder.choose(path, "compare", force=False), Control(stop=stop), "a run")
    found, expected = resumed(path), learnt(five)
    summary, own = expected.pop("summary.json"), summarise(path)
    for one in (found["config.json"], expected["config.json"], own, summary):
        del one["command"]
    same(found, expected)
    assert [one["scores"] for one in own["learners"]] == [one["scores"] for one in summary["learners"]]


def test_checkpoints_at_every_block_change_nothing(unstopped, tmp_path):
    for case in ("classification, early stopping", "dqn"):
        asked, expected = unstopped(case)
        same(whole(asked, tmp_path / case, Control(every=0.0)), expected)


def test_a_crash_after_a_checkpoint(unstopped, tmp_path):
    """Rows written since the last checkpoint are written again, not twice."""
    asked, expected = unstopped("pca")
    path, looks = tmp_path / "run", []

    def crash(*_: object) -> None:
        looks.append(1)
        control.every = 0.0 if len(looks) < 4 else 1e9
        if len(looks) == 7:
            raise Crash

    control = Control(look=crash)
    with pytest.raises(Crash):
        run(asked, RunFolder.choose(path, "compare", force=False), control, "a run")
    with (path / "metrics.jsonl").open("a") as file:
        file.write('{"half": ')
    same(resumed(path), expected)


def test_a_crash_before_any_checkpoint(unstopped, tmp_path):
    asked, expected = unstopped("regression")
    path = tmp_path / "run"

    def crash(*_: object) -> None:
        raise Crash

    with pytest.raises(Crash):
        run(asked, RunFolder.choose(path, "compare", force=False), Control(look=crash), "a run")
    assert rows(path)
    same(resumed(path), expected)


def test_a_finished_run_is_not_trained_again(unstopped, tmp_path, monkeypatch):
    asked, expected = unstopped("regression")
    whole(asked, tmp_path / "run")
    monkeypatch.setattr("paradigms.studies.study.learn", lambda *_: pytest.fail("trained"))
    same(resumed(tmp_path / "run"), expected)


def test_data_that_have_changed_since_are_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = "".join(f"{k * 0.7 % 3:.3f},{k * 1.3 % 5:.3f}\n" for k in range(60))
    Path("t.csv").write_text("x,y\n" + line)
    asked = Request("run supervised", ("regression",), data="t.csv", target="y", seeds=2, threads=1).checked()
    stopped(asked, tmp_path / "run", at=3)
    Path("t.csv").write_text("x,y\n" + line + "1,2\n")
    with pytest.raises(UsageError, match="began with other data"):
        resumed(tmp_path / "run")


# ---- the command


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def interrupted(*words, at: int, monkeypatch, number: int = signal.SIGINT) -> Answer:
    """The command with a signal that arrives at the `at`-th look at its progress."""
    from paradigms.cli.progress import Progress

    looks = []

    def look(*_: object) -> None:
        looks.append(1)
        if len(looks) == at:
            signal.raise_signal(number)

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "look", look)
        return paradigms(*words)


RUN = ("run", "supervised", "--task", "regression", "--samples", "3200", "--seeds", "2", "--threads", "1")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_prints_the_command_to_go_on(monkeypatch, number, code):
    before = signal.getsignal(number)
    answer = interrupted(*RUN, "--out", "my run", at=5, monkeypatch=monkeypatch, number=number)
    assert answer.code == code
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert signal.getsignal(number) is before
    last = answer.err.splitlines()[-1]
    assert last.startswith("stopped; regression-diabetes-linear is saved at step 5 of 100. Go on with: ")
    words = shlex.split(last.partition("Go on with: ")[2])
    assert words == ["paradigms", "run", "supervised", "--resume", "my run"]
    done(*words[1:], "--quiet")
    done(*RUN, "--out", "whole", "--quiet")
    one, other = learnt(Path("my run")), learnt(Path("whole"))
    for found in (one, other):
        del found["config.json"]["command"], found["summary.json"]["command"]
    same(one, other)


def test_a_second_ctrl_c_leaves_at_once_and_still_says_how_to_go_on(monkeypatch):
    from paradigms.cli.progress import Progress

    def look(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "look", look)
    answer = paradigms(*RUN, "--out", "run")
    assert answer.code == 130
    assert answer.err.splitlines()[-1] == "stopped. Go on with: paradigms run supervised --resume run"
    monkeypatch.undo()


def test_ctrl_c_while_drawing(monkeypatch):
    def draw(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("paradigms.studies.study.report", draw)
    answer = paradigms(*RUN, "--out", "run")
    assert answer.code == 130
    assert "--resume run" in answer.err


@pytest.mark.usefixtures("undrawn")
def test_what_cannot_be_resumed():
    done(*RUN, "--out", "run", "--quiet")
    for words in (["--seeds", "3"], ["--lr", "0.1"], ["--out", "x"], ["--force"], ["--dry-run"], ["--quick"]):
        assert f"{words[0]} cannot be added" in refused("run", "supervised", "--resume", "run", *words)
    assert "holds no config.json" in refused("compare", "--resume", "nothing")
    Path("empty").mkdir()
    assert "Name the folder of a run" in refused("compare", "--resume", "empty")


@pytest.mark.usefixtures("undrawn")
def test_resuming_a_finished_run_draws_it_again():
    done(*RUN, "--out", "run", "--quiet")
    before = (Path("run/metrics.jsonl").read_bytes(), Path("run/config.json").read_bytes())
    Path("run/report.html").unlink()
    answer = done("compare", "--resume", "run")
    assert "report.html" in answer.out
    assert Path("run/report.html").is_file()
    assert before == (Path("run/metrics.jsonl").read_bytes(), Path("run/config.json").read_bytes())


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_a_real_ctrl_c(tmp_path):
    words = [sys.executable, "-P", "-m", "paradigms", *RUN[:4], "--seeds", "2", "--threads", "1"]
    process = subprocess.Popen(
        [*words, "--samples", "30000000", "--out", "run"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    metrics, until = tmp_path / "run/metrics.jsonl", time.monotonic() + 60
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 130, err
    assert re.search(
        r"saved at step \d+ of .*Go on with: paradigms run supervised --resume run$", err.strip()
    )
    assert list((tmp_path / "run/checkpoint").glob("regression-diabetes-linear.*.safetensors"))
