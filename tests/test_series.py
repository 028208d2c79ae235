"""A person's series: windows of rows in the file's order, their forecasts, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from commands import done, refused

from paradigms.datasets import Preprocessing, read_new, read_series, split
from paradigms.errors import DataError

ROWS = 60


@pytest.fixture
def tides(write):
    """A wave in German notation, a date, a number in every row and one with a gap."""
    wave = np.sin(np.arange(ROWS) / 3)
    lines = [
        f"{2000 + i}-01-01;{f'{height:.4f}'.replace('.', ',')};{i};{'' if i == 5 else 1}"
        for i, height in enumerate(wave)
    ]
    return write("day;height;wind;rain\n" + "\n".join(lines), "tides.csv")


def test_the_past_of_the_target_and_of_what_is_whole_leads_to_what_comes(tides):
    dataset = read_series(tides, target="height", window=4, horizon=3)
    assert dataset.shape == (4, 2)
    assert dataset.features[:2] == ("height, 6 before", "wind, 6 before")
    assert dataset.features[-1] == "wind, 3 before"
    rows = dataset.frame.to_numpy().reshape(-1, 4, 2)
    wave = np.sin(np.arange(ROWS) / 3)
    np.testing.assert_allclose(rows[7, :, 0], wave[7:11], atol=1e-4)
    assert rows[7, :, 1].tolist() == [7, 8, 9, 10]
    np.testing.assert_allclose(dataset.target, wave[6:], atol=1e-4)
    assert np.array_equal(dataset.known["persistence"], rows[:, -1, 0])
    assert any("'day', 'rain' left out" in note for note in dataset.notes)


def test_new_rows_are_read_and_cut_as_those_of_training(tides):
    dataset = read_series(tides, target="height", window=4)
    fitted = split(dataset, study_seed=0, seeds=[0]).preprocessing[0]
    again = Preprocessing.from_json(fitted.to_json())
    assert again == fitted
    assert again.columns == ("height", "wind")
    windows = read_new(tides, again)
    assert len(windows) == ROWS - 3  # the last is followed by nothing yet
    pd.testing.assert_frame_equal(windows.iloc[:-1], dataset.frame)


def test_what_is_no_series_is_one_line(tides, write):
    with pytest.raises(DataError, match=r"1 row of 'tides\.csv' without 'rain': a series has no gaps"):
        read_series(tides, target="rain", window=4)
    with pytest.raises(DataError, match="too short for windows of 31"):
        split(read_series(tides, target="height", window=30), study_seed=0, seeds=[0])
    fitted = split(read_series(tides, target="height", window=4), study_seed=0, seeds=[0]).preprocessing[0]
    with pytest.raises(DataError, match="3 rows, and a window takes 4"):
        read_new(write("height;wind\n1,5;1\n1,6;2\n1,7;3\n"), fitted)


def test_a_forecast_from_the_command_line(tides, tmp_path, monkeypatch, undrawn):
    monkeypatch.chdir(tmp_path)
    done(
        "run", "supervised", "regression", "--data", str(tides), "--target", "height", "--window", "4",
        "--model", "gru", "--hidden", "3", "--seeds", "2", "--epochs", "2", "--out", "run", "--quiet",
    )  # fmt: skip
    said = done("predict", "run", "--data", str(tides)).out.splitlines()
    assert said[0] == "row,prediction,spread,lowest,highest"
    assert [int(line.split(",")[0]) for line in said[1:]] == list(range(4, ROWS + 1))
    rows = pd.read_json("run/metrics.jsonl", lines=True)
    beside = rows[rows["split"] == "test"]["rivals"].tolist()
    assert all(set(one) == {"persistence", "ridge"} for one in beside)
    assert beside[0] != beside[1]  # origins roll


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--window 4", "Give --data FILE.csv and --target COLUMN too"),
        ("--horizon 2", "Give --window N too"),
        ("--window 0", "--window must be a whole number of at least 1"),
        ("--model gru --init equal --dataset adding", "Use --model mlp"),
    ],
)
def test_what_a_forecast_needs_is_said(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused("run", "supervised", "regression", *words.split())
