"""Named data sets, splits and preprocessing: what they promise, and that nothing leaks."""

import dataclasses
import json
import socket
import subprocess
import sys
import urllib.error

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets as sk

from paradigms.datasets import CATALOGUE, Preprocessing, load, read_table, split
from paradigms.datasets.pipeline import build
from paradigms.errors import DataError, UsageError

LOCAL = [name for name, entry in CATALOGUE.items() if entry.kind != "fetched"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A table with gaps, categories (one level rare), booleans and a constant."""
    rng = np.random.default_rng(3)
    n = 60
    frame = pd.DataFrame(
        {
            "size": rng.normal(5, 2, n).round(3),
            "colour": rng.choice(["red", "green", "blue"], n),
            "open": rng.choice(["true", "false"], n),
            "same": 7,
            "price": rng.normal(100, 20, n).round(2),
        }
    )
    frame.loc[0, "colour"] = "mauve"
    frame.loc[::7, "size"] = np.nan
    frame.loc[3::9, "colour"] = np.nan
    frame.loc[5, "open"] = np.nan
    path = tmp_path_factory.mktemp("mixed") / "mixed.csv"
    frame.to_csv(path, index=False)
    return read_table(path, target="price")


def test_the_catalogue_costs_no_library():
    code = (
        "import sys; from paradigms.datasets import CATALOGUE; assert CATALOGUE['digits'].rows == 1797; "
        "assert not {'numpy', 'pandas', 'sklearn', 'scipy', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_torch_is_never_imported():
    code = (
        "import sys; from paradigms.datasets import load, split, read_table, read_new; "
        "split(load('iris'), study_seed=0, seeds=[0]); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", LOCAL)
def test_the_catalogue_tells_the_truth(name):
    entry, dataset = CATALOGUE[name], load(name).require(CATALOGUE[name].task)
    assert (len(dataset), len(dataset.features)) == (entry.rows, entry.features)
    assert (dataset.name, dataset.kind, dataset.task) == (entry.name, entry.kind, entry.task)
    assert dataset.form.name == entry.form
    assert dataset.target.shape == (entry.rows, *dataset.form.target_shape)
    assert np.prod(dataset.shape) == entry.features
    assert (dataset.classes is None) == (entry.task == "regression")
    assert dataset.target.dtype == (np.float64 if entry.task == "regression" else np.int64)
    json.dumps(dataset.facts())


GENERATED = [name for name in LOCAL if CATALOGUE[name].kind == "generated"]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_data_follow_the_seed(name):
    first, again, other = load(name, seed=1), load(name, seed=1), load(name, seed=2)
    assert first.frame.equals(again.frame)
    assert np.array_equal(first.target, again.target)
    assert not first.frame.equals(other.frame)


def test_digits_are_divided_by_their_range():
    dataset = load("digits")
    parts = split(dataset, study_seed=0, seeds=[0, 1])
    raw = dataset.frame.to_numpy()[parts.test.rows[1]]
    np.testing.assert_array_equal(parts.test.x[1], (raw / 16).astype(np.float32))
    assert dataset.image_shape == (8, 8)
    assert parts.train.x.max() == 1.0


@pytest.mark.parametrize("name", [name for name in LOCAL if CATALOGUE[name].form not in ("windows", "text")])
def test_parts_cover_all_rows_once(name):
    parts = split(load(name), study_seed=0, seeds=[0, 5])
    n = len(load(name))
    for r in range(2):
        rows = np.concatenate([part.rows[r] for part in (parts.train, parts.validation, parts.test)])
        assert sorted(rows) == list(range(n))
    assert parts.sizes["train"] == n - -(-2 * n // 5)
    assert abs(parts.sizes["validation"] - parts.sizes["test"]) <= 1


def test_the_split_hangs_on_study_seed_name_and_replica_seed_alone():
    dataset = load("wine")
    rows = split(dataset, study_seed=4, seeds=[0, 1, 2]).train.rows
    alone = split(dataset, study_seed=4, seeds=[2], dtype=np.float64).train.rows
    assert np.array_equal(alone[0], rows[2])
    assert not np.array_equal(rows[0], rows[1])
    assert not np.array_equal(split(dataset, study_seed=5, seeds=[2]).train.rows, alone)
    renamed = dataclasses.replace(dataset, name="other")
    assert not np.array_equal(split(renamed, study_seed=4, seeds=[2]).train.rows, alone)


def test_classes_are_stratified():
    dataset = load("wine")
    shares = np.bincount(dataset.target) / len(dataset)
    parts = split(dataset, study_seed=0, seeds=range(4))
    for part in (parts.train, parts.validation, parts.test):
        for y in part.y:
            assert np.all(np.abs(np.bincount(y, minlength=3) / len(y) - shares) < 1.5 / len(y) + 1e-9)


def test_a_class_of_five_reaches_every_part(tmp_path):
    for n in range(10, 60):
        path = tmp_path / f"n{n}.csv"
        labels = ["rare"] * 5 + ["common"] * (n - 5)
        pd.DataFrame({"x": np.sin(np.arange(n)), "y": labels}).to_csv(path, index=False)
        parts = split(read_table(path, target="y"), study_seed=n, seeds=range(3))
        for part in (parts.train, parts.validation, parts.test):
            assert all(set(y) == {0, 1} for y in part.y)


def test_whole_means_one_shared_copy():
    dataset = load("iris")
    parts = split(dataset, study_seed=0, seeds=range(10), whole=True)
    assert parts.train is parts.test
    assert parts.train is parts.validation
    assert parts.train.x.shape == (1, 150, 4)
    assert len(parts.preprocessing) == 1
    assert np.array_equal(parts.train.rows[0], np.arange(150))
    np.testing.assert_allclose(parts.train.x[0].std(axis=0), 1, rtol=1e-5)


def test_fewer_training_rows_are_among_more_and_the_other_parts_stay():
    dataset = load("wine")
    few, more, all_ = (split(dataset, study_seed=1, seeds=[0, 3], first=n) for n in (20, 50, None))
    assert few.sizes == all_.sizes | {"train": 20}
    for one, larger in ((few, more), (more, all_)):
        np.testing.assert_array_equal(one.train.rows, larger.train.rows[:, : one.sizes["train"]])
        np.testing.assert_array_equal(one.test.rows, all_.test.rows)
    np.testing.assert_allclose(few.train.x.mean(1), 0, atol=1e-5, err_msg="scaled by what is left")
    for first, whole, said in (
        (107, False, "has 106 rows"),
        (20, True, "--all-data"),
        (2, False, "one class"),
    ):
        with pytest.raises(UsageError, match=said):
            split(dataset, study_seed=1, seeds=range(9), first=first, whole=whole)


@pytest.mark.parametrize(("name", "noise"), [("sine", 0.3), ("saddle", 0.1)])
def test_a_drawn_function_knows_its_height(name, noise):
    dataset = load(name)
    x, height = dataset.frame.to_numpy(), dataset.known["answer"]
    truth = np.sin(np.pi * x[:, 0]) if name == "sine" else x[:, 0] ** 2 - x[:, 1] ** 2
    np.testing.assert_allclose(height, truth)
    assert abs((dataset.target - height).std() / noise - 1) < 0.1
    np.testing.assert_array_equal(
        split(dataset, study_seed=0, seeds=[0]).test.known["answer"].shape, (1, 100)
    )


def test_statistics_come_from_the_training_part(mixed):
    parts = split(mixed, study_seed=0, seeds=range(3), dtype=np.float64)
    for r, fitted in enumerate(parts.preprocessing):
        train = mixed.frame.iloc[parts.train.rows[r]]
        size = train["size"]
        column = fitted.numbers[0]
        assert column.fill == size.median()
        assert column.mean == pytest.approx(size.fillna(size.median()).mean())
        assert fitted.categories[0].fill == train["colour"].mode()[0]
        y = mixed.target[parts.train.rows[r]]
        assert (fitted.target_mean, fitted.target_scale) == pytest.approx((y.mean(), y.std()))
        np.testing.assert_allclose(parts.train.x[r, :, :2].std(axis=0), 1)


def test_held_out_rows_cannot_reach_the_training_part(mixed):
    before = split(mixed, study_seed=0, seeds=[0])
    frame = mixed.frame.copy()
    frame.loc[before.test.rows[0], "size"] = 1e6
    after = split(dataclasses.replace(mixed, frame=frame), study_seed=0, seeds=[0])
    assert after.preprocessing == before.preprocessing
    np.testing.assert_array_equal(after.train.x, before.train.x)


def test_levels_come_from_the_whole_table(mixed):
    assert mixed.features == (
        "size", "open", "same", "colour=blue", "colour=green", "colour=mauve", "colour=red",
    )  # fmt: skip
    parts = split(mixed, study_seed=0, seeds=range(20))
    lucky = [r for r in range(20) if 0 not in parts.train.rows[r]]
    assert lucky, "row 0 holds the only mauve"
    assert parts.train.x[lucky[0], :, 5].max() == 0
    assert parts.train.x.shape[2] == 7


def test_constant_columns_have_scale_one(mixed):
    parts = split(mixed, study_seed=0, seeds=[0])
    assert parts.preprocessing[0].numbers[2].scale == 1
    assert not parts.test.x[0, :, 2].any()


def test_a_column_that_is_empty_in_a_part_is_kept(tmp_path):
    frame = pd.DataFrame(
        {"x": np.sin(np.arange(20)), "rare": np.nan, "kind": np.nan, "y": np.cos(np.arange(20))}
    )
    frame["kind"] = frame["kind"].astype(object)
    frame.loc[0, ["rare", "kind"]] = [3.0, "a"]
    frame.loc[1, "kind"] = "a"
    frame.to_csv(tmp_path / "t.csv", index=False)
    dataset = read_table(tmp_path / "t.csv", target="y")
    parts = split(dataset, study_seed=0, seeds=range(30), dtype=np.float64)
    assert parts.train.x.shape[2] == 3
    empty = [r for r in range(30) if not {0, 1} & set(parts.train.rows[r])]
    assert empty
    for r in empty:
        assert parts.preprocessing[r].categories[0].fill is None
        assert np.isfinite(parts.test.x[r]).all()
        _equals_pipeline(dataset, parts.train.rows[r], parts.preprocessing[r])


@pytest.mark.parametrize("name", ["diabetes", "digits", "wine"])
def test_json_equals_the_pipeline(name):
    dataset = load(name)
    parts = split(dataset, study_seed=0, seeds=[3])
    _equals_pipeline(dataset, parts.train.rows[0], parts.preprocessing[0])


def test_json_equals_the_pipeline_with_gaps_and_categories(mixed):
    parts = split(mixed, study_seed=0, seeds=range(5))
    for r in range(5):
        _equals_pipeline(mixed, parts.train.rows[r], parts.preprocessing[r])


def test_no_replica_is_an_error():
    with pytest.raises(UsageError, match="replica seed"):
        split(load("iris"), study_seed=0, seeds=[])


@pytest.mark.parametrize(
    ("name", "task", "words"),
    [
        ("iris", "regression", "regression needs a number.*--task classification.*diabetes"),
        ("diabetes", "classification", "classification needs classes.*--task regression.*digits"),
        ("diabetes", "anomaly", "anomaly detection needs classes.*number. Use --dataset with one of.*digits"),
        ("iris", "clasification", "unknown task 'clasification': did you mean 'classification'"),
    ],
)
def test_tasks_that_do_not_fit(name, task, words):
    with pytest.raises(UsageError, match=words):
        load(name).require(task)


@pytest.mark.parametrize("task", ["kmeans", "pca"])
def test_unsupervised_tasks_take_any_table(task):
    assert load("iris").require(task).require(task)
    assert load("diabetes").require(task)


def test_unknown_names_say_how_to_ask_openml():
    with pytest.raises(UsageError, match=r"did you mean 'digits'.*--dataset openml:NAME"):
        load("digit")


@pytest.mark.parametrize("name", ["california_housing", "openml:titanic"])
def test_offline_is_one_line(name, monkeypatch):
    def unreachable(*args, **kwargs):
        assert socket.getdefaulttimeout() is not None
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(sk, "fetch_california_housing", unreachable)
    monkeypatch.setattr(sk, "fetch_openml", unreachable)
    before = socket.getdefaulttimeout()
    with pytest.raises(
        DataError, match=r"not cached and cannot be downloaded: no route to host.*network"
    ) as caught:
        load(name)
    assert "\n" not in str(caught.value)
    assert socket.getdefaulttimeout() == before


def test_openml_tables_are_typed(monkeypatch):
    n = 40
    frame = pd.DataFrame(
        {
            "age": np.sin(np.arange(n)),
            "sex": pd.Categorical(["f", "m"] * (n // 2)),
            "ticket": [f"T{k}" for k in range(n)],
            "alive": pd.Categorical(["0", "1", "1", "0"] * (n // 4)),
        }
    )
    bunch = type("Bunch", (), {"frame": frame, "target_names": ["alive"]})
    monkeypatch.setattr(sk, "fetch_openml", lambda *args, **kwargs: bunch)
    dataset = load("openml:titanic")
    assert (dataset.name, dataset.kind, dataset.task) == ("openml:titanic", "fetched", "classification")
    assert dataset.features == ("age", "sex=f", "sex=m")
    assert any("ticket" in note for note in dataset.notes)


def test_an_unknown_openml_name_is_one_line(monkeypatch):
    def nothing(*args, **kwargs):
        raise ValueError("No known data set\nwith that name.")

    monkeypatch.setattr(sk, "fetch_openml", nothing)
    with pytest.raises(DataError, match=r"openml:x.*openml\.org") as caught:
        load("openml:x")
    assert "\n" not in str(caught.value)


def test_describe_shows_the_pipeline(mixed):
    text = mixed.describe()
    for words in (
        "colour",
        "category, 4 levels",
        "boolean",
        "missing",
        "price",
        "StandardScaler",
        "OneHotEncoder",
    ):
        assert words in text


def _equals_pipeline(dataset, rows, fitted):
    expected = build(dataset).fit(dataset.frame.iloc[rows])
    rebuilt = Preprocessing.from_json(json.loads(json.dumps(fitted.to_json(), allow_nan=False)))
    assert rebuilt == fitted
    np.testing.assert_allclose(
        rebuilt.transform(dataset.frame), expected.transform(dataset.frame), rtol=1e-12, atol=1e-12
    )
    assert rebuilt.features == dataset.features
    if dataset.scaling != "range":
        assert (
            tuple(expected.get_feature_names_out())[: len(dataset.numbers)]
            == dataset.features[: len(dataset.numbers)]
        )
