"""`predict`: what the trained replicas say of new rows, and that it is what they said of held-out ones."""

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import done, paradigms, refused, rows, summed_up

from paradigms.datasets import load
from paradigms.signals import SIGNALS

ROWS = 80


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """own.csv, and runs of one seed each of all four learners of tables: `y`, `k` and `both`."""
    home = tmp_path_factory.mktemp("predict")
    draw = np.random.default_rng(3)
    x = draw.normal(size=(ROWS, 3)).round(3)
    own = pd.DataFrame(x, columns=["a", "b", "c d"])
    own["color"] = draw.choice(["red", "green", "blue"], ROWS)
    own["y"] = (100 + 5 * x @ [3.0, -2.0, 1.0]).round(3)
    own["k"] = np.where(own.y > 100, "up", "down")
    own.loc[[3, 10], "b"] = np.nan
    own.to_csv(home / "own.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr("paradigms.reports.draw", summed_up, raising=False)
        words = ("--data", "own.csv", "--threads", "1", "--quiet", "--epochs", "30")
        supervised = ("run", "supervised", *words)
        done(*supervised, "--target", "y", "--drop", "k", "--seeds", "1", "--out", "y")
        done(*supervised, "--target", "k", "--drop", "y", "--seeds", "1", "--out", "k", "--dtype", "float64")
        done(*supervised, "--target", "k", "--drop", "y", "--seeds", "3", "--out", "k3")
        done("run", "unsupervised", *words, "--drop", "y,k", "--seeds", "1", "--out", "both")
    return home


@pytest.fixture(autouse=True)
def _here(home, undrawn, monkeypatch):
    monkeypatch.chdir(home)


def held_out(run: str, learner: str = "") -> dict[int, str]:
    with Path(run, "predictions.csv").open(newline="", encoding="utf-8") as file:
        return {
            int(one["row"]): one["prediction"]
            for one in csv.DictReader(file)
            if one["learner"].startswith(learner)
        }


def said(*words) -> pd.DataFrame:
    answer = done("predict", *words)
    assert answer.err == ""
    return pd.read_csv(io.StringIO(answer.out))


def test_regression_says_what_it_said_of_held_out_rows():
    found = said("y", "--data", "own.csv")
    assert list(found.columns) == ["row", "prediction", "spread", "lowest", "highest"]
    assert len(found) == ROWS
    for row, prediction in held_out("y").items():
        assert found.prediction[row] == pytest.approx(float(prediction), rel=1e-4)
    truth = pd.read_csv("own.csv").y
    assert np.corrcoef(found.prediction, truth)[0, 1] > 0.9, "in the target's unit"
    assert found.spread.isna().all(), "one replica has no spread"


def test_classification_says_what_it_said_of_held_out_rows():
    found = said("k", "--data", "own.csv")
    assert list(found.columns) == ["row", "prediction", "probability", "agreement"]
    assert {row: found.prediction[row] for row in held_out("k")} == held_out("k")
    assert found.probability.between(0.5, 1).all()
    assert (found.agreement == 1).all()


def test_several_replicas_agree_more_or_less():
    found = said("k3", "--data", "own.csv")
    assert set(found.agreement.mul(3).round(3)) <= {1, 2, 3}
    assert (found.prediction == pd.read_csv("own.csv").k).mean() > 0.8


def test_kmeans_and_pca_say_what_they_said_of_held_out_rows():
    found = said("both", "--data", "own.csv", "--learner", "kmeans-own")
    kept = held_out("both", "kmeans")
    assert {row: str(found.cluster_of_first_seed[row]) for row in kept} == kept
    found = said("both", "--data", "own.csv", "--learner", "pca-own")
    for row, prediction in held_out("both", "pca").items():
        assert found.reconstruction_error[row] == pytest.approx(float(prediction), abs=1e-4)
    assert {"component_1_of_first_seed", "lowest", "highest"} <= set(found.columns)


def test_two_replicas_of_a_bundled_data_set(five):
    """The lowest and the highest of two replicas are what predictions.csv says of each."""
    dataset = load("diabetes")
    dataset.frame.to_csv("diabetes.csv", index=False)
    found = said(five, "--data", "diabetes.csv", "--learner", "regression-diabetes-linear")
    with (five / "predictions.csv").open(newline="", encoding="utf-8") as file:
        kept = [one for one in csv.DictReader(file) if one["learner"].startswith("regression")]
    for one in kept:
        two = found.loc[int(one["row"]), ["lowest", "highest"]]
        assert min(abs(two - float(one["prediction"]))) < 1e-2


def test_new_rows_may_hold_more_and_unseen_things():
    Path("new.csv").write_text(
        "extra,color,c d,b,a\n1,red,0.1,0.2,0.3\n2,purple,0.1,,0.3\n3,,-4,5,6\n", encoding="utf-8"
    )
    answer = done("predict", "y", "--data", "new.csv")
    assert answer.err == "note: color: 'purple' (1 row) was not in training; it counts as no level.\n"
    found = pd.read_csv(io.StringIO(answer.out))
    assert found.row.tolist() == [0, 1, 2]
    assert np.isfinite(found.prediction).all()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("both --data own.csv", "Choose with --learner ID"),
        ("both --data own.csv --learner kmean", "did you mean 'kmeans-own'"),
        ("y --data less.csv", "lacks 'c d', which the model was trained on"),
        ("y --data text.csv", "column 'a'"),
        ("y --data none.csv", "there is no file"),
        ("nothing --data own.csv", "Name the folder of a finished run"),
        (". --data own.csv", "Name the folder of a finished run"),
        ("own.csv --data own.csv", "Name the folder of a finished run"),
        ("y --data own.csv --out own.csv", "Add --force to replace it"),
        ("y --data own.csv --out nowhere/p.csv", "cannot write"),
        ("y --data own.csv --out y --force", "cannot write"),
        ("y", "predict needs rows or a text. Give one of --data NEW.csv and --prompt TEXT."),
    ],
)
def test_what_cannot_be_predicted(words, hint):
    Path("less.csv").write_text("a,b,color\n1,2,red\n")
    Path("text.csv").write_text("a,b,c d,color\nabc,2,3,red\n")
    assert hint in refused("predict", *words.split())


def test_an_environment_has_no_rows(five, monkeypatch, tmp_path):
    shutil.copytree(five / "model", tmp_path / "run/model", ignore=shutil.ignore_patterns("[!d]*-*"))
    assert "no learner that answers rows" in refused("predict", tmp_path / "run", "--data", "own.csv")


def test_out_is_written_and_replaced_only_with_force(tmp_path):
    out = tmp_path / "p.csv"
    answer = done("predict", "y", "--data", "own.csv", "--out", out)
    assert answer.out == f"{out}  ({ROWS} rows)\n"
    assert len(pd.read_csv(out)) == ROWS
    out.write_text("mine")
    assert paradigms("predict", "y", "--data", "own.csv", "--out", out).code == 2
    assert out.read_text() == "mine"
    done("predict", "y", "--data", "own.csv", "--out", out, "--force")
    assert len(pd.read_csv(out)) == ROWS


def test_replicas_that_diverged_are_not_asked(tmp_path):
    words = ("run", "supervised", "--data", "own.csv", "--target", "y", "--drop", "k", "--seeds", "1")
    done(*words, "--optimizer", "sgd", "--lr", "1e19", "--epochs", "9", "--out", tmp_path / "run", "--quiet")
    said = refused("predict", tmp_path / "run", "--data", "own.csv")
    assert said == "every replica of regression-own-linear diverged. Train again with a smaller --lr."


def test_a_network_answers_as_it_did_of_held_out_rows(tmp_path):
    """Dropout off, and a batch norm by its running statistics."""
    words = (
        "run",
        "supervised",
        "--data",
        "own.csv",
        "--target",
        "k",
        "--drop",
        "y",
        "--seeds",
        "1",
        "--quiet",
    )
    shape = ("--hidden", "6,6", "--activation", "tanh", "--norm", "batch", "--dropout", "0.2", "--residual")
    done(*words, *shape, "--epochs", "9", "--out", tmp_path / "run", "--layer-gradients")
    found = said(tmp_path / "run", "--data", "own.csv")
    kept = held_out(tmp_path / "run")
    assert {row: found.prediction[row] for row in kept} == kept
    norms = {name for row in rows(tmp_path / "run") for name in row if name.startswith("gradient_norm_")}
    assert norms == {f"gradient_norm_{layer}" for layer in (1, 2, 3)} <= SIGNALS.keys()


def test_a_model_of_version_1_has_no_description_and_answers(tmp_path):
    shutil.copytree("k/model", tmp_path / "run/model")
    (path,) = (tmp_path / "run/model").glob("*.json")
    about = json.loads(path.read_text(encoding="utf-8"))
    assert about.pop("network")["kind"] == "perceptron"
    path.write_text(json.dumps(about), encoding="utf-8")
    pd.testing.assert_frame_equal(said(tmp_path / "run", "--data", "own.csv"), said("k", "--data", "own.csv"))


def test_a_row_without_any_value_has_no_answer(tmp_path):
    new = tmp_path / "blank.csv"
    new.write_text("a,b,c d,color,k\n0.1,0.2,0.3,red,\n,,,,x\n0.1,0.2,0.3,red,\n", encoding="utf-8")
    for words in (("y",), ("k",), ("both", "--learner", "kmeans-own"), ("both", "--learner", "pca-own")):
        answer = done("predict", *words, "--data", new)
        assert "note: 1 row without any value left unanswered.\n" in answer.err
        lines = list(csv.reader(io.StringIO(answer.out)))[1:]
        assert [line[0] for line in lines] == ["0", "1", "2"]
        assert not any(lines[1][1:])
        assert lines[0][1:] == lines[2][1:]
        assert lines[0][1]


def test_columns_are_dropped_one_by_one_too(tmp_path):
    words = ("run", "supervised", "--data", "own.csv", "--target", "y", "--dry-run")
    one = done(*words, "--drop", "k", "--drop", "c d").out
    assert one == done(*words, "--drop", "k,c d").out
    assert "c d" not in one
