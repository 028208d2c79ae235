"""Tables that stay on the disk: every row once, the same bits however they are had, and one line if not."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch
from commands import paradigms, same
from pyarrow import feather, parquet
from runs import Stopper, resumed, whole
from sklearn.linear_model import LinearRegression

from paradigms.datasets import read_stream, read_table
from paradigms.datasets.streams import cache, ingest, source, split, table
from paradigms.datasets.streams.split import StreamedSplit
from paradigms.engine.rows import Table
from paradigms.engine.streamed import Streamed, Windows
from paradigms.engine.streams import Streams
from paradigms.errors import DataError, Interrupted, UsageError
from paradigms.runs.folder import RunFolder
from paradigms.studies import prediction
from paradigms.studies.asking import estimate
from paradigms.studies.asking.prepared import prepare
from paradigms.studies.asking.request import Request
from paradigms.studies.prediction import predict
from paradigms.studies.study import Control, run
from paradigms.studies.training import products
from paradigms.supervised.squares import squares
from paradigms.unsupervised.pca import joined

ROWS = 3000


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """Blocks, buckets and batches so small that a small table has several."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cache, "BLOCK", 1 << 12)
    monkeypatch.setattr(ingest, "BUCKET", 1 << 14)
    monkeypatch.setattr(source, "ROWS", 700)
    monkeypatch.setattr(table, "SAMPLE", 1000)
    monkeypatch.setattr(table, "SAMPLED", 400)
    monkeypatch.setattr(table, "FEWEST", 200)


def frame(rows: int = ROWS) -> pd.DataFrame:
    lot = np.random.default_rng(5)
    x = lot.normal(size=(rows, 2)).round(4)
    found = pd.DataFrame({"a": x[:, 0], "colour": lot.choice(["red", "Green", "blue"], rows), "b": x[:, 1]})
    found["y"] = (found.a - 2 * found.b + (found.colour == "red") + 0.1 * lot.normal(size=rows)).round(4)
    found["side"] = np.where(found.y > 0, "up", "down")
    found.loc[::7, "a"] = np.nan
    return found


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "t.csv"
    frame().to_csv(path, index=False)
    return path


def written(tmp_path: Path, how: str) -> Path:
    """The same table as a file of each kind."""
    held, path = frame(), tmp_path / f"t{how}"
    if how == ".csv":
        held.to_csv(path, index=False)
    elif how == ".arrow":
        feather.write_feather(held, path, compression="uncompressed", chunksize=500)
    elif how == ".npy":
        np.save(path, np.ascontiguousarray(held[["a", "b", "y"]]))
    else:
        path.mkdir()
        for k in range(3):
            parquet.write_table(
                pa.Table.from_pandas(held[k * 1000 : (k + 1) * 1000], preserve_index=False),
                path / f"{k}.parquet",
            )
    return path


@pytest.mark.parametrize("how", [".csv", ".arrow", ".npy", "folder"])
def test_every_row_is_kept_once_with_the_values_that_memory_would_hold(tmp_path, how):
    target = "column 3" if how == ".npy" else "y"
    found = read_stream(written(tmp_path, how), target=target, task="regression")
    rows = np.concatenate(list(found.stored.blocks()))
    written(tmp_path, ".csv")
    known = read_table(
        tmp_path / "t.csv", target="y", task="regression", drop=["colour", "side"] if how == ".npy" else []
    )
    wanted = [known.frame[one.name] for one in known.numbers]
    wanted += [known.frame[one.name].cat.codes for one in known.categories]
    wanted = np.column_stack([*wanted, known.target])
    assert len(found.stored.sizes) > 5
    assert not np.array_equal(rows, wanted, equal_nan=True)
    np.testing.assert_array_equal(ordered(rows), ordered(wanted))
    if how != ".npy":
        assert [(one.name, one.levels, one.missing) for one in found.columns] == [
            (one.name, one.levels, one.missing) for one in known.numbers + known.categories
        ]


def ordered(rows: np.ndarray) -> np.ndarray:
    filled = np.nan_to_num(rows, nan=-99.0)
    return filled[np.lexsort(filled.T)]


def test_where_a_row_lands_hangs_on_the_file_alone(file, tmp_path, monkeypatch):
    first = read_stream(file, target="y", where=str(tmp_path / "one"))
    monkeypatch.setattr(source, "BLOCK", 1 << 13, raising=False)
    monkeypatch.setattr("paradigms.datasets.quickcsv.BLOCK", 1 << 13)
    second = read_stream(file, target="y", where=str(tmp_path / "two"))
    names = [one.stored.folder / cache.ROWS for one in (first, second)]
    assert names[0] != names[1]
    assert names[0].read_bytes() == names[1].read_bytes()


def test_a_table_is_read_once(file, monkeypatch):
    first = read_stream(file, target="y")
    monkeypatch.setattr(table, "ingest", None)
    again = read_stream(file, target="y")
    assert again.facts() == first.facts()
    assert len(again) == ROWS
    assert stat.S_IMODE(first.stored.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(first.stored.folder.parent.stat().st_mode) == 0o700


def parts(file: Path, *seeds: int) -> StreamedSplit:
    return StreamedSplit(read_stream(file, target="y"), 3, seeds, np.float32)


def test_parts_share_no_row_and_miss_none(file):
    held = parts(file, 0, 1)
    assert held.sizes == {
        "train": held.sizes["train"],
        "validation": 600,
        "test": ROWS - 600 - held.sizes["train"],
    } or (sum(held.sizes.values()) == ROWS)
    rows = [np.concatenate([one.rows for one in held.pieces(part)], 1) for part in held.sizes]
    for place in range(2):
        assert sorted(np.concatenate([one[place] for one in rows])) == list(range(ROWS))
    assert set(rows[0][0]) != set(rows[0][1])


def test_scales_are_those_of_the_training_part(file):
    held = parts(file, 0, 1)
    rows = np.concatenate(list(held.cache.blocks()))
    for place, found in enumerate(held.preprocessing):
        train = rows[np.concatenate([one.rows[place] for one in held.pieces("train")])]
        mean = np.nanmean(train[:, :2], 0)
        filled = np.where(np.isnan(train[:, :2]), mean, train[:, :2])
        np.testing.assert_allclose([one.mean for one in found.numbers], mean, rtol=1e-12)
        np.testing.assert_allclose([one.scale for one in found.numbers], filled.std(0), rtol=1e-12)
        np.testing.assert_allclose(
            (found.target_mean, found.target_scale), (train[:, -1].mean(), train[:, -1].std()), rtol=1e-12
        )
        most = np.bincount(train[:, 2].astype(int)).argmax()
        assert found.categories[0].fill == found.categories[0].levels[most]
        assert found.to_json()["numbers"][0]["fill"] == found.numbers[0].mean
    sample, whole_part = held.train, next(iter(held.pieces("train")))
    np.testing.assert_array_equal(sample.x[:, :30], whole_part.x[:, :30])


class Kept:
    """Rows in memory behind the door that rows on the disk come through."""

    def __init__(self, held: StreamedSplit) -> None:
        self.held = held
        self.sizes = [train for train, _, _ in held.block_sizes]

    def window(self, blocks):
        taken = self.held.window(blocks)
        return lambda chosen: Table(torch.from_numpy(taken(chosen).x), torch.from_numpy(taken(chosen).rows))


def windows(file: Path, *seeds: int, batch: int = 32) -> Windows:
    held = parts(file, *seeds)
    sample = torch.from_numpy(held.train.x)
    rows = Streamed(sample, None, None, held.sizes["train"], store=Kept(held))
    return Windows(rows, batch, Streams(3, seeds))


def test_an_epoch_meets_every_training_row_once_in_an_order_of_its_own(file):
    line = windows(file, 0, 1, batch=100)
    count = line.table.rows
    x = torch.cat([line.draw(None).x for _ in range(-(-2 * count // 100))], 1)[:, : 2 * count]
    first, second = (x[0, k * count : (k + 1) * count].numpy() for k in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(ordered(first), ordered(second))
    np.testing.assert_array_equal(
        ordered(first), ordered(np.concatenate([one.x[0] for one in parts(file, 0).pieces("train")]))
    )


@pytest.mark.parametrize("batch", [7, 32, 700])
def test_a_replica_alone_meets_what_it_meets_in_company(file, batch):
    company, alone, late = (windows(file, *seeds, batch=batch) for seeds in ((0, 1, 4), (4,), (1, 4)))
    together = [company.draw(None) for _ in range(9)]
    late.restore({}, {"samples": 8 * batch})
    for one in together:
        assert torch.equal(one.x[2], alone.draw(None).x[0])
    assert torch.equal(together[8].x[2], late.draw(None).x[1])


def test_seeds_that_several_settings_share_are_read_once(file):
    line = windows(file, 0, 1)
    several = Windows(line.table, 32, Streams(3, (0, 1, 0, 1)))
    one, four = line.draw(None), several.draw(None)
    assert torch.equal(four.x, one.x[[0, 1, 0, 1]])


def test_one_pass_is_enough_for_least_squares_and_moments():
    lot = np.random.default_rng(0)
    x = lot.normal(size=(2, 900, 5)) * [1, 10, 1e-3, 1, 1] + [0, 1e6, 0, 3, 0]
    x[:, :, 4] = x[:, :, 3]  # says the same twice
    y = x[:, :, 0] - x[:, :, 3] + 7 + 0.1 * lot.normal(size=(2, 900))
    pieces = [
        Table(torch.from_numpy(x[:, a:b]), torch.from_numpy(y[:, a:b])) for a, b in ((0, 100), (100, 900))
    ]
    for line, rows, right in zip(squares(pieces), x, y, strict=True):
        np.testing.assert_allclose(
            line.predict(rows), LinearRegression().fit(rows, right).predict(rows), atol=1e-7
        )
    mean, moment = joined(pieces, torch.zeros(0, dtype=torch.float64))
    np.testing.assert_allclose(mean[:, 0].numpy(), x.mean(1), rtol=1e-12)
    np.testing.assert_allclose(moment[0].numpy(), np.cov(x[0].T, bias=True), rtol=1e-7, atol=1e-9)


def request(file: Path, learner: str, **more) -> Request:
    own = {"samples": 900, "looks": 6} | ({"hidden": (4,)} if learner == "classification" else {})
    own |= {"kmeans": {"clusters": 3}, "pca": {"components": 2, "samples": 9000}}.get(learner, {})
    target = {"regression": "y", "classification": "side"}.get(learner)
    drop = ("side",) if target != "side" else ("y",)
    study = {
        "data": file,
        "target": target,
        "drop": drop,
        "stream": True,
        "seeds": 2,
        "threads": 1,
        "device": "cpu",
    }
    return Request("compare", (learner,), own | more, **study).checked()


def trained(file: Path, folder: Path) -> None:
    run(request(file, "regression"), RunFolder.choose(folder, "compare", force=False), Control(), "a run")


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("regression", "kmeans")]


@pytest.mark.parametrize("learner", ["classification", "pca", *SLOW])
def test_stopped_and_gone_on_without_its_cache_it_is_the_same_run(file, tmp_path, learner):
    asked = request(file, learner)
    unstopped = whole(asked, tmp_path / "whole")
    with pytest.raises(Interrupted):
        run(asked, RunFolder.choose(tmp_path / "run", "compare", force=False), Stopper(20), "a run")
    cache.clear(cache.place(None))
    same(resumed(tmp_path / "run"), unstopped)
    about = unstopped["config.json"]["learners"][0]["data"]
    assert about["rows"] == ROWS
    assert about["streamed"]["blocks"] > 5
    assert sum(about["split"].values()) == ROWS


def test_a_reading_can_be_stopped_and_leaves_nothing(file):
    def look(done: int, total: int) -> None:
        raise Interrupted("stopped.")

    with pytest.raises(Interrupted):
        read_stream(file, target="y", look=look)
    assert not [one for one in cache.place(None).iterdir() if one.is_dir()]


CELLS = {
    "text among numbers": ("1,red,x,1,up", "column 'b' has text where numbers are needed: 'x' in row 2001"),
    "a label among numbers": ("007,red,1,1,up", "column 'a' has a label among numbers: '007' in row 2001"),
    "an infinity": ("1,red,inf,1,up", "column 'b' has an infinite value: 'inf' in row 2001"),
    "a decimal comma": (
        '1,red,"2,5",1,up',
        "column 'b' has text where numbers are needed: '2,5' in row 2001",
    ),
    "a row too short": ("1,red", "Row #2001: Expected 5 columns, got 2"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_that_the_first_rows_did_not_promise_is_named(file, case):
    line, words = CELLS[case]
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2001], line, *lines[2001:]]))
    with pytest.raises(DataError, match="(?s)" + words.replace("(", "\\(")) as told:
        read_stream(file, target="y")
    assert "\n" not in str(told.value)


def test_levels_that_come_late_are_levels_and_too_many_are_named(file):
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, "1,violet,1,1,up", "1,,1,,up"]))
    found = read_stream(file, target="y")
    assert found.categories[0].levels == ("Green", "blue", "red", "violet")
    assert "1 row without a value of 'y' left out." in found.notes
    file.write_text("\n".join([*lines, *(f"1,c{k},1,1,up" for k in range(200))]))
    with pytest.raises(DataError, match=r"more than 100 different values, the next 'c97' in row 3098"):
        read_stream(file, target="y")


def test_classes_of_whole_numbers_are_counted_over_all_rows(tmp_path):
    path = tmp_path / "k.csv"
    path.write_text(
        "a,b,k\n" + "".join(f"{n},{n % 7}.5,{n % 3 if n < 2000 else n % 5}\n" for n in range(2500))
    )
    found = read_stream(path, target="k")
    assert (found.task, found.classes) == ("classification", ("0", "1", "2", "3", "4"))
    assert list(found.counts) == [767, 767, 766, 100, 100]
    path.write_text("a,b,k\n" + "".join(f"{n},{n % 7}.5,{n % 3 if n < 2000 else n}\n" for n in range(2500)))
    with pytest.raises(DataError, match="whole numbers with more than 20 different values"):
        read_stream(path, target="k")


def test_what_needs_all_rows_is_refused_in_one_line(file, tmp_path):
    for words, said in (
        (("boosting",), "boosting needs all rows in memory"),
        (("regression", "--replacement"), "--replacement needs all rows in memory"),
        (("regression", "--ram", "100MB"), "--ram grants 100"),
        (("regression", "--ram", "much"), "--ram must be a size such as 1GB"),
        (
            ("regression", "--on", "concurrent.futures:ThreadPoolExecutor"),
            "rows that stream stay on this machine",
        ),
    ):
        own = ("--data", file, "--target", "y", "--drop", "side", "--stream", "--out", tmp_path / "never")
        answer = paradigms("run", "supervised", *words, *own)
        assert answer.code == 2, answer
        assert said in answer.err
        assert "Error" in answer.err.splitlines()[-1]
    assert not (tmp_path / "never").exists()
    with pytest.raises(UsageError, match="block by block alone"):
        table.streaming(written(tmp_path, ".npy"), False)
    with pytest.raises(DataError, match=r"there is no file 'u\.csv'\. Did you mean"):
        read_stream(tmp_path / "u.csv")
    folder = written(tmp_path, "folder")
    assert table.streaming(folder, None)
    (folder / "picture.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"holds Parquet files, and 'picture\.png'"):
        read_stream(folder)


def test_a_damaged_block_and_a_place_of_somebody_else_are_told(file, tmp_path):
    found = read_stream(file, target="y")
    rows = found.stored.folder / cache.ROWS
    data = bytearray(rows.read_bytes())
    data[5000] ^= 1
    rows.write_bytes(data)
    with pytest.raises(DataError, match=r"block 1 in .* is damaged"):
        list(found.stored.blocks())
    (tmp_path / "paradigms").symlink_to(tmp_path / "home")
    with pytest.raises(DataError, match="is not yours"):
        read_stream(file, target="y", where=str(tmp_path))


def test_the_cache_is_listed_and_cleared_and_leaves_other_files(file):
    read_stream(file, target="y")
    where = cache.place(None)
    (where / "mine").mkdir()
    (where / "mine" / "letter.txt").write_text("keep")
    assert "t.csv: 3,000 rows, target y, 0.1 MB in" in paradigms("cache").out
    assert "0.1 MB are free again" in paradigms("cache", "--clear").out
    assert [one.name for one in where.iterdir()] == ["mine"]
    assert "Nothing is kept" in paradigms("cache").out


def test_answers_of_the_first_test_rows_are_written_as_the_file_numbers_them(file, tmp_path, monkeypatch):
    monkeypatch.setattr(split, "TOLD", 150)
    monkeypatch.setattr(products, "TOLD", 150)
    trained(file, tmp_path / "run")
    notes = json.loads((tmp_path / "run" / "config.json").read_text())["learners"][0]["data"]["notes"]
    assert "predictions.csv of the first 1,000 test rows of each seed, scores of all." in " ".join(notes)
    told = pd.read_csv(tmp_path / "run" / "predictions.csv")
    assert [len(rows) for _, rows in told.groupby("seed")] == [150, 150]
    np.testing.assert_array_equal(told.target, frame().y[told.row])
    asked = frame()
    asked.iloc[told.row].to_csv(tmp_path / "asked.csv", index=False)
    mean = predict(tmp_path / "run", tmp_path / "asked.csv")
    one = told.seed.to_numpy() == 0
    low, high = mean.lowest.to_numpy(), mean.highest.to_numpy()
    said = told.prediction.to_numpy()
    near = np.minimum(abs(said - low), abs(said - high))
    assert near[one].max() < 1e-4
    assert near[~one].max() < 1e-4


def test_what_a_dead_process_began_goes_with_the_next_reading(file):
    where = cache.private(cache.place(None))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = [f"x{cache.UNFINISHED}{number}" for number in (gone.pid, os.getppid())]
    for name in (*names, f"x.part-elsewhere-{gone.pid}"):
        (where / name).mkdir()
        (where / name / "bucket-0").write_bytes(b"rows")
    read_stream(file, target="y")
    left = {one.name for one in where.iterdir() if ".part" in one.name}
    assert left == {names[1], f"x.part-elsewhere-{gone.pid}"}  # a living one's, and another machine's
    cache.clear(where)
    assert not list(where.iterdir())


def test_a_large_file_is_answered_piece_by_piece_as_it_is_in_memory(file, tmp_path, monkeypatch):
    trained(file, tmp_path / "run")
    with file.open("a") as more:
        more.write(",,,,\n1,violet,2,,\n3,violet,2,,\n4,pink,2,,\n")
    (tmp_path / "all.csv").write_text(file.read_text().replace("\n,,,,\n", "\n,,,,up\n"))
    words = ("predict", tmp_path / "run", "--data", tmp_path / "all.csv")
    once = paradigms(*words)
    assert once.err.splitlines() == [
        "note: colour: 'violet', 'pink' (3 rows) were not in training; they count as no level.",
        "note: 1 row without any value left unanswered.",
    ]
    monkeypatch.setattr(table, "LARGE", 1)
    monkeypatch.setattr(prediction, "ROOM", 1 << 12)
    pieces = list(prediction.predicted(tmp_path / "run", tmp_path / "all.csv"))
    assert len(pieces) > 20
    many = paradigms(*words, "--out", tmp_path / "said.csv")
    assert (tmp_path / "said.csv").read_text() == once.out
    assert many.err == once.err
    (tmp_path / "all.csv").write_text((tmp_path / "all.csv").read_text() + "1,red,x,1,up\n")
    bad = paradigms(*words, "--out", tmp_path / "other.csv")
    assert "'x' in row 3005" in bad.err
    assert not list(tmp_path.glob("*other.csv*"))
    assert not list(tmp_path.glob(".*.part"))


def test_of_many_features_a_block_comes_in_several_pieces(file, monkeypatch):
    whole_blocks = list(parts(file, 0, 1).pieces("test"))
    monkeypatch.setattr(split, "HELD", 4 * 7 * 3)  # three rows of seven features
    several = list(parts(file, 0, 1).pieces("test"))
    assert max(one.x.shape[1] for one in several) == 3
    for name in ("x", "y", "rows"):
        one, other = (
            np.concatenate([getattr(piece, name) for piece in held], 1) for held in (several, whole_blocks)
        )
        np.testing.assert_array_equal(one, other)


def test_wide_tables_are_read_in_shorter_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "HELD", 8 * 3 * 100)  # a hundred rows of three columns
    for how in (".npy", "folder"):
        found = source.open_source(written(tmp_path, how))
        longest = max(len(batch[0]) for batch in found.read())
        assert longest == 8 * 3 * 100 // (8 * len(found.names))


def test_one_process_for_each_gigabyte_that_rows_may_take(file, monkeypatch):
    monkeypatch.setattr(estimate, "processors", lambda: 4)
    monkeypatch.setattr(estimate, "_memory", lambda: 64_000_000_000)
    asked = replace(request(file, "regression", samples=10**9), threads=None, seeds=20)
    for ram, stream, count in (("1GB", True, 1), ("3GB", True, 3), ("1GB", False, 4)):
        prepared = prepare(replace(asked, ram=ram, stream=stream))
        assert prepared.workers == count
