"""A person's own text: how it is read, and how a model goes on with one or fills its hole."""

import numpy as np
import pytest
import torch

import paradigms as pg
from paradigms.datasets import read_text, split
from paradigms.errors import DataError, UsageError
from paradigms.runs.folder import RunFolder
from paradigms.studies.kept import chosen
from paradigms.studies.prediction import predict
from paradigms.studies.prompting import _Model, prompt

WORDS = "The cat sat on the mat, and the dog didn't. "


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    path = tmp_path_factory.mktemp("prose") / "my.txt"
    path.write_text(WORDS * 200, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("language") / "run"
    return pg.run("self-supervised", seeds=2, samples=96, hidden=(8,), heads=2, out=out).folder


def test_words_and_letters_follow_each_other_as_in_the_file(own):
    for by, first in (("words", ["the", "cat", "sat"]), ("letters", ["T", "h", "e"])):
        dataset = read_text(own, by=by)
        x, y = dataset.frame.to_numpy(), dataset.target
        assert [dataset.classes[code] for code in x[0, :3]] == first
        assert np.array_equal(x[:, 1:], y[:, :-1])
        assert np.array_equal(x[1:, 0], y[:-1, -1])
    parts = split(dataset, study_seed=0, seeds=[0, 1])
    assert not set(parts.train.rows[0]) & set(parts.test.rows[0])


def test_rare_words_are_one(tmp_path):
    path = tmp_path / "rare.txt"
    path.write_text(WORDS * 200 + " ".join(f"word{n}" for n in range(500)), encoding="utf-8")
    dataset = read_text(path)
    assert len(dataset.classes) == 401
    assert any("read as <rare>" in note for note in dataset.notes)


def test_what_is_no_text_is_refused_in_one_line(tmp_path):
    (tmp_path / "short.txt").write_text("a b c", encoding="utf-8")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00" * 99)
    with pytest.raises(DataError, match="holds 3 words; 1,441 are the fewest"):
        read_text(tmp_path / "short.txt")
    with pytest.raises(DataError, match="no text in UTF-8"):
        read_text(tmp_path / "bytes.txt")
    with pytest.raises(UsageError, match="No such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(UsageError, match="--by says how a text of your own is read"):
        pg.run("nextword", by="letters", seeds=2, samples=32)


def test_a_prompt_is_gone_on_with_up_to_the_end(run):
    text, lines = prompt(run, "the baker")
    assert text.startswith("the baker ")
    assert text.endswith(".") or len(lines) == 9
    assert ((lines.lowest <= lines.probability) & (lines.probability <= lines.highest)).all()
    again, _ = prompt(run, "The Baker")
    assert again == text


def test_a_hole_is_filled_by_whoever_learned_to(run):
    text, lines = prompt(run, "anna finds the _")
    assert text == f"anna finds the {lines.word[0]}"
    assert lines.probability.is_monotonic_decreasing
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("text", "learner", "said"),
    [
        ("anna eats", None, "unknown word 'eats'"),
        ("the _ _", None, "one word is hidden at a time"),
        ("the _", "nextword-sentences", "cannot fill the _"),
        ("the", "hiddenword-sentences", "cannot go on"),
        ("the " * 30 + "_", None, "longer than a row"),
    ],
)
def test_what_cannot_be_asked_is_said(run, text, learner, said):
    with pytest.raises(UsageError, match=said):
        prompt(run, text, learner)


@pytest.fixture(scope="module")
def sums(tmp_path_factory):
    out = tmp_path_factory.mktemp("lines") / "run"
    return pg.run("translator", dataset="sums", seeds=2, samples=640, hidden=(8,), heads=2, out=out).folder


def test_a_line_is_answered_symbol_by_symbol(sums):
    text, lines = prompt(sums, "12 + 34")
    assert text == "12+34 → " + "".join(lines.word)
    assert len(lines) == 3
    assert set(lines.word) <= set("0123456789+")
    assert ((lines.lowest <= lines.probability) & (lines.probability <= lines.highest)).all()


def test_what_replicas_jointly_write_is_what_one_alone_would(tmp_path):
    """Of one seed the joint answer is its own, ended by what fills lines up."""
    run = pg.run("translator", seeds=1, samples=640, hidden=(8,), heads=2, out=tmp_path / "run").folder
    text, lines = prompt(run, "907")
    model = _Model(RunFolder(run), chosen(RunFolder(run), None, None))
    row = torch.tensor([[[10, 1, 8, *[0] * 6]]])
    alone = model.network.translate(model.known, row)[0, 0].tolist()
    written = [0 if word == " " else 1 + int(word) for word in lines.word]
    assert written == alone[: len(written)]
    assert text.startswith("907 → ")


def test_rows_of_a_table_are_nothing_to_who_answers_texts(run, sums, tmp_path):
    (tmp_path / "rows.csv").write_text("tens 1,ones 1\n1,2\n", encoding="utf-8")
    for folder, learner in ((run, "nextword-sentences"), (sums, None)):
        with pytest.raises(UsageError, match="answers a text, not rows of a table"):
            predict(folder, tmp_path / "rows.csv", learner)


@pytest.mark.parametrize(
    ("text", "said"),
    [("2+3", "has 3 symbols; a line has 5"), ("12-34", "unknown symbol '-'"), ("", "has 0 symbols")],
)
def test_a_line_that_is_none_is_refused(sums, text, said):
    with pytest.raises(UsageError, match=said):
        prompt(sums, text)
