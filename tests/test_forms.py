"""The forms that data come in: shapes as declared, parts that share nothing, bits that stay."""

import dataclasses
import hashlib
import itertools
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from paradigms.datasets import CATALOGUE, Preprocessing, load, split
from paradigms.datasets.drawn import Drawn, drawn
from paradigms.datasets.forms.images import Images
from paradigms.datasets.forms.sequences import Sequences
from paradigms.datasets.forms.text import Text
from paradigms.datasets.forms.windows import Windows
from paradigms.datasets.generated import sentences, shuffled, signals
from paradigms.engine.problem import Problem
from paradigms.engine.streams import Streams
from paradigms.errors import DataError, UsageError
from paradigms.options import Options

SPECIAL = [name for name, entry in CATALOGUE.items() if entry.kind == "generated" and entry.form != "rows"]


BEFORE = {"digits": "3731a4c5c2c6250b", "diabetes": "0175c3db5c1982f9", "blobs": "14c0d5313fe4f5a0"}


@pytest.mark.parametrize(("name", "digest"), BEFORE.items())
def test_rows_are_split_as_they_were_before_there_were_forms(name, digest):
    """Places and answers of every part; of digits, which are images now, the numbers too."""
    parts = split(load(name), study_seed=3, seeds=[0, 4])
    hashed = hashlib.sha256()
    for part in (parts.train, parts.validation, parts.test):
        for array in (part.rows, part.y, *([part.x] if name == "digits" else [])):
            hashed.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
    assert hashed.hexdigest()[:16] == digest


@pytest.mark.parametrize("name", SPECIAL)
def test_parts_share_no_row(name):
    parts = split(load(name), study_seed=0, seeds=[0, 5])
    for r in range(2):
        train, validation, test = (set(part.rows[r]) for part in (parts.train, parts.validation, parts.test))
        assert len(train) > len(validation) > 0
        assert not train & validation
        assert not train & test
        assert not validation & test


# --- windows -----------------------------------------------------------------------------------------

STEPS = st.lists(st.integers(1, 90), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    steps=STEPS, length=st.integers(1, 6), horizon=st.integers(1, 4), stride=st.integers(1, 7),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_windows_of_different_parts_share_no_step(steps, length, horizon, stride, seed):
    form = Windows(tuple(steps), length, horizon, stride)
    places = form.places()
    try:
        parts = form.divided(len(places), None, (seed, 0))
    except DataError:
        assert max(steps) < 7 * (form.span + stride)  # long series are never refused
        return
    covered = [
        {(number, step) for number, start in places[rows] for step in range(start, start + form.span)}
        for rows in parts
    ]
    assert not covered[0] & covered[1]
    assert not covered[1] & covered[2]
    assert not covered[0] & covered[2]
    for number in range(len(steps)):
        spans = [[step for one, step in part if one == number] for part in covered]
        times = [(min(one), max(one)) for one in spans if one]
        assert all(before[1] < after[0] for before, after in itertools.pairwise(times))
        assert all(one[0] >= 0 and one[1] < steps[number] for one in times)
    other = form.divided(len(places), None, (seed + 1, 0))
    assert [len(rows) for rows in other] == [len(rows) for rows in parts]  # replicas are stacked


def test_replicas_begin_at_places_of_their_own():
    parts = split(load("waves"), study_seed=0, seeds=range(8))
    assert len({int(rows[0]) for rows in parts.train.rows}) > 4


def test_windows_hold_the_past_and_their_answers_what_follows():
    series = [np.stack([np.arange(30.0), 100 + np.arange(30.0)], axis=1), np.arange(16.0).reshape(8, 2)]
    form = Windows((30, 8), length=3, horizon=2, stride=5, channels=2)
    x, y = form.cut(series)
    assert (x.shape[1:], y.shape[1:]) == (form.shape, form.target_shape) == ((3, 2), ())
    for (number, start), window, answer in zip(form.places(), x, y, strict=True):
        assert np.array_equal(window, series[number][start : start + 3])
        assert answer == series[number][start + 4, 0]
    assert Windows((9,), 3).cut([np.arange(9.0)])[1].tolist() == [3, 4, 5, 6, 7, 8]
    with pytest.raises(DataError, match="declared"):
        form.cut(series[:1])


def test_windows_are_scaled_by_what_was_trained_on():
    dataset = load("waves")
    parts = split(dataset, study_seed=0, seeds=[0, 1], dtype=np.float64)
    raw = dataset.frame.to_numpy()
    seen = raw[parts.train.rows[0]]
    (scaling,) = {(one.mean, one.scale) for one in parts.preprocessing[0].numbers}  # one for all lags
    assert scaling == pytest.approx((seen.mean(), seen.std()), rel=1e-12)
    np.testing.assert_allclose(parts.test.x[0], (raw[parts.test.rows[0]] - seen.mean()) / seen.std())
    later = dataset.frame.copy()
    later.iloc[parts.train.rows[0].max() + 1 :] += 1e6
    changed = split(dataclasses.replace(dataset, frame=later), study_seed=0, seeds=[0], dtype=np.float64)
    assert changed.preprocessing[0] == parts.preprocessing[0]


def test_series_that_are_too_short_are_one_line():
    with pytest.raises(DataError, match="too short for windows of 9"):
        Windows((20,), 8).divided(12, None, (0, 0))


# --- text --------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(sizes=st.lists(st.integers(1, 5), min_size=12, max_size=40), seed=st.integers(0, 99))
def test_a_document_stays_in_one_part(sizes, seed):
    documents = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    form = Text(4, ("a", "b"), tuple(documents.tolist()))
    parts = form.divided(len(documents), None, (seed, 0))
    held = [set(documents[rows]) for rows in parts]
    assert not held[0] & held[1]
    assert not held[1] & held[2]
    assert not held[0] & held[2]
    assert len(np.concatenate(parts)) == len(set(np.concatenate(parts)))
    other = form.divided(len(documents), None, (seed + 1, 0))
    assert [len(rows) for rows in other] == [len(rows) for rows in parts]  # replicas are stacked


def test_one_long_document_is_no_corpus():
    with pytest.raises(DataError, match="a document of 20 in 20"):
        Text(4, ("a",), (0,) * 20).divided(20, None, (0, 0))


def test_text_stays_codes_and_its_answers_are_the_next_ones():
    dataset = load("sentences")
    parts = split(dataset, study_seed=0, seeds=[0, 1], dtype=np.float64)
    for part in (parts.train, parts.validation, parts.test):
        assert part.x.dtype == part.y.dtype == np.int64
        assert part.x.shape == part.y.shape == (*part.rows.shape, sentences.LENGTH)
        assert np.array_equal(part.x[:, :, 1:], part.y[:, :, :-1])
        assert (part.x[:, :, 0] == dataset.classes.index(sentences.START)).all()
        assert (part.y[:, :, -1] == dataset.classes.index(sentences.END)).all()
    tested = {tuple(row) for row in parts.test.y[0]}
    assert not tested & {tuple(row) for row in parts.train.y[0]}
    again = Preprocessing.from_json(json.loads(json.dumps(parts.preprocessing[0].to_json())))
    assert again == parts.preprocessing[0]
    assert again.numbers == ()


# --- sequences, images, and what all forms promise ---------------------------------------------------


def test_the_adding_problem_adds_what_is_marked():
    dataset = load("adding")
    x = dataset.frame.to_numpy().reshape(-1, *dataset.shape)
    assert dataset.shape == (50, 2)
    assert (x[:, :, 1].sum(1) == 2).all()
    np.testing.assert_allclose((x[:, :, 0] * x[:, :, 1]).sum(1), dataset.target)
    assert np.square(dataset.target - 1).mean() == pytest.approx(1 / 6, abs=0.01)
    parts = split(dataset, study_seed=0, seeds=[0], dtype=np.float64)
    assert np.array_equal(parts.test.x[0], dataset.frame.to_numpy()[parts.test.rows[0]])  # as they are


def test_a_signal_is_what_the_best_scan_finds():
    dataset = load("signals")
    x, found = dataset.frame.to_numpy(), dataset.known["answer"]
    assert np.bincount(dataset.target).tolist() == [400] * 10
    assert (found == dataset.target).mean() > 0.99
    shape = signals.shapes()[3]
    np.testing.assert_allclose([shape.mean(), shape.std()], [0, 1], atol=1e-12)
    quiet = np.zeros((1, signals.STEPS))
    quiet[0, 7 : 7 + signals.WIDE] = 0.01 * shape
    assert signals.scanned(quiet) == [3]
    assert x.shape == (4000, 40)
    parts = split(dataset, study_seed=0, seeds=[0, 1])
    assert np.array_equal(parts.test.known["answer"], found[parts.test.rows])


def test_shuffled_are_signals_again_when_their_places_are_put_back():
    dataset = load("shuffled")
    there, x = shuffled.order(), np.empty((4000, 40))
    assert sorted(there) == list(range(40))
    x[:, there] = dataset.frame.to_numpy()
    assert (signals.scanned(x) == dataset.known["answer"]).all()
    assert (dataset.known["answer"] == dataset.target).mean() > 0.99
    names = np.array(list(dataset.frame))
    assert list(names[np.argsort(there)]) == list(load("signals").frame)
    still = np.abs(np.diff(there)) == 1
    assert still.mean() < 0.2  # hardly anybody keeps a neighbour


def test_a_learner_sees_shapes_without_a_copy():
    problem = Problem(
        Options.of({}), Streams(0, (0,)), 1, torch.device("cpu"), torch.float32, shape=(3, 4, 5)
    )
    x = torch.randn(2, 6, 60)
    assert problem.shaped(x).shape == (2, 6, 3, 4, 5)
    assert problem.shaped(x).data_ptr() == x.data_ptr()


def test_colours_are_no_grey_picture():
    assert (Images(4, 6).shape, Images(4, 6).picture) == ((4, 6), (4, 6))
    assert (Images(4, 6, 3).shape, Images(4, 6, 3).picture) == ((3, 4, 6), None)


@pytest.mark.parametrize("task", ["regression", "classification", "kmeans", "pca"])
def test_text_is_no_row_of_numbers(task):
    with pytest.raises(UsageError, match=rf"{task} takes rows of numbers.*take it: none yet") as caught:
        load("sentences").require(task, {"regression": "regression"})
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="take it: decoder"):
        load("sentences").require(task, {"regression": "regression", "decoder": "language"})
    assert load("sentences").require("language")


@pytest.mark.parametrize(("x", "y"), [((9, 5), (9,)), ((9, 4, 2), (9, 1)), ((9, 4, 2), (8,))])
def test_shapes_other_than_declared_are_refused(x, y, monkeypatch):
    made = Drawn(np.zeros(x), np.zeros(y), Sequences(4, 2), [], "y")
    monkeypatch.setattr("paradigms.datasets.generated.adding.draw", lambda generator: made)
    with pytest.raises(DataError, match=r"adding: (examples|answers) \(.*where its form has"):
        drawn(CATALOGUE["adding"], np.random.SeedSequence(0))
