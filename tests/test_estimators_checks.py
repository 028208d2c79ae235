"""Estimators: scikit-learn's own checks, its tools around them, copies, devices, what leaves with a model."""

import copy
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from estimating import ALL, answers, each, small
from sklearn import linear_model
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from paradigms import GradientClassifier, GradientKMeans, GradientPCA, GradientRegressor


# Two checks fit eight centres to four distinct rows, which scikit-learn's KMeans warns of as well.
@pytest.mark.filterwarnings("ignore:only 4 distinct rows:sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [kind() for kind in ALL] + [GradientKMeans(3, replicas=2), GradientPCA(1, replicas=2)]
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_a_pipeline_a_grid_and_cross_validation(diabetes, iris):
    x, y = diabetes
    grid = GridSearchCV(
        make_pipeline(StandardScaler(), GradientPCA(random_state=0), GradientRegressor()),
        {"gradientpca__n_components": [2, 8], "gradientregressor__alpha": [0.0, 10.0]},
        cv=3,
    ).fit(x, y)
    assert grid.best_params_["gradientpca__n_components"] == 8
    assert grid.score(x, y) > 0.4
    theirs = cross_val_score(linear_model.Ridge(1.0), x, y, cv=4)
    np.testing.assert_allclose(cross_val_score(GradientRegressor(alpha=1.0), x, y, cv=4), theirs, atol=1e-8)
    proba = cross_val_score(GradientClassifier(), *iris, cv=3, scoring="neg_log_loss")
    theirs = cross_val_score(
        linear_model.LogisticRegression(tol=1e-8, max_iter=999), *iris, cv=3, scoring="neg_log_loss"
    )
    np.testing.assert_allclose(proba, theirs, atol=1e-5)


@pytest.mark.slow
def test_other_processes_find_the_same(iris):
    model = GradientClassifier((4,), max_iter=20, random_state=0)
    here = cross_val_score(model, *iris, cv=2)
    assert (cross_val_score(model, *iris, cv=2, n_jobs=2) == here).all()


def test_without_an_intercept_each_replica_learns_from_its_own_batches():
    """Along an order of its own, with the answers to those rows."""
    x = np.random.default_rng(0).normal(size=(128, 3))
    given = {"solver": "adam", "batch_size": 16, "learning_rate": 0.05, "max_iter": 40, "random_state": 0}
    model = GradientRegressor(fit_intercept=False, replicas=3, **given).fit(x, x @ [1.0, 2.0, 3.0])
    _, spread = model.predict(x, return_std=True)
    assert model.score(x, x @ [1.0, 2.0, 3.0]) > 0.999
    assert 0 < spread.max() < 0.1


@pytest.mark.parametrize("kind", [GradientClassifier, GradientRegressor])
def test_sparse_batches_are_the_same_in_company(kind, iris):
    """A replica alone draws like all; with others each draws its own."""
    x, y = iris
    rows = scipy.sparse.csr_array(x)
    given = {"solver": "adam", "batch_size": 16, "max_iter": 2, "random_state": 0}
    alone, among = (kind(replicas=count, **given).fit(rows, y, sample_weight=y + 1) for count in (1, 2))
    np.testing.assert_array_equal(alone.parameters_["weight1"], among.parameters_["weight1"][:1])


@pytest.mark.parametrize("kind", [GradientClassifier, GradientRegressor])
def test_a_warm_start_of_another_network_begins_anew(kind, iris):
    given = {"max_iter": 3, "random_state": 0}
    warm = kind((3,), warm_start=True, **given).fit(*iris).set_params(hidden=(5,)).fit(*iris)
    np.testing.assert_array_equal(answers(warm, iris[0]), answers(kind((5,), **given).fit(*iris), iris[0]))


@each
def test_fitted_ones_survive_joblib_and_go_on_where_they_were(kind, iris, tmp_path):
    x, y = iris
    model = kind(random_state=0).fit(x, y)
    joblib.dump(model, tmp_path / "model")
    again = joblib.load(tmp_path / "model")
    assert (answers(again, x) == answers(model, x)).all()
    assert (again.history_["loss"] == model.history_["loss"]).all()
    if hasattr(model, "partial_fit"):
        for one in (first := kind(random_state=0).partial_fit(x, y), pickle.loads(pickle.dumps(first))):
            one.partial_fit(x[:50], y[:50])
            one.said = answers(one, x)
        assert (first.said == one.said).all()


@each
def test_clone_is_unfitted_and_a_seed_repeats_itself(kind, iris):
    x, y = iris
    model = kind(random_state=3).fit(x, y)
    same = clone(model)
    assert same.get_params() == model.get_params()
    assert not hasattr(same, "parameters_")
    assert (answers(same.fit(x, y), x) == answers(model, x)).all()
    kind(random_state=np.random.RandomState(0)).fit(x, y)
    kind().fit(x, y)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_goes_in_comes_out_in_its_precision(kind, dtype, iris):
    x, y = iris
    model = kind(random_state=0).fit(x.astype(dtype), y)
    assert {value.dtype for value in model.parameters_.values()} == {np.dtype(dtype)}
    for name in ("transform", "predict_proba"):
        if hasattr(model, name):
            assert getattr(model, name)(x.astype(dtype)).dtype == dtype
    if kind is GradientRegressor:
        assert model.predict(x.astype(dtype)).dtype == dtype
    wide = kind(random_state=0).fit(x, y)
    np.testing.assert_allclose(answers(model, x), answers(wide, x), atol=0.02)


@each
def test_names_of_features_and_data_frames(kind, iris):
    frame = pd.DataFrame(iris[0], columns=["sl", "sw", "pl", "pw"])
    model = kind(random_state=0).fit(frame, iris[1])
    assert list(model.feature_names_in_) == list(frame.columns)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["sw", "sl", "pl", "pw"]]) if hasattr(model, "predict") else model.transform(
            frame[["sw", "sl", "pl", "pw"]]
        )
    if hasattr(model, "transform"):
        told = model.set_output(transform="pandas").transform(frame)
        assert list(told.columns) == list(model.get_feature_names_out())
        assert told.columns[0] == f"{kind.__name__.lower()}0"


@each
def test_history_is_what_the_loop_measured(kind, iris):
    model = kind(random_state=0, replicas=2).fit(*iris)
    history = model.history_
    steps = len(history["step"])
    assert (np.diff(history["step"]) > 0).all()
    assert history["loss"].shape == history["gradient_norm"].shape == (steps, 2)
    assert (history["loss"][-1] <= history["loss"][0] + 1e-12).all()  # PCA may begin at its end
    assert 1 <= model.n_iter_ <= history["step"][-1]


@each
@pytest.mark.parametrize("first", ["fit", "partial_fit"])
def test_no_saved_form_holds_a_row(kind, first, rng):
    """Neither as they came, nor as the network is shown them, in any order of bytes that a copy has."""
    x = rng.normal(size=(60, 5)) * 3 + 1
    y = (x[:, 0] > 1).astype(int)
    if not hasattr(kind, first):
        pytest.skip("learns all rows at once")
    model = kind(random_state=0, **small(kind))
    getattr(model, first)(x, y)
    if first == "partial_fit":
        model.partial_fit(x[:20], y[:20])
    scaled = x if not hasattr(model, "_unit") else (x - model._middle) / model._unit
    for form in (pickle.dumps(model), pickle.dumps(copy.deepcopy(model))):
        for rows in (x, scaled, scaled.astype(np.float32)):
            assert not [row for row in rows if row.tobytes() in form]


@each
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is visible to this PyTorch")
def test_a_gpu_finds_the_same(kind, iris):
    here, there = (kind(random_state=0, device=device).fit(*iris) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(answers(there, iris[0]), answers(here, iris[0]), atol=1e-6)


def test_the_package_loads_without_torch_and_scikit_learn(tmp_path):
    code = (
        "import sys, paradigms; print({'torch', 'sklearn'} & set(sys.modules));"
        "print(paradigms.GradientKMeans, 'gymnasium' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "set()"
    assert done.stdout.splitlines()[1].endswith("GradientKMeans'> False")
