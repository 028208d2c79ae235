"""Every file of a run held to docs/run-folder.md and the contract, field by field."""

import csv
import itertools
import json
import math
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from commands import SHORT, TINY, Page, done, learnt, read, rows, same
from safetensors.numpy import load_file

from paradigms.datasets import load, split
from paradigms.registry import REGISTRY
from paradigms.runs.folder import RunFolder, plain
from paradigms.runs.pictures import PICTURES
from paradigms.signals import SIGNALS

DOCUMENT = Path(__file__).parent.parent / "docs" / "run-folder.md"
IDENTITY = ("learner", "seed", "setting", "step", "samples", "seconds", "split")
SEEDS = [0, 1]

Number = (int, float)


def sentences(value) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def numbers(value) -> bool:
    return isinstance(value, list) and all(one is None or isinstance(one, Number) for one in value)


def whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def kind(*types):
    return lambda value: isinstance(value, types) and not (isinstance(value, bool) and bool not in types)


NONE, TEXT, NUMBER = type(None), kind(str), kind(int, float)

CONFIG = {
    "version": lambda v: v == 2,
    "command": TEXT,
    "options": kind(dict),
    "study": kind(dict),
    "versions": lambda v: (
        all(isinstance(one, str) for one in v.values()) and {"python", "paradigms", "torch"} <= v.keys()
    ),
    "started_time": lambda v: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", v),
    "learners": kind(list),
}
STUDY = {
    "seeds": lambda v: all(map(whole, v)),
    "seed": whole,
    "device": TEXT,
    "dtype": lambda v: v in ("float32", "float64"),
    "threads": whole,
    "workers": whole,
    "quick": kind(bool),
    "same_data": kind(str, NONE),
}
LEARNER = {
    "id": lambda v: re.fullmatch(r"[\w.-]+", v),
    "name": lambda v: v in REGISTRY,
    "title": TEXT,
    "paradigm": lambda v: v in ("supervised", "unsupervised", "reinforcement"),
    "task": TEXT,
    "dataset": TEXT,
    "model": lambda v: v in ("linear", "mlp", "centres", "components"),
    "metric": lambda v: v in ("r2", "accuracy", "inertia", "explained_variance_ratio", "return"),
    "lower_is_better": kind(bool),
    "view": lambda v: v in ("regression", "classification", "kmeans", "pca", "dqn"),
    "loss": TEXT,
    "baseline_name": TEXT,
    "reference_name": kind(str, NONE),
    "described": whole,
    "options": kind(dict),
    "settings": kind(list),
    "parameters": whole,
    "feedback": kind(dict),
    "data": kind(dict),
}
FEEDBACK = {
    "source": TEXT,
    "per_sample": TEXT,
    "delay": lambda v: v is None or whole(v),
    "moves": kind(str, NONE),
    "told": TEXT,
}
DATA = {
    "kind": lambda v: v in ("bundled", "generated", "fetched", "file"),
    "rows": whole,
    "features": sentences,
    "classes": lambda v: v is None or sentences(v),
    "target": kind(str, NONE),
    "form": lambda v: v in ("rows", "images", "sequences", "windows", "text"),
    "shape": lambda v: len(v) > 0 and all(map(whole, v)),
    "target_shape": lambda v: all(map(whole, v)),
    "image_shape": lambda v: v is None or (len(v) == 2 and all(map(whole, v))),
    "scaling": TEXT,
    "split": lambda v: v.keys() == {"train", "validation", "test"} and all(map(whole, v.values())),
    "notes": sentences,
    "private": kind(bool),
}
WORLD = {
    "kind": lambda v: v == "environment",
    "observation": sentences,
    "actions": sentences,
    "limit": lambda v: v is None or whole(v),
    "maximum": kind(int, float, NONE),
    "threshold": kind(int, float, NONE),
    "discrete": kind(bool),
    "grid": lambda v: v is None or (len(v) == 2 and all(map(whole, v))),
    "notes": sentences,
    "private": lambda v: v is False,
}
ENTRY = {
    "id": TEXT,
    "name": TEXT,
    "paradigm": TEXT,
    "task": TEXT,
    "dataset": TEXT,
    "model": TEXT,
    "setting": whole,
    "varied": kind(dict),
    "options": kind(dict),
    "metric": TEXT,
    "lower_is_better": kind(bool),
    "seeds": lambda v: all(map(whole, v)),
    "scores": numbers,
    "baselines": numbers,
    "references": lambda v: v is None or numbers(v),
    "reference_name": kind(str, NONE),
    "iqm": kind(int, float, NONE),
    "ci95": lambda v: v is None or (len(v) == 2 and numbers(v)),
    "range": lambda v: v is None or (len(v) == 2 and numbers(v)),
    "progress": kind(int, float, NONE),
    "progress_ci95": lambda v: v is None or (len(v) == 2 and numbers(v)),
    "diverged": lambda v: all(seed.isdigit() and whole(step) for seed, step in v.items()),
    "updates": NUMBER,
    "samples": NUMBER,
    "seconds": NUMBER,
    "samples_to": lambda v: v.keys() == {"50", "90", "95"} and numbers(list(v.values())),
    "reached": lambda v: v.keys() == {"50", "90", "95"} and all(0 <= one <= 1 for one in v.values()),
    "failed": kind(int, float, NONE),
    "solved": kind(int, float, NONE),
}
BESIDES = {
    "dqn": {"cut": lambda v: 0 <= v <= 1},
    "classification": {"rivals": lambda v: v and numbers(list(v.values()))},
}
"""What the entries of some have besides."""
MODEL = {
    "version": lambda v: v == 2,
    "learner": TEXT,
    "setting": whole,
    "name": lambda v: v in REGISTRY,
    "subject": TEXT,
    "seeds": lambda v: all(map(whole, v)),
    "parameters": sentences,
    "usable": lambda v: all(isinstance(one, bool) for one in v),
    "preprocessing": kind(list),
    "network": lambda v: v is None or v.keys() >= {"kind", "meaning"},
}
ARRAY = {
    "key": TEXT,
    "dims": sentences,
    "meaning": lambda v: isinstance(v, str) and v,
}


def hold(found: dict, schema: dict, where: str) -> None:
    """Raises unless `found` has these fields and no others, each as its check says."""
    assert found.keys() == schema.keys(), where
    for name, check in schema.items():
        assert check(found[name]), (where, name, found[name])


def strict(path: Path):
    """JSON without NaN or infinities."""

    def refuse(constant):
        raise AssertionError(f"{path.name} holds {constant}")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


@pytest.fixture(scope="session")
def config(five):
    return strict(five / "config.json")


@pytest.fixture(scope="session")
def by_learner(five):
    found = defaultdict(list)
    for row in rows(five):
        found[row["learner"]].append(row)
    return found


# ---- the folder


def test_it_holds_these_files_and_no_others(five):
    found = {path.name for path in five.iterdir()}
    assert found == {
        ".lock",
        "config.json", "metrics.jsonl", "summary.json", "report.html", "figures", "snapshots.safetensors",
        "snapshots.json", "model", "predictions.csv", "checkpoint",
    }  # fmt: skip
    named = set(re.findall(r"^    ([\w.-]+?)(?:/.*)?  +", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert found <= named
    assert {path.suffix for path in (five / "figures").iterdir()} == {".png"}


def test_config(config):
    hold(config, CONFIG, "config")
    hold(config["study"], STUDY, "study")
    assert [one["name"] for one in config["learners"]] == [
        name for name, entry in REGISTRY.items() if entry.compared
    ]
    for one in config["learners"]:
        hold(one, LEARNER, one["id"])
        hold(one["feedback"], FEEDBACK, one["id"])
        hold(one["data"], WORLD if one["name"] == "dqn" else DATA, one["id"])
        entry = REGISTRY[one["name"]]
        assert one["options"].keys() == entry.options.keys()
        assert one["settings"] == [{"setting": 0, "varied": {}, "options": one["settings"][0]["options"]}]
        for name in ("title", "paradigm", "task", "metric", "lower_is_better", "view"):
            assert one[name] == getattr(entry, name)
        assert one["loss"] == entry.minimised(one["options"])


def test_options_are_those_given_and_no_others(config):
    given = {"command", "learners", "seeds", "samples", "hidden", "threads", "limit"}
    assert config["options"].keys() == given
    assert config["options"]["hidden"] == [8]


def test_the_document_names_every_field():
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in (*CONFIG, *STUDY, *LEARNER, *FEEDBACK, *DATA, *WORLD, *ENTRY, *IDENTITY, *ARRAY):
        assert f"`{name}`" in text or f'"{name}"' in text, name
    assert all(f"`{name}`" in text for own in BESIDES.values() for name in own)
    for name in PICTURES:
        assert f"`{name}`" in text, name


# ---- rows


def test_every_row_has_its_identity_and_known_signals(five, by_learner, config):
    ids = [one["id"] for one in config["learners"]]
    assert list(by_learner) == ids
    for line in (five / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line, parse_constant=lambda _: pytest.fail("NaN or infinity"))
        assert tuple(row)[:6] == IDENTITY[:6]
        assert all(whole(row[name]) for name in ("seed", "setting", "step", "samples"))
        assert row["setting"] == 0
        assert row["seed"] in SEEDS
        assert row["seconds"] >= 0
        signals = row.keys() - {*IDENTITY, "rivals"}
        assert numbers(list(row.get("rivals", {}).values()))
        assert signals <= SIGNALS.keys()
        assert all(row[name] is None or isinstance(row[name], Number) for name in signals - {"stopped"})


def test_train_rows(by_learner, config):
    every = {"loss", "gradient_norm", "update_norm", "update_ratio", "learning_rate", "updates",
             "examples_processed", "target_drift"}  # fmt: skip
    for one in config["learners"]:
        for seed in SEEDS:
            train = [r for r in by_learner[one["id"]] if r["split"] == "train" and r["seed"] == seed]
            steps = [row["step"] for row in train]
            assert steps == sorted(set(steps))
            assert 1 <= len(steps) <= 130
            assert all(every <= row.keys() for row in train)
            assert all("alignment" in row for row in train[1:])
            assert [row["updates"] for row in train] == steps
            assert [row["samples"] for row in train] == sorted(row["samples"] for row in train)
            assert train[-1]["samples"] <= one["options"]["samples"]
            assert train[0]["target_drift"] >= 0
            if one["metric"] != "return":
                assert isinstance(train[-1][one["metric"]], float)


def test_validation_rows(by_learner, config):
    for one in config["learners"]:
        for seed in SEEDS:
            own = [r for r in by_learner[one["id"]] if r["seed"] == seed]
            held = [row for row in own if row["split"] == "validation"]
            assert (held[0]["step"], held[0]["samples"]) == (0, 0)
            last = max(row["step"] for row in own if row["split"] == "train")
            assert held[-1]["step"] == last, "the curve ends where training ends"
            assert all({one["metric"], "baseline", "reference"} <= row.keys() for row in held)
            assert len({(row["baseline"], row["reference"]) for row in held}) == 1


def test_test_rows(by_learner, config):
    for one in config["learners"]:
        test = [row for row in by_learner[one["id"]] if row["split"] == "test"]
        assert [row["seed"] for row in test] == SEEDS
        assert by_learner[one["id"]][-len(SEEDS) :] == test, "once, at the end"
        assert len({row["wall_seconds"] for row in test}) == 1
        rows = one["data"]["split"]["train"] if one["name"] in ("kmeans", "pca") else None
        assert {row.get("read") for row in test} == {rows}, "k-means++ and the mean read every row first"
        for row in test:
            counts = {"baseline", "reference", "updates", "examples_processed", "stopped", "diverged"}
            assert {one["metric"], *counts} <= row.keys()
            assert row["stopped"] in ("budget", "early", "converged", "diverged")
            assert (row["diverged"] is None) == (row["stopped"] != "diverged")
            assert isinstance(row[one["metric"]], float)


def test_diverged_replicas_have_a_null_score_and_no_rows_after_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("run", "supervised", "--task", "regression", "--optimizer", "sgd", "--lr", "1e19")
    done(*words, *TINY[:4], "--threads", "1", "--out", "run", "--quiet")
    found = rows(tmp_path / "run")
    for test in (row for row in found if row["split"] == "test"):
        assert test["r2"] is None
        assert test["stopped"] == "diverged"
        own = [row["step"] for row in found if row["seed"] == test["seed"] and row["split"] != "test"]
        assert max(own) == test["step"]
        assert 0 < test["diverged"] <= test["step"]
        assert isinstance(test["baseline"], float)
    assert read(tmp_path / "run/model/regression-diabetes-linear.json")["usable"] == [False, False]
    (one,) = strict(tmp_path / "run/summary.json")["learners"]
    hold(one, ENTRY, "diverged")
    assert one["scores"] == [None, None]
    assert one["diverged"].keys() == {"0", "1"}


# ---- the summary


def test_summary(five, config, by_learner):
    summary = strict(five / "summary.json")
    assert summary.keys() == {
        *("version", "command", "learners", "words"),
        *("facts", "differences", "figures"),
    }
    assert (summary["version"], summary["command"]) == (2, config["command"])
    assert [one["id"] for one in summary["learners"]] == [one["id"] for one in config["learners"]]
    for one in summary["learners"]:
        hold(one, ENTRY | BESIDES.get(one["name"], {}), one["id"])
        test = [row for row in by_learner[one["id"]] if row["split"] == "test"]
        assert one["scores"] == [row[one["metric"]] for row in test]
        assert one["baselines"] == [row["baseline"] for row in test]
        assert one["references"] == [row["reference"] for row in test]
        assert one["ci95"] is None, "two seeds have a range, not an interval"
        assert one["range"] == [min(one["scores"]), max(one["scores"])]
        assert one["iqm"] == pytest.approx(np.mean(one["scores"]), abs=1e-9)
        assert one["seconds"] == test[0]["wall_seconds"]
        assert one["diverged"] == {}


# ---- arrays


def test_snapshots(five, config):
    index = strict(five / "snapshots.json")
    arrays = load_file(five / "snapshots.safetensors")
    assert index.keys() == {"version", "learners"}
    assert list(index["learners"]) == [one["id"] for one in config["learners"]]
    keys = []
    for learner, one in index["learners"].items():
        assert one.keys() == {"steps", "samples", "replicas", "arrays"}
        assert one["replicas"] == [[0, seed] for seed in SEEDS]
        assert one["steps"][0] == one["samples"][0] == 0
        assert one["steps"] == sorted(set(one["steps"]))
        assert len(one["steps"]) == len(one["samples"]) <= 24
        for name, about in one["arrays"].items():
            hold(about, ARRAY, f"{learner}/{name}")
            assert about["key"] == f"{learner}/{name}"
            array = arrays[about["key"]]
            assert len(about["dims"]) == array.ndim
            sizes = dict(zip(about["dims"], array.shape, strict=True))
            assert sizes.get("moment", len(one["steps"])) == len(one["steps"])
            assert sizes.get("seed", len(SEEDS)) == len(SEEDS)
            keys.append(about["key"])
    assert sorted(keys) == sorted(arrays)


DIMS = {
    "regression": {"predicted": "M R V", "true": "R V"},
    "classification": {
        "confusion": "M R C C", "plane_points": "R V 2", "plane_labels": "R V", "plane_axes": "R 4",
        "surface": "M R G G", "sureness": "M R G G",
    },
    "kmeans": {
        "centres": "M R K d", "plane_centres": "M R K 2", "plane_points": "R V 2", "assigned": "M R V",
        "sizes": "M R K", "plane_axes": "R 4",
    },
    "pca": {
        "components": "M R k d", "explained": "M R k", "reference_explained": "R k",
        "plane_points": "M R V 2", "plane_labels": "R V", "mean": "R d", "originals": "R 6 d",
    },
    "dqn": {
        "episode": "M R T o", "episode_actions": "M R T", "episode_return": "M R", "q_surface": "M R G G A",
        "q_axes": "R 4", "q_variables": "2",
    },
}  # fmt: skip


def test_pictures_of_each_view(five, config):
    index, arrays = read(five / "snapshots.json"), load_file(five / "snapshots.safetensors")
    for one in config["learners"]:
        about = index["learners"][one["id"]]
        assert about["arrays"].keys() == DIMS[one["view"]].keys()
        sizes = {"M": len(about["steps"]), "R": len(SEEDS)}
        if one["view"] == "dqn":
            sizes |= {"o": len(one["data"]["observation"]), "A": len(one["data"]["actions"])}
            sizes["T"] = one["data"]["limit"]
        else:
            sizes |= {"d": len(one["data"]["features"]), "V": min(400, one["data"]["split"]["test"])}
            sizes |= {"K": one["options"].get("clusters"), "k": one["options"].get("components")}
            sizes["C"] = len(one["data"]["classes"] or ())
        for name, words in DIMS[one["view"]].items():
            shape = arrays[f"{one['id']}/{name}"].shape
            for said, size in zip(words.split(), shape, strict=True):
                expected = int(said) if said.isdigit() else sizes.setdefault(said, size)
                assert size == expected, (name, said)


def test_what_the_pictures_say(five, config):
    arrays = load_file(five / "snapshots.safetensors")
    own = {one["name"]: one["id"] for one in config["learners"]}
    of = lambda name, array: arrays[f"{own[name]}/{array}"]  # noqa: E731
    assert (of("classification", "confusion").sum((2, 3)) == 360).all()
    assert (of("kmeans", "sizes").sum(2) == 360).all()
    assert (np.diff(of("pca", "explained")[-1]) <= 1e-6).all(), "in order"
    over = np.isnan(of("dqn", "episode")[..., 0])
    assert ((of("dqn", "episode_actions") == -1) == over).all()
    assert (of("dqn", "episode_return") == (~over).sum(2)).all(), "CartPole earns one a step"
    for name, dtype in (("surface", np.uint8), ("sureness", np.uint8), ("plane_labels", np.uint8)):
        assert of("classification", name).dtype == dtype


# ---- held-out rows


def test_predictions_are_of_held_out_rows(five, config):
    with (five / "predictions.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["learner", "setting", "seed", "row", "target", "prediction"]
    order = [key for key, _ in itertools.groupby((one["learner"], one["seed"]) for one in table)]
    assert order == [(one["id"], str(s)) for one in config["learners"][:-1] for s in SEEDS]
    for one in config["learners"][:-1]:
        dataset = load(one["dataset"])
        parts = split(dataset, study_seed=0, seeds=tuple(SEEDS))
        for seed in SEEDS:
            own = [row for row in table if row["learner"] == one["id"] and row["seed"] == str(seed)]
            assert [int(row["row"]) for row in own] == parts.test.rows[seed].tolist()
            if one["paradigm"] == "supervised":
                target = dataset.target[parts.test.rows[seed]]
                if dataset.classes:
                    assert [row["target"] for row in own] == [dataset.classes[int(c)] for c in target]
                    assert {row["prediction"] for row in own} <= set(dataset.classes)
                else:
                    assert [float(row["target"]) for row in own] == target.tolist()
            else:
                assert {row["target"] for row in own} == {""}
                assert all(math.isfinite(float(row["prediction"])) for row in own)


def test_predictions_give_the_scores(five):
    summary = {one["task"]: one for one in read(five / "summary.json")["learners"]}
    table = list(csv.DictReader((five / "predictions.csv").read_text(encoding="utf-8").splitlines()))
    for i, seed in enumerate(SEEDS):
        own = lambda task: [  # noqa: E731
            (one["target"], one["prediction"])
            for one in table
            if one["seed"] == str(seed) and one["learner"] == summary[task]["id"]  # noqa: B023
        ]
        hits = [target == said for target, said in own("classification")]
        assert np.mean(hits) == pytest.approx(summary["classification"]["scores"][i])
        y, said = np.array(own("regression"), float).T
        assert 1 - np.mean((y - said) ** 2) / y.var() == pytest.approx(
            summary["regression"]["scores"][i], abs=1e-5
        )


def test_models(five, config):
    names = {f"{one['id']}.{suffix}" for one in config["learners"] for suffix in ("json", "safetensors")}
    assert {path.name for path in (five / "model").iterdir()} == names
    for one in config["learners"]:
        about = strict(five / "model" / f"{one['id']}.json")
        hold(about, MODEL | ({"world": kind(dict)} if one["name"] == "dqn" else {}), one["id"])
        tensors = load_file(five / "model" / f"{one['id']}.safetensors")
        assert set(about["parameters"]) <= tensors.keys()
        sizes = [tensors[name].shape for name in about["parameters"]]
        assert {shape[0] for shape in sizes} == {len(SEEDS)}
        assert sum(math.prod(shape[1:]) for shape in sizes) == one["parameters"]
        assert bool(about["preprocessing"]) == (one["name"] != "dqn")
        assert bool(about["network"]) == (one["name"] in ("regression", "classification", "dqn"))


# ---- the same command twice


def test_the_same_command_makes_the_same_files_and_page(five, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done("compare", *TINY, *SHORT, "--out", "run", "--quiet")
    again = tmp_path / "run"
    same(learnt(five), learnt(again))
    pages = [Page((folder / "report.html").read_text(encoding="utf-8")).held for folder in (five, again)]
    assert pages[0] == pages[1]
    assert len(pages[0]) > 1000
    names = [sorted(path.name for path in (folder / "figures").iterdir()) for folder in (five, again)]
    assert names[0] == names[1]


def test_another_study_seed_makes_another_run(five, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done("compare", "--only", "regression", "--seed", "1", *TINY, "--out", "run", "--quiet")
    one = read(five / "summary.json")["learners"][0]
    (other,) = read(tmp_path / "run/summary.json")["learners"]
    assert one["id"] == other["id"]
    assert one["scores"] != other["scores"]


# ---- writing


def test_nan_and_infinities_become_null():
    assert plain({"a": [math.nan, np.float32("inf"), (1, np.int64(2))], 3: -math.inf}) == {
        "a": [None, None, [1, 2]],
        "3": None,
    }


def test_files_are_written_whole_or_not_at_all(tmp_path):
    folder = RunFolder(tmp_path)
    folder.write_json("config.json", {"a": 1})
    with pytest.raises(TypeError):
        folder.write_json("config.json", {"a": object()})
    assert folder.read_json("config.json") == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]


def test_two_runs_at_once_take_two_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = (RunFolder.choose(None, "run rl", force=False) for _ in range(2))
    assert list(tmp_path.iterdir()) == [], "nothing is touched before the run begins"
    one.begin({})
    other.begin({})
    assert one.path.name[:-1] == other.path.name[:-1]
    assert {one.path.name[-1], other.path.name[-1]} == {"1", "2"}
