"""`paradigms verify`: identical, or where and by how much not, and what else has changed."""

import json
import shutil

import numpy as np
import pytest
from commands import done, paradigms, read, refused
from fuzzing import tree
from runs import request, stopped, whole
from safetensors.numpy import load_file, save_file

from paradigms.reports import summarise


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "run"
    whole(request(("regression",)), path)
    return path


@pytest.fixture
def run_(made, tmp_path):
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


def test_identical_and_only_read(run_):
    before = tree(run_)
    answer = done("verify", run_, "--quiet")
    assert answer.out.startswith("identical: ")
    assert answer.out.endswith(f"words and numbers of {run_}\n")
    assert tree(run_) == before


def test_a_number_beyond_all_floats_differs(run_):
    lines = (run_ / "metrics.jsonl").read_text().splitlines()
    lines[9] = json.dumps(json.loads(lines[9]) | {"r2": 10**400})
    (run_ / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    answer = paradigms("verify", run_, "--quiet")
    assert answer.code == 1
    assert "r2: " in answer.out


def test_an_edit_and_other_versions_are_told(run_):
    lines = (run_ / "metrics.jsonl").read_text().splitlines()
    row = json.loads(lines[9])
    lines[9] = json.dumps(row | {"samples": 700})
    (run_ / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    arrays = load_file(run_ / "snapshots.safetensors")
    name = next(iter(arrays))
    arrays[name].flat[0] += 0.5
    save_file(arrays, run_ / "snapshots.safetensors")
    config = read(run_ / "config.json")
    config["versions"]["torch"] = "1.0"
    config["study"]["threads"] = 7
    (run_ / "config.json").write_text(json.dumps(config))
    answer = paradigms("verify", run_, "--quiet")
    assert answer.code == 1
    where = f"{row['learner']}, seed {row['seed']}, {row['split']}, step {row['step']}"
    assert f"differs: metrics.jsonl: {where}, samples: 700, now " in answer.out
    assert f"differs: snapshots.safetensors: {name}: 1 of " in answer.out
    assert "numbers, by up to 0.5" in answer.out
    assert "changed: torch: 1.0, now " in answer.out
    assert "changed: threads: 7, now 1" in answer.out
    assert "seconds" not in answer.out


def test_the_summary_and_what_has_another_size_are_compared_too(run_):
    told = summarise(run_)
    told["learners"][0]["final"] = 2.0
    (run_ / "summary.json").write_text(json.dumps(told))
    lines = (run_ / "predictions.csv").read_text().splitlines()
    (run_ / "predictions.csv").write_text("\n".join([*lines[:4], lines[4] + "0", *lines[5:]]) + "\n")
    arrays = load_file(run_ / "snapshots.safetensors")
    name = next(iter(arrays))
    arrays[name] = np.ascontiguousarray(arrays[name][:-1])
    save_file(arrays, run_ / "snapshots.safetensors")
    answer = paradigms("verify", run_, "--quiet")
    assert answer.code == 1
    assert "differs: summary.json: " in answer.out
    learner, _, seed, row, *_ = lines[4].split(",")
    assert f"differs: predictions.csv: {learner}, seed {seed}, row {row}, prediction: " in answer.out
    assert f"differs: snapshots.safetensors: {name}: float32[" in answer.out
    (run_ / "predictions.csv").write_text("\n".join(lines[:-1]) + "\n")
    answer = paradigms("verify", run_, "--quiet")
    learner, _, seed, row, *_ = lines[-1].split(",")
    assert f"predictions.csv: {learner}, seed {seed}, row {row}, prediction is not in both" in answer.out


def test_what_is_not_finished_is_not_verified(tmp_path, monkeypatch):
    stopped(request(("regression",)), tmp_path / "run", at=5)
    monkeypatch.chdir(tmp_path)
    said = refused("verify", "run")
    assert said.endswith("is not finished in run. Finish it first: paradigms compare --resume run")
    assert "holds no config.json" in refused("verify", "nothing")
