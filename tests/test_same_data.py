"""`compare --same-data`, as it is typed."""

import csv

import numpy as np
import pytest
from commands import done, learnt, read, refused, rows, same

import paradigms as pg
from paradigms.datasets import load
from paradigms.errors import Interrupted
from paradigms.runs.folder import RunFolder
from paradigms.studies.asking.request import Request
from paradigms.studies.study import Control, run

TINY = ("--seeds", "2", "--samples", "960", "--hidden", "8", "--threads", "1", "--quiet")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_task_under_three_teachers(home, undrawn):
    answer = done("compare", "--same-data", "iris", *TINY, "--out", "run")
    assert "\nanswer acc " in answer.out
    config, summary = read(home / "run/config.json"), read(home / "run/summary.json")
    assert config["study"]["same_data"] == "iris"
    learners = {one["name"]: one for one in config["learners"]}
    assert list(learners) == ["answer", "reward", "clusters", "components"]
    assert {one["dataset"] for one in learners.values()} == {"iris"}
    assert {one["metric"] for one in learners.values()} == {"accuracy"}
    assert learners["clusters"]["options"]["clusters"] == 3
    assert {one["options"]["samples"] for one in learners.values()} == {960}
    assert set(summary["price"]["learners"]) == {one["id"] for one in learners.values()}
    references = [one["references"] for one in summary["learners"]]
    assert all(one == references[0] for one in references)
    said = {row["learner"] for row in rows(home / "run") if "rewards" in row}
    assert said == {"reward-iris"}
    with (home / "run/predictions.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert {line["learner"] for line in lines} == {one["id"] for one in learners.values()}
    assert {line["prediction"] for line in lines} <= {"setosa", "versicolor", "virginica"}


def test_few_labels_bring_the_one_who_looks_first(home, undrawn):
    done("compare", "--same-data", "iris", "--labels", "20", *TINY, "--out", "run")
    names = [one["name"] for one in read(home / "run/config.json")["learners"]]
    assert names == ["answer", "reward", "clusters", "components", "pretrained", "filling"]


@pytest.mark.parametrize("name", ["answer", "reward", "clusters", "components", "pretrained", "filling"])
def test_stopped_and_gone_on_is_never_stopped(name, tmp_path):
    own = {
        "samples": 960,
        "hidden": (8,),
        "delay": 1,
        "reward_noise": 0.1,
        "label_noise": 0.1,
        "unlabelled": 300,
    }
    taken = {option: own[option] for option in own if option in _options(name)}
    asked = Request("compare", (name,), taken, same_data="iris", seeds=2, threads=1).checked()
    run(asked, RunFolder.choose(tmp_path / "whole", "compare", force=False), Control(), "a run")
    looks = iter(range(100))
    control = Control(stop=lambda: next(looks) > 12)
    with pytest.raises(Interrupted):
        run(asked, RunFolder.choose(tmp_path / "run", "compare", force=False), control, "a run")
    folder = RunFolder(tmp_path / "run")
    again = Request.from_json(folder.read_json("config.json")["options"]).checked()
    run(again, folder, Control(), "not this")
    same(learnt(tmp_path / "run"), learnt(tmp_path / "whole"))


def _options(name):
    from paradigms.registry import LEARNERS

    return LEARNERS[name].options


def test_a_persons_own_table_and_its_page(home):
    data = load("iris")
    data.frame.assign(kind=np.array(data.classes)[data.target]).to_csv("mine.csv", index=False)
    only = ("--only", "answer,reward")
    done("compare", "--same-data", "mine.csv", "--target", "kind", *TINY, *only, "--out", "run")
    config = read(home / "run/config.json")
    assert config["study"]["same_data"] == "mine.csv"
    assert all(one["data"]["private"] for one in config["learners"])
    assert "The price of feedback" in (home / "run/report.html").read_text(encoding="utf-8")
    done("predict", "run", "--data", "mine.csv", "--learner", "reward-mine")


def test_from_python(tmp_path):
    study = pg.compare(
        same_data="iris", only="answer", seeds=2, samples=640, hidden=(4,), threads=1, out=tmp_path / "run"
    )
    assert study.summary["price"]["answer"] == "answer-iris-mlp"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare --same-data diabetes", "diabetes"),
        ("compare --same-data digit", "digits"),
        ("compare --same-data nowhere.csv", "nowhere.csv"),
        ("compare --same-data digits --dataset iris", "--same-data names the data itself"),
        ("compare --same-data digits --env CartPole-v1", "--env is not an option of answer, reward"),
        ("compare --same-data digits --only dqn", "unknown learner 'dqn'"),
        ("compare --delay 3", "Taken by: reward, of compare --same-data."),
        ("compare --same-data iris --labels 1000", "--labels 1000"),
        ("compare --same-data iris --samples 40", "128"),
        ("compare --same-data iris --reward-noise 2", "at most 1"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(home, words, said):
    assert said in refused(*words.split())
