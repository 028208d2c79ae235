"""Rows that a program hands over: the same study and the same estimator, whatever they come in."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch
from pyarrow import dataset, parquet
from torch.utils.data import DataLoader, TensorDataset

import paradigms as pg
from paradigms.datasets.streams import cache, given
from paradigms.errors import DataError, UsageError

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"
ROWS = 500


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    """Blocks so small that a small table has several."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cache, "BLOCK", 1 << 11)
    monkeypatch.chdir(tmp_path)
    lot = np.random.default_rng(2)
    x = lot.normal(size=(ROWS, 3))
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).assign(price=x @ [1, 2, 3] + 0.1 * lot.normal(size=ROWS))
    Path("parts").mkdir()
    for k, part in enumerate((frame[:130], frame[130:])):
        parquet.write_table(pa.Table.from_pandas(part), f"parts/{k}.parquet", row_group_size=90)
    return frame


def loader(frame: pd.DataFrame, size: int = 64, **more) -> DataLoader:
    x, y = (torch.tensor(part.to_numpy()) for part in (frame[["a", "b", "c"]], frame["price"]))
    return DataLoader(TensorDataset(x, y), batch_size=size, **more)


def test_the_lines_of_the_page_run(here):
    (lines,) = [
        one for one in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S) if "parts" in one
    ]
    short = lines.replace("epochs=1", "samples=64, batch_size=32, seeds=2, looks=2, threads=1")
    names = {"loader": loader(here)}
    exec(compile(short, str(PAGE), "exec"), names)
    (learner,) = names["study"].summary["learners"]
    assert learner["seeds"] == [0, 1]
    assert names["study"].summary["command"].startswith("paradigms.run('regression', data=<DataLoader>")
    found = pg.GradientRegressor(alpha=0).fit(here[["a", "b", "c"]].to_numpy(), here["price"].to_numpy())
    np.testing.assert_allclose(names["line"].coef_, found.coef_, rtol=1e-6)


def test_rows_are_the_same_table_whatever_they_came_in(here):
    rows = dataset.dataset("parts", format="parquet")
    names = here.rename(columns={"a": "x0", "b": "x1", "c": "x2", "price": "y"})
    found = [given.kept(one, None) for one in (rows, pa.Table.from_pandas(here), rows.to_table())]
    assert len(set(found)) == 1
    assert found[0][1] is None
    brought = [given.kept(one, None) for one in (loader(here), loader(here, 7), pa.Table.from_pandas(names))]
    assert len({file for file, _ in brought}) == 1
    assert [target for _, target in brought] == ["y", "y", None]
    with pa.ipc.open_file(found[0][0]) as file:
        pd.testing.assert_frame_equal(file.read_pandas(), here)
    assert [one.name for one in cache.place(None).iterdir()] != []
    assert cache.handed(cache.place(None)) == sorted({found[0][0], brought[0][0]})
    cache.clear(cache.place(None))
    assert not list(cache.place(None).iterdir())


def test_words_that_are_numbered_anew_in_each_batch_are_words(tmp_path):
    parts = [pa.table({"k": pa.array(words).dictionary_encode()}) for words in (["b", "a"], ["c", "b"])]
    file, _ = given.kept(pa.concat_tables(parts), None)
    assert pa.ipc.open_file(file).read_all()["k"].to_pylist() == ["b", "a", "c", "b"]


@pytest.mark.parametrize("kind", ["regressor", "deep", "classifier", "kmeans"])
def test_a_pass_is_what_the_pieces_by_hand_are(here, kind):
    def model():
        kinds = {"regressor": pg.GradientRegressor, "deep": pg.GradientRegressor, "kmeans": pg.GradientKMeans}
        more = {"deep": {"hidden": (4,)}, "kmeans": {"n_clusters": 3}}.get(kind, {})
        return kinds.get(kind, pg.GradientClassifier)(random_state=0, **more)

    if kind == "classifier":
        here["price"] = (here["price"] > 0).astype(int)
    named = {"classes": [0, 1]} if kind == "classifier" else {}
    y = None if kind == "kmeans" else "price"
    table, x = pa.Table.from_pandas(here if y else here[["a", "b", "c"]]), here[["a", "b", "c"]].to_numpy()
    once, hand, size = (
        model().partial_fit(table, y, **named),
        model(),
        cache.block_rows(8 * len(table.schema)),
    )
    for k in range(0, ROWS, size):
        part = here[k : k + size]
        hand.partial_fit(part[["a", "b", "c"]], part["price"] if y else None, **named)
    loaded, again = model().partial_fit(loader(here, 50), **named), model()
    for k in range(0, ROWS, 50):
        again.partial_fit(x[k : k + 50], here["price"][k : k + 50].to_numpy(), **named)
    for one, other in ((once, hand), (loaded, again)):
        for name, value in one.parameters_.items():
            np.testing.assert_allclose(value, other.parameters_[name], rtol=1e-9, atol=1e-12)
    assert 3 * size < ROWS


def test_what_is_no_table_is_told_in_one_line(here):
    flat, several = torch.zeros(9, 2), TensorDataset(torch.zeros(9, 2, 2), torch.zeros(9))
    wide = [(flat, flat[:, 0]), (flat[:, :1], flat[:, 0])]
    wrong = {
        "not a ndarray": here.to_numpy(),
        "pyarrow.Table.from_pandas": here,
        "Tensor [4, 2, 2], Tensor [4]": DataLoader(several, batch_size=4),
        "Tensor [4, 2], Tensor [4, 2]": DataLoader(TensorDataset(flat, flat), batch_size=4),
        "but str": DataLoader(["some", "words"], batch_size=None),
        "has other columns than the first": DataLoader(wide, batch_size=None),
        "holds no rows": pa.table({"a": []}),
    }
    for words, data in wrong.items():
        with pytest.raises(UsageError, match=re.escape(words)) as told:
            pg.run("regression", data=data, seeds=1)
        assert "\n" not in str(told.value)
    assert not cache.handed(cache.place(None))
    rows = dataset.dataset("parts")
    (Path("parts") / "0.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="cannot be read"):
        given.kept(rows, None)


def test_what_a_pass_needs_is_told_in_one_line(here):
    rows, weights = dataset.dataset("parts"), np.ones(ROWS)
    for words, asked in {
        "no column 'cost'": lambda: pg.GradientRegressor().partial_fit(rows, "cost"),
        "y must name the column": lambda: pg.GradientRegressor().partial_fit(rows),
        "leave it out": lambda: pg.GradientRegressor().partial_fit(loader(here), weights),
        "sample_weight goes with arrays": lambda: pg.GradientKMeans().partial_fit(rows, None, weights),
        "classes must name them all": lambda: pg.GradientClassifier().partial_fit(loader(here)),
        "partial_fit goes through it": lambda: pg.GradientRegressor().fit(rows, "price"),
        "is no array in memory": lambda: pg.GradientPCA().fit(loader(here)),
    }.items():
        with pytest.raises(ValueError, match=words) as told:
            asked()
        assert "\n" not in str(told.value)
    table = pa.Table.from_pandas(here[["a", "b", "c"]])
    assert pg.GradientRegressor().partial_fit(table, here["price"].to_numpy()).coef_.shape == (3,)
