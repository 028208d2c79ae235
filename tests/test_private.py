"""What leaves with a run of a person's own data: no file holds a row, unless the run was asked for rows."""

import re
import string

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file
from scipy.spatial import KDTree

import paradigms as pg
from paradigms.datasets import read_table, read_text, split
from paradigms.registry import REGISTRY

NEAR = 1e-4
"""Numbers that differ by less are the same, however they were written or rounded."""
SHORT = {
    **{"samples": 400, "hidden": (4,), "batch_size": 16, "clusters": 3, "components": 2},
    **{"seeds": 1, "threads": 1},
}
TABLES = [
    name
    for name, entry in REGISTRY.items()
    if entry.dataset is not None and entry.task not in ("language", "translation")
]
NUMBERS = [name for name in TABLES if REGISTRY[name].task == "regression"]
KINDS = [name for name in TABLES if name not in NUMBERS]
PLANE = ["kmeans", "mixture", "pca"]
TEXTS = [name for name, entry in REGISTRY.items() if entry.task == "language"]


def windows(values: np.ndarray, width: int) -> np.ndarray:
    """All that stands side by side in values [M]: [M − width + 1, width]."""
    flat = values.ravel()
    return (
        np.lib.stride_tricks.sliding_window_view(flat, width) if flat.size >= width else np.empty((0, width))
    )


def found(content: bytes, rows: np.ndarray) -> bool:
    """Whether any of these rows [N, d] stands in a file, as float32, float64 or as text."""
    forms = [
        np.frombuffer(content[at : len(content) - (len(content) - at) % size], kind)
        for kind, size in ((np.float32, 4), (np.float64, 8))
        for at in range(size)
    ]
    forms.append(np.array(re.findall(rb"-?\d+\.?\d*(?:e[-+]?\d+)?", content), dtype=np.float64))
    tree, far = KDTree(rows), 2 * np.abs(rows).max() + 1
    with np.errstate(all="ignore"):
        for form in forms:
            known = np.nan_to_num(form.astype(np.float64), nan=far, posinf=far, neginf=far)
            beside = windows(known, rows.shape[1])
            beside = beside[(np.abs(beside) < far).all(1)]
            if len(beside) and np.isfinite(tree.query(beside, p=np.inf, distance_upper_bound=NEAR)[0]).any():
                return True
    return False


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Three clouds of rows, a class and a number for each; and lines of words."""
    rng = np.random.default_rng(0)
    kind = np.arange(90) % 3
    x = (rng.normal(size=(3, 3)) * 6)[kind] + rng.normal(size=(90, 3))
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).assign(kind=kind, y=x @ [1.0, -2.0, 0.5])
    home = tmp_path_factory.mktemp("own")
    frame.drop(columns="y").to_csv(home / "kinds.csv", index=False)
    frame.drop(columns="kind").to_csv(home / "numbers.csv", index=False)
    frame[["a", "b", "kind"]].to_csv(home / "plane.csv", index=False)
    words = rng.choice(list(string.ascii_lowercase), size=(260, 6))
    (home / "lines.txt").write_text("".join(" ".join(line) + ".\n" for line in words))
    return home


def asked(learners, folder, data, **more):
    """The files of a short run, but for the lock."""
    taken = {option for name in learners for option in REGISTRY[name].options} | {"seeds", "threads"}
    pg.compare(only=learners, data=data, out=folder, **{k: SHORT[k] for k in SHORT if k in taken}, **more)
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]


def every(data, target) -> list[np.ndarray]:
    """The rows of a table as they came, and as learners are shown them."""
    table = read_table(data, target=target)
    parts = split(table, study_seed=0, seeds=(0,))
    scaled = [np.concatenate(each.x) for each in (parts.train, parts.validation, parts.test)]
    return [table.frame.to_numpy(np.float64), np.concatenate(scaled).astype(np.float64)]


@pytest.mark.parametrize(
    ("table", "target", "learners"),
    [("kinds.csv", "kind", KINDS), ("numbers.csv", "y", NUMBERS), ("plane.csv", "kind", PLANE)],
    ids=["kinds", "numbers", "plane"],
)
def test_no_file_of_a_run_holds_a_row(table, target, learners, own, tmp_path):
    files, rows = asked(learners, tmp_path / "run", own / table, target=target), every(own / table, target)
    assert len(list((tmp_path / "run" / "model").glob("*.safetensors"))) == len(learners)
    holding = [path.name for path in files for one in rows if found(path.read_bytes(), one)]
    assert holding == []


def test_rows_are_recorded_where_the_run_is_asked(own, tmp_path):
    """And the search finds them: it is the same search."""
    data = own / "kinds.csv"
    asked(["pca"], tmp_path / "run", data, target="kind", embed_rows=True)
    content = (tmp_path / "run" / "snapshots.safetensors").read_bytes()
    assert [found(content, one) for one in every(data, "kind")] == [False, True]
    assert found(data.read_bytes(), every(data, "kind")[0])


def test_no_file_of_a_run_holds_a_line_of_a_text(own, tmp_path):
    data = own / "lines.txt"
    lines, codes = data.read_text().splitlines(), read_text(data, by="words").frame.to_numpy(np.int64)
    files = asked(TEXTS, tmp_path / "run", data, by="words")
    assert not [path.name for path in files for line in lines if line.encode() in path.read_bytes()]
    known = {row.tobytes() for row in codes[:, 1:]}
    for name, array in load_file(tmp_path / "run" / "snapshots.safetensors").items():
        if array.dtype.kind in "iu":
            beside = windows(array.astype(np.int64), codes.shape[1] - 1)
            assert not [one for one in beside if one.tobytes() in known], name
