"""The same from Python: studies, frames, pages, errors."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from commands import read, rows

import paradigms as pg
from paradigms.errors import ParadigmsError, UsageError

TINY = {"seeds": 2, "samples": 128, "threads": 1}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return pg.run("kmeans", clusters=3, dataset="iris", out=tmp_path_factory.mktemp("api") / "run", **TINY)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_importing_the_package_imports_no_torch(tmp_path):
    code = "import sys, paradigms as pg; print('torch' in sys.modules, pg.__version__, sorted(pg.__all__))"
    found = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert found.stdout.split()[0] == "False"
    assert "'Study', 'compare', 'lin', 'log', 'open_study', 'run', 'sweep']" in found.stdout


def test_unknown_attributes():
    with pytest.raises(AttributeError, match="no attribute 'comparee'"):
        _ = pg.comparee


def test_summary(study):
    (one,) = study.summary["learners"]
    assert one["id"] == "kmeans-iris"
    assert one["options"]["clusters"] == 3
    assert one["seeds"] == [0, 1]
    assert study.summary["command"] == (
        "paradigms.run('kmeans', clusters=3, dataset='iris', seeds=2, samples=128, threads=1)"
    )


def test_frame_is_tidy_and_holds_every_number(study):
    frame = study.frame
    assert isinstance(frame, pd.DataFrame)
    assert {"learner", "seed", "step", "samples", "split", "signal", "value"} <= set(frame.columns)
    scores = frame[(frame.split == "test") & (frame.signal == "inertia")].sort_values("seed")
    assert scores.value.tolist() == study.summary["learners"][0]["scores"]
    losses = [row["loss"] for row in rows(study.folder) if row["split"] == "train"]
    assert sorted(frame[frame.signal == "loss"].value) == sorted(losses)


def test_report_goes_where_it_is_asked_to(study, undrawn, tmp_path):
    page = study.report(tmp_path / "out")
    assert page == tmp_path / "out" / "report.html"
    assert read(tmp_path / "out/summary.json") == study.summary
    assert study.report("here").is_file()
    assert study.report() == study.folder / "report.html"


def test_a_notebook_shows_the_page(study):
    shown = study._repr_html_()
    assert shown.startswith("<iframe")
    assert "k-means" in shown


def test_a_run_can_be_opened_again(study, tmp_path):
    assert pg.open_study(study.folder).summary == study.summary
    assert pg.open_study(str(study.folder)) == study
    with pytest.raises(UsageError, match=r"holds no config\.json"):
        pg.open_study(tmp_path)


def test_compare_takes_a_name_or_several():
    one = pg.compare(only="pca", dataset="iris", **TINY)
    assert [learner["task"] for learner in one.summary["learners"]] == ["pca"]
    assert one.folder.is_dir()
    assert one.folder.is_absolute(), "a temporary folder by default"
    two = pg.compare(only=["pca", "kmeans"], dataset="iris", out="run", **TINY)
    assert [learner["task"] for learner in two.summary["learners"]] == ["pca", "kmeans"]
    assert two.summary["command"].startswith("paradigms.compare(only=['pca', 'kmeans'], dataset='iris'")


def test_run_takes_a_paradigm_and_a_task():
    both = pg.run("unsupervised", dataset="iris", **TINY)
    assert [learner["task"] for learner in both.summary["learners"]] == ["kmeans", "pca"]
    assert read(both.folder / "config.json")["options"]["command"] == "run unsupervised"
    one = pg.run("unsupervised", task="pca", dataset="iris", **TINY)
    assert [learner["task"] for learner in one.summary["learners"]] == ["pca"]
    assert pg.run("dqn", limit=10, hidden=(4,), **TINY).summary["learners"][0]["id"] == "dqn-CartPole-v1"


def test_a_persons_own_table(tmp_path):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(50, 2))
    pd.DataFrame(x, columns=["a", "b"]).assign(y=x @ [1.0, -1.0]).to_csv(tmp_path / "own.csv", index=False)
    study = pg.run("regression", data=tmp_path / "own.csv", target="y", seeds=2, epochs=60, threads=1)
    assert study.summary["learners"][0]["iqm"] > 0.8
    assert pg.run("pca", data=str(tmp_path / "own.csv"), drop=["y"], **TINY).summary["learners"]


def test_nothing_given_is_the_default():
    study = pg.run("pca", dataset="iris", device=None, dtype=None, seed=None, lr=None, **TINY)
    assert read(study.folder / "config.json")["study"]["dtype"] == "float32"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: pg.run("kmaens"), "unknown learner 'kmaens': did you mean 'kmeans'"),
        (lambda: pg.run("kmeans", clutsers=3), "unknown option 'clutsers': did you mean 'clusters'"),
        (lambda: pg.run("kmeans", components=3), "--components is not an option of kmeans"),
        (lambda: pg.run("kmeans", lr=-1), "--lr must be a number above 0"),
        (lambda: pg.run("kmeans", clusters=500, dataset="iris"), "--clusters 90 or fewer"),
        (lambda: pg.run("supervised", task="pca"), "unknown task 'pca'"),
        (lambda: pg.compare(only="dnq"), "unknown learner 'dnq'"),
        (lambda: pg.compare(only=3), "--only must be names"),
        (lambda: pg.compare(seeds=0), "--seeds must be a whole number"),
        (lambda: pg.compare(seeds="two"), "--seeds must be a whole number"),
        (lambda: pg.compare(dataset="nothing"), "unknown dataset"),
        (lambda: pg.compare(data="nothing.csv"), "there is no file"),
        (lambda: pg.compare(device="cud"), "unknown device"),
        (lambda: pg.compare(samples=3, epochs=3), "Give one of them"),
    ],
)
def test_errors_are_one_line(call, said, tmp_path):
    with pytest.raises(ParadigmsError) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_not_overwritten(study):
    with pytest.raises(UsageError, match="already holds a run"):
        pg.run("kmeans", out=study.folder, **TINY)
