"""The axis of settings, read: a record and an entry for each learner and setting; older folders too."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import synthetic_run as synthetic

from paradigms import reports
from paradigms.errors import UsageError
from paradigms.reports import sweep as sweep_room
from paradigms.reports import words
from paradigms.reports.page.page import whole
from paradigms.reports.page.plates import plates_of
from paradigms.reports.reading import pictures
from paradigms.reports.reading.comparison import compare
from paradigms.reports.reading.folder import read
from paradigms.reports.reading.records import records
from paradigms.reports.sweep.points import Judged
from paradigms.reports.sweep.words import judged, luck_words
from paradigms.reports.together.depth import depth_words
from paradigms.signals import SIGNALS

SMALL = {"seeds": 3, "points": 8, "moments": 4, "rows": 10}
GRID = {"lr": [0.1, 0.3], "hidden": [[8], [8, 8]]}
SINCE_2 = {"name", "setting", "varied", "failed", "solved"}


def edit(path: Path, change: Any) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page without its figures, which take most of the drawing."""
    monkeypatch.setattr("paradigms.reports.page.report.Press.print", lambda press, plates: [])


def figures(folder: Path) -> list[Any]:
    """What the figures of a page say."""
    comparison = compare([folder])
    plates = (
        sweep_room.plates(sweep_room.swept(comparison))
        if sweep_room.applies(comparison)
        else plates_of(comparison)
    )
    return [(one.title, one.text, one.caption, one.table) for one in plates]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sweep") / "run"
    return Path(synthetic.write(home, ["classification", "dqn"], varied=GRID, **SMALL))


def test_a_record_and_an_entry_for_each_learner_and_setting(sweep: Path) -> None:
    found = records([read(sweep)])
    entries = reports.summarise(sweep)["learners"]
    places = [(name, k) for name in ("classification-digits-mlp", "dqn-CartPole-v1") for k in range(5)]
    assert [(one.id, one.setting) for one in found] == places
    assert [(one["id"], one["setting"]) for one in entries] == places
    assert [one["varied"] for one in entries[:3]] == [
        {"lr": 0.01, "hidden": [64, 64]}, {"lr": 0.1, "hidden": [8]}, {"lr": 0.1, "hidden": [8, 8]},
    ]  # fmt: skip
    assert entries[3]["options"]["lr"] == 0.3
    assert all(one["seeds"] == [0, 1, 2] for one in entries)
    iqms = [one["iqm"] for one in entries[:5]]
    assert iqms == sorted(iqms, reverse=True)  # each a tenth of the way lower than the one before


@pytest.mark.usefixtures("unpainted")
def test_a_page_is_a_sweep_s_where_settings_have_rows(sweep: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("config.json", "snapshots.json", "snapshots.safetensors"):
        (alone / name).write_bytes((sweep / name).read_bytes())
    lines = (sweep / "metrics.jsonl").read_text().splitlines(keepends=True)
    (alone / "metrics.jsonl").write_text("".join(one for one in lines if json.loads(one)["setting"] == 0))
    assert len(compare([alone]).settings) == 2
    assert len(compare([sweep]).settings) == 10
    assert "<h1>How two learners learn from feedback</h1>" in reports.page_html(alone)
    assert "<h1>What the learning rate and hidden layers change" in reports.page_html(sweep)
    assert not {title for title, *_ in figures(alone)} & {title for title, *_ in figures(sweep)}


def test_the_frame_says_what_varied(sweep: Path) -> None:
    frame = reports.frame(sweep)
    expected = ["learner", "seed", "setting", "lr", "hidden", "step"]
    assert list(frame.columns)[:6] == expected
    best = (
        frame[(frame.signal == "accuracy") & (frame.split == "test")].groupby(["lr", "hidden"]).value.mean()
    )
    assert best.index.tolist() == [
        (0.01, (64, 64)),
        *((lr, width) for lr in (0.1, 0.3) for width in ((8,), (8, 8))),
    ]
    assert best.is_monotonic_decreasing


def test_pictures_are_those_of_the_replica(sweep: Path) -> None:
    index = json.loads((sweep / "snapshots.json").read_text())["learners"]["classification-digits-mlp"]
    rows = {tuple(place): row for row, place in enumerate(index["replicas"])}
    whole = pictures.load(sweep, "classification-digits-mlp", 0, 0)
    assert whole is not None
    from safetensors.numpy import load_file

    labels = load_file(sweep / "snapshots.safetensors")["classification-digits-mlp/plane_labels"]
    for (setting, seed), row in rows.items():
        own = pictures.load(sweep, "classification-digits-mlp", setting, seed)
        assert own is not None
        assert own.seed == seed
        np.testing.assert_array_equal(own.take("plane_labels"), labels[row])
    missing = pictures.load(sweep, "classification-digits-mlp", 3, 77)
    assert missing is not None
    np.testing.assert_array_equal(missing.take("plane_labels"), labels[rows[3, 0]])
    assert pictures.load(sweep, "classification-digits-mlp", 9, 0) is None


def test_settings_without_rows_and_rows_without_a_setting(sweep: Path, tmp_path: Path) -> None:
    run = Path(synthetic.write(tmp_path / "run", ["classification"], varied={"lr": [1.0, 2.0]}, **SMALL))
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    kept = [one for one in lines if one["setting"] != 1] + [lines[0] | {"setting": 8}]
    (run / "metrics.jsonl").write_text("".join(json.dumps(one) + "\n" for one in kept))
    assert [one["setting"] for one in reports.summarise(run)["learners"]] == [0, 2]
    assert set(reports.frame(run).setting) == {0, 2}
    (run / "metrics.jsonl").write_text("")
    (entry,) = reports.summarise(run)["learners"]
    assert (entry["setting"], entry["seeds"], entry["iqm"]) == (0, [], None)


@pytest.mark.usefixtures("unpainted")
def test_words_are_those_of_the_page(sweep: Path) -> None:
    told, page = reports.summarise(sweep)["words"], reports.page_html(sweep)
    assert len(told["found"]) == 2, "a paragraph a learner"
    assert all(whole(words.close(sentence)) in page for sentence in told["found"])
    assert list(told["figures"].values()) == [title for title, *_ in figures(sweep)]


@pytest.mark.usefixtures("unpainted")
def test_words_tell_nothing_of_rows_that_were_embedded(tmp_path: Path) -> None:
    run = Path(synthetic.write(tmp_path / "run", ["pca"], private=True, **SMALL))
    drawn = reports.draw([run], tmp_path / "out", embed_rows=True)
    assert "originals" in drawn.path.read_text(encoding="utf-8").split('class="film"')[1]
    assert drawn.summary == reports.summarise(run)
    assert not any("rebuilt" in name for name in drawn.summary["words"]["figures"])


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("state", [{}, {"diverged": (1,)}, {"unfinished": True}, {"private": True}], ids=str)
def test_a_folder_of_version_1_has_the_same_page(state: dict[str, Any], tmp_path: Path) -> None:
    small = {**SMALL, **state, "learners": ["regression", "dqn"]}
    old, new = (Path(synthetic.write(tmp_path / f"{n}", version=n, **small)) for n in (1, 2))
    assert "settings" in json.loads((old / "config.json").read_text())["learners"][0]
    assert "seeds" in next(iter(json.loads((old / "snapshots.json").read_text())["learners"].values()))
    before, after = (reports.page_html(one).replace(str(one), "") for one in (old, new))
    assert before == after
    assert figures(old) == figures(new)
    before, after = reports.summarise(old), reports.summarise(new)
    assert set(before) == {"version", "command", "learners"}
    assert before["version"] == 1
    for one, other in zip(before["learners"], after["learners"], strict=True):
        assert set(one) - {"settings"} == set(other) - SINCE_2 - {"options"}
        assert one["settings"] == other["options"]
        assert all(value == other[name] for name, value in one.items() if name != "settings")


def test_versions_side_by_side(tmp_path: Path) -> None:
    both = [Path(synthetic.write(tmp_path / f"{n}", ["kmeans"], version=n, **SMALL)) for n in (1, 2)]
    summary = reports.summarise(*both)
    assert summary["version"] == 2
    assert [(one["id"], one["setting"]) for one in summary["learners"]] == [
        ("kmeans-digits-centres", 0), ("kmeans-digits-centres-2", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "said"), [(3, "formats up to 2"), ("2", "version '2'"), (0, "version 0")]
)
def test_a_version_nobody_knows_is_one_line(version: Any, said: str, tmp_path: Path) -> None:
    run = Path(synthetic.write(tmp_path / "run", ["pca"], **SMALL))
    edit(run / "config.json", lambda config: config | {"version": version})
    for ask in (reports.summarise, reports.page_html, reports.frame):
        with pytest.raises(UsageError, match=said) as caught:
            ask(run)
        assert "\n" not in str(caught.value)


def by_hand(folder: Path, curves: dict[int, list[float | None]], threshold: float | None, **end: Any) -> Path:
    """Curves of progress itself: the baseline is 0 and the reference 1; a seed ends at its last value."""
    spec = {
        "id": "a",
        "metric": "return",
        "lower_is_better": False,
        "options": {},
        "data": {"threshold": threshold},
    }
    rows: list[dict[str, Any]] = []
    levels = {"baseline": 0.0, "reference": 1.0}
    for seed, curve in curves.items():
        place = {"learner": "a", "seed": seed, "setting": 0, "seconds": 0, **levels}
        rows += [
            place | {"step": i, "samples": i, "split": "validation", "return": value}
            for i, value in enumerate(curve) if value is not None
        ]  # fmt: skip
        last = {"return": curve[-1], "diverged": None if curve[-1] is not None else 9, "stopped": "budget"}
        rows.append(place | {"step": 9, "samples": 9, "split": "test"} | last | end)
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"version": 2, "command": "c", "learners": [spec]}))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_who_failed_and_who_solved(tmp_path: Path) -> None:
    curves: dict[int, list[float | None]] = {
        0: [0.0, 0.9, 0.9, 0.9, 0.9],
        1: [0.0, 0.9, 0.05, 0.0, -0.2],  # its last three records lie low
        2: [0.0, 0.0, 0.2, 0.0, 0.0],  # not all of its last three do
        3: [0.0, 0.9, 0.9, 0.9, None],  # diverged
    }
    (entry,) = reports.summarise(by_hand(tmp_path / "a", curves, 0.8))["learners"]
    assert (entry["failed"], entry["solved"]) == (0.5, 0.25)
    (entry,) = reports.summarise(by_hand(tmp_path / "b", curves, None))["learners"]
    assert entry["solved"] is None


def test_a_value_that_was_held_is_no_record(tmp_path: Path) -> None:
    """A seed that stopped early keeps its last value on the page; it is still one record."""
    curves: dict[int, list[float | None]] = {0: [0.5] * 6, 1: [0.5, 0.5, 0.0]}
    run = by_hand(tmp_path / "a", curves, None, stopped="early")
    (entry,) = reports.summarise(run)["learners"]
    assert entry["failed"] == 0.0


def test_without_progress_nobody_can_say_who_failed(tmp_path: Path) -> None:
    run = Path(synthetic.write(tmp_path / "run", ["regression"], reference=False, **SMALL))
    (entry,) = reports.summarise(run)["learners"]
    assert (entry["failed"], entry["solved"]) == (None, None)


# ---- words that hang on a network's depth, and on margins


def deep(hidden: int, failed: float | None = 0.0, pull: float | None = None, **options: Any) -> str:
    """What is said of a network whose first layer feels `pull` times what its last does."""
    curves = {} if pull is None else {"gradient_norm_1": pull, f"gradient_norm_{hidden + 1}": 1.0}
    train = {name: np.full((2, 3), value) for name, value in curves.items()}
    spec = {"model": "mlp", "options": {"hidden": [8] * hidden, "init": "uniform", **options}}
    learner = SimpleNamespace(
        label="It",
        spec=spec,
        entry={"failed": failed, "seeds": [0, 1, 2, 3]},
        record=SimpleNamespace(train=train),
    )
    return depth_words(learner)  # type: ignore[arg-type]


def test_a_network_that_is_too_deep_for_its_start_is_told_what_it_needs() -> None:
    assert "the pull on the first of 8 hidden layers is 300 times weaker" in deep(8, pull=1 / 300)
    assert "4 of 4 seeds did no better than the baseline: --init he" in deep(8, failed=1.0)
    for quiet in (deep(8, pull=0.5), deep(8, failed=0.4), deep(2, failed=1.0), deep(8, failed=None)):
        assert quiet == ""
    assert deep(8, failed=1.0, pull=1e-9, init="he") == ""


def test_what_nobody_could_tell_apart_is_equal_within_the_metrics_margin() -> None:
    scores = [0.9, 0.91, 0.92, 0.9, 0.91, 0.92, 0.93]
    near, far = ([score + step * (-1) ** k for k, score in enumerate(scores)] for step in (0.002, 0.03))
    told = {
        name: luck_words(judged(Judged(other, scores, [*range(7)], SIGNALS[metric], False)))
        for name, other, metric in (
            ("near", near, "accuracy"),
            ("far", far, "accuracy"),
            ("no margin", near, "return"),
            ("better", [score + 0.002 for score in scores], "accuracy"),
        )
    }
    assert told["near"] == "the two are equal within 0.01"
    assert told["far"].startswith("the difference could be luck")
    assert told["no margin"].startswith("the difference could be luck")
    assert told["better"].startswith("the difference is unlikely to be luck")
